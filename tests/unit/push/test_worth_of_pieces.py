"""What is told of one of several documents of a record is its own total, not the record's."""

from decimal import Decimal

import pytest

from connector.mobiwork.xml import RawRecord
from tests.builders import CONNECTION, a_product
from tests.unit.engine.world import World
from tests.unit.entities.purchases.buying import (
    a_vendor,
    an_order,
    an_order_line,
    another_line,
    buying_settings,
)


def received(elbows: str, valves: str, status: str) -> RawRecord:
    lines = an_order_line(receivedQuantity=elbows), another_line(receivedQuantity=valves)
    return an_order("71001", *lines, status=status)


@pytest.mark.case("M20h")
def test_the_bills_of_an_order_that_arrives_in_parts_add_up_to_it() -> None:
    world = World()
    world.save(buying_settings())
    told: list[Decimal | None] = []
    parts = [("4", "0", "Partially received"), ("10", "3", "Received")]
    for number, part in enumerate(parts):
        world.run_id = f"r{number}"
        world.find(a_product("307016"), a_product("307026"), a_vendor(), received(*part))
        world.push("product", "vendor", "purchaseOrder", "bill")
        outcomes = world.store.runs.outcomes(CONNECTION, world.run_id, "push_bills")
        told += [one.worth for one in outcomes]
    posted = [one["TotalAmt"] for one in world.quickbooks.records["Bill"]]
    assert told == posted == [Decimal("5.28"), Decimal("26.22")]


@pytest.mark.case("M20h")
def test_a_question_about_an_order_that_arrived_in_part_tells_of_what_arrived() -> None:
    world = World()
    world.save(buying_settings())
    masters = a_product("307016"), a_product("307026"), a_vendor()
    world.find(*masters, received("4", "0", "Partially received"))
    world.push("product", "vendor", "purchaseOrder", "bill")
    world.run_id = "r2"
    world.find(*masters, received("4", "0", "Closed"))
    world.push("bill")
    told = [one.reason or "" for one in world.store.pending.worklist(CONNECTION, "push_bills")]
    assert any(one.startswith("1 bill of 5.28 with the status") for one in told), told
