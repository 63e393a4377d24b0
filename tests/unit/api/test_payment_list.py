from decimal import Decimal
from typing import Any

import pytest

from bench.worklist import counted
from connector.api.payment_list import PaymentRow, list_payments, read_payments
from connector.engine.stores import DYNAMODB
from connector.entities.payments import push as push_payments
from connector.entities.registry import BY_ENTITY
from connector.errors import OPEN_SETTINGS, RETRY, SKIP, RejectedError
from connector.mobiwork.xml import RawRecord
from connector.model.pending import Deletion, PendingState
from connector.model.tracking.tracked import StandsAs
from tests.builders import CONNECTION, a_customer, a_payment, a_product, an_invoice, settings
from tests.fakes import Record, lost_answer
from tests.memory.store import ALWAYS_LIVE
from tests.unit.engine.world import World

ALL = ("customer", "product", "invoice", "payment")
MOST_CALLS = 3
PARENTS = (a_customer(), a_product(), an_invoice())


@pytest.fixture
def world() -> World:
    return World()


def shown_payments(world: World) -> list[PaymentRow]:
    """Return all payments, whatever page they are on."""
    rows: list[PaymentRow] = []
    after = None
    while True:
        page = list_payments(CONNECTION, after=after, store=world.store)
        rows += page.payments
        after = page.next
        if not after:
            return rows


def row(payment_id: str = "901", **changes: Any) -> PaymentRow:
    told: dict[str, Any] = {
        "invoice": "INV-5501",
        "amount": Decimal("9.63"),
        "paid_on": "2025-11-10",
        "state": StandsAs.ON_ITS_WAY,
        "customer": "Blue Heron Plumbing",
        "method": "Check",
        "may_be_pushed": True,
    }
    return PaymentRow(payment_id, **(told | changes))


def test_a_payment_whose_invoice_is_in_quickbooks_is_pushable(world: World) -> None:
    world.find(*PARENTS)
    world.push("customer", "product", "invoice")
    world.find(*PARENTS, a_payment())
    assert shown_payments(world) == [row()]


def test_what_only_tells_of_a_payment_is_none_and_breaks_no_page(world: World) -> None:
    world.find(*PARENTS, a_payment())
    deleted = Deletion(
        record_id="finish-Payment-164",
        label="payment 164",
        found_at="2026-11-30",
        reason="More was paid than its invoice comes to.",
        fixes=(),
    )
    world.store.pending.put_deleted(CONNECTION, "push_payments", deleted)
    assert [one.payment_id for one in shown_payments(world)] == ["901"]
    chosen = read_payments(CONNECTION, ["901", deleted.record_id], store=world.store)
    assert [*chosen] == ["901"]


def test_a_payment_whose_invoice_was_never_looked_at_waits_for_it(world: World) -> None:
    world.find(a_payment())
    assert shown_payments(world) == [
        row(
            invoice="5501",
            customer=None,
            state=StandsAs.WAITING,
            reason="It is waiting for invoice 5501, which is not in QuickBooks yet.",
        )
    ]


def test_a_waiting_payment_shows_its_invoice_by_number_and_what_became_of_it(world: World) -> None:
    world.find(a_customer(), a_product(), an_invoice(total="19.63"), a_payment())
    world.push(*ALL)
    (shown,) = shown_payments(world)
    assert (shown.state, shown.invoice) == (
        StandsAs.WAITING,
        "INV-5501 of Blue Heron Plumbing",
    )
    assert "its total says 19.63" in str(shown.reason)


def test_what_a_payment_waits_for_is_named_by_its_number(world: World) -> None:
    world.find(an_invoice(invoiceNumber="INV-77"), a_payment())
    world.push("invoice", "payment")
    (shown,) = shown_payments(world)
    told = str(shown.reason)
    assert told.startswith(
        "It is waiting for invoice INV-77 of Blue Heron Plumbing, which is not in QuickBooks yet. "
        "About invoice INV-77 of Blue Heron Plumbing: "
    )
    assert "invoice 5501" not in told


def test_an_invoice_whose_number_is_the_id_of_another_one_is_not_taken_for_it(
    world: World,
) -> None:
    world.find(
        an_invoice("1001", invoiceNumber="1002"),
        an_invoice("1002", invoiceNumber="1001"),
        a_payment("901", invoiceId="1001"),
        a_payment("902", invoiceId="1002"),
    )
    world.push("invoice", "payment")
    told = {one.payment_id: str(one.reason) for one in shown_payments(world)}
    for own, number in (("901", "1002"), ("902", "1001")):
        named = f"invoice {number} of Blue Heron Plumbing"
        assert told[own].startswith(
            f"It is waiting for {named}, which is not in QuickBooks yet. About {named}: "
        )


