"""Runs and their outcomes in memory."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import RLock
from typing import Any

from connector.model.ids import ConnectionId, FlowName, RunId
from connector.model.outcomes import REPLACES, Outcome, RecordOutcome


@dataclass
class MemoryRuns:
    """Keeps what each run found, its progress, and one outcome per record of a flow."""

    founds: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    told: dict[tuple[str, str], dict[tuple[str, str], RecordOutcome]] = field(default_factory=dict)
    reached: dict[tuple[str, str, str], str] = field(default_factory=dict)
    lock: RLock = field(default_factory=RLock)

    def begin(
        self, connection_id: ConnectionId, run_id: RunId, *, found: Mapping[str, Any], now: datetime
    ) -> None:
        del now
        self.founds[connection_id, run_id] = dict(found)

    def found(self, connection_id: ConnectionId, run_id: RunId) -> dict[str, Any]:
        return dict(self.founds.get((connection_id, run_id), {}))

    def record(self, connection_id: ConnectionId, told: RecordOutcome) -> None:
        with self.lock:
            outcomes = self.told.setdefault((connection_id, told.run_id), {})
            before = outcomes.get((told.flow, told.record_id))
            weaker = REPLACES.get(told.outcome)
            if before is None or weaker is None or before.outcome in weaker:
                outcomes[told.flow, told.record_id] = told

    def put(self, connection_id: ConnectionId, told: RecordOutcome) -> None:
        """Store an outcome with a link; what was created and then updated was created."""
        with self.lock:
            outcomes = self.told.setdefault((connection_id, told.run_id), {})
            before = outcomes.get((told.flow, told.record_id))
            created = before is not None and before.outcome is Outcome.CREATED
            if created and told.outcome is Outcome.UPDATED:
                told = replace(told, outcome=Outcome.CREATED)
            outcomes[told.flow, told.record_id] = told

    def note_unlike(self, connection_id: ConnectionId, told: RecordOutcome, unlike: str) -> None:
        with self.lock:
            outcomes = self.told[connection_id, told.run_id]
            before = outcomes[told.flow, told.record_id]
            outcomes[told.flow, told.record_id] = replace(before, unlike_plan=unlike)

    def outcomes(
        self, connection_id: ConnectionId, run_id: RunId, flow: FlowName | None = None
    ) -> Iterator[RecordOutcome]:
        with self.lock:
            kept = sorted(self.told.get((connection_id, run_id), {}).items())
        yield from (one for (of, _), one in kept if flow in (None, of))

    def counts(
        self, connection_id: ConnectionId, run_id: RunId, flow: FlowName
    ) -> dict[Outcome, int]:
        return dict(Counter(one.outcome for one in self.outcomes(connection_id, run_id, flow)))

    def save_progress(
        self, connection_id: ConnectionId, run_id: RunId, flow: FlowName, after: str
    ) -> None:
        self.reached[connection_id, run_id, flow] = after

    def progress(self, connection_id: ConnectionId, run_id: RunId, flow: FlowName) -> str | None:
        return self.reached.get((connection_id, run_id, flow))
