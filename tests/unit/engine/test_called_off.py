"""A run ends within a page of records when its connection leaves the phase in which it began."""

from typing import Any

import pytest

from connector.engine.loop import PAGE
from connector.entities.registry import BY_ENTITY
from connector.model.connection import Phase
from connector.push.worker import push
from tests.builders import CONNECTION, a_customer
from tests.fakes import FakeQuickBooks
from tests.memory.kept import MemoryConnections
from tests.unit.engine.two_sides import TwoSides
from tests.unit.engine.world import World

OTHERS = [Phase.REVIEW, Phase.PAUSED, Phase.CLOSED]


class Steered(FakeQuickBooks):
    """Lets a person change the phase while the first record is being created."""

    def __init__(self, world: World, phase: Phase) -> None:
        super().__init__()
        self.world, self.phase = world, phase

    def create(self, entity: str, body: Any, **told: Any) -> Any:
        phases(self.world).phases[CONNECTION] = self.phase
        return super().create(entity, body, **told)


def phases(world: World | TwoSides) -> MemoryConnections:
    found = world.store.connections
    assert isinstance(found, MemoryConnections)
    return found


def customers(count: int) -> list[Any]:
    return [
        a_customer(str(100 + number), companyName=f"Company {number}") for number in range(count)
    ]


@pytest.mark.parametrize("phase", OTHERS)
def test_a_run_ends_within_a_page_and_leaves_the_rest_as_it_was(phase: Phase) -> None:
    world = World()
    world.quickbooks = Steered(world, phase)
    world.find(*customers(2 * PAGE))
    report = push(BY_ENTITY["customer"], world.run())
    assert (report.more, report.outcomes) == (False, {"created": PAGE})
    assert list(world.left("customer").values()) == ["changed"] * PAGE


@pytest.mark.parametrize("phase", [Phase.PAUSED, Phase.CLOSED])
def test_no_run_does_anything_for_a_connection_at_rest(phase: Phase) -> None:
    world = World()
    world.find(*customers(1))
    phases(world).phases[CONNECTION] = phase
    assert world.push("customer", phase=phase) == {"customer": {}}
    assert world.quickbooks.records == {}


def test_what_is_left_goes_on_when_the_connection_is_live_again() -> None:
    world = World()
    world.quickbooks = Steered(world, Phase.PAUSED)
    world.find(*customers(PAGE + 1))
    world.push("customer")
    world.quickbooks.phase = Phase.LIVE
    phases(world).phases[CONNECTION] = Phase.LIVE
    world.run_id = "r2"
    assert world.push("customer") == {"customer": {"created": 1}}


def test_a_pull_ends_too() -> None:
    sides = TwoSides()
    sides.in_quickbooks("Customer", DisplayName="Ann Lee", GivenName="Ann", FamilyName="Lee")
    sides.look("Customer")
    phases(sides).phases[CONNECTION] = Phase.PAUSED
    assert (sides.pull("pull_customers"), len(sides.left("pull_customers"))) == ({}, 1)
