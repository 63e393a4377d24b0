"""A document is found by its own day, also where MobiWork tells none and it is only seen."""

from datetime import date

from connector.mobiwork.xml import RawRecord
from tests.builders import CONNECTION, a_customer, a_product, settings
from tests.unit.engine.world import World
from tests.unit.entities.purchases import buying
from tests.unit.entities.sales import selling


def found_by(world: World, source: str, *records: RawRecord) -> list[date | None]:
    """Return by which days what a push of records told is found, one each."""
    world.find(*records)
    flow = {"bill": "push_bills", "salesOrder": "push_sales_orders"}[source]
    world.push("customer", "vendor", "product", "purchaseOrder", source)
    return [one.about.day for one in world.store.runs.outcomes(CONNECTION, world.run_id, flow)]


def in_quickbooks(world: World, entity: str) -> list[date | None]:
    return [date.fromisoformat(one["TxnDate"]) for one in world.quickbooks.records[entity]]


def test_a_bill_of_goods_without_a_day_of_receipt_is_found_by_its_day_in_quickbooks() -> None:
    world = World()
    world.save(buying.buying_settings())
    masters = buying.a_vendor(), a_product("307016"), a_product("307026")
    told = found_by(world, "bill", *masters, buying.an_order("71001", status="Received"))
    made = in_quickbooks(world, "Bill")
    assert told == made != []
    world.run_id = "r2"
    later = buying.an_order("71001", status="Received", comments="Thanks")
    assert found_by(world, "bill", *masters, later) == made


def test_an_order_without_a_day_of_check_out_is_found_by_its_day_in_quickbooks() -> None:
    world = World()
    world.save(settings())
    order = selling.an_order(checkoutDate="null")
    told = found_by(world, "salesOrder", a_customer(), a_product(), order)
    made = in_quickbooks(world, "Invoice")
    assert told == made != []


def test_an_order_that_waits_is_found_by_the_day_on_which_it_was_seen() -> None:
    world = World()
    world.save(settings())
    (told,) = found_by(world, "salesOrder", selling.an_order(checkoutDate="null"))
    (item,) = world.store.pending.read_all(CONNECTION, "push_sales_orders")
    assert told is not None
    assert abs((told - date.fromisoformat(item.found_at[:10])).days) <= 1
