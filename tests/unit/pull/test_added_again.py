"""What is left of an addition whose answer was lost, refused, or told no number."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from connector.errors import RejectedError
from connector.model.links import Addition
from connector.model.pending import NewItem, PendingItem
from connector.model.worklist.causes import Kind
from connector.pull.worker import pull
from tests.builders import CONNECTION
from tests.fake_mobiwork import lost, nothing
from tests.unit.engine.two_sides import PULL, TwoSides
from tests.unit.pull.items import ELBOW

FLOW = "pull_products"
SHORT: dict[str, Any] = {"settle_seconds": 100.0, "claim_seconds": 0.0, "remaining": lambda: 80.0}


@pytest.fixture
def number(sides: TwoSides) -> str:
    """Return the id of an item that is to be added."""
    number = sides.in_quickbooks("Item", **ELBOW)
    sides.look("Item")
    return number


def refuses(_entity: str) -> None:
    raise RejectedError("It is not taken.", code="1")


def pulls(sides: TwoSides, run_id: str, **choices: Any) -> dict[str, int]:
    sides.run_id = run_id
    return sides.pull(FLOW, **choices)


def under_way(sides: TwoSides, number: str) -> Addition | None:
    return sides.store.additions.under_way(CONNECTION, "Item", [number]).get(number)


def item(sides: TwoSides) -> PendingItem:
    (found,) = sides.store.pending.read_all(CONNECTION, FLOW)
    return found


def new_item(one: PendingItem) -> NewItem:
    kept = {name: getattr(one, name) for name in ("record_id", "record", "fingerprint", "label")}
    return NewItem(found_at=one.found_at, **kept)


def test_what_is_refused_the_first_time_leaves_nothing(sides: TwoSides, number: str) -> None:
    sides.mobiwork.before = refuses
    assert pulls(sides, "r2") == {"refused": 1}
    assert under_way(sides, number) is None


def test_what_is_refused_when_it_is_added_again_is_looked_up_before_the_next_time(
    sides: TwoSides, number: str
) -> None:
    sides.mobiwork.before = lost
    pulls(sides, "r2", **SHORT)
    sides.mobiwork.before = refuses
    assert pulls(sides, "r3", claim_seconds=0.0) == {"refused": 1}
    assert under_way(sides, number) is not None
    sides.mobiwork.before = nothing
    sides.store.pending.replay(CONNECTION, FLOW, number)
    assert pulls(sides, "r4", claim_seconds=0.0) == {"created": 1}
    assert (sides.mobiwork.adds, under_way(sides, number)) == (1, None)


def test_whoever_lost_its_claim_before_the_answer_came_links_nothing_and_the_next_one_does(
    sides: TwoSides, number: str
) -> None:
    def another_takes_over(_entity: str) -> None:
        begun = under_way(sides, number)
        assert begun is not None
        other = replace(begun, claim="other")
        assert sides.store.additions.claim(CONNECTION, other, before=begun)

    sides.mobiwork.after = another_takes_over
    assert pulls(sides, "r2") == {"waiting": 1}
    begun = under_way(sides, number)
    assert begun is not None
    assert (begun.claim, sides.store.links.owners_of(CONNECTION, "Item", [number])) == ("other", {})
    sides.mobiwork.after = nothing
    assert pulls(sides, "r3") == {"created": 1}
    assert (sides.mobiwork.adds, under_way(sides, number)) == (1, None)


def test_until_it_is_known_it_is_told_as_being_sent(sides: TwoSides, number: str) -> None:
    sides.mobiwork.after = lost
    pulls(sides, "r2", **SHORT)
    assert (item(sides).state, item(sides).cause) == ("sent", Kind.BEING_SENT)
    assert under_way(sides, number) is not None
    pulls(sides, "r3", **SHORT | {"claim_seconds": 100.0})
    assert str(item(sides).reason).startswith("It was being added to MobiWork, and ")


@pytest.mark.usefixtures("number")
def test_so_is_what_mobiwork_told_no_number_of(sides: TwoSides) -> None:
    sides.mobiwork.tells_ids = False
    pulls(sides, "r2", **SHORT)
    assert item(sides).state == "sent"
    assert item(sides).reason == "MobiWork accepted it but did not return its id."


def test_what_mobiwork_has_several_times_is_told_with_their_ids(
    sides: TwoSides, number: str
) -> None:
    sides.mobiwork.after = lost
    pulls(sides, "r2", **SHORT)
    sides.mobiwork.after = nothing
    records = sides.mobiwork.records_of["product"]
    records["p7"] = records["p1"]
    assert pulls(sides, "r3", claim_seconds=0.0) == {"refused": 1}
    assert item(sides).cause == Kind.SEVERAL
    assert "(product p1, p7)" in str(item(sides).reason)
    assert under_way(sides, number) is not None


def test_the_link_of_what_was_added_says_of_which_version_and_in_which_run(
    sides: TwoSides, number: str
) -> None:
    sides.quickbooks.edit("Item", number, Sku="E-9")
    sides.look("Item")
    pulls(sides, "r2")
    link = sides.link("product", "p1")
    assert (link.sync_token, link.made_in, link.quickbooks_id) == ("1", "r2", number)
    assert link.kind == "part"


def test_an_item_that_mobiwork_has_no_call_for_says_so(sides: TwoSides, number: str) -> None:
    sides.mobiwork.off = frozenset({"product.add"})
    assert pulls(sides, "r2") == {"refused": 1}
    assert (item(sides).cause, under_way(sides, number)) == (Kind.MOBIWORK_CALL, None)


def test_what_is_made_inactive_in_quickbooks_while_it_waits_for_its_call_is_not_added(
    sides: TwoSides, number: str
) -> None:
    def make_inactive(_entity: str) -> None:
        sides.quickbooks.edit("Item", number, Active=False)
        sides.look("Item")

    sides.mobiwork.before = make_inactive
    pulls(sides, "r2")
    assert (sides.mobiwork.adds, under_way(sides, number)) == (0, None)


def test_a_worker_that_slept_before_its_call_does_not_add_what_another_has_added(
    sides: TwoSides, number: str
) -> None:
    others = ["other"]

    def sleep(_entity: str) -> None:
        if others:
            sides.clock.now += 200
            pulls(sides, others.pop(), claim_seconds=0.0)

    sides.mobiwork.before = sleep
    pulls(sides, "r2", claim_seconds=0.0)
    assert (sides.mobiwork.adds, sides.owner("Item", number)) == (1, "p1")


def test_what_was_changed_in_quickbooks_while_the_answer_was_missing_is_merged_at_once(
    sides: TwoSides, number: str
) -> None:
    sides.mobiwork.after = lost
    pulls(sides, "r2", **SHORT)
    sides.mobiwork.after = nothing
    sides.quickbooks.edit("Item", number, UnitPrice=Decimal("7.25"))
    sides.tell("Item")
    pulls(sides, "r3", claim_seconds=0.0)
    assert (sides.text("product", "p1", "price"), sides.left(FLOW)) == ("7.25", {})


def test_one_that_mobiwork_told_no_number_of_is_looked_up_as_soon_as_it_must_be_shown(
    sides: TwoSides, number: str
) -> None:
    sides.mobiwork.tells_ids = False
    pulls(sides, "r2", settle_seconds=30.0, claim_seconds=130.0)
    assert (sides.owner("Item", number), sides.clock.now) == ("p1", 30.0)


def test_what_another_worker_linked_meanwhile_waits_as_sent_where_the_time_is_up(
    sides: TwoSides, number: str
) -> None:
    others = ["other"]

    def claim_late() -> str:
        if others:
            pulls(sides, others.pop())
            sides.store.pending.put_all(CONNECTION, FLOW, [told])
        return "late"

    told = new_item(item(sides))
    sides.run_id = "r2"
    run = sides.run(new_claim=claim_late, remaining=lambda: 80.0 if others else 0.0)
    pull(PULL[FLOW], run)
    assert (item(sides).state, under_way(sides, number)) == ("sent", None)
    assert str(item(sides).reason).startswith("It was being added to MobiWork, and ")


def test_the_link_of_one_without_a_version_says_the_first(sides: TwoSides, number: str) -> None:
    del sides.quickbooks.records["Item"][0]["SyncToken"]
    sides.look("Item")
    pulls(sides, "r2")
    link = sides.link("product", sides.owner("Item", number))
    assert link.sync_token == "0"  # noqa: S105 - no secret


@pytest.mark.usefixtures("number")
def test_the_link_keeps_what_quickbooks_said_of_all_that_both_sides_may_change(
    sides: TwoSides,
) -> None:
    pulls(sides, "r2")
    base = sides.link("product", "p1").base
    assert {name: base.get(name) for name in ("Name", "UnitPrice", "Taxable", "Type")} == {
        "Name": "Copper elbow",
        "UnitPrice": Decimal("4.5"),
        "Taxable": True,
        "Type": "NonInventory",
    }
