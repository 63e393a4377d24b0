from collections.abc import Iterable
from dataclasses import replace

import pytest

from connector.changes.mobiwork import find_changes
from connector.model.pending import NewItem
from tests.builders import CONNECTION, a_customer
from tests.memory.pending import MemoryPending
from tests.memory.store import in_memory
from tests.unit.engine.world import FakeMobiWork


class NotKeptError(Exception):
    """The table did not take the items."""


class Refusing(MemoryPending):
    """Takes no items."""

    def put_all(self, connection_id: str, flow: str, items: Iterable[NewItem]) -> None:
        raise NotKeptError


def test_what_a_look_could_not_keep_is_found_by_the_next_one() -> None:
    store, mobiwork = in_memory(), FakeMobiWork([a_customer()])
    with pytest.raises(NotKeptError):
        find_changes(CONNECTION, mobiwork, replace(store, pending=Refusing()))
    find_changes(CONNECTION, mobiwork, store)
    found = store.pending.read_all(CONNECTION, "push_customers")
    assert [one.record_id for one in found] == ["700001"]
