from collections.abc import Callable
from typing import Any

import pytest

from tests.simulators.mobiwork.running import Client, error_of

type Make = Callable[..., str]
FREE_LABOR = {"productId": "307001", "quantity": "1", "taxable": "false"}


@pytest.fixture
def owed(client: Client) -> Make:
    """Adds an invoice of so much and returns its id."""

    def make(total: str = "100.00") -> str:
        line = {**FREE_LABOR, "price": total}
        given = {"customerId": "700001", "status": "Customer Invoiced", "lineItems": [line]}
        return str(client.admin("POST", "records/invoice", given)["mobiworkInvoiceId"])

    return make


def pay(client: Client, **elements: Any) -> str:
    return str(client.admin("POST", "records/payment", elements)["paymentId"])


def left(client: Client, invoice: str) -> tuple[str | None, str | None]:
    seen = client.get(f"invoice/{invoice}/view.html")
    return seen.findtext("invoice/balance"), seen.findtext("invoice/status")


def seen(client: Client, payment: str, *names: str) -> list[str | None]:
    root = client.get(f"payment/{payment}/view.html")
    return [root.findtext(f"payment/{name}") for name in names]


def test_a_whole_refund_is_a_payment_of_its_own_type_and_is_owed_again(
    client: Client, owed: Make
) -> None:
    invoice = owed()
    paid = pay(client, invoiceId=invoice, amount="100.00", paymentMethod="Check")
    refund = client.person("refund_payment", id=paid, paymentDate="2026-11-04")["paymentId"]
    names = ("paymentType", "amount", "invoiceId", "paymentMethod", "paymentDate")
    assert seen(client, refund, *names) == ["REFUND", "100.00", invoice, "Check", "2026/11/04"]
    assert seen(client, refund, "refundedPaymentId") == [paid]
    assert left(client, invoice) == ("100.0", "Customer Invoiced")


def test_no_more_is_refunded_than_is_left_of_a_payment(client: Client, owed: Make) -> None:
    paid = pay(client, invoiceId=owed(), amount="100.00")
    client.person("refund_payment", id=paid, amount="60")
    assert client.refused("refund_payment", id=paid, amount="41") == (
        400,
        f"40.00 is left of payment {paid}",
    )


@pytest.mark.parametrize("way", ["record", "negative", "status"])
def test_a_part_of_a_payment_is_refunded_and_owed_again(
    client: Client, owed: Make, way: str
) -> None:
    invoice = owed()
    paid = pay(client, invoiceId=invoice, amount="100.00")
    client.person("refund_payment", id=paid, amount=30, shown_as=way)
    assert left(client, invoice) == ("30.0", "Customer Invoiced")


def test_a_refund_may_show_as_a_payment_below_zero(client: Client, owed: Make) -> None:
    paid = pay(client, invoiceId=owed(), amount="100.00")
    refund = client.person("refund_payment", id=paid, amount="30", shown_as="negative")
    assert seen(client, refund["paymentId"], "paymentType", "amount") == ["PAYMENT", "-30.00"]


@pytest.mark.parametrize(("amount", "status"), [("100", "REFUNDED"), ("30", "PARTIALLY_REFUNDED")])
def test_a_refund_may_show_as_a_status_only(
    client: Client, owed: Make, amount: str, status: str
) -> None:
    paid = pay(client, invoiceId=owed(), amount="100.00")
    count = client.admin("GET", "")["records"]["payment"]
    client.person("refund_payment", id=paid, amount=amount, shown_as="status")
    assert seen(client, paid, "status", "amount") == [status, "100.00"]
    assert client.admin("GET", "")["records"]["payment"] == count


def test_a_refund_of_several_invoices_is_owed_again_in_their_order(
    client: Client, owed: Make
) -> None:
    invoices = [owed("100.00"), owed("80.00")]
    parts = [
        {"invoiceId": invoices[0], "amount": "100.00"},
        {"invoiceId": invoices[1], "amount": "80.00"},
    ]
    paid = pay(client, amount="180.00", customerId="700001", invoicePayments=parts)
    client.person("refund_payment", id=paid, amount="120")
    assert [left(client, one)[0] for one in invoices] == ["100.0", "20.0"]


def test_a_refund_of_a_payment_on_account_goes_to_its_customer(client: Client) -> None:
    paid = pay(client, customerId="700001", amount="50.00")
    refund = client.person("refund_payment", id=paid)
    assert seen(client, refund["paymentId"], "customerId", "invoiceId") == ["700001", "null"]


def test_a_credit_lowers_what_is_owed(client: Client, owed: Make) -> None:
    invoice = owed()
    credit = client.person("credit_invoice", invoiceId=invoice, amount="40")
    assert seen(client, credit["paymentId"], "paymentType", "amount") == ["CREDIT", "40.00"]
    assert left(client, invoice) == ("60.0", "Customer Invoiced")


def test_a_write_off_is_of_all_that_is_left(client: Client, owed: Make) -> None:
    invoice = owed()
    pay(client, invoiceId=invoice, amount="75.00")
    gone = client.person("write_off", invoiceId=invoice)
    assert seen(client, gone["paymentId"], "paymentType", "amount") == ["WRITE_OFF", "25.00"]
    assert left(client, invoice) == ("0.0", "Paid")


def test_nothing_is_written_off_of_a_paid_invoice(client: Client, owed: Make) -> None:
    invoice = owed()
    pay(client, invoiceId=invoice, amount="100.00")
    assert client.refused("write_off", invoiceId=invoice)[0] == 400


