from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from connector.changes.mobiwork import find_changes
from connector.model.fingerprints import Fingerprints
from connector.model.pending import NewItem
from tests.builders import CONNECTION, a_customer
from tests.memory.kept import MemoryFingerprints
from tests.memory.pending import MemoryPending
from tests.memory.store import in_memory
from tests.unit.engine.world import FakeMobiWork, World


class NotKeptError(Exception):
    """The table did not take it."""


class Refusing(MemoryPending):
    """Takes no items."""

    def put_all(self, connection_id: str, flow: str, items: Iterable[NewItem]) -> None:
        raise NotKeptError


@dataclass
class Dying(MemoryFingerprints):
    """Takes notes, but dies before fingerprints are kept."""

    def save(self, connection_id: str, flow: str, known: Fingerprints) -> None:
        raise NotKeptError


def test_what_a_look_could_not_keep_is_found_by_the_next_one() -> None:
    store, mobiwork = in_memory(), FakeMobiWork([a_customer()])
    with pytest.raises(NotKeptError):
        find_changes(CONNECTION, mobiwork, replace(store, pending=Refusing()))
    find_changes(CONNECTION, mobiwork, store)
    found = store.pending.read_all(CONNECTION, "push_customers")
    assert [one.record_id for one in found] == ["700001"]


def test_what_a_dead_look_found_and_was_changed_back_is_not_sent_as_it_was_in_between() -> None:
    world = World()
    world.find(a_customer())
    world.push("customer")
    kept: Any = world.store.fingerprints
    dying = replace(world.store, fingerprints=Dying(kept.marks, kept.prints, kept.notes))
    with pytest.raises(NotKeptError):
        find_changes(CONNECTION, FakeMobiWork([a_customer(companyName="In between")]), dying)
    world.find(a_customer())
    world.run_id = "r2"
    world.push("customer")
    names = [one["DisplayName"] for one in world.quickbooks.records["Customer"]]
    assert (names, world.left("customer")) == (["Blue Heron Plumbing"], {})
