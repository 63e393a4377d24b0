"""Merges in QuickBooks, in chains and in any order."""

from collections.abc import Sequence
from itertools import permutations, product

import pytest

from connector.changes.enqueue import put_merges
from connector.model.cursor import FollowedMerge, MergedRecord, last_survivor
from tests.builders import CONNECTION
from tests.unit.engine.two_sides import PULL, TwoSides

CHAIN = (("1", "2"), ("2", "3"), ("3", "4"))
ORDERS = list(permutations(CHAIN))
LINKED = [which for which in product([False, True], repeat=4) if any(which)]


def _linked(which: Sequence[bool]) -> tuple[TwoSides, list[str]]:
    """Have four items in QuickBooks, and those that are chosen in MobiWork, too."""
    sides = TwoSides()
    for position in range(1, 5):
        sides.in_quickbooks("Item", Name=f"Elbow {position}", Type="NonInventory", UnitPrice=1)
    chosen = [str(number) for number, is_linked in enumerate(which, start=1) if is_linked]
    sides.look()
    sides.tell("Item", *chosen)
    sides.pull("pull_products")
    return sides, [sides.owner("Item", number) for number in chosen]


def _merge(sides: TwoSides, merges: Sequence[tuple[str, str]]) -> None:
    for loser, survivor in merges:
        told = MergedRecord(entity="Item", loser=loser, survivor=survivor)
        sides.store.merged_records.note(CONNECTION, told)
    put_merges(CONNECTION, [PULL["pull_products"]], sides.store)
    sides.pull("pull_products")


@pytest.mark.case("X13")
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("which", LINKED)
def test_merges_in_a_chain_end_at_the_last_survivor(
    order: Sequence[tuple[str, str]], which: Sequence[bool]
) -> None:
    sides, owners = _linked(which)
    for step, merge in enumerate(order):
        sides.run_id = f"r{step + 2}"
        _merge(sides, [merge])
    ends = {sides.link("product", own).quickbooks_id for own in owners}
    assert (ends, sides.owner("Item", "4") in owners) == ({"4"}, True)


@pytest.mark.case("X13")
@pytest.mark.parametrize("which", LINKED)
def test_a_chain_that_is_told_at_once_ends_at_the_last_survivor(which: Sequence[bool]) -> None:
    sides, owners = _linked(which)
    sides.run_id = "r2"
    _merge(sides, CHAIN)
    ends = {sides.link("product", own).quickbooks_id for own in owners}
    assert (ends, sides.owner("Item", "4") in owners) == ({"4"}, True)


def test_a_circle_of_merges_comes_to_an_end() -> None:
    merges = {one: FollowedMerge(survivor=other) for one, other in (("1", "2"), ("2", "1"))}
    assert last_survivor("1", merges) == "2"
