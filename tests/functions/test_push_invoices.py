from typing import Any

from connector.store.records import links, pending
from functions.push_customers.app import handler as push_customers
from functions.push_invoices.app import handler
from functions.push_products.app import handler as push_products
from tests.builders import a_customer, a_line, a_payment, a_product, an_invoice
from tests.functions.cloud import Cloud
from tests.functions.context import Context
from tests.functions.events import CONNECTION, event
from tests.functions.sites import IntuitSite


def push(context: Context, name: str = "push_invoices", **changes: Any) -> dict[str, Any]:
    answer: dict[str, Any] = handler(event(name, **changes), context)
    return answer


def push_parents(context: Context) -> None:
    push_customers(event("push_customers"), context)
    push_products(event("push_products"), context)


def reason(record_id: str = "5501") -> str:
    return str(pending.read_many(CONNECTION, "push_invoices", [record_id])[record_id].reason)


def test_an_invoice_is_created_for_its_customer_and_products(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    connected.finds(a_customer(), a_product(), an_invoice())
    push_parents(context)
    assert push(context) == {"flow": "push_invoices", "more": False, "outcomes": {"created": 1}}
    posted = intuit.posted["Invoice"][0]
    assert (posted["CustomerRef"], posted["DocNumber"], posted["TxnDate"]) == (
        {"value": "61"},
        "INV-5501",
        "2025-11-02",
    )


def test_a_posted_invoice_is_linked(connected: Cloud, intuit: IntuitSite, context: Context) -> None:
    connected.finds(a_customer(), a_product(), an_invoice())
    push_parents(context)
    push(context)
    assert links.owner_of(CONNECTION, "Invoice", "63") == ("invoice", "5501")


def test_an_invoice_waits_for_its_customer_and_says_so(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    connected.finds(a_product(), an_invoice())
    push_parents(context)
    assert push(context)["outcomes"] == {"waiting": 1}
    assert 'It is waiting for customer "Blue Heron Plumbing"' in reason()


def test_a_line_without_a_product_is_refused_and_the_rest_goes_on(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    bad = an_invoice("5502", lineItems={"lineItem": a_line(productId="0")})
    connected.finds(a_customer(), a_product(), an_invoice(), bad)
    push_parents(context)
    assert push(context)["outcomes"] == {"created": 1, "refused": 1}
    assert "has no product" in reason("5502")


def test_by_hand_only_the_invoices_of_the_chosen_payments_go(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    connected.finds(
        a_customer(),
        a_product(),
        an_invoice(),
        an_invoice("5502"),
        a_payment("9001"),
        a_payment("9003", invoiceId="5502"),
    )
    push_parents(context)
    report = push(context, "push_invoices_by_hand", payment_ids=["9001"])
    assert report == {"flow": "push_invoices", "more": False, "outcomes": {"created": 1}}
    assert [body["DocNumber"] for body in intuit.posted["Invoice"]] == ["INV-5501"]


def test_by_hand_a_payment_without_an_invoice_asks_for_none(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    connected.finds(a_payment("9001", invoiceId="0"))
    report = push(context, "push_invoices_by_hand", payment_ids=["9001"])
    assert (report["outcomes"], intuit.posted) == ({}, {})


def test_by_hand_an_invoice_that_does_not_go_is_not_an_error_of_its_own(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    connected.finds(an_invoice(), a_payment("9001"))
    report = push(context, "push_invoices_by_hand", payment_ids=["9001"])
    assert report["outcomes"] == {"waiting": 1}


def test_by_hand_a_payment_that_cannot_be_read_asks_for_no_invoice(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    connected.finds(a_payment("9001", amount="twelve"))
    report = push(context, "push_invoices_by_hand", payment_ids=["9001"])
    assert report == {"flow": "push_invoices", "more": False, "outcomes": {}}
