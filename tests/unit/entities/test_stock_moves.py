from decimal import Decimal

import pytest

from connector.entities.stock_moves import waiting_moves
from tests.builders import a_product
from tests.unit.engine.world import World
from tests.unit.entities.purchases.buying import (
    a_vendor,
    an_order,
    an_order_line,
    another_line,
    buying_settings,
)


def received(world: World, elbows: str, valves: str, status: str) -> dict[str, Decimal]:
    """Let so much of an order have arrived by now; return what is to be posted of it."""
    lines = an_order_line(receivedQuantity=elbows), another_line(receivedQuantity=valves)
    world.find(an_order("71001", *lines, status=status))
    return {product: moved for product, moved in waiting_moves(world.run()).items() if moved}


@pytest.mark.case("M16f")
def test_of_an_order_that_is_billed_in_part_only_the_rest_is_still_to_come() -> None:
    world = World()
    world.save(
        buying_settings(
            handle_inventory=True,
            inventory_start_date="2026-03-01",
            asset_account="Inventory Asset",
        )
    )
    world.find(a_vendor(), a_product("307016"), a_product("307026"))
    world.push("vendor", "product")
    first = received(world, "4", "0", "Partially received")
    assert first == {"307016": Decimal(-4)}
    world.push("purchaseOrder", "bill")
    assert waiting_moves(world.run()) == {}
    second = received(world, "10", "3", "Received")
    assert second == {"307016": Decimal(-6), "307026": Decimal(-3)}
    world.run_id = "r2"
    world.push("bill")
    assert waiting_moves(world.run()) == {}


@pytest.mark.case("F3")
def test_what_is_before_the_start_date_is_never_posted_and_moves_no_opening_stock() -> None:
    world = World()
    chosen = {"handle_inventory": True, "inventory_start_date": "2026-03-01"}
    world.save(buying_settings(**chosen, asset_account="Inventory Asset", start_date="2099-01-01"))
    assert received(world, "4", "0", "Partially received") == {}
