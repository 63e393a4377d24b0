from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from connector.entities.customers import push as push_customers
from connector.entities.payments import push as push_payments
from connector.entities.products import push as push_products
from connector.entities.sales import invoices, sales_orders
from tests.builders import a_line, a_payment, a_product, an_invoice
from tests.e2e.conftest import Judge
from tests.e2e.open_accounts import Books, balance, fresh, named, under
from tests.unit.entities.sales.selling import an_order


@pytest.fixture(scope="module")
def open_books(judge: Judge) -> Callable[..., Books]:
    judge.switch(tax_override="alone")
    company = judge.company()
    return lambda **chosen: Books(judge, company, chosen)


@pytest.fixture(scope="module")
def books(open_books: Callable[..., Books]) -> Books:
    return open_books()


def sold(books: Books, customer_id: str, *totals: str) -> list[str]:
    """Put invoices of a customer into QuickBooks and return their MobiWork ids."""
    product_id = fresh()
    books.push(push_products.PUSH, a_product(product_id))
    made = []
    for total in totals:
        line = a_line(productId=product_id, quantity="1", price=total, total=total)
        money = {"subTotal": total, "taxAmount": "0.00", "total": total}
        invoice_id = fresh()
        told = {"customerId": customer_id, "lineItems": {"lineItem": [line]}} | money
        books.push(invoices.PUSH, an_invoice(invoice_id, **told))
        made.append(invoice_id)
    return made


def shares(*paid: tuple[str, str]) -> dict[str, Any]:
    parts = [{"invoiceId": one, "amount": amount} for one, amount in paid]
    return {"invoicePayments": {"invoicePayment": parts}}


def test_the_parent_pays_for_a_sub_customer_whose_bills_it_gets(books: Books) -> None:
    parent_id, record_id = fresh(), fresh()
    parent = books.push(push_customers.PUSH, named(parent_id, "Cove School"))
    books.push(push_customers.PUSH, under(parent_id, record_id, "Gym", billTo="Parent"))
    (invoice_id,) = sold(books, record_id, "80.00")
    paid = a_payment(fresh(), invoiceId=invoice_id, customerId=record_id, amount="80.00")
    assert books.push(push_payments.PUSH, paid)["CustomerRef"]["value"] == parent["Id"]
    assert balance(books, invoice_id) == 0


def test_one_payment_settles_several_invoices_and_the_rest_is_a_credit(books: Books) -> None:
    record_id = fresh()
    books.push(push_customers.PUSH, named(record_id, f"Buyer {record_id}"))
    first, second = sold(books, record_id, "10.10", "20.20")
    told = shares((first, "10.10"), (second, "15.00"))
    answer = books.push(push_payments.PUSH, a_payment(fresh(), amount="30.00", **told))
    assert answer["UnappliedAmt"] == Decimal("4.90")
    assert (balance(books, first), balance(books, second)) == (Decimal(0), Decimal("5.20"))


def test_a_payment_on_account_stands_as_a_credit(open_books: Callable[..., Books]) -> None:
    books, record_id = open_books(payments_on_account=True), fresh()
    books.push(push_customers.PUSH, named(record_id, f"Buyer {record_id}"))
    raw = a_payment(fresh(), invoiceId="null", customerId=record_id, amount="200.00")
    answer = books.push(push_payments.PUSH, raw)
    assert (answer["TotalAmt"], answer["UnappliedAmt"]) == (Decimal(200), Decimal(200))


def test_a_checked_out_sales_order_is_paid_like_an_invoice(books: Books) -> None:
    customer_id, product_id, order_id = fresh(), fresh(), fresh()
    books.push(push_customers.PUSH, named(customer_id, f"Buyer {customer_id}"))
    books.push(push_products.PUSH, a_product(product_id))
    told = {"salesOrderId": order_id, "customerId": customer_id, "taxAmount": "0", "total": "9.00"}
    line = {"lineItems": {"lineItem": [a_line(productId=product_id)]}}
    order = replace(an_order(**told, **line), id=order_id)
    books.push(sales_orders.PUSH, order)
    answer = books.push(push_payments.PUSH, a_payment(fresh(), invoiceId=order_id, amount="9.00"))
    (applied,) = answer["Line"][0]["LinkedTxn"]
    assert applied["TxnId"] == books.links["salesOrder", order_id].quickbooks_id
    assert answer["UnappliedAmt"] == 0


def test_what_an_earlier_payment_took_is_a_credit_where_those_are_posted(
    open_books: Callable[..., Books],
) -> None:
    books, record_id = open_books(payments_on_account=True), fresh()
    books.push(push_customers.PUSH, named(record_id, f"Buyer {record_id}"))
    first, second = sold(books, record_id, "10.00", "20.00")
    books.push(push_payments.PUSH, a_payment(fresh(), invoiceId=first, amount="7.00"))
    told = shares((first, "10.00"), (second, "20.00"))
    answer = books.push(push_payments.PUSH, a_payment(fresh(), amount="30.00", **told))
    assert answer["UnappliedAmt"] == Decimal("7.00")
    assert (balance(books, first), balance(books, second)) == (Decimal(0), Decimal(0))


def test_the_money_goes_to_the_account_and_by_the_method_of_the_settings(
    open_books: Callable[..., Books],
) -> None:
    books = open_books(payment_methods={"Venmo": "Check"}, deposit_accounts={"Venmo": "Checking"})
    record_id = fresh()
    books.push(push_customers.PUSH, named(record_id, f"Buyer {record_id}"))
    (invoice_id,) = sold(books, record_id, "12.00")
    answer = books.push(
        push_payments.PUSH,
        a_payment(
            fresh(),
            invoiceId=invoice_id,
            amount="12.00",
            paymentMethod="Venmo",
            paymentReference="v" * 40,
        ),
    )
    account = next(one for one in books.company.accounts if one.name == "Checking")
    assert answer["DepositToAccountRef"]["value"] == account.id
    assert answer["PaymentMethodRef"]["value"] == books.company.payment_methods["Check"]
    assert answer["PaymentRefNum"] == "v" * 21
