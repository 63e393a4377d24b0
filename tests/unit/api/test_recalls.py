"""Taking documents out of QuickBooks from the worklist: once, and only what nobody touched."""

from decimal import Decimal
from typing import Any

import pytest

from connector.errors import ConflictError, RemoteDownError, StaleSyncTokenError
from connector.model.links import Link
from connector.model.tracking.tracked import Sought, StandsAs
from connector.model.worklist.fixes import FixKind
from tests.builders import CONNECTION, a_customer, a_payment, a_product, an_invoice
from tests.fakes import FakeQuickBooks
from tests.refusals.walking import again
from tests.unit.api.desk import Desk
from tests.unit.api.simulated import Simulated, settings
from tests.unit.engine.world import World
from tests.unit.entities.sales.selling import an_order

MASTERS = (a_customer(), a_product())
ENTRY = "push_payments/901"


class Trouble(FakeQuickBooks):
    """Loses the answer of the first delete, or finds that somebody was faster."""

    lost = stale = False
    deletes = 0

    def delete(self, entity: str, record_id: str, **asked: Any) -> None:
        self.deletes += 1
        if self.stale and self.deletes == 1:
            raise StaleSyncTokenError("Somebody changed it.")
        super().delete(entity, record_id, **asked)
        if self.lost and self.deletes == 1:
            raise RemoteDownError("No answer.", unknown_outcome=True)


@pytest.fixture
def world() -> World:
    """A payment that was posted and is deleted in MobiWork."""
    world = World(quickbooks=Trouble())
    world.run_id = "01"  # before what is told now
    world.find(*MASTERS, an_invoice(), a_payment())
    world.push("customer", "product", "invoice", "payment")
    world.find(*MASTERS, an_invoice())
    return world


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world.store, world.quickbooks)


@pytest.mark.case("B4b")
@pytest.mark.parametrize("trouble", ["", "lost", "stale"])
def test_it_is_deleted_once_whatever_becomes_of_the_answer(
    world: World, desk: Desk, trouble: str
) -> None:
    vars(world.quickbooks)[trouble] = True
    desk.fix(FixKind.RECALL, ENTRY)
    assert world.quickbooks.records["Payment"] == []
    assert desk.worklist().all.count == 0
    link = world.store.links.read(CONNECTION, "payment", "901")
    assert isinstance(link, Link)
    assert (link.gone or "").startswith("It was taken out of QuickBooks by ann")
    assert set(world.store.tracked.counts(CONNECTION)["push_payments"]) == {StandsAs.LEFT_OUT}
    world.run_id = "20991231T235959-b0a7c2d1"
    world.find(*MASTERS, an_invoice(), a_payment(amount="9.62"))
    world.push("payment")
    assert set(world.store.tracked.counts(CONNECTION)["push_payments"]) == {StandsAs.LEFT_OUT}


def test_a_payment_that_names_no_customer_is_found_by_that_of_its_invoice(world: World) -> None:
    found = world.store.tracked.find(CONNECTION, Sought(customer="Blue"), after=None, limit=9)
    assert "push_payments" in {one.flow for one in found.records}


@pytest.mark.case("B4b")
@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"LinkedTxn": [{"TxnType": "Deposit", "TxnId": "50"}]}, "linked to Deposit 50"),
        ({"TotalAmt": Decimal("8.00")}, "was changed in QuickBooks since"),
    ],
)
def test_what_was_deposited_or_changed_there_stays_and_says_so(
    world: World, desk: Desk, change: dict[str, Any], why: str
) -> None:
    world.quickbooks.edit("Payment", world.quickbooks.records["Payment"][0]["Id"], **change)
    with pytest.raises(ConflictError) as kept:
        desk.fix(FixKind.RECALL, ENTRY)
    assert [what for what, _ in desk.said] == ["Asked to take it out of QuickBooks."]
    assert why in kept.value.errors[0].detail
    assert len(world.quickbooks.records["Payment"]) == 1
    assert [one.id for one in desk.entries()] == [ENTRY]


@pytest.mark.case("B4b")
def test_the_same_payment_entered_again_goes_once_the_first_one_is_taken_out(
    world: World, desk: Desk
) -> None:
    world.find(*MASTERS, an_invoice(), a_payment("902", paymentMethod="Cash"))
    again(world, "payment")
    assert len(desk.entries()) == 2
    desk.fix(FixKind.RECALL, ENTRY)
    again(world, "payment")
    assert (len(world.quickbooks.records["Payment"]), desk.worklist().all.count) == (1, 0)


