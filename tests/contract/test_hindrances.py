from dataclasses import replace
from decimal import Decimal

import pytest

from connector.engine.stores import Store
from connector.model.pending import Hindrance, PendingItem, PendingState
from connector.model.worklist.causes import Kind
from tests.contract.test_pending import FLOW, NOON, found, gone, one, put

CLOSED, PARENT = Kind.CLOSED.value, "parent|customer 7"


def held(store: Store, why: Hindrance) -> PendingItem:
    put(store, found())
    store.pending.hold(one(store), PendingState.REFUSED, reason="Closed.", why=why)
    return one(store)


def test_what_is_held_says_its_cause_since_when_and_what_it_is_worth(store: Store) -> None:
    item = held(store, Hindrance(PARENT, ("customer/7",), Decimal("12.50")))
    assert (item.cause, item.parents, item.worth) == (PARENT, ("customer/7",), Decimal("12.50"))
    assert item.since


def test_what_is_held_again_for_the_same_cause_is_held_since_the_first_time(store: Store) -> None:
    first = held(store, Hindrance(CLOSED))
    store.pending.replay("c1", "push_customers", first.record_id)
    again = one(store)
    assert again.since_for(CLOSED, "later") == first.since
    assert again.since_for(PARENT, "later") == "later"
    store.pending.hold(again, PendingState.REFUSED, why=Hindrance(CLOSED))
    assert (one(store).since, one(store).refusals) == (first.since, 2)


def test_what_goes_on_has_no_cause(store: Store) -> None:
    item = held(store, Hindrance(CLOSED))
    store.pending.hold(item, PendingState.PLANNED)
    assert (one(store).cause, one(store).since) == (None, None)


def test_what_does_not_go_on_is_open_and_what_does_where_it_is_to_be_approved_or_tried_again(
    store: Store,
) -> None:
    put(store, *(found(f"70000{n}") for n in range(4)))
    store.pending.hold(one(store, "700000"), PendingState.PLANNED)
    store.pending.hold(one(store, "700001"), PendingState.PLANNED, why=Hindrance(CLOSED))
    store.pending.hold(one(store, "700002"), PendingState.REFUSED, why=Hindrance(CLOSED))
    assert not one(store, "700002").is_tried_again
    assert store.pending.replay("c1", FLOW, "700002")
    assert one(store, "700002").is_tried_again
    store.pending.hold(one(store, "700003"), PendingState.SENT)
    found_open = [item.record_id for item in store.pending.open_items("c1", FLOW)]
    assert found_open == ["700001", "700002", "700003"]


@pytest.mark.parametrize("cause", [CLOSED, None])
def test_a_deletion_with_a_cause_is_told_since_it_was_found(
    store: Store, cause: str | None
) -> None:
    store.pending.put_deleted("c1", FLOW, replace(gone(), cause=cause))
    assert (one(store).cause, one(store).since) == (cause, NOON if cause else None)
