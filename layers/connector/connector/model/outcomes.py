"""What became of records in a run."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from connector.model.body import Body
from connector.model.ids import FlowName, QuickBooksId, RecordId, RunId


class Outcome(StrEnum):
    """What became of one record in one run; every record ends in exactly one.

    DIFFERENT is a document that was created, but whose total QuickBooks made another one. LINKED
    was on both sides already, and is known to be the same since then. LEFT_OUT is one that the
    settings or its own state keep out; UNCHANGED is in agreement on both sides. PLANNED is held
    with its plan, which nobody has started or approved.
    """

    CREATED = "created"
    DIFFERENT = "posted with difference"
    UPDATED = "updated"
    LINKED = "linked"
    UNCHANGED = "unchanged"
    LEFT_OUT = "left out"
    WAITING = "waiting"
    REFUSED = "refused"
    PLANNED = "planned"


WRITTEN = (Outcome.CREATED, Outcome.DIFFERENT, Outcome.UPDATED, Outcome.LINKED)
NOT_WRITTEN = frozenset(Outcome) - frozenset(WRITTEN)

REPLACES: Mapping[Outcome, frozenset[Outcome]] = {
    Outcome.UNCHANGED: frozenset({Outcome.WAITING}),
    Outcome.WAITING: NOT_WRITTEN,
    Outcome.LEFT_OUT: NOT_WRITTEN,
}
"""Which earlier outcomes of a record in the same run a weak one replaces; others replace any.

Of two workers of one run, the slower one only knows that the other was at it.
"""


@dataclass(frozen=True)
class Report:
    """What one flow did in one run so far; `more` asks to be called again.

    flow: its name.
    outcomes: how many records ended how.
    """

    flow: FlowName
    more: bool
    outcomes: Mapping[Outcome, int] = field(default_factory=dict)

    def as_json(self) -> Body:
        """Return the report as it travels through the state machine."""
        counts = {outcome.value: count for outcome, count in self.outcomes.items() if count}
        return {"flow": self.flow, "more": self.more, "outcomes": counts}


@dataclass(frozen=True, kw_only=True)
class About:
    """By what a person looks for a record, as far as it has it.

    number: that of the document, or the name of an entry of a list.
    customer: whom it is about, by name: a customer, a vendor or an employee.
    day: the date of the document; method: how it was paid.
    read_at: when the reading that the outcome is of was made, ISO 8601 in UTC.
    """

    number: str | None = None
    customer: str | None = None
    day: date | None = None
    method: str | None = None
    read_at: str | None = None


@dataclass(frozen=True, kw_only=True)
class RecordOutcome:
    """The outcome of one record in one run, as a person reads it.

    flow: the flow that brought it there, such as push_invoices.
    record_id: the id of the record in the flow's source.
    label: what a person knows the record by.
    note: what there is to say about the outcome, in sentences.
    quickbooks_id: the QuickBooks record that it became or was found to be.
    worth: the amount of the record, for sums; nothing where it has none.
    unlike_plan: how it differs from the plan that a person has seen, if it does.
    about: by what a person looks for it.
    drift: whether it is on both sides, but one of them was changed after it was posted.
    at: when that was, as far as it was kept.
    run_id: the run.
    """

    run_id: RunId
    flow: FlowName
    record_id: RecordId
    outcome: Outcome
    label: str
    note: str | None = None
    quickbooks_id: QuickBooksId | None = None
    worth: Decimal | None = None
    unlike_plan: str | None = None
    about: About = About()
    drift: bool = False
    at: datetime | None = field(default=None, compare=False)


LONGEST_REASON, LONGEST_NAME = 4_000, 200
"""So much of what is said of a record, and of what it is called, is kept."""


def shortened(text: str, most: int = LONGEST_REASON) -> str:
    """Return what is kept of a text, which quotes whatever somebody typed."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def within_room(told: RecordOutcome) -> RecordOutcome:
    """Return an outcome whose texts have room in a row, and in the keys that it is found by."""
    about = told.about
    names = (told.label, about.number, about.customer, about.method)
    longest = max(len(one or "") for one in names)
    if longest <= LONGEST_NAME and len(told.note or "") <= LONGEST_REASON:
        return told
    label, number, customer, method = (one and shortened(one, LONGEST_NAME) for one in names)
    return replace(
        told,
        label=label or "",
        note=told.note and shortened(told.note),
        about=replace(about, number=number, customer=customer, method=method),
    )


