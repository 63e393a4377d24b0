"""Tracked records in memory."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import RLock

from connector.model.fingerprints import folded
from connector.model.ids import ConnectionId, FlowName, RecordId
from connector.model.outcomes import RecordOutcome
from connector.model.tracking.tracked import Counts, TrackedPage, TrackedRecord, View, add, latest


@dataclass
class MemoryTracked:
    """Keeps the latest state of each record of a flow."""

    flows: dict[tuple[str, str], dict[str, TrackedRecord]] = field(default_factory=dict)
    lock: RLock = field(default_factory=RLock)

    def note(
        self,
        connection_id: ConnectionId,
        flow: FlowName,
        told: Iterable[RecordOutcome],
        *,
        now: datetime,
    ) -> None:
        with self.lock:
            kept = self.flows.setdefault((connection_id, flow), {})
            for one in told:
                kept[one.record_id] = latest(kept.get(one.record_id), one, now)

    def read_many(
        self, connection_id: ConnectionId, flow: FlowName, record_ids: Iterable[RecordId]
    ) -> dict[str, TrackedRecord]:
        kept = self.flows.get((connection_id, flow), {})
        return {one: kept[one] for one in record_ids if one in kept}

    def catch_up(
        self,
        connection_id: ConnectionId,
        flow: FlowName,
        told: Sequence[RecordOutcome],
        *,
        now: datetime,
    ) -> None:
        self.note(connection_id, flow, told, now=now)

    def of_number(self, connection_id: ConnectionId, number: str) -> list[TrackedRecord]:
        wanted = folded(number)
        found = (one for one in self._all(connection_id) if wanted and folded(one.number) == wanted)
        return sorted(found, key=_place)

    def of_customer(
        self, connection_id: ConnectionId, name: str, *, after: str | None, limit: int
    ) -> TrackedPage:
        found = (
            one
            for one in self._all(connection_id)
            if folded(name) and folded(one.customer).startswith(folded(name))
        )
        return _page(found, after, limit)

    def read_some(
        self, connection_id: ConnectionId, view: View, *, after: str | None, limit: int
    ) -> TrackedPage:
        return _page((one for one in self._all(connection_id) if view.holds(one)), after, limit)

    def counts(self, connection_id: ConnectionId) -> Counts:
        found: Counts = {}
        for one in self._all(connection_id):
            add(found, one)
        return found

    def _all(self, connection_id: ConnectionId) -> list[TrackedRecord]:
        with self.lock:
            return [
                one
                for (of, _), kept in sorted(self.flows.items())
                if of == connection_id
                for _, one in sorted(kept.items())
            ]


def _page(found: Iterable[TrackedRecord], after: str | None, limit: int) -> TrackedPage:
    held = sorted(found, key=_place, reverse=True)
    rest = [one for one in held if after is None or _place(one) < after]
    following = _place(rest[limit - 1]) if len(rest) > limit else None
    return TrackedPage(tuple(rest[:limit]), following)


def _place(one: TrackedRecord) -> str:
    return f"{one.day or ''}#{one.flow}#{one.record_id}"
