"""How much a flow needs a run, by its items and the time."""

from datetime import UTC, datetime, timedelta

from connector.engine.stores import Store
from connector.model.pending import Need, PendingState
from tests.contract.test_pending import FLOW, found, one, put


def test_of_several_items_the_most_urgent_says_how_much_a_run_is_needed(store: Store) -> None:
    put(store, *(found(f"70000{n}") for n in range(4)))
    store.pending.hold(one(store, "700000"), PendingState.PLANNED)
    store.pending.hold(one(store, "700001"), PendingState.WAITING)
    store.pending.hold(one(store, "700002"), PendingState.ASKED)
    assert store.pending.need("c1", FLOW) is Need.START
    store.pending.close(one(store, "700003"))
    assert store.pending.need("c1", FLOW) is max(Need.ALONG, Need.RECOUNT)


def test_what_was_refused_is_planned_again_once_its_time_has_come(store: Store) -> None:
    put(store, found())
    due = datetime.now(UTC) + timedelta(days=2)
    store.pending.hold(one(store), PendingState.REFUSED, reason="Closed.", not_before=due)
    moments = (None, due - timedelta(seconds=1), due + timedelta(seconds=1))
    planned = [list(store.pending.to_plan("c1", FLOW, now=moment)) for moment in moments]
    assert planned == [[], [], [one(store)]]
    assert [store.pending.need("c1", FLOW, now=moment) for moment in moments] == [
        Need.NOTHING,
        Need.NOTHING,
        Need.START,
    ]


def test_what_waits_or_was_refused_becomes_work_without_leaving_the_worklist(store: Store) -> None:
    put(store, *(found(f"70000{n}") for n in range(3)))
    store.pending.hold(one(store, "700000"), PendingState.PLANNED)
    store.pending.hold(one(store, "700001"), PendingState.REFUSED, reason="Closed.")
    store.pending.hold(one(store, "700002"), PendingState.WAITING)
    made = [store.pending.make_due("c1", FLOW, f"70000{n}") for n in range(4)]
    assert made == [False, True, True, False]
    assert [one.record_id for one in store.pending.worklist("c1", FLOW)] == ["700001", "700002"]
    assert [one.record_id for one in store.pending.to_plan("c1", FLOW)] == ["700001", "700002"]
