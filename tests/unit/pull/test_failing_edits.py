from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from connector.engine.loop import MOST_UNANSWERED, TRIES
from connector.errors import RemoteDownError
from connector.mobiwork.xml import RawRecord
from tests.fake_mobiwork import FakeMobiWorkAccount
from tests.unit.engine.two_sides import TwoSides


def _parts(sides: TwoSides) -> list[str]:
    """Some parts that both sides have, all renamed in QuickBooks since."""
    count = MOST_UNANSWERED + 2
    numbers = [
        sides.in_quickbooks("Item", Name=f"Elbow {place}", Type="NonInventory")
        for place in range(count)
    ]
    sides.look("Item")
    sides.pull("pull_products")
    for number in numbers:
        sides.quickbooks.edit("Item", number, Description="Copper")
        sides.tell("Item", number)
    return numbers


def _runs(sides: TwoSides, count: int) -> None:
    for number in range(count):
        sides.run_id = f"edits-{number}"
        sides.pull("pull_products")


@dataclass
class Failing(FakeMobiWorkAccount):
    """Reads all, but does not edit some."""

    odd: set[str] = field(default_factory=set)
    heard: bool = True

    def edit(
        self,
        entity: str,
        record_id: str,
        changes: Mapping[str, str | None],
        *,
        read: RawRecord | None = None,
    ) -> RawRecord:
        if record_id in self.odd:
            raise RemoteDownError("MobiWork is in trouble.", unknown_outcome=self.heard)
        return super().edit(entity, record_id, changes, read=read)


@pytest.fixture
def mobiwork() -> Failing:
    return Failing()


@pytest.fixture
def sides(mobiwork: Failing) -> TwoSides:
    return TwoSides(mobiwork=mobiwork)


@pytest.mark.case("X4")
def test_others_go_on_although_mobiwork_fails_on_as_many_as_make_it_down(
    sides: TwoSides, mobiwork: Failing
) -> None:
    numbers = _parts(sides)
    odd = numbers[:MOST_UNANSWERED]
    mobiwork.odd = {sides.owner("Item", one) for one in odd}
    _runs(sides, 2)
    assert sides.left("pull_products") == dict.fromkeys(odd, "changed")


@pytest.mark.case("X4")
def test_a_record_that_mobiwork_fails_to_edit_is_told_after_its_tries(
    sides: TwoSides, mobiwork: Failing
) -> None:
    numbers = _parts(sides)
    odd = numbers[:MOST_UNANSWERED]
    mobiwork.odd = {sides.owner("Item", one) for one in odd}
    _runs(sides, TRIES)
    assert sides.left("pull_products") == dict.fromkeys(odd, "refused")


@pytest.mark.case("X4")
def test_a_mobiwork_that_does_not_answer_at_all_costs_no_record_a_try(
    sides: TwoSides, mobiwork: Failing
) -> None:
    numbers = _parts(sides)
    mobiwork.odd, mobiwork.heard = {sides.owner("Item", one) for one in numbers}, False
    _runs(sides, TRIES + 1)
    assert sides.left("pull_products") == dict.fromkeys(numbers, "changed")
