"""What is left of an addition whose answer was lost, refused, or told no number."""

from typing import Any

import pytest

from connector.errors import RejectedError
from connector.model.links import Addition
from connector.model.pending import PendingItem
from connector.model.worklist.causes import Kind
from tests.builders import CONNECTION
from tests.fake_mobiwork import lost, nothing
from tests.unit.engine.two_sides import TwoSides
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