@pytest.mark.case("B4b")
def test_what_stays_is_pointed_at_where_it_was_named_and_the_others_are_taken_out() -> None:
    world = World(quickbooks=Trouble())
    payments = [a_payment(own, checkNumber=own, amount="4.00") for own in ("901", "902")]
    world.find(*MASTERS, an_invoice(), *payments)
    world.push("customer", "product", "invoice", "payment")
    for _ in ("missed", "gone"):
        world.find(*MASTERS, an_invoice())
    link = world.store.links.read(CONNECTION, "payment", "902")
    assert isinstance(link, Link)
    world.quickbooks.edit("Payment", link.quickbooks_id, TotalAmt=Decimal("8.00"))
    desk = Desk(world.store, world.quickbooks)
    with pytest.raises(ConflictError) as kept:
        desk.fix(FixKind.RECALL, "push_payments/902", "push_payments/901")
    assert [one.pointer for one in kept.value.errors] == ["#/entries/0"]
    assert [one["Id"] for one in world.quickbooks.records["Payment"]] == [link.quickbooks_id]


@pytest.mark.case("B4b")
@pytest.mark.parametrize("entered_by_hand", [False, True])
def test_a_customer_stays_as_long_as_a_document_needs_it(entered_by_hand: bool) -> None:
    world = World()
    world.find(*MASTERS, *(() if entered_by_hand else (an_invoice(),)))
    world.push("customer", "product", "invoice")
    if entered_by_hand:
        estimate = {"CustomerRef": {"value": "1"}}
        world.quickbooks.create("Estimate", estimate, requestid="hand")
    world.find(*(() if entered_by_hand else (an_invoice(),)), a_product())
    desk = Desk(world.store, world.quickbooks)
    told = desk.fix(FixKind.RECALL, "push_customers/700001", preview=True)
    assert "or if another document needs it" in told.tells[-1]
    with pytest.raises(ConflictError, match=r"needed by (Invoice|Estimate)"):
        desk.fix(FixKind.RECALL, "push_customers/700001")
    assert world.quickbooks.records["Customer"][0].get("Active", True)


@pytest.mark.case("M33s")
def test_of_an_order_that_was_deleted_both_documents_are_named_and_taken_out() -> None:
    world = World()
    for run_id, status in (("01", "WAITING_FOR_STOCK"), ("02", "COMPLETED")):
        world.run_id = run_id
        world.find(*MASTERS, an_order(status=status))
        world.push("customer", "product", "salesOrder")
    world.find(*MASTERS)
    (invoice,), (estimate,) = (world.quickbooks.records[one] for one in ("Invoice", "Estimate"))
    (told,) = world.store.pending.read_all(CONNECTION, "push_sales_orders")
    both = f"Invoice {invoice['Id']} and Estimate {estimate['Id']}"
    assert both.casefold() in (told.reason or "").casefold()
    Desk(world.store, world.quickbooks).fix(FixKind.RECALL, "push_sales_orders/61001")
    assert world.quickbooks.records["Invoice"] == world.quickbooks.records["Estimate"] == []
    assert world.left("salesOrder") == {}


@pytest.mark.case("B4b")
def test_a_credit_is_taken_out_after_what_applies_it() -> None:
    world = Simulated()
    world.save(settings(credit_product="307001"))
    credit = a_payment("905", paymentType="CREDIT", paymentMethod="null", amount="4.00")
    world.find(*MASTERS, an_invoice(), credit)
    world.push("customer", "product", "invoice", "credit", "creditApplication")
    world.find(*MASTERS, an_invoice())
    (applied,) = world.quickbooks.records["Payment"]
    desk = Desk(world.store, world.quickbooks)
    assert {one.id for one in desk.entries()} == {
        "push_credits/905",
        "push_credit_applications/905",
    }
    told = desk.fix(FixKind.RECALL, "push_credits/905", preview=True)
    assert (told.writes, told.tells[0].split(" of ")[0]) == (2, f"Payment {applied['Id']}")
    desk.fix(FixKind.RECALL, "push_credits/905")
    assert not world.quickbooks.records["CreditMemo"]
    assert not world.quickbooks.records["Payment"]
    assert desk.worklist().all.count == 0
