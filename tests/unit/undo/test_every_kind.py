"""Runs of every kind of document, in random histories: undone, they end where they began."""

from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from connector.model.undoing.undo import UndoState, UndoStep
from connector.undo.again import send_again, undone_by_record
from connector.undo.entries import PLACE
from tests.builders import a_customer, a_payment, a_product, an_invoice
from tests.unit.entities.purchases import buying
from tests.unit.entities.sales import selling
from tests.unit.undo.test_deaths import Deaths, work_until_killed
from tests.unit.undo.world import NO_TAX, World

_DAY = "Mon Sep 01 09:15:00 EDT 2025"
IN_AUTUMN = {"createdDate": _DAY, "checkoutDate": _DAY}
"""An order of two months before the invoices: of one about their day it would be asked."""

DOCUMENTS = (
    "Invoice", "Estimate", "Payment", "CreditMemo", "RefundReceipt", "PurchaseOrder", "Bill",
    "Purchase",
)  # fmt: skip
PARTS = ("307016", "307026")
STRIDE = 3
"""Every third write is one to die at, which meets each of the writes of a record in some kind."""


def everything() -> World:
    """Return a world in which every kind of document is to be posted."""
    refunds = {"refund_product": "307001", "refund_account": "Checking"}
    world = World(chosen={"credit_product": "307001", "left_out_statuses": {}} | refunds)
    world.mobiwork.put(buying.a_vendor())
    for own in PARTS:
        world.mobiwork.put(a_product(own, taxable="false"))
    received = [
        buying.an_order_line(quantityReceived="10"),
        buying.another_line(quantityReceived="3"),
    ]
    world.mobiwork.put(buying.an_order("71001", *received, status="RECEIVED"))
    world.mobiwork.put(buying.an_order("71002"))
    world.mobiwork.put(buying.an_expense())
    world.mobiwork.put(selling.a_quote(**NO_TAX))
    world.mobiwork.put(selling.an_order(**NO_TAX | IN_AUTUMN))
    world.mobiwork.put(an_invoice("5502", **NO_TAX))
    world.mobiwork.put(
        a_payment("905", paymentType="CREDIT", paymentMethod="", amount="4.00", invoiceId="5502")
    )
    world.mobiwork.put(
        a_payment("906", paymentType="REFUND", refundedPaymentId="901", amount="2.00")
    )
    return world


def documents(world: World) -> dict[str, list[Any]]:
    return {kind: found for kind in DOCUMENTS if (found := world.books.all(kind))}


@pytest.mark.case("B8")
def test_every_kind_of_document_is_taken_back() -> None:
    world = everything()
    began = world.books.balances()
    world.run("r1")
    posted = {kind: len(found) for kind, found in documents(world).items()}
    assert posted == {
        "Invoice": 3,
        "Estimate": 1,
        "Payment": 2,
        "CreditMemo": 1,
        "RefundReceipt": 1,
        "PurchaseOrder": 2,
        "Bill": 1,
        "Purchase": 1,
    }

    told = world.undo("r1")

    assert {step for step, _ in told.values()} == {UndoStep.DONE}, told
    assert documents(world) == {}
    assert world.books.balances() == began
    assert not world.look()


@pytest.mark.case("B8")
@pytest.mark.parametrize("after", [False, True], ids=["before it", "after it"])
def test_every_kind_is_taken_back_once_whatever_write_the_job_dies_at_and_asked_for_again(
    *, after: bool
) -> None:
    """Also bills of orders and entries of lists that are made inactive; then all is posted anew."""
    for due in count(1, STRIDE):
        world = everything()
        began = world.books.balances()
        world.run("r1")
        posted = {kind: len(found) for kind, found in documents(world).items()}
        booked = world.books.balances()
        world.preview("r1")
        world.asked("r1", UndoState.UNDOING)

        killed = work_until_killed(world, "r1", Deaths(due, after))
        world.work("r1")

        told = {one.label: one.step for one in world.all("r1")}
        assert set(told.values()) == {UndoStep.DONE}, (due, told)
        assert documents(world) == {}, due
        assert world.books.balances() == began, due
        assert not any(one["Active"] for one in world.books.all("Vendor")), due
        assert not world.look(), due
        if due == 1:
            ask_again(world)
            world.run("r2")
            assert {kind: len(found) for kind, found in documents(world).items()} == posted
            assert world.books.balances() == booked
        if not killed:
            return


def ask_again(world: World) -> None:
    """Have all that was undone posted again."""
    for flow in PLACE:
        own = {one.record_id for one in world.all("r1") if one.flow == flow}
        send_again(world.job(), flow, undone_by_record(world.job(), flow, own))


EDITS = st.sampled_from(["customer", "payment", "invoice", "nothing", "quote"])


def edit(world: World, what: str, step: int) -> None:
    """Let people enter or change something in MobiWork."""
    match what:
        case "customer":
            contact = {"firstName": "TBD", "lastName": "TBD", "email": f"{step}@heron.example"}
            world.mobiwork.put(a_customer(contact=contact))
        case "invoice":
            world.mobiwork.put(an_invoice(f"56{step}", **NO_TAX))
        case "payment":
            own = f"57{step}"
            world.mobiwork.put(an_invoice(own, **NO_TAX))
            world.mobiwork.put(a_payment(f"58{step}", amount="9.00", invoiceId=own))
        case "quote":
            world.mobiwork.put(selling.a_quote(**NO_TAX, status="Approved"))


@pytest.mark.case("B8")
@how(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(EDITS, min_size=1, max_size=4))
def test_a_run_that_is_undone_ends_where_it_began_and_the_next_posts_nothing(
    edits: list[str],
) -> None:
    world = World()
    world.mobiwork.put(selling.a_quote(**NO_TAX))
    world.run("r0")
    for step, what in enumerate(edits, start=1):
        before, posted = world.books.balances(), documents(world)
        entries = [_held(one) for one in world.books.all("Customer")]
        edit(world, what, step)
        world.run(f"r{step}")

        world.undo(f"r{step}")
        world.run(f"again-{step}")

        assert world.books.balances() == before
        assert documents(world).keys() == posted.keys()
        for kind, found in documents(world).items():
            assert [_held(one) for one in found] == [_held(one) for one in posted[kind]]
        assert [_held(one) for one in world.books.all("Customer")] == entries


def _held(record: dict[str, Any]) -> dict[str, Any]:
    """Return what a record says, without what says when and how often it was changed."""
    return {name: one for name, one in record.items() if name not in {"MetaData", "SyncToken"}}
