"""What waits for records that are there by now does not wait for ever."""

import pytest

from connector.entities.stages import flows_to_run
from connector.jobs.refusals import wake_children
from connector.jobs.worklist.watch_worklists import measure_one
from connector.model.pending import Hindrance, NewItem, PendingState
from connector.model.worklist.causes import Kind
from tests.builders import CONNECTION, a_customer, a_product, an_invoice
from tests.unit.engine.world import World


@pytest.fixture
def world() -> World:
    """An invoice that waits for its customer."""
    world = World()
    world.find(a_customer(), a_product(), an_invoice())
    world.push("product", "invoice")
    world.run_id = "r2"
    return world


def wake(world: World) -> int:
    return wake_children(CONNECTION, world.store.worklist.read(CONNECTION)[0], world.store)


def test_what_waits_for_a_record_that_came_alone_starts_a_run(world: World) -> None:
    world.push("customer")
    assert flows_to_run(CONNECTION, world.store) == frozenset()
    assert wake(world) == 1
    assert flows_to_run(CONNECTION, world.store) == {"push_invoices"}
    assert world.push("invoice")["invoice"] == {"created": 1}


def test_what_waits_for_a_record_that_is_not_there_goes_on_waiting(world: World) -> None:
    assert (wake(world), world.left("invoice")) == (0, {"5501": PendingState.WAITING})


def test_what_is_pulled_and_waits_for_a_record_of_quickbooks_is_planned_again_as_well() -> None:
    world = World()
    found = NewItem(record_id="61", record="{}", fingerprint="f", found_at="", label="stock")
    world.store.pending.put_all(CONNECTION, "pull_part_quantities", [found])
    (item,) = world.store.pending.read_all(CONNECTION, "pull_part_quantities")
    world.store.pending.hold(item, PendingState.WAITING, why=Hindrance(Kind.PARENT, ("Item/1",)))
    assert wake(world) == 0
    world.find(a_product())
    world.push("product")
    assert wake(world) == 1


def test_where_the_run_died_that_brought_its_parent_the_daily_watch_sees_to_it(
    world: World,
) -> None:
    world.push("customer")
    measure_one(CONNECTION, world.run().now(), world.store)
    assert flows_to_run(CONNECTION, world.store) == {"push_invoices"}
