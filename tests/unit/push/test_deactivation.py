from typing import Any

import pytest

from tests.builders import a_customer, a_product
from tests.unit.engine.world import World

STOCK = (
    "It was changed in MobiWork, but cannot be pushed again. It is disabled in MobiWork, but "
    "QuickBooks has 7 on hand and would write them off if it became inactive. Bring the stock to "
    "zero in QuickBooks and try again, or enable it in MobiWork."
)
OWED = (
    "It was changed in MobiWork, but cannot be pushed again. It is disabled in MobiWork, but "
    "100.00 is open in QuickBooks, which would write that off if it became inactive. Settle it in "
    "QuickBooks and try again, or enable it in MobiWork."
)


@pytest.fixture
def world() -> World:
    return World()


def disabled_in(world: World, entity: str, kind: str, record: Any, left: dict[str, Any]) -> Any:
    """Push a record, have something left of it in QuickBooks, and push it disabled."""
    world.find(record())
    world.push(entity)
    (in_quickbooks,) = world.quickbooks.records[kind]
    in_quickbooks.update(left)
    world.run_id = "r2"
    world.find(record(enabled="false"))
    world.push(entity)
    return in_quickbooks


@pytest.mark.case("M25")
def test_a_part_of_which_some_are_on_hand_does_not_become_inactive_unasked(world: World) -> None:
    in_quickbooks = disabled_in(world, "product", "Item", a_product, {"QtyOnHand": 7})
    assert world.note("product", "307001") == ("refused", STOCK)
    assert world.left("product") == {"307001": "refused"}
    assert in_quickbooks["Active"]


@pytest.mark.case("M25a")
def test_a_customer_who_owes_something_does_not_become_inactive_unasked(world: World) -> None:
    in_quickbooks = disabled_in(world, "customer", "Customer", a_customer, {"Balance": 100})
    assert world.note("customer", "700001") == ("refused", OWED)
    assert in_quickbooks["Active"]


@pytest.mark.case("M25b")
def test_what_nothing_is_left_of_becomes_inactive(world: World) -> None:
    in_quickbooks = disabled_in(world, "product", "Item", a_product, {"QtyOnHand": 0})
    assert world.note("product", "307001")[0] == "updated"
    assert not in_quickbooks["Active"]
