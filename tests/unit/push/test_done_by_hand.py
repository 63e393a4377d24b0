"""What changes after a person said that it was done by hand is told, from what the person saw."""

from typing import Any

import pytest

from connector.mobiwork.xml import RawRecord
from connector.model.worklist.fixes import FixKind
from tests.builders import CONNECTION, a_customer, a_payment, a_product, an_invoice
from tests.unit.api.desk import Desk
from tests.unit.engine.world import World

MASTERS = (a_customer(), a_customer("700002", companyName="Gull Bakery"), a_product())
FLOWS = ("customer", "product", "invoice", "payment")
CHANGES: list[tuple[dict[str, Any], str]] = [
    ({"total": "99.63"}, "The amount was 19.63 and is 99.63 now."),
    ({"customerId": "700002"}, "The customer was 700001 and is 700002 now."),
    ({"invoiceDate": "2025/11/09"}, "The date was 2025-11-02 and is 2025-11-09 now."),
    ({"taxAmount": "0.99"}, "The sales tax was 0.63 and is 0.99 now."),
]


def refused(**changes: str) -> RawRecord:
    """An invoice that does not add up, so that it is not posted."""
    return an_invoice("5502", **({"total": "19.63"} | changes))


def told(world: World, *records: RawRecord) -> list[str]:
    """Let these be what MobiWork has, and return what the worklist says then."""
    world.find(*MASTERS, *records)
    push(world)
    return [one.why for one in Desk(world.store).entries()]


def push(world: World) -> None:
    world.run_id = f"r{int(world.run_id[1:]) + 1}"
    world.push(*FLOWS)


def press(world: World, fix: FixKind = FixKind.DONE_BY_HAND) -> None:
    desk = Desk(world.store)
    desk.fix(fix, *(one.id for one in desk.entries()))
    push(world)
    assert desk.worklist().all.count == 0


@pytest.fixture
def world() -> World:
    world = World()
    assert told(world, refused())
    press(world)
    return world


@pytest.mark.case("M36")
@pytest.mark.parametrize(("changes", "words"), CHANGES, ids=[next(iter(a)) for a, _ in CHANGES])
def test_what_is_edited_after_it_was_entered_by_hand_is_told_until_that_is_said_again(
    world: World, changes: dict[str, str], words: str
) -> None:
    (why,) = told(world, refused(**changes))
    assert words in why
    assert "ann said that it was entered in QuickBooks by hand" in why
    press(world)
    assert told(world, refused(**changes, notes="Ring twice.")) == []
    assert told(world, refused())


@pytest.mark.case("M36")
def test_another_note_of_what_was_entered_by_hand_is_not_told(world: World) -> None:
    assert told(world, refused(notes="Ring twice.")) == []


@pytest.mark.case("M36")
def test_what_is_void_or_deleted_after_it_was_entered_by_hand_is_told(world: World) -> None:
    (why,) = told(world, refused(status="VOID"))
    assert "VOID" in why
    press(world)
    (why,) = told(world, refused())
    assert "It counts in MobiWork again" in why
    press(world)
    (why,) = told(world)
    assert "It was deleted in MobiWork" in why
    assert "19.63" in why


@pytest.mark.case("M36")
@pytest.mark.parametrize("fix", [FixKind.LEAVE_OUT])
def test_what_is_left_out_for_good_is_left_out_also_when_it_changes(fix: FixKind) -> None:
    world = World()
    assert told(world, refused())
    press(world, fix)
    assert told(world, refused(total="99.63")) == []


@pytest.mark.case("M36")
def test_a_posted_document_that_is_edited_back_after_it_was_seen_to_is_told() -> None:
    world = World()
    assert told(world, an_invoice(), a_payment()) == []
    edited = an_invoice(total="10.63", taxAmount="1.63")
    assert "The amount was 9.63 and is 10.63 now." in told(world, edited, a_payment())[0]
    press(world)
    assert told(world, edited, a_payment(), an_invoice("5503")) == []
    (why,) = told(world, an_invoice(), a_payment(), an_invoice("5503"))
    assert "after somebody saw to it" in why
    assert "The amount was 10.63 and is 9.63 now." in why


@pytest.mark.case("M36")
def test_what_was_seen_to_keeps_nothing_out_whose_link_is_gone_since() -> None:
    world, later = World(), World()
    assert told(world, an_invoice()) == []
    assert told(world, an_invoice(total="10.63", taxAmount="1.63"))
    press(world)
    (said,) = world.store.instructions.read_many(CONNECTION, "push_invoices", ["5501"]).values()
    later.store.instructions.keep(said)
    told(later, an_invoice())
    assert later.link("invoice", "5501")


@pytest.mark.case("M36")
def test_a_posted_document_that_counts_again_after_its_void_was_seen_to_is_told() -> None:
    world = World()
    assert told(world, an_invoice()) == []
    assert told(world, an_invoice(status="VOID"))
    press(world)
    assert told(world, an_invoice(status="VOID", notes="Ring twice.")) == []
    (why,) = told(world, an_invoice())
    assert "It counts in MobiWork again, which it did not: " in why
