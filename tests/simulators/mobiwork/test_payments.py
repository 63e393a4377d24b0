from collections.abc import Callable
from typing import Any

import pytest

from tests.simulators.mobiwork.running import Client, error_of

type Make = Callable[..., str]


@pytest.fixture
def owed(client: Client) -> Make:
    """Adds an invoice of so much and returns its id."""

    def make(total: str = "100.00") -> str:
        line = {"productId": "307001", "quantity": "1", "price": total, "taxable": "false"}
        given = {"customerId": "700001", "lineItems": [line]}
        return str(client.admin("POST", "records/invoice", given)["mobiworkInvoiceId"])

    return make


def pay(client: Client, **elements: Any) -> str:
    return str(client.admin("POST", "records/payment", elements)["paymentId"])


def left(client: Client, invoice: str) -> tuple[str, str]:
    record = client.admin("GET", f"records/invoice/{invoice}")
    return record["balance"], record["status"]


def sent(*elements: str) -> str:
    return f"""<request><payment>{"".join(elements)}<paymentDate>2026/11/03</paymentDate></payment>
    </request>"""


def part(invoice: str, amount: str) -> str:
    inside = f"<invoiceId>{invoice}</invoiceId><amount>{amount}</amount>"
    return f"<invoicePayment>{inside}</invoicePayment>"


def test_a_payment_of_several_invoices_settles_each(client: Client, owed: Make) -> None:
    first, second = owed("100.00"), owed("80.00")
    parts = f"<invoicePayments>{part(first, '100')}{part(second, '30')}</invoicePayments>"
    added = client.post("payment/add.html", sent("<amount>130</amount>", parts))
    shown = [one.text for one in added.findall("payment/invoicePayments/invoicePayment/amount")]
    assert (shown, added.findtext("payment/invoiceId")) == (["100.00", "30.00"], "null")
    assert [left(client, one) for one in (first, second)] == [("0.00", "Paid"), ("50.00", "OPEN")]


def test_a_payment_of_several_invoices_that_is_deleted_is_owed_again(
    client: Client, owed: Make
) -> None:
    invoices = [owed("100.00"), owed("80.00")]
    parts = [{"invoiceId": one, "amount": "80.00"} for one in invoices]
    number = pay(client, amount="160.00", invoicePayments=parts)
    client.admin("DELETE", f"records/payment/{number}")
    assert [left(client, one)[0] for one in invoices] == ["100.00", "80.00"]


def test_a_payment_on_account_has_a_customer_and_no_invoice(client: Client) -> None:
    body = sent("<customerId>700001</customerId><amount>75</amount>")
    added = client.post("payment/add.html", body)
    names = ("customerId", "invoiceId", "amount")
    shown = [added.findtext(f"payment/{name}") for name in names]
    assert shown == ["700001", "null", "75.00"]


@pytest.mark.parametrize(
    ("elements", "code"),
    [
        ("<amount>5</amount>", "1005"),
        ("<amount>5</amount><customerId>9</customerId>", "1003"),
        (f"<amount>5</amount><invoicePayments>{part('9', '5')}</invoicePayments>", "1003"),
        (f"<amount>5</amount><invoicePayments>{part('5501', '6')}</invoicePayments>", "1006"),
        (f"<amount>5</amount><invoicePayments>{part('5501', '0')}</invoicePayments>", "1006"),
        (f"<amount>5</amount><invoicePayments>{part('', '5')}</invoicePayments>", "1005"),
    ],
)
def test_a_payment_that_cannot_be_shared_out_is_refused(
    client: Client, elements: str, code: str
) -> None:
    assert error_of(client.post("payment/add.html", sent(elements))) == ("2", code)


def test_a_payment_that_fails_is_owed_again(client: Client, owed: Make) -> None:
    invoice = owed()
    number = pay(client, invoiceId=invoice, amount="100.00")
    client.admin("PATCH", f"records/payment/{number}", {"status": "FAILED"})
    assert left(client, invoice) == ("100.00", "Customer Invoiced")


def test_a_refund_is_owed_again(client: Client, owed: Make) -> None:
    invoice = owed()
    pay(client, invoiceId=invoice, amount="100.00")
    pay(client, invoiceId=invoice, amount="40.00", paymentType="REFUND")
    assert left(client, invoice) == ("40.00", "Customer Invoiced")


@pytest.mark.parametrize("kind", ["CREDIT", "DEPOSIT"])
def test_credits_and_deposits_lower_the_balance(client: Client, owed: Make, kind: str) -> None:
    invoice = owed()
    pay(client, invoiceId=invoice, amount="40.00", paymentType=kind)
    assert left(client, invoice) == ("60.00", "OPEN")


def test_nothing_is_owed_on_a_void_invoice(client: Client, owed: Make) -> None:
    invoice = owed()
    client.admin("PATCH", f"records/invoice/{invoice}", {"status": "VOID"})
    assert left(client, invoice) == ("0.00", "VOID")


def test_a_payment_leaves_a_void_invoice_void(client: Client, owed: Make) -> None:
    invoice = owed()
    client.admin("PATCH", f"records/invoice/{invoice}", {"status": "VOID"})
    pay(client, invoiceId=invoice, amount="100.00")
    assert left(client, invoice) == ("0.00", "VOID")


def test_failed_payments_are_found_by_their_status(client: Client) -> None:
    body = "<request><status>FAILED</status></request>"
    found = client.get("payment/list.html", body).findall("paymentList/payment")
    assert [one.findtext("status") for one in found] == ["FAILED"]
