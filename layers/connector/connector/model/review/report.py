"""The report of a review or a dry run: what all its plans come to, as a person reads it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from connector.model.outcomes import Sum
from connector.model.review.planned import CHANGES, Decision
from connector.model.review.summary import Document, FlowSummary

RECEIPTS = (
    "QuickBooks has {count} sales receipts of the days that were compared. Where one is like an "
    "invoice that is to be posted, that is asked about among the matches of invoices. Where one "
    "stands for several invoices, leave these out, or let the start date come after it."
)

UNREAD = (
    "{why} It was not compared with MobiWork's: look for what it is there before you start, and "
    "leave that record out."
)


@dataclass(frozen=True)
class Counted:
    """How many records there are of something, and what those with an amount come to.

    Attributes:
        name: What they have in common: a decision, a month, an account.
        count: How many.
        total: In dollars; None where none has an amount.
    """

    name: str
    count: int
    total: Decimal | None = None


@dataclass(frozen=True)
class Reason:
    """Why records are held back or left out, or may be refused.

    Attributes:
        decision: What becomes of them.
        reason: The reason of the first one, in words.
        count: How many have a reason like that.
        total: What they come to, in dollars; None where none has an amount.
        examples: The first ones by name.
    """

    decision: str
    reason: str
    count: int
    total: Decimal | None
    examples: tuple[str, ...]


@dataclass(frozen=True)
class FlowReport:
    """What the plans of one flow come to.

    Attributes:
        flow: Its name.
        decisions: By what is to be done: create, update, link, waiting, refused, left out.
        oldest, newest: The dates of what is to be written.
        months: What is to be written by month, such as `2026-11`.
        accounts: What is to be written by account, in dollars, and the sales tax: its total.
        largest: The largest ten.
        reasons: Why the others are not written.
        results: What became of them since, by outcome.
        unlike: How many came out otherwise than planned.
    """

    flow: str
    decisions: tuple[Counted, ...]
    oldest: date | None = None
    newest: date | None = None
    months: tuple[Counted, ...] = ()
    accounts: tuple[Counted, ...] = ()
    largest: tuple[Document, ...] = ()
    reasons: tuple[Reason, ...] = ()
    results: tuple[Counted, ...] = ()
    unlike: int = 0

    @property
    def to_write(self) -> Sum:
        """How many records are to be created or changed, and what they come to."""
        return self._sum(CHANGES)

    @property
    def to_link(self) -> Sum:
        """How many records are there on both sides and are only to be joined."""
        return self._sum((Decision.LINK,))

    def _sum(self, decisions: Collection[Decision]) -> Sum:
        names = {one.value for one in decisions}
        found = [one for one in self.decisions if one.name in names]
        known = [one.total for one in found if one.total is not None]
        return Sum(sum(one.count for one in found), sum(known, Decimal(0)) if known else None)


@dataclass(frozen=True)
class ReviewReport:
    """The report of a review, or of one dry run.

    Attributes:
        connection_id: Of which connection.
        scope: Which review or dry run it is of.
        made_at: When it was added up, ISO 8601 in UTC.
        flows: What each flow comes to that has any plans.
        matches: What is there on both sides already, by how sure that is.
        calls: The metered calls that reading QuickBooks' documents took; None where none were read.
        rows: How many documents that was.
        notes: What a person should look for that could not be compared, as sentences.
        compared_at: When both sides were compared for it, ISO 8601 in UTC; a start may name it.
    """

    connection_id: str
    scope: str
    made_at: str
    flows: tuple[FlowReport, ...]
    matches: tuple[Counted, ...] = ()
    calls: int | None = None
    rows: int | None = None
    notes: tuple[str, ...] = ()
    compared_at: str | None = None


def told_of_receipts(count: int) -> tuple[str, ...]:
    """Say what no comparison of both sides finds of sales receipts, where there are any."""
    return (RECEIPTS.format(count=f"{count:,}"),) if count else ()


def told_of_unread(unread: Iterable[str]) -> tuple[str, ...]:
    """Say what no comparison of both sides knows of records that could not be read."""
    return tuple(UNREAD.format(why=one) for one in unread)


def report_of(one: FlowSummary) -> FlowReport:
    """Return what a person reads of the plans of one flow; causes by how much they hold back."""
    causes = sorted(one.causes.values(), key=lambda each: (-each.found.count, each.reason))
    return FlowReport(
        flow=one.flow,
        decisions=_counted({each.value: found for each, found in one.decisions.items()}),
        oldest=one.oldest,
        newest=one.newest,
        months=_counted(one.months),
        accounts=tuple(Counted(name, 0, total) for name, total in sorted(one.accounts.items())),
        largest=tuple(one.largest),
        reasons=tuple(
            Reason(it.decision.value, it.reason, it.found.count, it.found.worth, it.examples)
            for it in causes
        ),
        results=tuple(Counted(name, count) for name, count in sorted(one.results.items())),
        unlike=one.unlike,
    )


def _counted(sums: dict[str, Sum]) -> tuple[Counted, ...]:
    return tuple(Counted(name, one.count, one.worth) for name, one in sorted(sums.items()))
