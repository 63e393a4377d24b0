from typing import Any

import pytest

from connector.entities.registry import BY_ENTITY
from connector.model.links import Intent
from connector.push.worker import push
from tests.builders import CONNECTION, a_customer
from tests.fakes import Record
from tests.unit.engine.two_sides import TwoSides
from tests.unit.engine.world import World

LONG = 31.0
"""Seconds after which a claim is too old to send under."""

VALVE = {"Name": "Brass valve", "Type": "NonInventory", "UnitPrice": 5}


@pytest.fixture
def world() -> World:
    made = World()
    made.quickbooks.honours_request_ids = False
    made.find(a_customer())
    return made


@pytest.fixture
def sides() -> TwoSides:
    return TwoSides()


def claims(world: World) -> list[str]:
    """Return the claims a record is created under, as whoever watches it sees them."""
    seen: list[str] = []
    links = world.store.links
    claim = links.claim

    def claimed(connection_id: str, intent: Intent, **told: Any) -> bool:
        seen.append(str(intent.claim))
        return claim(connection_id, intent, **told)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(links, "claim", claimed)
        assert world.push("customer") == {"customer": {"created": 1}}
    return seen


def test_a_record_that_is_sent_at_once_is_claimed_once(world: World) -> None:
    assert len(claims(world)) == 1


def test_a_worker_that_slept_shows_life_before_it_sends(world: World) -> None:
    world.quickbooks.before = lambda _entity, _body: world.clock.sleep(LONG)
    first, second = claims(world)
    assert first != second


def test_a_worker_that_slept_until_another_took_its_record_over_sends_nothing(
    world: World,
) -> None:
    def frozen(_entity: str, _body: Record) -> None:
        world.quickbooks.before = lambda _entity, _body: None
        others = push(BY_ENTITY["customer"], world.run(run_id="r2"))
        assert others.as_json()["outcomes"] == {"created": 1}

    world.quickbooks.before = frozen
    world.push("customer")
    assert (world.quickbooks.creates, world.left("customer")) == (1, {})


def test_an_addition_that_slept_until_another_took_it_over_adds_nothing(sides: TwoSides) -> None:
    number = sides.in_quickbooks("Item", **VALVE)
    sides.look("Item")

    def frozen(_entity: str) -> None:
        sides.mobiwork.before = lambda _entity: None
        assert sides.pull("pull_products") == {"created": 1}

    sides.mobiwork.before = frozen
    sides.pull("pull_products")
    assert (sides.mobiwork.adds, sides.owner("Item", number)) == (1, "p1")
    assert sides.store.additions.under_way(CONNECTION, "Item", [number]) == {}


def test_an_addition_that_slept_is_ended_by_its_own_worker(sides: TwoSides) -> None:
    number = sides.in_quickbooks("Item", **VALVE)
    sides.look("Item")
    sides.mobiwork.before = lambda _entity: sides.clock.sleep(LONG)
    assert sides.pull("pull_products") == {"created": 1}
    assert sides.store.additions.under_way(CONNECTION, "Item", [number]) == {}
