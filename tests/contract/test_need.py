"""How much a flow needs a run, by its items and the time."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

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


def test_refusals_of_a_reading_are_counted_and_nothing_else_is(store: Store) -> None:
    put(store, found())
    counts = []
    for state in ("REFUSED", "WAITING", "REFUSED"):
        store.pending.hold(one(store), PendingState[state], reason="Not so.")
        counts.append(one(store).refusals)
    assert counts == [1, 1, 2]


@pytest.fixture
def in_new_york() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "America/New_York")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("in_new_york")
def test_moments_are_kept_in_utc_wherever_the_computer_stands(store: Store) -> None:
    put(store, found())
    due = datetime(2026, 3, 3, 8, tzinfo=UTC)
    store.pending.hold(one(store), PendingState.WAITING, reason="Not yet.", not_before=due)
    assert one(store).not_before == "2026-03-03T08:00:00+00:00"
