"""A look that is killed at any of its writes, also between two blocks of what is known."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count

import pytest
from pynamodb.constants import (
    BATCH_WRITE_ITEM,
    DELETE_ITEM,
    PUT_ITEM,
    TRANSACT_WRITE_ITEMS,
    UPDATE_ITEM,
)
from pynamodb.signals import pre_dynamodb_send

from connector.mobiwork.xml import RawRecord
from connector.model.pending import PendingState
from tests.builders import CONNECTION, a_customer
from tests.memory.store import ALWAYS_LIVE
from tests.unit.engine.world import World

WRITES = {BATCH_WRITE_ITEM, DELETE_ITEM, PUT_ITEM, TRANSACT_WRITE_ITEMS, UPDATE_ITEM}
IDS = ("700001", "700002", "700003", "700004")
ALL_NEW, ALL_CHANGED = 17, 11
"""So many writes a look makes that finds all records new, or changed."""
pytestmark = [pytest.mark.usefixtures("table"), pytest.mark.case("X9c")]


class KilledError(BaseException):
    """The process ends here."""


@contextmanager
def killed_at(place: int) -> Iterator[list[bool]]:
    """Kill whoever makes the write in a place, before it is made; tell whether it came to that."""
    writes, killed = count(), list[bool]()

    def kill(_sender: object, operation_name: str, **_: object) -> None:
        if operation_name in WRITES and (killed or next(writes) == place):
            killed.append(True)
            raise KilledError

    with pre_dynamodb_send.connected_to(kill), suppress(KilledError):
        yield killed


def customers(*ids: str, city: str = "Tampa") -> list[RawRecord]:
    return [
        a_customer(
            own, companyName=f"Heron {own}", address={"address1": "12 Canal St", "city": city}
        )
        for own in ids
    ]


def pushed(world: World, run_id: str) -> None:
    world.run_id = run_id
    world.push("customer")


def cities(world: World) -> dict[str, str]:
    rows = world.quickbooks.records.get("Customer", [])
    return {one["DisplayName"]: one["BillAddr"]["City"] for one in rows}


@pytest.mark.parametrize("place", range(ALL_NEW))
def test_what_it_found_new_is_sent_once_and_its_deletion_is_told(place: int) -> None:
    world = World(store=ALWAYS_LIVE)
    with killed_at(place):
        world.find(*customers(*IDS))
    pushed(world, "r1")
    sent = {*cities(world)}
    world.find(*customers(*IDS[1:]))
    world.find(*customers(*IDS[1:]))
    pushed(world, "r2")
    assert {*cities(world)} >= {f"Heron {own}" for own in IDS[1:]}
    assert len(world.quickbooks.records["Customer"]) == len(cities(world))
    told = {
        one.record_id
        for one in world.store.pending.worklist(CONNECTION, "push_customers")
        if one.state is PendingState.DELETED
    }
    assert told == ({IDS[0]} if f"Heron {IDS[0]}" in sent else set())


@pytest.mark.parametrize("place", range(ALL_CHANGED))
def test_what_is_changed_back_after_it_is_not_sent_as_it_was_in_between(place: int) -> None:
    world = World(store=ALWAYS_LIVE)
    world.find(*customers(*IDS))
    pushed(world, "r1")
    with killed_at(place):
        world.find(*customers(*IDS, city="Miami"))
    pushed(world, "r2")
    world.find(*customers(*IDS))
    pushed(world, "r3")
    assert {*cities(world).values()} == {"Tampa"}


def test_those_are_all_writes_of_a_look() -> None:
    world = World(store=ALWAYS_LIVE)
    for places, city in ((ALL_NEW, "Tampa"), (ALL_CHANGED, "Miami")):
        with killed_at(places) as killed:
            world.find(*customers(*IDS, city=city))
        assert killed == []
        pushed(world, city)
