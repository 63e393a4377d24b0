"""A reading that a worker made never takes the place of what a look found since."""

from dataclasses import replace

import pytest

from connector.engine.stores import Store
from connector.model.pending import PendingItem, PendingState
from connector.model.worklist.causes import Kind
from tests.contract.test_pending import FLOW, found, gone, one, put


def made(store: Store) -> tuple[bool, PendingItem]:
    free = store.pending.put_if_free("c1", FLOW, found(fingerprint="made"))
    return free, one(store)


def test_it_is_to_be_planned_where_no_item_is_there(store: Store) -> None:
    free, item = made(store)
    assert (free, item.state, item.fingerprint) == (True, PendingState.CHANGED, "made")
    assert item.record == found(fingerprint="made").record


def test_what_was_found_stays(store: Store) -> None:
    put(store, found(fingerprint="f2"))
    free, item = made(store)
    assert (free, item.fingerprint) == (False, "f2")


@pytest.mark.parametrize(
    ("cause", "free"), [(Kind.DELETED_HERE, False), (Kind.CALLED_OFF, True), (None, True)]
)
def test_an_entry_gives_way_unless_it_tells_that_the_record_is_gone(
    store: Store, cause: Kind | None, free: bool
) -> None:
    store.pending.put_deleted("c1", FLOW, replace(gone(), cause=cause))
    gave_way, item = made(store)
    assert (gave_way, item.state is PendingState.CHANGED, item.reason is None) == (free,) * 3
