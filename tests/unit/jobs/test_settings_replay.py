from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from connector.engine.run import LONGEST
from connector.engine.stores import Store
from connector.errors import OPEN_SETTINGS, SKIP, Fix
from connector.jobs.settings_replay import PAGE, replay
from connector.model.pending import Hindrance, NewItem, PendingState
from connector.model.policy.settings import Settings
from connector.model.totals import Difference, DifferenceCause, TotalDifference
from connector.model.worklist.causes import Kind
from tests.builders import a_payment, an_invoice, settings
from tests.memory.store import in_memory
from tests.unit.engine.world import World

FLOW = "push_payments"


def a_store(count: int = 1, state: PendingState = PendingState.REFUSED, fix: Fix = SKIP) -> Store:
    store = in_memory()
    new = [
        NewItem(record_id=str(own), record="{}", fingerprint="f", found_at="", label="payment")
        for own in range(count)
    ]
    store.pending.put_all("c1", FLOW, new)
    for item in list(store.pending.read_all("c1", FLOW)):
        store.pending.hold(item, state, reason="A setting is wrong.", fixes=[fix])
    return store


def save(store: Store) -> None:
    store.settings.save_settings("c1", Settings(), saved_at="", saved_by="")


def states(store: Store) -> Counter[PendingState]:
    return Counter(one.state for one in store.pending.read_all("c1", FLOW))


def leave_out(store: Store) -> None:
    known = store.fingerprints.read("c1", FLOW)
    for item in list(store.pending.read_all("c1", FLOW)):
        known.remember(item.record_id, item.fingerprint)
        store.left_out.keep(item, label="payment", reason="It is left out.")
        store.pending.close(item)
    store.fingerprints.save("c1", FLOW, known)


@pytest.mark.case("F16")
@pytest.mark.parametrize(
    ("state", "fix", "after"),
    [
        (PendingState.REFUSED, OPEN_SETTINGS, PendingState.CHANGED),
        (PendingState.WAITING, OPEN_SETTINGS, PendingState.CHANGED),
        (PendingState.UNDECIDED, SKIP, PendingState.CHANGED),
        (PendingState.REFUSED, SKIP, PendingState.REFUSED),
        (PendingState.SENT, OPEN_SETTINGS, PendingState.SENT),
    ],
)
def test_what_waits_for_settings_is_planned_again_once_they_are_saved(
    state: PendingState, fix: Fix, after: PendingState
) -> None:
    store = a_store(state=state, fix=fix)
    assert (replay("c1", store), states(store)) == (True, {state: 1})
    save(store)
    assert (replay("c1", store), states(store)) == (True, {after: 1})


def test_what_was_left_out_is_planned_again_once_settings_are_saved() -> None:
    store = a_store(3)
    leave_out(store)
    save(store)
    assert (replay("c1", store), states(store)) == (True, {PendingState.CHANGED: 3})


@pytest.mark.parametrize(
    ("cause", "state"),
    [(Kind.DELETED_HERE, PendingState.DELETED), (Kind.TOTAL, PendingState.CHANGED)],
)
def test_a_total_that_differs_is_planned_again_unless_its_record_was_deleted(
    cause: Kind, state: PendingState
) -> None:
    store = a_store()
    (item,) = store.pending.read_all("c1", FLOW)
    store.pending.hold(item, PendingState.DELETED, reason="x", why=Hindrance(cause))
    off = Difference(DifferenceCause.ROUNDING, "It differs.", Decimal("0.01"), Decimal(0))
    store.totals.note("c1", FLOW, TotalDifference(item.record_id, "payment", off), counts=True)
    save(store)
    assert (replay("c1", store), states(store)) == (True, {state: 1})


def after(pages: int) -> Callable[[], bool]:
    asked = iter([False] * pages + [True])
    return lambda: next(asked)


@pytest.mark.parametrize("left_out", [False, True])
def test_where_the_time_is_up_the_next_look_goes_on_and_nothing_is_forgotten(
    left_out: bool,
) -> None:
    store = a_store(3 * PAGE, fix=OPEN_SETTINGS)
    if left_out:
        leave_out(store)
    save(store)
    assert replay("c1", store, after(1)) is False
    assert PAGE <= states(store)[PendingState.CHANGED] < 3 * PAGE
    assert replay("c1", store) is True
    assert states(store) == {PendingState.CHANGED: 3 * PAGE}


def test_settings_that_are_saved_while_it_goes_on_are_applied_too() -> None:
    store = a_store(fix=OPEN_SETTINGS)
    save(store)
    due = store.settings.replay_due("c1")
    save(store)
    store.settings.note_replayed("c1", due.version if due else 0)
    assert replay("c1", store) is True
    assert states(store) == {PendingState.CHANGED: 1}


@pytest.mark.case("F16")
def test_of_what_is_left_out_only_what_other_settings_decide_otherwise_is_planned_again() -> None:
    world = World()
    world.find(*(an_invoice(str(own), status="Open") for own in range(120)), a_payment())
    world.push("invoice")
    store, invoices = world.store, "push_invoices"
    world.save(settings(send_tax=False))
    assert (replay("c1", store), list(store.pending.read_all("c1", invoices))) == (True, [])
    world.save(settings(excluded_customers=["700001"]))
    assert replay("c1", store)
    assert len(list(store.pending.read_all("c1", invoices))) == 120
    world.run_id = "r2"
    world.push("invoice")
    world.save(settings(excluded_customers=["700001"], send_tax=False))
    assert (replay("c1", store), list(store.pending.read_all("c1", invoices))) == (True, [])


def test_it_is_done_once_more_when_nobody_knows_the_settings_of_before_any_more() -> None:
    store, noon = a_store(fix=OPEN_SETTINGS), datetime(2026, 3, 2, 12, tzinfo=UTC)
    save(store)
    assert replay("c1", store, now=noon)
    (item,) = store.pending.read_all("c1", FLOW)
    store.pending.hold(
        item, PendingState.REFUSED, reason="By settings of before.", fixes=[OPEN_SETTINGS]
    )
    assert (replay("c1", store, now=noon), states(store)) == (True, {PendingState.REFUSED: 1})
    later = noon + LONGEST
    assert (replay("c1", store, now=later), states(store)) == (True, {PendingState.CHANGED: 1})
    assert store.settings.replay_due("c1", now=later) is None


def test_doing_it_once_more_lets_no_document_go_out_alone_again() -> None:
    store, noon = a_store(), datetime(2026, 3, 2, 12, tzinfo=UTC)
    save(store)
    assert replay("c1", store, now=noon)
    store.totals.pass_one("c1", FLOW)
    left = store.totals.watched("c1", FLOW)
    assert replay("c1", store, now=noon + LONGEST)
    assert store.totals.watched("c1", FLOW) == left
