"""A customer, vendor or product that is inactive in QuickBooks is asked about, not made anew."""

from typing import Any

import pytest

from connector.model.connection import Mode
from connector.model.matching.comparison import Grade
from connector.model.matching.matches import MatchDecision
from tests.builders import CONNECTION
from tests.unit.engine.test_matched import history, looked, match_of, say
from tests.unit.engine.two_sides import TwoSides

NAME = "Blue Heron Plumbing (deleted)"
GONE: dict[str, tuple[str, str, str, dict[str, Any]]] = {
    "customer": (
        "Customer",
        "customer",
        "700001",
        {"DisplayName": NAME},
    ),
    "item": ("Item", "product", "307001", {"Name": "Copper elbow 307001 (deleted)"}),
    "of its name": ("Customer", "customer", "700001", {}),
}


@pytest.fixture
def sides() -> TwoSides:
    found = TwoSides()
    history(found)
    return found


@pytest.mark.case("F1k")
@pytest.mark.parametrize("which", GONE)
def test_what_is_inactive_in_quickbooks_is_asked_about_before_it_is_made_anew(
    sides: TwoSides, which: str
) -> None:
    target, entity, own, changed = GONE[which]
    record = sides.quickbooks.records[target][0]
    record |= changed | {"Active": False}
    for sides.run_id in ("r1", "r2"):
        looked(sides)
        found = match_of(sides, target, entity, own)
        assert (found.grade, found.quickbooks_ids) == (Grade.CONTRADICTS, (record["Id"],))
        assert found.candidates[0].other["active"] == ("yes", "no")
        sides.pull(f"pull_{entity}s", mode=Mode.REVIEW)
        assert sides.push(entity, mode=Mode.REVIEW) == {"waiting": 1}
    say(sides, found, MatchDecision.DIFFERENT)
    sides.store.pending.replay(CONNECTION, f"push_{entity}s", own)
    sides.run_id = "r3"
    if changed:
        assert sides.push(entity) == {"created": 1}


@pytest.mark.case("F1k")
def test_an_active_one_is_linked_though_an_inactive_one_has_its_name(sides: TwoSides) -> None:
    name = {"DisplayName": NAME}
    sides.in_quickbooks("Customer", **name, Active=False)
    looked(sides)
    assert match_of(sides, "Customer", "customer", "700001").grade is Grade.CERTAIN
