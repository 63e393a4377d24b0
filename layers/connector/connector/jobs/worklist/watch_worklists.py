"""Nothing waits silently: once a day each worklist is measured by the age of its entries."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from connector.engine.stores import DYNAMODB, Store
from connector.entities.registry import NAMES
from connector.errors import RetriableError
from connector.jobs.refusals import wake_children
from connector.model.connection import Phase
from connector.model.pending import PendingItem, PendingState
from connector.observability import logger, measure
from connector.store import connections

DAY = timedelta(days=1)
WATCHED = frozenset({Phase.LIVE, Phase.PAUSED})
"""The phases in which something may wait that a person should see to."""


def watch(now: datetime | None = None, store: Store = DYNAMODB) -> int:
    """Measure the worklists of all connections that were started; return how many there are.

    What has stood on one for longer than its settings allow is counted, logged by cause and
    alarmed; what a person has put off to a later day is not.

    Raises:
        RetriableError: some could not be measured; said after all others were.
    """
    at, watched = now or datetime.now(UTC), list[int]()

    def one(connection_id: str) -> None:
        if connections.read(connection_id).phase in WATCHED:
            watched.append(measure_one(connection_id, at, store))

    if failed := connections.each(one):
        raise RetriableError(f"{failed} worklists could not be measured; the log says why.")
    return len(watched)


def measure_one(connection_id: str, now: datetime, store: Store = DYNAMODB) -> int:
    """Count one worklist, and what has stood on it for too long; return how much that is."""
    allowed = timedelta(days=store.settings.read_settings(connection_id).alarm_after_days)
    entries = [*_entries(connection_id, now, store)]
    late = [one for one in entries if _since(one) + allowed <= now]
    new = sum(_since(one) + DAY > now for one in entries)
    measure(
        {"WorklistEntries": len(entries), "WorklistNew": new, "WorklistOverdue": len(late)},
        connection_id=connection_id,
    )
    if late:
        told: dict[str, int] = {}
        for one in late:
            key = one.key_of_cause
            told[key] = told.get(key, 0) + 1
        logger.warning("worklist overdue", connection_id=connection_id, causes=told)
    return len(late)


def _entries(connection_id: str, now: datetime, store: Store) -> Iterator[PendingItem]:
    """Yield what stands on a worklist, not put off and not waiting for a day that is known.

    What the worklist does not show as it is kept is mended on the way, and what waits for records
    that are there is planned again.
    """
    shown, notes = store.worklist.read(connection_id)
    for flow in NAMES:
        items = list(store.pending.open_items(connection_id, flow))
        differing = {_standing(one) for one in shown if one.flow == flow} ^ {*map(_standing, items)}
        store.worklist.settle(connection_id, flow, sorted({own for own, *_ in differing}))
        wake_children(connection_id, items, store)
        for item in items:
            key = item.key_of_cause
            note = notes.get(f"{flow}/{item.record_id}") or notes.get(key)
            sleeps = note is not None and note.sleeps(now.date())
            awaited = item.state is PendingState.WAITING and item.not_before is not None
            if not (sleeps or awaited):
                yield item


def _standing(item: PendingItem) -> tuple[str, str, str, str]:
    """Return what the worklist shows of a record, by its id."""
    return item.record_id, item.state.value, item.key_of_cause, str(item.worth)


def _since(item: PendingItem) -> datetime:
    moment = datetime.fromisoformat(item.since or item.found_at)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
