from typing import Any

import pytest

from connector.errors import RecordError
from connector.store.records import links, pending
from functions.push_customers.app import handler as push_customers
from functions.push_invoices.app import handler as push_invoices
from functions.push_payments.app import handler
from functions.push_products.app import handler as push_products
from tests.builders import a_customer, a_payment, a_product, an_invoice
from tests.functions.cloud import Cloud
from tests.functions.context import Context
from tests.functions.events import CONNECTION, event
from tests.functions.sites import IntuitSite


def push(context: Context, name: str = "push_payments", **changes: Any) -> dict[str, Any]:
    answer: dict[str, Any] = handler(event(name, **changes), context)
    return answer


@pytest.fixture
def _posted(connected: Cloud, intuit: IntuitSite, context: Context) -> None:
    """An invoice in QuickBooks, with two payments in MobiWork."""
    connected.finds(
        a_customer(), a_product(), an_invoice(), a_payment("9001"), a_payment("9002", amount="1.00")
    )
    push_customers(event("push_customers"), context)
    push_products(event("push_products"), context)
    push_invoices(event("push_invoices"), context)


@pytest.mark.usefixtures("_posted")
def test_payments_are_applied_to_their_invoice_and_reported(
    intuit: IntuitSite, context: Context
) -> None:
    assert push(context) == {"flow": "push_payments", "more": False, "outcomes": {"created": 2}}
    linked = [line["LinkedTxn"] for body in intuit.posted["Payment"] for line in body["Line"]]
    assert linked == [[{"TxnId": "63", "TxnType": "Invoice"}]] * 2


@pytest.mark.usefixtures("_posted")
def test_by_hand_only_the_chosen_payment_goes(intuit: IntuitSite, context: Context) -> None:
    report = push(context, "push_payments_by_hand", payment_ids=["9002"])
    assert (report["outcomes"], len(intuit.posted["Payment"])) == ({"created": 1}, 1)
    assert set(pending.read_many(CONNECTION, "push_payments", ["9001", "9002"])) == {"9001"}


@pytest.mark.usefixtures("_posted")
def test_by_hand_a_payment_that_is_there_already_is_unchanged(
    intuit: IntuitSite, context: Context
) -> None:
    push(context)
    report = push(context, "push_payments_by_hand")
    assert (report["outcomes"], len(intuit.posted["Payment"])) == ({"unchanged": 2}, 2)


def test_in_a_run_a_payment_waits_for_its_invoice(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    connected.finds(a_payment("9001"))
    assert push(context)["outcomes"] == {"waiting": 1}


def test_by_hand_a_payment_before_its_invoice_is_an_error_with_the_sentence(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    connected.finds(an_invoice(), a_payment("9001"))
    with pytest.raises(RecordError) as raised:
        push(context, "push_payments_by_hand", payment_ids=["9001"])
    assert type(raised.value) is RecordError
    assert str(raised.value).startswith(
        "Payment 9001 of 9.63 was not pushed. It is waiting for invoice 5501, which is not in "
        "QuickBooks yet."
    )


def test_by_hand_nothing_of_a_payment_before_its_invoice_reaches_quickbooks(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    connected.finds(an_invoice(), a_payment("9001"))
    with pytest.raises(RecordError):
        push(context, "push_payments_by_hand", payment_ids=["9001"])
    assert (intuit.posted, links.read(CONNECTION, "payment", "9001")) == ({}, None)


def test_by_hand_a_payment_that_cannot_be_read_is_an_error_with_what_it_held(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    connected.finds(a_payment("9001", amount="twelve"))
    with pytest.raises(RecordError, match='its amount says "twelve"'):
        push(context, "push_payments_by_hand", payment_ids=["9001"])


def test_by_hand_a_payment_nobody_has_seen_is_an_error(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    with pytest.raises(RecordError, match="There is no payment 9001 to push"):
        push(context, "push_payments_by_hand", payment_ids=["9001"])


def test_a_payment_without_an_invoice_is_refused_and_the_rest_goes_on(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    connected.finds(a_payment("9001", invoiceId="0"), a_payment("9002"))
    assert push(context)["outcomes"] == {"refused": 1, "waiting": 1}