def test_a_credit_may_be_a_payment_by_a_method_that_is_no_cash(client: Client, owed: Make) -> None:
    given = {"paymentType": "PAYMENT", "paymentMethod": "Store Credit"}
    credit = client.person("credit_invoice", invoiceId=owed(), amount="40", **given)
    shown = seen(client, credit["paymentId"], "paymentType", "paymentMethod")
    assert shown == ["PAYMENT", "Store Credit"]


def test_a_bounced_check_is_deleted(client: Client, owed: Make) -> None:
    invoice = owed()
    paid = pay(client, invoiceId=invoice, amount="100.00")
    client.person("bounce_payment", id=paid)
    assert error_of(client.get(f"payment/{paid}/view.html")) == ("2", "1003")
    assert left(client, invoice) == ("100.0", "Customer Invoiced")


def test_a_bounced_check_is_entered_again_under_a_new_number(client: Client, owed: Make) -> None:
    invoice = owed()
    given = {"invoiceId": invoice, "paymentReference": "chk 1044", "externalId": "91,QBO"}
    paid = pay(client, amount="100.00", **given)
    again = client.person("bounce_payment", id=paid, again=True, paymentDate="2026-11-09")
    names = ("invoiceId", "amount", "paymentReference", "externalId", "paymentDate")
    assert again["paymentId"] != paid
    assert seen(client, again["paymentId"], *names) == [
        invoice,
        "100.00",
        "chk 1044",
        "null",
        "2026/11/09",
    ]
    assert left(client, invoice) == ("0.0", "Paid")


@pytest.mark.parametrize("status", ["NSF", "CHARGEBACK", "Declined"])
def test_a_bounced_check_may_stay_with_a_status(client: Client, owed: Make, status: str) -> None:
    invoice = owed()
    paid = pay(client, invoiceId=invoice, amount="100.00")
    client.person("bounce_payment", id=paid, status=status)
    assert seen(client, paid, "status") == [status]
    assert left(client, invoice) == ("100.0", "Customer Invoiced")


def test_the_amount_and_date_of_a_payment_are_corrected(client: Client, owed: Make) -> None:
    invoice = owed()
    paid = pay(client, invoiceId=invoice, amount="100.00")
    client.person("edit_payment", id=paid, amount=90, paymentDate="2026-11-02")
    assert seen(client, paid, "amount", "paymentDate") == ["90.00", "2026/11/02"]
    assert left(client, invoice) == ("10.0", "Customer Invoiced")


def test_a_payment_moves_to_another_invoice(client: Client, owed: Make) -> None:
    first, second = owed(), owed()
    paid = pay(client, invoiceId=first, amount="100.00")
    client.person("move_payment", id=paid, invoiceId=second)
    assert seen(client, paid, "invoiceId") == [second]
    assert [left(client, one)[0] for one in (first, second)] == ["100.0", "0.0"]


def test_a_payment_of_several_invoices_moves_to_one(client: Client, owed: Make) -> None:
    first, second, third = owed(), owed(), owed("200.00")
    parts = [{"invoiceId": one, "amount": "100.00"} for one in (first, second)]
    paid = pay(client, amount="200.00", customerId="700001", invoicePayments=parts)
    client.person("move_payment", id=paid, invoiceId=third)
    assert seen(client, paid, "invoiceId", "customerId") == [third, "null"]
    assert [left(client, one)[0] for one in (first, second, third)] == ["100.0", "100.0", "0.0"]


def test_a_payment_that_is_removed_is_credit_of_who_paid_it(client: Client, owed: Make) -> None:
    invoice = owed()
    paid = pay(client, invoiceId=invoice, amount="100.00")
    client.person("remove_payment", id=paid)
    assert seen(client, paid, "invoiceId", "customerId") == ["null", "700001"]
    assert left(client, invoice) == ("100.0", "Customer Invoiced")


def test_a_payment_on_account_is_not_removed_from_an_invoice(client: Client) -> None:
    paid = pay(client, customerId="700001", amount="50.00")
    assert client.refused("remove_payment", id=paid) == (400, f"payment {paid} pays no invoice")


def test_a_payment_on_account_is_applied_later(client: Client, owed: Make) -> None:
    invoice = owed("50.00")
    paid = pay(client, customerId="700001", amount="50.00")
    client.person("apply_payment", id=paid, invoiceId=invoice)
    assert seen(client, paid, "invoiceId", "customerId") == [invoice, "null"]
    assert left(client, invoice) == ("0.0", "Paid")


def test_a_payment_on_account_is_applied_little_by_little(client: Client, owed: Make) -> None:
    first, second = owed("30.00"), owed("30.00")
    paid = pay(client, customerId="700001", amount="50.00")
    for invoice, amount in ((first, "30"), (second, "15")):
        client.person("apply_payment", id=paid, invoiceId=invoice, amount=amount)
    shown = client.get(f"payment/{paid}/view.html").findall("payment/invoicePayments/*/amount")
    assert ([one.text for one in shown], seen(client, paid, "customerId")) == (
        ["30.00", "15.00"],
        ["700001"],
    )
    assert [left(client, one)[0] for one in (first, second)] == ["0.0", "15.0"]


def test_no_more_is_applied_than_is_free(client: Client, owed: Make) -> None:
    paid = pay(client, customerId="700001", amount="50.00")
    assert client.refused("apply_payment", id=paid, invoiceId=owed(), amount="51")[0] == 400
