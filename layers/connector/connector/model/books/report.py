"""What a match found, as it is told: sums by kind and cause, a statement, and its differences."""

from dataclasses import dataclass
from decimal import Decimal

from connector.model.body import Json
from connector.model.books.causes import ADVICE, BooksCause
from connector.model.books.heads import DONE, FAILED
from connector.model.books.kinds import BooksKind
from connector.model.worklist.fixes import FixKind

WITHOUT_LINE = "without a tax line"
"""The row of sales tax that no line of a document tells the rate of."""


@dataclass(frozen=True)
class CauseSum:
    """The differences of one kind and cause.

    Attributes:
        cause: Why the two sides differ.
        count: How many documents.
        amount: What MobiWork's figures come to more than QuickBooks' for it.
        means: What the cause means, and what helps, as a sentence.
        fixes: Which fixes of the worklist help.
    """

    cause: BooksCause
    count: int
    amount: Decimal
    means: str
    fixes: tuple[FixKind, ...]


@dataclass(frozen=True)
class KindSums:
    """One kind on both sides: MobiWork's total less all causes is QuickBooks' total.

    Attributes:
        kind: What is compared.
        mobiwork, quickbooks: The totals.
        count_mobiwork, count_quickbooks: How many documents have an amount.
        causes: The differences by cause.
    """

    kind: BooksKind
    mobiwork: Decimal
    quickbooks: Decimal
    count_mobiwork: int
    count_quickbooks: int
    causes: tuple[CauseSum, ...]

    @property
    def difference(self) -> Decimal:
        """What MobiWork has more than QuickBooks."""
        return self.mobiwork - self.quickbooks


@dataclass(frozen=True)
class CountedApart:
    """What counts on neither side: void in MobiWork and never posted, or not readable.

    Attributes:
        flow: The flow of the records.
        reason: Why they do not count.
        count: How many.
        amount: What they say they come to.
    """

    flow: str
    reason: str
    count: int
    amount: Decimal


@dataclass(frozen=True)
class TaxOfRate:
    """What QuickBooks' tax lines of one rate come to, refunds and credits taken off.

    Attributes:
        rate: QuickBooks' id of the rate with its percentage.
        amount: The tax.
    """

    rate: str
    amount: Decimal


@dataclass(frozen=True)
class BooksMatch:
    """A match of both sides' books.

    Attributes:
        match_id: What it is asked for by.
        state: reading, done or failed.
        company: The QuickBooks company.
        first_day, last_day: The days that are compared; no first one where all up to the last are.
        proven: Whether both sides were read for it, document by document.
        asked_by, asked_at, ended_at: Who asked for it, and when (ISO 8601, UTC).
        calls, rows: Metered calls made, and documents of QuickBooks read.
        records: Records read in MobiWork.
        not_listed: Lists of MobiWork that are not switched on; of those it is told what is known.
        kinds: The sums; empty until it is done.
        apart: What counts on neither side.
        taxes: Of a proven match: QuickBooks' sales tax by rate, and what of it has no tax line;
            together they are its sales tax above.
        unexplained: How many differences nothing explains.
        adds_up: Whether the causes of each kind are exactly what its totals differ by.
        statement: What it says, in sentences.
        remarks: What could not be known, as sentences.
        why: Why it failed, where it did.
    """

    match_id: str
    state: str
    company: str
    first_day: str | None
    last_day: str
    proven: bool
    asked_by: str
    asked_at: str
    ended_at: str | None
    calls: int
    rows: int
    records: int
    not_listed: tuple[str, ...]
    kinds: tuple[KindSums, ...]
    apart: tuple[CountedApart, ...]
    taxes: tuple[TaxOfRate, ...]
    unexplained: int
    adds_up: bool
    statement: str
    remarks: tuple[str, ...] = ()
    why: str | None = None


def match_of(head: Json, company: str) -> BooksMatch:
    """Return a match as its head tells it."""
    found = head.get("result") or {}
    kinds = tuple(map(_kind, found.get("kinds", ())))
    apart = tuple(CountedApart(**one) for one in found.get("apart", ()))
    return BooksMatch(
        match_id=head["match_id"],
        state=head["state"],
        company=company,
        first_day=head["from"],
        last_day=head["to"],
        proven=head["proven"],
        asked_by=head["by"],
        asked_at=head["asked_at"],
        ended_at=head.get("ended_at"),
        calls=int(head["calls"]),
        rows=int(head["rows"]),
        records=int(head["records"]),
        not_listed=tuple(head["off"]),
        kinds=kinds,
        apart=apart,
        taxes=_taxes(head, kinds),
        unexplained=int(found.get("unexplained", 0)),
        adds_up=bool(found.get("adds_up", False)),
        statement=_statement(head, found),
        remarks=tuple(found.get("remarks", ())),
        why=head.get("why"),
    )


def _taxes(head: Json, kinds: tuple[KindSums, ...]) -> tuple[TaxOfRate, ...]:
    """Return the sales tax by rate; what no line of it explains is a row of its own."""
    total = next((one.quickbooks for one in kinds if one.kind is BooksKind.SALES_TAX), None)
    if not head["proven"] or total is None:
        return ()
    found = [TaxOfRate(rate, Decimal(amount)) for rate, amount in head["taxes"].items()]
    rest = total - sum((one.amount for one in found), Decimal(0))
    return (*found, TaxOfRate(WITHOUT_LINE, rest)) if rest else tuple(found)


def _kind(kept: Json) -> KindSums:
    return KindSums(
        kind=BooksKind(kept["kind"]),
        mobiwork=Decimal(kept["mobiwork"]),
        quickbooks=Decimal(kept["quickbooks"]),
        count_mobiwork=int(kept["count_mobiwork"]),
        count_quickbooks=int(kept["count_quickbooks"]),
        causes=tuple(map(_cause, kept["causes"])),
    )


def _cause(kept: Json) -> CauseSum:
    cause = BooksCause(kept["cause"])
    told = ADVICE[cause]
    return CauseSum(cause, int(kept["count"]), Decimal(kept["amount"]), told.sentence, told.fixes)


def _statement(head: Json, found: Json) -> str:
    """Say what a match says, and what it stands on."""
    if head["state"] == FAILED:
        return f"The comparison could not be made: {head.get('why')}"
    if head["state"] != DONE:
        return "The comparison is in progress. Check again in a while."
    return f"{_verdict(head, found)} {_basis(head)}"


def _verdict(head: Json, found: Json) -> str:
    days = f"from {head['from']} to {head['to']}" if head["from"] else f"up to {head['to']}"
    unexplained = int(found["unexplained"])
    if unexplained:
        differences = "difference is" if unexplained == 1 else "differences are"
        return f"For the days {days} {unexplained} {differences} unexplained."
    causes = [one for kind in found["kinds"] for one in kind["causes"]]
    if not causes:
        return f"MobiWork and QuickBooks agree to the cent {days}."
    return (
        f"Every difference between MobiWork and QuickBooks {days} has a named cause, "
        "and MobiWork's totals less those causes equal QuickBooks' totals, to the cent."
    )


def _basis(head: Json) -> str:
    if head["proven"]:
        return (
            f"Both sides were read for it: {head['rows']:,} documents of QuickBooks in "
            f"{head['calls']:,} reads of QuickBooks and {head['records']:,} records of MobiWork."
        )
    return (
        "It is based on stored data from both sides; neither was read for it. A proven "
        "comparison reads both sides."
    )