def test_a_waiting_payment_becomes_pushable_when_its_invoice_is_there(world: World) -> None:
    world.find(*PARENTS, a_payment())
    world.push("payment")
    assert shown_payments(world)[0].state is StandsAs.WAITING
    world.push("customer", "product", "invoice")
    assert shown_payments(world) == [row()]


def test_a_payment_that_waits_for_approval_is_not_shown_as_pushable(world: World) -> None:
    world.find(*PARENTS)
    world.push("customer", "product", "invoice")
    world.save(settings(approve_before_post=frozenset({"push_payments"})))
    world.find(*PARENTS, a_payment())
    before = [one.state for one in shown_payments(world)]
    assert world.push("payment") == {"payment": {"planned": 1}}
    assert [one.state for one in shown_payments(world)] == before == [StandsAs.PLANNED]


def test_a_page_on_which_none_is_shown_ends_and_says_where_the_next_one_begins(
    world: World,
) -> None:
    world.find(*PARENTS, *(a_payment(str(own), status="Deleted") for own in range(901, 905)))
    page = list_payments(CONNECTION, limit=2, store=world.store)
    assert (page.payments, page.next) == ((), "open:902")
    assert shown_payments(world) == []


def pages(world: World, limit: int) -> list[int]:
    """Return how many payments each page shows, none of which takes more calls than it may."""
    shown, after = list[int](), None
    while True:
        with counted() as calls:
            page = list_payments(CONNECTION, after=after, limit=limit, store=world.store)
        assert (len(calls) <= MOST_CALLS, calls.count("Query") <= 1) == (True, True), calls
        shown.append(len(page.payments))
        if (after := page.next) is None:
            return shown


@pytest.mark.usefixtures("table")
def test_a_page_of_ten_takes_three_calls_of_the_table_however_many_are_not_shown() -> None:
    world = World(store=DYNAMODB)
    paid = [a_payment(str(own)) for own in range(921, 941)]
    world.find(*PARENTS, *(a_payment(str(own), status="Deleted") for own in range(901, 921)), *paid)
    assert pages(world, 10) == [0, 0, 10, 10, 0, 0]


@pytest.mark.usefixtures("table")
def test_a_page_ends_where_three_calls_of_the_table_do_not_tell_of_more() -> None:
    """Each payment has an invoice and a customer of its own."""
    world = World(store=ALWAYS_LIVE)
    numbers = range(1, 41)
    world.find(a_product(), *(one for own in numbers for one in _paid_by(own)))
    open_pages = pages(world, 50)
    assert (sum(open_pages), max(open_pages) >= 25) == (40, True)
    world.push(*ALL)
    posted = pages(world, 50)
    assert (sum(posted), max(posted) >= 25) == (40, True)
    rows = shown_payments(world)
    assert {one.customer for one in rows} == {f"Customer {own}" for own in numbers}
    assert {one.state for one in rows} == {StandsAs.POSTED}


def _paid_by(own: int) -> tuple[RawRecord, ...]:
    customer, invoice = str(700000 + own), str(5500 + own)
    return (
        a_customer(customer, companyName=f"Customer {own}"),
        an_invoice(invoice, customerId=customer),
        a_payment(str(900 + own), invoiceId=invoice, customerId=customer),
    )


def test_a_pushed_payment_shows_what_was_posted(world: World) -> None:
    world.find(*PARENTS, a_payment())
    world.push(*ALL)
    quickbooks_id = str(world.link("payment", "901"))
    known = {"quickbooks_id": quickbooks_id, "customer": "Blue Heron Plumbing"}
    shown = row(state=StandsAs.POSTED, may_be_pushed=False, **known)
    assert shown_payments(world) == [shown]


def test_a_payment_changed_after_its_push_stands_there_once_as_pushed(world: World) -> None:
    world.find(*PARENTS, a_payment())
    world.push(*ALL)
    world.find(*PARENTS, a_payment(amount="5.00"))
    (shown,) = shown_payments(world)
    assert (shown.state, shown.amount) == (StandsAs.POSTED, Decimal("9.63"))


def test_a_payment_with_a_problem_is_refused_with_reason_and_fixes(world: World) -> None:
    world.find(a_payment(invoiceId="0"))
    (shown,) = shown_payments(world)
    assert shown.state is StandsAs.REFUSED
    assert str(shown.reason).startswith("It has neither an invoice nor a customer. ")
    assert shown.fixes == (RETRY, SKIP)


