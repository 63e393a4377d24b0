"""Runs, what each found, and the one outcome of every record in them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta

from pynamodb.attributes import ListAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from connector.model.body import Body, Json
from connector.model.calls import Calls
from connector.model.connection import Phase
from connector.model.ids import ConnectionId, FlowName, RecordId, RunId, RunKind, kind_of_run
from connector.model.outcomes import REPLACES, Outcome, RecordOutcome, Tally
from connector.store.packing import PackedAttribute, PackedValueAttribute, value_of
from connector.store.table import Item, attempt, key, read_row

KEPT = timedelta(days=400)
"""As long all is kept that a run told, planned or reported."""
LONGEST_RUN = timedelta(days=2)  # what began longer ago does not go on
FEW = 25
NO_CALLS = Calls()


class RunRow(Item):
    """One run of one connection; `found` is what the reading side counted per flow.

    `phase` is that of the connection when it began, `note` why it ended early, if it did; `flows`
    are those that a person asked for, empty for all, `chosen` their records, and `by` who did it.
    `reports` counts the outcomes of each flow; `sums` has amounts, reasons and remarks; `calls`
    are those that Intuit counts, and those that are free.
    """

    started_at = UnicodeAttribute()
    finished_at = UnicodeAttribute(null=True)
    state = UnicodeAttribute()
    found = PackedAttribute(null=True)
    reports = PackedAttribute(null=True)
    sums = PackedAttribute(null=True)
    failures = PackedAttribute(null=True)
    phase = UnicodeAttribute(null=True)
    flows = ListAttribute(of=UnicodeAttribute, default=list)
    chosen = PackedAttribute(null=True)
    by = UnicodeAttribute(null=True)
    note = UnicodeAttribute(null=True)
    calls = PackedAttribute(null=True)
    expires_at = NumberAttribute()


class OutcomeRow(Item):
    """The row of what became of one record in one run.

    `first` is the first outcome by which something of it was written in that run.
    """

    outcome = UnicodeAttribute()
    first = UnicodeAttribute(null=True)
    told = PackedValueAttribute(RecordOutcome)
    unlike_plan = UnicodeAttribute(null=True)
    expires_at = NumberAttribute()


class ProgressRow(Item):
    """How far one flow of one run has come: the last record id of the pages that are done."""

    after = UnicodeAttribute()
    expires_at = NumberAttribute()


@dataclass(frozen=True)
class Begun:
    """How a run began: in which phase, for which flows and records of them; empty for all.

    ended: whether it has come to its end since.
    chosen: record ids by flow.
    failures: what went wrong in its flows, once it has ended.
    """

    phase: Phase | None
    flows: tuple[FlowName, ...] = ()
    chosen: Mapping[FlowName, tuple[RecordId, ...]] = field(default_factory=dict)
    ended: bool = False
    failures: tuple[str, ...] = ()


def begin(  # noqa: PLR0913 - all that is known when it begins
    connection_id: ConnectionId,
    run_id: RunId,
    *,
    found: Json,
    now: datetime,
    phase: Phase | None = None,
    flows: Sequence[FlowName] = (),
    chosen: Mapping[FlowName, Sequence[RecordId]] | None = None,
    by: str | None = None,
) -> None:
    """Record that a run begins, in which phase of its connection, and what it is to do."""
    RunRow(
        pk=key(connection_id, "run"),
        sk=run_id,
        started_at=now.isoformat(),
        state="running",
        found=dict(found),
        phase=phase.value if phase else None,
        flows=list(flows),
        chosen={flow: list(ids) for flow, ids in chosen.items()} if chosen else None,
        by=by,
        expires_at=_expiry(now),
    ).save()


def begun(connection_id: ConnectionId, run_id: RunId) -> Begun:
    """Return how a run began, as far as it was noted."""
    row = _read(connection_id, run_id)
    if row is None:
        return Begun(None)
    return value_of(row, Begun, phase=row.phase, ended=bool(row.finished_at))


def exists(connection_id: ConnectionId, run_id: RunId) -> bool:
    """Tell whether there is a run of that id, which may be any text."""
    return _read(connection_id, run_id) is not None


def found(connection_id: ConnectionId, run_id: RunId) -> Body:
    """Return what reading both sides had found when a run began, by flow."""
    row = _read(connection_id, run_id)
    return dict(row.found or {}) if row else {}


def _read(connection_id: ConnectionId, run_id: RunId) -> RunRow | None:
    return read_row(RunRow, key(connection_id, "run"), run_id)


def is_first(connection_id: ConnectionId, run_id: RunId) -> bool:
    """Return whether no run of a connection before this one wrote anything: others only planned."""
    before = RunRow.query(
        key(connection_id, "run"),
        RunRow.sk < run_id,
        scan_index_forward=False,
        page_size=FEW,
        consistent_read=True,
    )
    return not any(_may_write(row) for row in before)


def _may_write(row: RunRow) -> bool:
    return row.phase != Phase.REVIEW.value and kind_of_run(row.sk) is not RunKind.DRY


def finish(  # noqa: PLR0913 - all that a run says of itself
    connection_id: ConnectionId,
    run_id: RunId,
    *,
    tallies: Mapping[str, Tally],
    failures: list[str],
    now: datetime,
    note: str | None = None,
    calls: Calls = NO_CALLS,
) -> float:
    """Record how a run ended and return how many seconds it took.

    A run that was started by hand gets its item here, and took none.
    """
    row = RunRow(pk=key(connection_id, "run"), sk=run_id)
    row.update(
        actions=[
            RunRow.started_at.set(RunRow.started_at | now.isoformat()),
            RunRow.finished_at.set(now.isoformat()),
            RunRow.state.set("failed" if failures else "finished"),
            RunRow.reports.set({flow: one.counts for flow, one in tallies.items()}),
            RunRow.sums.set({flow: one.as_json() for flow, one in tallies.items()}),
            RunRow.failures.set(failures),
            RunRow.note.set(note) if note else RunRow.note.remove(),
            RunRow.calls.set(asdict(calls)),
            RunRow.expires_at.set(_expiry(now)),
        ]
    )
    return (now - datetime.fromisoformat(row.started_at)).total_seconds()


def outcome_item(connection_id: ConnectionId, told: RecordOutcome) -> OutcomeRow:
    """Build the row of one outcome.

    The record id is MobiWork's own and may hold anything; it comes last, so no keys overlap.
    """
    now = datetime.now(UTC)
    return OutcomeRow(
        pk=key(connection_id, "outcome", told.run_id),
        sk=f"{key(told.flow)}#{told.record_id}",
        outcome=told.outcome.value,
        told=replace(told, at=now.replace(microsecond=0)),
        expires_at=_expiry(now),
    )


def save_outcome_in(write: TransactWrite, connection_id: ConnectionId, told: RecordOutcome) -> None:
    """Let a transaction store an outcome by which something was written, in place of any other.

    The first such outcome is kept beside it: what was created and then updated in one run was
    created. Before a creation nothing was written, so that its row is simply put.
    """
    row = outcome_item(connection_id, replace(told, drift=False))
    if told.outcome is Outcome.CREATED:
        row.first = row.outcome
        write.save(row)
        return
    actions: list[Action] = [
        OutcomeRow.outcome.set(row.outcome),
        OutcomeRow.first.set(OutcomeRow.first | row.outcome),
        OutcomeRow.told.set(row.told),
        OutcomeRow.expires_at.set(row.expires_at),
    ]
    write.update(OutcomeRow(pk=row.pk, sk=row.sk), actions=actions)


def record(connection_id: ConnectionId, told: RecordOutcome) -> None:
    """Store one outcome of a record in a run, in place of an earlier one that says less."""
    with attempt():
        outcome_item(connection_id, told).save(condition=_weaker_than(told.outcome))


def note_unlike(connection_id: ConnectionId, told: RecordOutcome, unlike: str) -> None:
    """Note on an outcome how it differs from the plan that a person has seen."""
    row = OutcomeRow(
        pk=key(connection_id, "outcome", told.run_id), sk=f"{key(told.flow)}#{told.record_id}"
    )
    row.update(actions=[OutcomeRow.unlike_plan.set(unlike)])


def _weaker_than(outcome: Outcome) -> Condition | None:
    if outcome not in REPLACES:
        return None
    weaker: Condition = OutcomeRow.pk.does_not_exist()
    weaker |= OutcomeRow.outcome.is_in(*(one.value for one in REPLACES[outcome]))
    return weaker


def outcomes(
    connection_id: ConnectionId, run_id: RunId, flow: FlowName | None = None
) -> Iterator[RecordOutcome]:
    """Yield the outcomes of a run, of one flow or of all."""
    chosen = OutcomeRow.sk.startswith(f"{flow}#") if flow else None
    found = OutcomeRow.query(key(connection_id, "outcome", run_id), chosen, consistent_read=True)
    yield from map(outcome_in, found)


def outcome_in(row: OutcomeRow) -> RecordOutcome:
    """Return the outcome that a row holds."""
    return replace(row.told, outcome=_outcome(row), unlike_plan=row.unlike_plan)


def _outcome(row: OutcomeRow) -> Outcome:
    if row.outcome == Outcome.UPDATED and row.first == Outcome.CREATED:
        return Outcome.CREATED
    return Outcome(row.outcome)


def counts(connection_id: ConnectionId, run_id: RunId, flow: FlowName) -> dict[Outcome, int]:
    """Count the outcomes of one flow in one run."""
    rows = OutcomeRow.query(
        key(connection_id, "outcome", run_id),
        OutcomeRow.sk.startswith(f"{flow}#"),
        consistent_read=True,
        attributes_to_get=["outcome", "first"],
    )
    return dict(Counter(map(_outcome, rows)))


def save_progress(connection_id: ConnectionId, run_id: RunId, flow: FlowName, after: str) -> None:
    """Remember how far a flow has come, for the next invocation in the same run."""
    ProgressRow(
        pk=key(connection_id, "progress", run_id),
        sk=flow,
        after=after,
        expires_at=_expiry(datetime.now(UTC)),
    ).save()


def progress(connection_id: ConnectionId, run_id: RunId, flow: FlowName) -> str | None:
    """Return the last record id of the pages that an earlier invocation finished, if one did."""
    item = read_row(ProgressRow, key(connection_id, "progress", run_id), flow)
    return None if item is None else item.after


def _expiry(now: datetime) -> int:
    return int((now + KEPT).timestamp())
