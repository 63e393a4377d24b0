from typing import Any

import pytest

from tests.builders import CONNECTION, a_company, a_product
from tests.unit.engine.world import World
from tests.unit.entities.purchases.buying import (
    a_vendor,
    an_order,
    an_order_line,
    another_line,
    buying_settings,
)


@pytest.fixture
def world() -> World:
    """Have a received order and its bill of 31.50 in QuickBooks."""
    world = World()
    world.save(buying_settings())
    masters = (a_vendor(), a_product("307016"), a_product("307026"))
    world.find(*masters, an_order("71001", status="Received"))
    world.push("vendor", "product", "purchaseOrder", "bill")
    world.run_id = "r2"
    return world


def told(world: World, source: str, *lines: dict[str, Any], **changes: Any) -> str:
    """Return what the worklist says once MobiWork shows another order."""
    world.find(an_order("71001", *lines, **{"status": "Received"} | changes))
    world.push(source)
    return world.note(source, "71001")[1] if world.left(source) else ""


@pytest.mark.case("M1l")
@pytest.mark.parametrize("source", ["purchaseOrder", "bill"])
def test_a_price_that_changes_after_the_post_is_an_entry(world: World, source: str) -> None:
    dearer = an_order_line(price="2.00", total="20.00"), another_line()
    assert "was 10 for 13.20 and is 10 for 20.00 now." in told(world, source, *dearer)


@pytest.mark.case("M1l")
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"vendorId": "51002"}, "The vendor was 51001 and is 51002 now."),
        (
            {"receivedDate": "2026/03/11"},
            "The date of receipt was nothing and is 2026-03-11 now.",
        ),
    ],
)
def test_a_bill_that_could_not_be_posted_any_more_is_compared_all_the_same(
    world: World, changes: dict[str, Any], said: str
) -> None:
    world.store.settings.save_company(CONNECTION, a_company(closed_until="2026-12-31"))
    assert said in told(world, "bill", **changes)


@pytest.mark.case("M1l")
def test_a_bill_of_what_did_not_change_is_no_entry(world: World) -> None:
    assert told(world, "bill", comments="Thanks") == ""