def test_a_payment_quickbooks_refused_says_so(world: World) -> None:
    def refuse(entity: str, _body: Record) -> None:
        if entity == "Payment":
            raise RejectedError("The books are locked.", code="6200")

    world.quickbooks.before = refuse
    world.find(*PARENTS, a_payment())
    world.push(*ALL)
    assert shown_payments(world) == [
        row(
            state=StandsAs.REFUSED,
            reason="The books are locked.",
            fixes=(RETRY, SKIP),
            may_be_pushed=False,
        )
    ]


def test_a_payment_of_unknown_outcome_waits_and_says_why(world: World) -> None:
    world.find(*PARENTS)
    world.push("customer", "product", "invoice")
    world.find(*PARENTS, a_payment())
    item = next(world.store.pending.read_all(CONNECTION, push_payments.PUSH.name))
    world.store.pending.hold(item, PendingState.SENT, reason="QuickBooks did not answer.")
    (shown,) = shown_payments(world)
    assert (shown.state, shown.reason) == (StandsAs.WAITING, "QuickBooks did not answer.")


def test_what_cannot_be_read_is_refused_with_what_was_found(world: World) -> None:
    world.find(a_payment(paymentDate="soon"))
    (shown,) = shown_payments(world)
    assert (shown.payment_id, shown.amount, shown.state) == ("901", None, StandsAs.REFUSED)
    assert '"soon"' in str(shown.reason)


def test_what_is_no_payment_received_is_not_listed(world: World) -> None:
    world.find(a_payment(status="FAILED"))
    assert shown_payments(world) == []


def test_a_payment_of_a_kind_that_nobody_decided_on_cannot_be_pushed(world: World) -> None:
    world.find(a_payment(paymentType="Crypto"))
    (shown,) = shown_payments(world)
    assert (shown.state, shown.may_be_pushed) == (StandsAs.WAITING, False)
    assert "Crypto" in str(shown.reason)


def test_a_question_about_payments_is_no_payment(world: World) -> None:
    world.find(*PARENTS, a_payment(paymentType="Crypto"))
    world.push("customer", "product", "invoice", "payment")
    assert PendingState.ASKED in {
        one.state for one in world.store.pending.read_all(CONNECTION, push_payments.PUSH.name)
    }
    assert [one.payment_id for one in shown_payments(world)] == ["901"]


def test_the_latest_payment_comes_first(world: World) -> None:
    world.find(
        a_payment("901"), a_payment("902", paymentDate="2025/11/12"), a_payment("903", amount="x")
    )
    assert [one.payment_id for one in shown_payments(world)] == ["902", "901", "903"]


def test_a_payment_of_several_invoices_shows_them_all(world: World) -> None:
    both: dict[str, Any] = {"invoiceIds": {"invoiceId": ["5501", "5502"]}, "amount": "19.26"}
    world.find(*PARENTS, an_invoice("5502"), a_payment(**both))
    world.push("customer", "product", "invoice")
    assert shown_payments(world)[0].invoice == "INV-5501, INV-5502"
    world.push("payment")
    (shown,) = shown_payments(world)
    assert (shown.state, shown.invoice) == (StandsAs.POSTED, "INV-5501, INV-5502")


def test_listing_asks_quickbooks_nothing(world: World) -> None:
    world.quickbooks.after = lost_answer
    world.find(*PARENTS, a_payment())
    shown_payments(world)
    assert (world.quickbooks.queries, world.quickbooks.creates) == (0, 0)


def test_the_flow_of_payments_is_the_one_that_is_listed() -> None:
    assert BY_ENTITY["payment"] is push_payments.PUSH


@pytest.mark.case("F16")
def test_a_payment_refused_by_a_setting_that_was_corrected_is_shown_as_being_tried(
    world: World,
) -> None:
    world.find(*PARENTS)
    world.push("customer", "product", "invoice")
    world.find(*PARENTS, a_payment())
    (item,) = world.store.pending.to_plan(CONNECTION, "push_payments")
    told = "The deposit account is wrong."
    world.store.pending.hold(item, PendingState.REFUSED, reason=told, fixes=[OPEN_SETTINGS])
    world.save(settings())
    assert shown_payments(world) == [
        row(
            state=StandsAs.ON_ITS_WAY,
            reason="The settings were saved, so it is being tried again.",
        )
    ]