@dataclass(frozen=True)
class Sum:
    """How many records, and what those that have an amount sum to; nothing if none has one.

    count: of all records, with or without an amount.
    worth: in dollars.
    """

    count: int = 0
    worth: Decimal | None = None

    def plus(self, worth: Decimal | None) -> "Sum":
        """Return the sum with one more record."""
        known = [one for one in (self.worth, worth) if one is not None]
        return Sum(self.count + 1, sum(known, Decimal(0)) if known else None)

    def joined(self, other: "Sum") -> "Sum":
        """Return the sum of both."""
        return replace(self.plus(other.worth), count=self.count + other.count)


@dataclass(frozen=True)
class SumOfKind:
    """How many records of one flow there are, and what they come to.

    Attributes:
        flow: Whose records they are.
        count: How many.
        worth: In dollars; None where none has an amount.
    """

    flow: FlowName
    count: int
    worth: Decimal | None


def by_kind(found: Iterable[tuple[FlowName, Sum]]) -> tuple[SumOfKind, ...]:
    """Add up the sums of each flow, the most money first.

    An invoice and its payment are the same money twice, and a bill is money the other way: what
    they come to is never added up.
    """
    counts, worths = defaultdict[FlowName, int](int), defaultdict[FlowName, list[Decimal]](list)
    for flow, one in found:
        counts[flow] += one.count
        if one.worth is not None:
            worths[flow].append(one.worth)
    kinds = [
        SumOfKind(flow, count, sum(worths[flow], Decimal(0)) if worths[flow] else None)
        for flow, count in counts.items()
        if count
    ]
    return tuple(sorted(kinds, key=lambda one: (-(one.worth or 0), -one.count, one.flow)))


def over_kinds(kinds: Sequence[SumOfKind]) -> Sum:
    """Return how many there are, and what they come to where one kind alone has amounts."""
    known = [one.worth for one in kinds if one.worth is not None]
    return Sum(sum(one.count for one in kinds), known[0] if len(known) == 1 else None)


MOST_REASONS = 20
"""So many reasons a run keeps of each flow; a state machine carries no more than 256 KB."""


@dataclass(frozen=True)
class Tally:
    """What became of the records of one flow in one run, counted and summed.

    outcomes: by outcome; left_out: the records that were left out, by reason; remarks: how many of
    those that were written have something to say to a person.
    """

    outcomes: Mapping[Outcome, Sum] = field(default_factory=dict)
    left_out: Mapping[str, Sum] = field(default_factory=dict)
    remarks: int = 0

    @classmethod
    def of(cls, records: Iterable[RecordOutcome]) -> "Tally":
        """Count and sum records."""
        outcomes: defaultdict[Outcome, Sum] = defaultdict(Sum)
        reasons: defaultdict[str, Sum] = defaultdict(Sum)
        remarks = 0
        for one in records:
            outcomes[one.outcome] = outcomes[one.outcome].plus(one.worth)
            if one.outcome is Outcome.LEFT_OUT:
                reasons[one.note or ""] = reasons[one.note or ""].plus(one.worth)
            remarks += bool(one.note) and one.outcome in WRITTEN
        return cls(outcomes, reasons, remarks)

    @property
    def counts(self) -> dict[str, int]:
        """How many records ended in each outcome."""
        return {outcome.value: one.count for outcome, one in self.outcomes.items()}

    def as_json(self) -> Body:
        """Return sums, reasons and remarks as a run keeps them; the largest reasons only."""
        largest = sorted(self.left_out.items(), key=lambda one: -one[1].count)[:MOST_REASONS]
        return {
            "worth": {
                outcome.value: str(one.worth)
                for outcome, one in self.outcomes.items()
                if one.worth is not None
            },
            "left_out": [
                {"reason": reason, "count": one.count, "worth": _text(one.worth)}
                for reason, one in largest
            ],
            "remarks": self.remarks,
        }


def _text(worth: Decimal | None) -> str | None:
    return None if worth is None else str(worth)


NATIVE = "MobiWork's own QuickBooks connector had linked it."
