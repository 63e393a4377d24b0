from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.simulators.quickbooks.conftest import Simulator

LINE = {
    "Amount": 100,
    "DetailType": "SalesItemLineDetail",
    "SalesItemLineDetail": {"ItemRef": {"value": "1"}, "Qty": 2, "UnitPrice": 50},
}


def sell(qbo: Simulator, **more: Any) -> dict[str, Any]:
    customer = qbo.create("Customer", DisplayName="Harbor Cafe")
    qbo.create("Item", Name="Labor", Type="Service", IncomeAccountRef={"value": "1"})
    return qbo.create("Invoice", CustomerRef={"value": customer["Id"]}, Line=[LINE], **more)


def test_a_payment_lowers_the_balance_and_moves_the_token_of_its_invoice(qbo: Simulator) -> None:
    invoice = sell(qbo)
    link = {"TxnId": invoice["Id"], "TxnType": "Invoice"}
    qbo.create(
        "Payment",
        CustomerRef=invoice["CustomerRef"],
        TotalAmt=70,
        Line=[{"Amount": 60, "LinkedTxn": [link]}],
    )
    after = qbo.read("Invoice", invoice["Id"])
    assert (after["Balance"], after["SyncToken"]) == (40, "1")


def test_a_restart_keeps_company_tokens_and_numbers(
    fresh: Callable[..., Simulator], tmp_path: Path
) -> None:
    state = str(tmp_path / "company.json")
    first = fresh("--state", state)
    first.connect()
    invoice = sell(first)
    first.process.terminate()
    first.process.wait(10)
    second = fresh("--state", state)
    second.token = first.token
    assert second.read("Invoice", invoice["Id"]) == invoice
