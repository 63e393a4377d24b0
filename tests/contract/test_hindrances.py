from decimal import Decimal

from connector.engine.stores import Store
from connector.model.pending import Hindrance, PendingItem, PendingState
from connector.model.worklist.causes import Kind
from tests.contract.test_pending import found, one, put

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


def test_what_goes_on_has_no_cause(store: Store) -> None:
    item = held(store, Hindrance(CLOSED))
    store.pending.hold(item, PendingState.PLANNED)
    assert (one(store).cause, one(store).since) == (None, None)
