from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from connector.entities.customers import push as push_customers
from connector.entities.payments import credit_memos
from connector.entities.payments import push as push_payments
from connector.entities.products import push as push_products
from connector.errors import NotYetError, RecordError
from connector.mobiwork.xml import RawRecord
from connector.model.plans import Create
from tests.builders import a_payment, a_product
from tests.e2e.conftest import Judge
from tests.e2e.open_accounts import Books, balance, fresh, named
from tests.e2e.test_payments_accepted import sold


@pytest.fixture(scope="module")
def open_books(judge: Judge) -> Callable[..., Books]:
    judge.switch(tax_override="alone")
    company = judge.company()
    return lambda **chosen: Books(judge, company, chosen)


def an_invoice_of(books: Books, total: str) -> str:
    """Put an invoice of a new customer into QuickBooks and return its MobiWork id."""
    customer = fresh()
    books.push(push_customers.PUSH, named(customer, f"Buyer {customer}"))
    (invoice_id,) = sold(books, customer, total)
    return invoice_id


def by_the_office(books: Books, invoice_id: str, amount: str) -> dict[str, Any]:
    """Enter a payment of an invoice as somebody in the office does."""
    invoice = books.links["invoice", invoice_id]
    linked = [{"TxnId": invoice.quickbooks_id, "TxnType": "Invoice"}]
    body = {
        "CustomerRef": invoice.base["CustomerRef"],
        "TotalAmt": Decimal(amount),
        "TxnDate": "2025-11-10",
        "PaymentRefNum": "1044",
        "Line": [{"Amount": Decimal(amount), "LinkedTxn": linked}],
    }
    return books.judge.post("Payment", body)


def paid(invoice_id: str, amount: str) -> RawRecord:
    return a_payment(fresh(), invoiceId=invoice_id, amount=amount)


@pytest.mark.case("M6")
def test_what_the_office_typed_in_is_told_with_its_id(open_books: Callable[..., Books]) -> None:
    books = open_books()
    invoice_id = an_invoice_of(books, "100.00")
    there = by_the_office(books, invoice_id, "100.00")
    with pytest.raises(RecordError, match=f"has it already: Payment {there['Id']} of 100.00"):
        books.push(push_payments.PUSH, paid(invoice_id, "100.00"))


@pytest.mark.case("M6a")
def test_what_the_office_took_of_an_invoice_is_told(open_books: Callable[..., Books]) -> None:
    books = open_books()
    invoice_id = an_invoice_of(books, "100.00")
    by_the_office(books, invoice_id, "40.00")
    with pytest.raises(RecordError, match=r"owes 60\.00 in QuickBooks of 100\.00"):
        books.push(push_payments.PUSH, paid(invoice_id, "100.00"))


@pytest.mark.case("M24")
def test_a_payment_of_a_voided_invoice_waits(open_books: Callable[..., Books]) -> None:
    books = open_books()
    invoice_id = an_invoice_of(books, "100.00")
    number = books.links["invoice", invoice_id].quickbooks_id
    books.judge.admin("person/void", {"entity": "Invoice", "id": number})
    with pytest.raises(NotYetError, match="was voided in QuickBooks"):
        books.push(push_payments.PUSH, paid(invoice_id, "100.00"))


@pytest.mark.case("M6d")
def test_an_invoice_that_was_moved_is_paid_under_its_customer(
    open_books: Callable[..., Books],
) -> None:
    books = open_books()
    invoice_id, other = an_invoice_of(books, "100.00"), fresh()
    owner = books.push(push_customers.PUSH, named(other, f"Buyer {other}"))
    number = books.links["invoice", invoice_id].quickbooks_id
    moved = {"CustomerRef": {"value": owner["Id"]}}
    books.judge.admin("person/edit", {"entity": "Invoice", "id": number, "body": moved})
    answer = books.push(push_payments.PUSH, paid(invoice_id, "100.00"))
    assert answer["CustomerRef"]["value"] == owner["Id"]
    assert balance(books, invoice_id) == 0


@pytest.mark.case("M7")
def test_a_refund_is_paid_back_from_its_account(open_books: Callable[..., Books]) -> None:
    service = fresh()
    books = open_books(refund_product=service, refund_account="Checking")
    books.push(push_products.PUSH, a_product(service, type="SERVICE"))
    invoice_id = an_invoice_of(books, "100.00")
    refund = a_payment(fresh(), invoiceId=invoice_id, amount="30.00", paymentType="REFUND")
    plan = books.plan(credit_memos.PUSH, refund)
    assert isinstance(plan, Create)
    answer = books.judge.post("RefundReceipt", plan.body)
    account = next(one for one in books.company.accounts if one.name == "Checking")
    assert (answer["TotalAmt"], answer["DepositToAccountRef"]["value"]) == (30, account.id)


@pytest.mark.case("M7i")
def test_money_on_account_that_is_paid_back_leaves_the_customer_owing_and_owed_nothing(
    open_books: Callable[..., Books],
) -> None:
    books = open_books(payments_on_account=True, refund_product="307001", refund_account="Checking")
    customer = fresh()
    there = books.push(push_customers.PUSH, named(customer, f"Buyer {customer}"))
    on_account = {"invoiceId": "null", "customerId": customer, "amount": "50.00"}
    books.push(push_payments.PUSH, a_payment(fresh(), **on_account))
    assert books.judge.client.read("Customer", there["Id"])["Balance"] == -50
    refund = a_payment(fresh(), **on_account, paymentType="REFUND")
    plan = books.plan(credit_memos.PUSH, refund)
    assert isinstance(plan, Create)
    books.judge.post("Purchase", plan.body)
    assert books.judge.client.read("Customer", there["Id"])["Balance"] == 0
