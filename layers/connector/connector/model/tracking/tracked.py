"""Where each record of a flow stands by now, as a person looks for it: the fold of its outcomes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from connector.model.fingerprints import folded
from connector.model.ids import FlowName, QuickBooksId, RecordId, RunId
from connector.model.outcomes import REPLACES, WRITTEN, Outcome, RecordOutcome, Sum

LATEST = 9
"""So many of the runs that told of a record are remembered beside the first one."""


class StandsAs(StrEnum):
    """Where a record stands, in the one word that all have for it; why is said beside it.

    ON_ITS_WAY was read and is for the next run; its last outcome says what it was before. POSTED is
    on both sides and as it was posted; CHANGED is there, but one side was changed since. WAITING
    waits for another record, an answer or a decision. NOTHING is not for the other side as it is,
    such as a draft.
    """

    ON_ITS_WAY = "on its way"
    POSTED = "posted"
    CHANGED = "changed afterwards"
    WAITING = "waiting"
    REFUSED = "refused"
    LEFT_OUT = "left out"
    PLANNED = "planned"
    NOTHING = "nothing to do"


@dataclass(frozen=True, kw_only=True)
class TrackedRecord:
    """A record as a person finds it: where it stands after its latest outcome, and what it is.

    Attributes:
        flow, record_id: Whose record it is, by its id in the flow's source.
        label: What a person knows it by.
        number: That of the document, or the name of a list entry.
        customer: Whom it is about, by name: a customer, a vendor or an employee.
        day: The date of the document.
        amount: What it comes to, in dollars.
        method: How it was paid.
        state: Where it stands.
        outcome: What became of it last.
        reason: What there is to say of that, in sentences.
        since: Since when it stands there.
        run_id, at: The run that told so last, and when it did.
        quickbooks_id: What it is on the other side, also where a later change of it waits.
        read_at: When the reading that this is of was made, ISO 8601 in UTC.
        told_in: The runs that told of it, latest last: the first one and at most the nine latest.
    """

    flow: FlowName
    record_id: RecordId
    label: str
    outcome: Outcome
    state: StandsAs
    run_id: RunId
    at: datetime
    since: datetime
    number: str | None = None
    customer: str | None = None
    day: date | None = None
    amount: Decimal | None = None
    method: str | None = None
    reason: str | None = None
    quickbooks_id: QuickBooksId | None = None
    read_at: str | None = None
    told_in: tuple[RunId, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Sought:
    """What is known of the records that are looked for; all of it must be so.

    number: that of a document or the name of a list entry, without regard to case.
    part: what occurs in that, likewise.
    customer: how the name of whom it is about begins, likewise.
    amounts: what it may come to, to the cent, empty for all.
    first, last: the days between which it is dated, both in; what has no day is not then.
    flows: the flows that it may be of, empty for all; state: where it stands.
    undated: whether those are flows of lists, such as customers, whose records have no day.
    """

    number: str | None = None
    part: str | None = None
    customer: str | None = None
    amounts: frozenset[Decimal] = frozenset()
    first: date | None = None
    last: date | None = None
    flows: frozenset[FlowName] = frozenset()
    state: StandsAs | None = None
    undated: bool = False

    def holds(self, one: TrackedRecord) -> bool:
        """Tell whether a record is one of those."""
        return (
            (not self.number or folded(one.number or "") == folded(self.number))
            and folded(self.part or "") in folded(one.number or "")
            and folded(one.customer or "").startswith(folded(self.customer or ""))
            and (not self.amounts or one.amount in self.amounts)
            and (not self.flows or one.flow in self.flows)
            and self.state in (None, one.state)
            and within(one.day, self.first, self.last)
        )


def within(day: date | None, first: date | None, last: date | None) -> bool:
    """Tell whether a day is between two, both in; none is where no days are asked for."""
    if day is None:
        return first is None and last is None
    return (first or day) <= day <= (last or day)


@dataclass(frozen=True)
class TrackedPage:
    """Some records; `next` is what asks for those after them, None where there are none.

    What three calls of the table tell is looked through for a page. What is rare or lies far back
    may fill it less than was asked for, or not at all, although there is a `next`, which looks
    further.

    records: In the order that was asked for.
    """

    records: tuple[TrackedRecord, ...]
    next: str | None


@dataclass(frozen=True, kw_only=True)
class FlowSoFar:
    """How far one flow of a run has come, to within a page.

    outcomes: what became of its records; first_at, last_at: when that was told first and last.
    """

    outcomes: Mapping[Outcome, Sum]
    first_at: datetime
    last_at: datetime


type Counts = dict[FlowName, dict[StandsAs, Sum]]
"""How many records stand where, and what those come to, by flow and state."""


def latest(before: TrackedRecord | None, told: RecordOutcome, now: datetime) -> TrackedRecord:
    """Return where a record stands after one more outcome.

    An older run changes nothing, nor does an outcome that says less in the same run. Telling the
    same again changes nothing, so that it may be told any number of times.
    """
    if before is not None and _says_less(before, told):
        return before
    about = told.about
    after = TrackedRecord(
        flow=told.flow,
        record_id=told.record_id,
        label=told.label,
        outcome=_outcome(before, told),
        state=_state(before, told),
        run_id=told.run_id,
        at=now,
        since=now,
        number=about.number or None,
        customer=about.customer or None,
        day=about.day,
        amount=told.worth,
        method=about.method or None,
        reason=told.note,
        quickbooks_id=told.quickbooks_id,
        read_at=about.read_at,
        told_in=(told.run_id,),
    )
    return after if before is None else _after(before, after)


def _after(before: TrackedRecord, after: TrackedRecord) -> TrackedRecord:
    """Return the later one with what only the earlier one knew."""
    after = replace(
        after,
        number=after.number or before.number,
        customer=after.customer or before.customer,
        day=after.day or before.day,
        method=after.method or before.method,
        quickbooks_id=after.quickbooks_id or before.quickbooks_id,
        read_at=after.read_at or before.read_at,
        told_in=_told_in(before, after.run_id),
        since=before.since if after.state is before.state else after.since,
    )
    return before if replace(after, at=before.at) == before else after


def _told_in(before: TrackedRecord, run_id: RunId) -> tuple[RunId, ...]:
    first, *later = dict.fromkeys((*before.told_in, run_id))
    return (first, *later[-LATEST:])


def _says_less(before: TrackedRecord, told: RecordOutcome) -> bool:
    if told.run_id != before.run_id:
        return told.run_id < before.run_id
    return told.outcome in REPLACES and before.outcome not in REPLACES[told.outcome]


def _outcome(before: TrackedRecord | None, told: RecordOutcome) -> Outcome:
    """Return the outcome; what was created and then updated in one run was created."""
    if before is None or before.run_id != told.run_id:
        return told.outcome
    created = (before.outcome, told.outcome) == (Outcome.CREATED, Outcome.UPDATED)
    return Outcome.CREATED if created else told.outcome


def _state(before: TrackedRecord | None, told: RecordOutcome) -> StandsAs:
    if told.drift:
        return StandsAs.CHANGED
    if told.outcome in WRITTEN:
        return StandsAs.POSTED
    if told.outcome is not Outcome.UNCHANGED:
        return StandsAs(told.outcome.value)
    linked = told.quickbooks_id or (before and before.quickbooks_id)
    return StandsAs.POSTED if linked else StandsAs.NOTHING


def add(counts: Counts, one: TrackedRecord) -> None:
    """Count one more record."""
    of_flow = counts.setdefault(one.flow, {})
    of_flow[one.state] = of_flow.get(one.state, Sum()).plus(one.amount)
