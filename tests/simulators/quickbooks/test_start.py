import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simulators.quickbooks.world import REALM
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
    first.process.wait(60)
    second = fresh("--state", state)
    second.token = first.token
    refreshed = second.tokens(grant_type="refresh_token", refresh_token=first.refresh_token)
    assert refreshed.status_code == 200
    assert second.read("Invoice", invoice["Id"]) == invoice


def test_a_state_file_of_an_older_simulator_is_taken(
    fresh: Callable[..., Simulator], tmp_path: Path
) -> None:
    state = tmp_path / "company.json"
    first = fresh("--state", str(state))
    first.connect()
    invoice = sell(first)
    first.process.terminate()
    first.process.wait(60)
    saved = json.loads(state.read_text())
    company = saved["companies"][REALM]
    del company["sent_taxes"]
    company["numbers"] = {family: int(number) for family, number in company["numbers"].items()}
    state.write_text(json.dumps(saved))
    second = fresh("--state", str(state))
    second.connect()
    again = second.create("Invoice", CustomerRef=invoice["CustomerRef"], Line=[LINE])
    assert (invoice["DocNumber"], again["DocNumber"]) == ("1001", "1002")


def test_the_readme_names_every_admin_end_point(qbo: Simulator) -> None:
    readme = Path("simulators/quickbooks/README.md").read_text()
    routes = [route for route in qbo.sim("", method="GET")["routes"] if route.startswith("/_sim/")]
    assert [route for route in routes if route not in readme] == []


def test_the_help_names_every_switch(qbo: Simulator) -> None:
    command = [sys.executable, "-m", "simulators.quickbooks", "--help"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603
    names = qbo.sim("switches", method="GET")
    assert [name for name in names if f"  {name} " not in told] == []


def test_the_edition_lacks_what_it_lacks(qbo: Simulator) -> None:
    qbo.switch(edition="Essentials")
    assert qbo.fault(qbo.post("class", {"Name": "North"})) == (400, ["5030"])


@pytest.mark.parametrize(
    "switch", [{"classes": "off", "departments": False}, {"edition": "Essentials"}]
)
def test_what_the_company_does_not_track_is_not_taken(qbo: Simulator, switch: Any) -> None:
    place = {"value": qbo.create("Department", Name="Downtown")["Id"]}
    kind = {"value": qbo.create("Class", Name="Retail")["Id"]}
    invoice = sell(qbo, DepartmentRef=place)
    qbo.switch(**switch)
    detail = LINE["SalesItemLineDetail"] | {"ClassRef": kind}  # type: ignore[operator]
    body = {"CustomerRef": invoice["CustomerRef"], "Line": [LINE | {"SalesItemLineDetail": detail}]}
    assert qbo.fault(qbo.post("invoice", body)) == (400, ["5030"])
    body = {"CustomerRef": invoice["CustomerRef"], "Line": [LINE], "DepartmentRef": place}
    assert qbo.fault(qbo.post("invoice", body)) == (400, ["5030"])
    note = {"Id": invoice["Id"], "SyncToken": "0", "sparse": True, "PrivateNote": "n"}
    assert qbo.post("invoice", note).status_code == 200


def test_a_foreign_sale_is_in_the_customers_currency_and_posted_at_home(qbo: Simulator) -> None:
    qbo.switch(multicurrency=True)
    euro = {"value": "EUR"}
    customer = qbo.create("Customer", DisplayName="Paris", CurrencyRef=euro)
    qbo.create("Item", Name="Labor", Type="Service", IncomeAccountRef={"value": "1"})
    body = {"CustomerRef": {"value": customer["Id"]}, "ExchangeRate": "1.1", "Line": [LINE]}
    assert qbo.fault(qbo.post("invoice", body)) == (400, ["2020"])
    wrong = qbo.post("invoice", body | {"CurrencyRef": {"value": "USD"}})
    assert qbo.fault(wrong) == (400, ["6000"])
    invoice = qbo.create("Invoice", **body, CurrencyRef=euro)
    assert (invoice["TotalAmt"], invoice["HomeTotalAmt"]) == (100, 110)
    assert qbo.read("Account", "84")["CurrentBalance"] == 110


@pytest.mark.parametrize(
    "options", [("--realm", "abc"), ("--speed", "0"), ("--speed", "inf"), ("--switch", "limits")]
)
def test_wrong_options_are_told_at_the_start(options: tuple[str, str]) -> None:
    command = [sys.executable, "-m", "simulators.quickbooks", *options]
    told = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)  # noqa: S603
    assert told.returncode == 2
    assert "Traceback" not in told.stderr
