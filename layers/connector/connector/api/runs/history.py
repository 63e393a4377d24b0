"""Runs: which there were, how far each has come, and what became of its records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field

from connector.api import past
from connector.engine.stores import DYNAMODB, Store
from connector.entities.registry import NAMES
from connector.errors import NotThereError, RequestError, Wrong
from connector.model.calls import Calls
from connector.model.control.budget import cost, total
from connector.model.ids import FlowName, RecordId, RunKind, kind_of_run
from connector.model.outcomes import WRITTEN, Outcome, Sum
from connector.model.tracking.history import (
    DIED,
    FAILED,
    FINISHED,
    RUNNING,
    OutcomePage,
    OutcomesOf,
    PastRun,
    RunsOf,
)
from connector.model.tracking.tracked import FlowSoFar
from connector.store import call_meter
from connector.store.tracking import history

if TYPE_CHECKING:
    from connector.services import Services

MOST_RUNS, MOST_OUTCOMES = 100, 99
STATES = (FINISHED, FAILED, RUNNING, DIED)
type RunStateName = Literal["finished", "failed", "running", "died"]
WORDS = {RunKind.USUAL: "usual", RunKind.REVIEW: "review", RunKind.DRY: "dry run"}


@dataclass(frozen=True)
class OutcomeSum:
    """How many records ended so, and what those of them come to that have an amount.

    outcome: How they ended.
    count: Of records.
    amount: In dollars; null where none has one.
    """

    outcome: Outcome
    count: int
    amount: Decimal | None


@dataclass(frozen=True)
class ReasonSum:
    """Why records were left out, how many, and what they come to.

    reason: A sentence.
    count: Of records.
    amount: In dollars; null where none has one.
    """

    reason: str
    count: int
    amount: Decimal | None


@dataclass(frozen=True)
class FlowOfRun:
    """What one flow did in a run.

    Attributes:
        flow: Its name.
        found: How many records the look before the run found for it; None where it was not read.
        done: How many records have an outcome.
        outcomes: Those by outcome, with sums.
        left_out: Why records were left out, once the run has ended.
        remarks: How many written records have something to say, once the run has ended.
        began_at, until: When its first and its latest outcome were told, while it is the latest run
            of the flow.
        seconds: The time between.
        metered, free: QuickBooks calls that it made, by whether Intuit counts them.
        cost: What each record that it wrote cost in calls, as a sentence.
    """

    flow: FlowName
    found: int | None
    done: int
    outcomes: tuple[OutcomeSum, ...]
    left_out: tuple[ReasonSum, ...] = ()
    remarks: int = 0
    began_at: datetime | None = None
    until: datetime | None = None
    seconds: float | None = None
    metered: int = 0
    free: int = 0
    cost: str | None = None


@dataclass(frozen=True)
class ShownRun:
    """A run in a line.

    Attributes:
        run_id: What it is asked for by.
        kind: usual, review or dry run.
        state: running, finished, failed, or died: it ended without saying so.
        by: Who started it; None where a look did.
        flows: The flows that a person asked for; empty for all.
        chosen: The records that a person asked for, by flow; empty for all.
        records: How many records have an outcome.
        outcomes: How many ended how, over all flows; sums are told by flow.
        failures: What went wrong in flows, as sentences.
        note: Why it ended early, if it did.
        metered, free: QuickBooks calls that it made, by whether Intuit counts them, as far as its
            invocations have ended; None where that was not kept.
        started_at, finished_at: ISO 8601, UTC; null while it has no end.
        seconds: How long it took; null while it has no end.
    """

    run_id: str
    kind: str
    state: str
    by: str | None
    flows: tuple[FlowName, ...]
    chosen: Mapping[FlowName, tuple[RecordId, ...]]
    started_at: datetime
    finished_at: datetime | None
    seconds: float | None
    records: int
    outcomes: Mapping[Outcome, int]
    failures: tuple[str, ...]
    note: str | None
    metered: int | None
    free: int | None


@dataclass(frozen=True)
class ShownRunPage:
    """Some runs, the latest first; `next` is what asks for those before, None at the end."""

    runs: tuple[ShownRun, ...]
    next: str | None


@dataclass(frozen=True)
class RunInDetail:
    """A run with all of its flows; `under_way` is the flow that told an outcome last.

    `metered` and `free` are the QuickBooks calls of the run, as far as its invocations have ended.

    flows: In the order in which they are worked through.
    """

    run: ShownRun
    under_way: FlowName | None
    flows: tuple[FlowOfRun, ...]
    metered: int = 0
    free: int = 0


class RunsAsked(BaseModel):
    """Which runs a person asks for; None for all.

    state: running, finished, failed or died; by: who started it, or a part of that.
    flow, outcome: with at least one record of it, that ended so.
    first, last: begun on these days of the company, both included.
    """

    model_config = ConfigDict(frozen=True)

    state: RunStateName | None = None
    by: str | None = Field(default=None, max_length=200)
    flow: FlowName | None = None
    outcome: Outcome | None = None
    first: date | None = None
    last: date | None = None


EVERY_RUN = RunsAsked()


def list_runs(
    services: "Services",
    connection_id: str,
    asked: RunsAsked = EVERY_RUN,
    *,
    after: str | None,
    limit: int,
) -> ShownRunPage:
    """Return one page of the runs of a connection, the latest first.

    Of those that fit what is asked for a page may hold few, or none, although there is a next one:
    one call of the table looks through some thousand.

    Raises:
        RequestError: there is no such flow.
    """
    check_flow(asked.flow)
    since, until = past.span(connection_id, asked.first, asked.last)
    kept = RunsOf(**asked.model_dump(exclude={"first", "last"}), since=since, until=until)
    page = history.read_some(connection_id, kept, after=after, limit=limit)
    fit: list[ShownRun] = []
    for one, flows in zip(page.runs, _flows_of_all(connection_id, page.runs), strict=True):
        if not any(_fits(each, asked) for each in flows) and (asked.flow or asked.outcome):
            continue
        if len(fit) == limit:
            return ShownRunPage(tuple(fit), fit[-1].run_id)
        shown = _shown(services, connection_id, one, flows)
        if asked.state in {None, shown.state}:
            fit.append(shown)
    return ShownRunPage(tuple(fit), page.next)


def _fits(one: FlowOfRun, asked: RunsAsked) -> bool:
    """Tell whether a flow of a run is the one, with the outcome, that is asked for."""
    ended = asked.outcome is None or any(it.outcome is asked.outcome for it in one.outcomes)
    return asked.flow in {None, one.flow} and ended


def _flows_of_all(
    connection_id: str, some: Sequence[PastRun], store: Store = DYNAMODB
) -> list[tuple[FlowOfRun, ...]]:
    """Return what the flows of some runs did; one that has not ended takes a call for all."""
    open_ = {one.run_id for one in some if not one.reports}
    so_far = store.tracked.followed(connection_id, open_) if open_ else {}
    return [_flows(one, so_far.get(one.run_id, {})) for one in some]


def show(services: "Services", connection_id: str, run_id: str) -> RunInDetail:
    """Return one run with its flows: while it goes on, as far as they have come to within a page.

    Raises:
        NotThereError: there is no such run.
    """
    one = history.read(connection_id, run_id)
    if one is None:
        raise NotThereError(f"There is no run {run_id[:64]!r}.")
    flows = _flows(one, DYNAMODB.tracked.followed(connection_id, [run_id])[run_id])
    shown = _shown(services, connection_id, one, flows)
    told = [flow for flow in flows if flow.until]
    latest = max(told, key=lambda flow: str(flow.until), default=None)
    made = call_meter.of_run(connection_id, run_id)
    whole = total(made.values())
    return RunInDetail(
        run=shown,
        under_way=latest.flow if latest and shown.state == RUNNING else None,
        flows=tuple(_with_calls(one, made.get(one.flow, Calls())) for one in flows),
        metered=whole.metered,
        free=whole.free,
    )


def _with_calls(flow: FlowOfRun, calls: Calls) -> FlowOfRun:
    """Add what a flow cost in calls, on average for each record that it wrote."""
    written = written_of(flow)
    said = cost(calls, written) if written else None
    return replace(flow, metered=calls.metered, free=calls.free, cost=said)


def written_of(flow: FlowOfRun) -> int:
    """Return how many records a flow wrote in a run."""
    return sum(one.count for one in flow.outcomes if one.outcome in WRITTEN)


def list_outcomes(
    connection_id: str, asked: OutcomesOf, *, after: str | None, limit: int
) -> OutcomePage:
    """Return one page of the outcomes of a run, by flow and record id.

    Raises:
        RequestError: there is no such flow.
    """
    check_flow(asked.flow)
    return history.outcomes(connection_id, asked, after=after, limit=limit)


def check_flow(flow: str | None) -> None:
    """See that a flow is one.

    Raises:
        RequestError: there is no such flow.
    """
    if flow is not None and flow not in NAMES:
        wrong = Wrong("#/flow", f"One of {', '.join(NAMES)}.")
        raise RequestError(f"There is no flow {flow[:64]!r}.", errors=[wrong])


def _flows(one: PastRun, so_far: Mapping[FlowName, FlowSoFar]) -> tuple[FlowOfRun, ...]:
    """Return what the flows of a run did, in the order in which they are synced."""
    flows = (_flow(name, one, so_far.get(name)) for name in NAMES)
    return tuple(flow for flow in flows if flow.done or flow.found)


def _flow(name: FlowName, one: PastRun, so_far: FlowSoFar | None) -> FlowOfRun:
    kept, found = one.sums.get(name, {}), one.found.get(name) or {}
    outcomes = _outcomes(one, name) if one.reports else so_far.outcomes if so_far else {}
    sums = tuple(OutcomeSum(own, each.count, each.worth) for own, each in sorted(outcomes.items()))
    began_at, until = (so_far.first_at, so_far.last_at) if so_far else (None, None)
    return FlowOfRun(
        flow=name,
        found=found.get("changed") if isinstance(found, Mapping) else None,
        done=sum(each.count for each in sums),
        outcomes=sums,
        left_out=tuple(
            ReasonSum(each["reason"], each["count"], _decimal(each["worth"]))
            for each in kept.get("left_out", ())
        ),
        remarks=int(kept.get("remarks", 0)),
        began_at=began_at,
        until=until,
        seconds=(until - began_at).total_seconds() if began_at and until else None,
    )


def _outcomes(one: PastRun, name: FlowName) -> dict[Outcome, Sum]:
    """Return what a run said at its end of one flow."""
    worth = one.sums.get(name, {}).get("worth", {})
    return {
        Outcome(own): Sum(int(count), _decimal(worth.get(own)))
        for own, count in one.reports.get(name, {}).items()
    }


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _shown(
    services: "Services", connection_id: str, one: PastRun, flows: tuple[FlowOfRun, ...]
) -> ShownRun:
    counts: dict[Outcome, int] = {}
    for each in (each for flow in flows for each in flow.outcomes):
        counts[each.outcome] = counts.get(each.outcome, 0) + each.count
    ended, state = one.finished_at, state_of(services, one)
    calls = one.calls
    if calls is None and state == RUNNING:
        calls = total(call_meter.of_run(connection_id, one.run_id).values())
    return ShownRun(
        run_id=one.run_id,
        kind=WORDS.get(kind_of_run(one.run_id), kind_of_run(one.run_id).strip("-")),
        state=state,
        by=one.by,
        flows=one.flows,
        chosen=one.chosen,
        started_at=one.started_at,
        finished_at=ended,
        seconds=(ended - one.started_at).total_seconds() if ended else None,
        records=sum(counts.values()),
        outcomes=counts,
        failures=one.failures,
        note=one.note,
        metered=calls.metered if calls else None,
        free=calls.free if calls else None,
    )


def state_of(services: "Services", one: PastRun) -> str:
    """Return the state of a run; one that says that it is running may have died."""
    if one.state != RUNNING or services.is_running(one.run_id):
        return one.state
    return DIED
