"""Tracked records in memory."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import RLock

from connector.model.ids import ConnectionId, FlowName, RecordId, RunId
from connector.model.outcomes import Outcome, RecordOutcome, Sum
from connector.model.tracking.tracked import (
    Counts,
    FlowSoFar,
    Sought,
    TrackedPage,
    TrackedRecord,
    add,
    latest,
)

type Place = tuple[str, str]
"""A flow and a record, or a connection and a flow or a run."""


@dataclass
class MemoryTracked:
    """Keeps the latest state of each record of a flow, and the last one that each run told."""

    flows: dict[Place, dict[str, TrackedRecord]] = field(default_factory=dict)
    runs: dict[Place, dict[Place, TrackedRecord]] = field(default_factory=dict)
    times: dict[Place, tuple[str, datetime, datetime]] = field(default_factory=dict)
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
                before = kept.get(one.record_id)
                after = latest(before, one, now)
                if after is not before:
                    kept[one.record_id] = after
                    of_run = self.runs.setdefault((connection_id, after.run_id), {})
                    of_run[flow, one.record_id] = after
                    self._time(connection_id, after)

    def insist(
        self,
        connection_id: ConnectionId,
        flow: FlowName,
        told: Iterable[RecordOutcome],
        *,
        now: datetime,
    ) -> None:
        self.note(connection_id, flow, told, now=now)

    def _time(self, connection_id: ConnectionId, one: TrackedRecord) -> None:
        run_id, first, _ = self.times.get((connection_id, one.flow), ("", one.at, one.at))
        first = first if run_id == one.run_id else one.at
        self.times[connection_id, one.flow] = (one.run_id, first, one.at)

    def catch_up(
        self,
        connection_id: ConnectionId,
        flow: FlowName,
        told: Sequence[RecordOutcome],
        *,
        now: datetime,
    ) -> None:
        self.note(connection_id, flow, told, now=now)

    def read_many(
        self, connection_id: ConnectionId, flow: FlowName, record_ids: Iterable[RecordId]
    ) -> dict[str, TrackedRecord]:
        kept = self.flows.get((connection_id, flow), {})
        return {one: kept[one] for one in record_ids if one in kept}

    def read_some(
        self, connection_id: ConnectionId, wanted: Iterable[tuple[FlowName, RecordId]]
    ) -> list[TrackedRecord]:
        found = {own: self.flows.get((connection_id, own[0]), {}).get(own[1]) for own in wanted}
        return [one for _, one in sorted(found.items()) if one]

    def find(
        self,
        connection_id: ConnectionId,
        sought: Sought,
        *,
        after: str | None,
        limit: int,
        oldest_first: bool = False,
    ) -> TrackedPage:
        held = sorted(
            filter(sought.holds, self._all(connection_id)), key=_place, reverse=not oldest_first
        )
        rest = [one for one in held if after is None or _comes_after(one, after, oldest_first)]
        following = _place(rest[limit - 1]) if len(rest) > limit else None
        return TrackedPage(tuple(rest[:limit]), following)

    def of_run(
        self,
        connection_id: ConnectionId,
        run_id: RunId,
        outcome: Outcome,
        flow: FlowName | None = None,
    ) -> list[tuple[FlowName, RecordId]]:
        return [
            own
            for own, one in sorted(self.runs.get((connection_id, run_id), {}).items())
            if one.outcome is outcome and flow in (None, one.flow)
        ]

    def followed(
        self, connection_id: ConnectionId, run_ids: Collection[RunId]
    ) -> dict[RunId, dict[FlowName, FlowSoFar]]:
        return {one: self._followed(connection_id, one) for one in run_ids}

    def _followed(self, connection_id: ConnectionId, run_id: RunId) -> dict[FlowName, FlowSoFar]:
        found: dict[FlowName, dict[Outcome, Sum]] = {}
        for (flow, _), one in self.runs.get((connection_id, run_id), {}).items():
            sums = found.setdefault(flow, {})
            sums[one.outcome] = sums.get(one.outcome, Sum()).plus(one.amount)
        return {
            flow: FlowSoFar(outcomes=found[flow], first_at=first, last_at=last)
            for (own, flow), (latest_run, first, last) in self.times.items()
            if (own, latest_run) == (connection_id, run_id)
        }

    def counts(self, connection_id: ConnectionId) -> Counts:
        found: Counts = {}
        for one in self._all(connection_id):
            add(found, one)
        return found

    def _all(self, connection_id: ConnectionId) -> list[TrackedRecord]:
        with self.lock:
            return [
                one
                for (of, _), kept in self.flows.items()
                if of == connection_id
                for one in kept.values()
            ]


def _comes_after(one: TrackedRecord, after: str, oldest_first: bool) -> bool:
    return _place(one) > after if oldest_first else _place(one) < after


def _place(one: TrackedRecord) -> str:
    return f"{one.day or ''}#{one.flow}#{one.record_id}"
