"""Runs as a person looks at them: what each was for, and what became of its records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from connector.model.body import Body
from connector.model.calls import Calls
from connector.model.ids import FlowName, RecordId, RunId
from connector.model.outcomes import Outcome, RecordOutcome

RUNNING, FINISHED, FAILED = "running", "finished", "failed"
DIED = "died"
"""The state of a run that neither goes on nor said its end; the next run takes up its records."""


@dataclass(frozen=True, kw_only=True)
class PastRun:
    """One run as it is kept.

    state: running, finished or failed, as it said itself; one that died says that it is running.
    flows: those that a person asked for, empty for all; chosen: the records, by flow, likewise.
    by: who started it, None where a look did.
    found: what reading both sides had found when it began, by flow.
    reports, sums: how many records ended how, by flow and outcome, and what they come to besides.
    failures: what went wrong in flows; note: why it ended early, both as sentences.
    calls: QuickBooks calls that it made; None before its end.
    run_id: its name, which sorts by time.
    started_at, finished_at: in UTC; None while it has no end.
    """

    run_id: RunId
    state: str
    started_at: datetime
    finished_at: datetime | None = None
    flows: tuple[FlowName, ...] = ()
    chosen: Mapping[FlowName, tuple[RecordId, ...]] = field(default_factory=dict)
    by: str | None = None
    found: Body = field(default_factory=dict)
    reports: Mapping[FlowName, Mapping[str, int]] = field(default_factory=dict)
    sums: Mapping[FlowName, Body] = field(default_factory=dict)
    failures: tuple[str, ...] = ()
    note: str | None = None
    calls: Calls | None = None


@dataclass(frozen=True, kw_only=True)
class RunsOf:
    """Which runs are asked for; None for all.

    state: what it says itself, or that it died; by: who started it, or a part of that.
    flow, outcome: with at least one record of it, that ended so.
    since, until: begun in that time, without its end.
    """

    state: str | None = None
    by: str | None = None
    flow: FlowName | None = None
    outcome: Outcome | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def all(self) -> bool:
        """Whether no run is passed over."""
        return not (self.state or self.by or self.flow or self.outcome)


class RunPage(NamedTuple):
    """Some runs, the latest first; `next` is what asks for those before, None at the end."""

    runs: tuple[PastRun, ...]
    next: str | None


@dataclass(frozen=True)
class OutcomesOf:
    """Which outcomes are asked for: those of a run, of one flow and of one kind where named.

    run_id: the run.
    outcome: None for all kinds.
    """

    run_id: RunId
    flow: FlowName | None = None
    outcome: Outcome | None = None


@dataclass(frozen=True)
class OutcomePage:
    """Some outcomes of a run; `next` is what asks for those after them, None at the end.

    outcomes: In the order of their flows and ids.
    """

    outcomes: tuple[RecordOutcome, ...]
    next: str | None
