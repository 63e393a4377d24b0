"""What waits for settings is planned again when they are saved: marked then, done by the next look.

Saving so takes the same time however much waits. A look goes on where the time was up, because
what is planned again is not found a second time.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import batched, chain

from connector.engine.run import LONGEST, Run
from connector.engine.stores import DYNAMODB, Store
from connector.entities.registry import NAMES, POSTED_ONCE
from connector.jobs import left_out_replay
from connector.model.pending import PendingState

PAGE = 200
"""So many records are planned again between two looks at the time."""


def replay(
    connection_id: str,
    store: Store = DYNAMODB,
    out_of_time: Callable[[], bool] = lambda: False,
    *,
    connected_on: date | None = None,
    now: datetime | None = None,
) -> bool:
    """Plan again what saved settings refused, left out or did not decide, and what is only planned.

    It is done once more when no worker lives any more that read the settings of before: such a one
    may leave out, ask or refuse by them after its record was passed over here.

    Args:
        connection_id: the connection.
        store: where everything is kept.
        out_of_time: whether to stop and go on in the next look.
        connected_on: the day on which it was connected, which decides what is before its start.
        now: the time.

    Returns:
        Whether all of it is done; False when the time was up first.
    """
    now = now or datetime.now(UTC)
    due = store.settings.replay_due(connection_id, now=now)
    if due is None:
        return True
    if not due.once_more:
        store.totals.decide(connection_id, NAMES)
        store.totals.watch(connection_id, POSTED_ONCE)
    run = left_out_replay.planning(connection_id, store, connected_on)
    if not all(_replayed(run, name, out_of_time) for name in NAMES):
        return False
    again_at = None if due.once_more else now + LONGEST
    store.settings.note_replayed(connection_id, due.version, again_at=again_at, now=now)
    return True


def _replayed(run: Run, flow: str, out_of_time: Callable[[], bool]) -> bool:
    connection_id, store = run.connection_id, run.store
    _replay_differing(connection_id, flow, store)
    if not left_out_replay.replay_left_out(run, flow, out_of_time):
        return False
    pending = store.pending
    held = chain(
        pending.undecided(connection_id, flow),
        pending.planned(connection_id, flow),
        (one for one in pending.worklist(connection_id, flow) if one.waits_for_settings),
    )
    for some in batched(held, PAGE, strict=False):
        if out_of_time():
            return False
        pending.replay_some(connection_id, flow, [item.record_id for item in some])
    return True


def _replay_differing(connection_id: str, flow: str, store: Store) -> None:
    """Plan documents whose totals differ again: a rounding line may be wanted by now.

    Not one that was deleted in MobiWork since: its entry tells that, and nothing else would.
    """
    differing = store.totals.differing(connection_id, flow)
    found = store.pending.read_many(connection_id, flow, differing)
    for item in found.values():
        if item.state == PendingState.DELETED and item.record and not item.was_deleted:
            store.pending.put_if_free(connection_id, flow, item.reading)
