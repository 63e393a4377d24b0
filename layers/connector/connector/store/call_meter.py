"""The call meter: how many metered and free QuickBooks calls a connection made in a month.

Intuit counts successful calls only: reads, queries, CDC and batches are metered, single writes are
free (reference section 5.2). The month is the UTC one; Intuit does not say which zone it bills in.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from threading import Lock

from pynamodb.attributes import NumberAttribute

from connector.model.calls import CallKind, Calls
from connector.store.table import Item, key


class CallsItem(Item):
    """The calls of one connection in one month."""

    metered = NumberAttribute(default=0)
    free = NumberAttribute(default=0)


class Meter:
    """Counts the calls of one connection in memory until they are flushed; safe among threads."""

    def __init__(
        self, connection_id: str, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._connection_id = connection_id
        self._now = now
        self._lock = Lock()
        self._counted: Counter[tuple[str, CallKind]] = Counter()

    def count(self, kind: CallKind) -> None:
        """Count one successful call."""
        with self._lock:
            self._counted[f"{self._now():%Y-%m}", kind] += 1

    @property
    def counted(self) -> Calls:
        """What was counted since the last flush."""
        with self._lock:
            return _sum(self._counted)

    def flush(self) -> Calls:
        """Add what was counted to the store, once, and return it; the count starts again at 0.

        If the store refuses, the calls stay counted for the next flush.
        """
        with self._lock:
            counted = dict(self._counted)
            for month in sorted({month for month, _ in counted}):
                _add(self._connection_id, month, _of_month(counted, month))
                for kind in ("metered", "free"):
                    self._counted.pop((month, kind), None)
        return _sum(counted)


def _sum(counted: Mapping[tuple[str, CallKind], int]) -> Calls:
    return Calls(
        metered=sum(n for (_, kind), n in counted.items() if kind == "metered"),
        free=sum(n for (_, kind), n in counted.items() if kind == "free"),
    )


def _of_month(counted: dict[tuple[str, CallKind], int], month: str) -> Calls:
    return Calls(
        metered=counted.get((month, "metered"), 0),
        free=counted.get((month, "free"), 0),
    )


def _add(connection_id: str, month: str, calls: Calls) -> None:
    CallsItem(key(connection_id, "calls"), month).update(
        actions=[CallsItem.metered.add(calls.metered), CallsItem.free.add(calls.free)]
    )
