"""The call meter: how many metered and free QuickBooks calls were made, by whom and for what.

Intuit counts successful calls only: reads, queries, CDC and batches are metered, single writes are
free (reference section 5.2). The month is the UTC one; Intuit does not say which zone it bills in.
Calls are counted in memory and added up once per invocation: for the app, where all its companies
lie together; for the connection, by flow; and for the run.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from threading import Lock

from pynamodb.attributes import NumberAttribute
from pynamodb.expressions.update import Action

from connector.model.calls import OTHER, CallKind, Calls
from connector.model.control.budget import MONTH
from connector.model.ids import ConnectionId, FlowName, RunId
from connector.store.runs import KEPT
from connector.store.table import Item, key


class CallsItem(Item):
    """The calls of one company of the app in a month, of one flow in it, or of one in a run."""

    metered = NumberAttribute(default=0)
    free = NumberAttribute(default=0)
    expires_at = NumberAttribute(null=True)


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
            self._counted[f"{self._now():{MONTH}}", kind] += 1

    @property
    def counted(self) -> Calls:
        """What was counted since the last flush."""
        with self._lock:
            return _sum(self._counted)

    def flush(self, *, flow: FlowName = OTHER, run_id: RunId | None = None) -> Calls:
        """Add what was counted to the store, once, and return it; the count starts again at 0.

        `flow` and `run_id` say what it was for. If the store refuses, the calls stay counted for
        the next flush: some may then count twice, and none is forgotten.
        """
        with self._lock:
            counted = dict(self._counted)
            for month in sorted({month for month, _ in counted}):
                calls = _of_month(counted, month)
                for row in self._rows(month, flow, run_id):
                    _add(row, calls)
                for kind in ("metered", "free"):
                    self._counted.pop((month, kind), None)
        return _sum(counted)

    def _rows(self, month: str, flow: FlowName, run_id: RunId | None) -> list[CallsItem]:
        """Return where the calls of a month are added up."""
        connection_id = self._connection_id
        rows = [
            CallsItem(key("app", "calls", month), connection_id),
            CallsItem(key(connection_id, "calls"), f"{month}#{flow}"),
        ]
        if run_id is not None:
            until = int((self._now() + KEPT).timestamp())
            rows.append(CallsItem(key(connection_id, "run-calls", run_id), flow, expires_at=until))
        return rows


def of_app(month: str) -> dict[ConnectionId, Calls]:
    """Return what each company of the app has made in a month such as `2026-03`."""
    return {row.sk: _calls(row) for row in CallsItem.query(key("app", "calls", month))}


def by_flow(connection_id: ConnectionId, month: str) -> dict[FlowName, Calls]:
    """Return what a connection has made in a month, by flow."""
    chosen = CallsItem.sk.startswith(f"{month}#")
    found = CallsItem.query(key(connection_id, "calls"), chosen)
    return {row.sk.partition("#")[2]: _calls(row) for row in found}


def of_run(connection_id: ConnectionId, run_id: RunId) -> dict[FlowName, Calls]:
    """Return what each flow has made in a run."""
    found = CallsItem.query(key(connection_id, "run-calls", run_id))
    return {row.sk: _calls(row) for row in found}


def _calls(row: CallsItem) -> Calls:
    return Calls(metered=int(row.metered), free=int(row.free))


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


def _add(row: CallsItem, calls: Calls) -> None:
    actions: list[Action] = [
        CallsItem.metered.add(calls.metered),
        CallsItem.free.add(calls.free),
    ]
    if row.expires_at is not None:
        actions.append(CallsItem.expires_at.set(row.expires_at))
    row.update(actions=actions)
