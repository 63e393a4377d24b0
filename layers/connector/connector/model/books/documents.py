"""A document of either side, or of both, as the path from what MobiWork says to QuickBooks.

The difference of a document is never judged as a whole: it is the sum of its steps, each with its
own cause, so that whatever happened on both sides, the causes add up to the difference.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from connector.model.books.causes import BooksCause
from connector.model.books.kinds import TAXED, BooksKind
from connector.model.worklist.fixes import FixKind

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class MoneyFigures:
    """What a document says of money.

    amount: its total; day: the day it is booked on, none where it says none; tax: the sales tax
    in it; party: whose it is, by QuickBooks' id of the customer, or as MobiWork names him.
    """

    amount: Decimal
    day: date | None
    tax: Decimal = NOTHING
    party: str | None = None


class BooksFigure(StrEnum):
    """Which figure of a document differs; TOTAL also where only one side has it."""

    TOTAL = "total"
    TAX = "sales tax"
    BALANCE = "open balance"
    CUSTOMER = "customer"
    DATE = "date"


type SideFigures = MoneyFigures | None
"""What a side says of a document; None where it does not count there."""


@dataclass(frozen=True, slots=True)
class PathStep:
    """From one standing of a document to the next one towards QuickBooks, and why they differ.

    after: the figures of the later standing.
    cause: why they differ from those of the standing before.
    """

    after: SideFigures
    cause: BooksCause


@dataclass(frozen=True, kw_only=True)
class BooksDocument:
    """One document: what MobiWork says of it now, and the steps to what QuickBooks says now.

    Attributes:
        kind: What it counts as.
        label: What a person knows it by.
        here: What MobiWork says now.
        steps: The steps from there; the last one ends at what QuickBooks says now.
        opens: Which way it moves what its customer owes: 1, -1, or 0 where it does not.
        flow, record_id: MobiWork's record, where there is one.
        target, quickbooks_id: QuickBooks' document, where there is one.
        note: What is known of why it stands so, in words.
        fixes: What the worklist offers for it; those of its cause where it offers none.
    """

    kind: BooksKind
    label: str
    here: SideFigures
    steps: tuple[PathStep, ...]
    opens: int = 0
    flow: str | None = None
    record_id: str | None = None
    target: str | None = None
    quickbooks_id: str | None = None
    note: str | None = None
    fixes: tuple[FixKind, ...] = ()

    @property
    def there(self) -> SideFigures:
        """What QuickBooks says now."""
        return self.steps[-1].after if self.steps else self.here


@dataclass(frozen=True)
class BooksPeriod:
    """The days that are compared, both included; without a first one, all up to the last.

    first, last: days of the company.
    """

    first: date | None
    last: date

    def holds(self, day: date | None) -> bool:
        """Tell whether a day is one of them; what says no day is in every period."""
        return day is None or ((self.first is None or self.first <= day) and day <= self.last)


@dataclass(frozen=True, kw_only=True)
class BooksDifference:
    """One difference of one document with its cause.

    amount: MobiWork's figure less QuickBooks', as far as this cause explains it.
    party: whose balance it is, of an open balance.
    kind: which sum of the report it is of.
    cause: why it differs.
    figure: which figure of the document that is; the others make it differ, too.
    document: what it is about on both sides.
    """

    kind: BooksKind
    cause: BooksCause
    figure: BooksFigure
    amount: Decimal
    document: BooksDocument
    party: str | None = None


@dataclass
class BooksSums:
    """What one kind comes to on both sides, and the differences by cause.

    Attributes:
        here: The sum in MobiWork, in the currency of the books.
        there: The sum in QuickBooks.
        count_here: How many documents that is in MobiWork.
        count_there: How many in QuickBooks.
        causes: How many documents differ for a cause, and by which sum in all.
    """

    here: Decimal = NOTHING
    there: Decimal = NOTHING
    count_here: int = 0
    count_there: int = 0
    causes: dict[BooksCause, tuple[int, Decimal]] = field(default_factory=dict)

    def add(self, here: Decimal, there: Decimal) -> None:
        """Count a document that both sides say this of."""
        self.here, self.there = self.here + here, self.there + there
        self.count_here += bool(here)
        self.count_there += bool(there)

    def explain(self, cause: BooksCause, amount: Decimal) -> None:
        """Count a difference by its cause."""
        count, before = self.causes.get(cause, (0, NOTHING))
        self.causes[cause] = (count + 1, before + amount)

    @property
    def adds_up(self) -> bool:
        """Whether MobiWork's total less all causes is QuickBooks' total."""
        return self.here - sum((one for _, one in self.causes.values()), NOTHING) == self.there


@dataclass
class BooksComparison:
    """Adds up documents one by one; no document is kept.

    sums: by kind; balances: by customer, what is open on each side on the last day.
    period: the days that are compared.
    """

    period: BooksPeriod
    sums: dict[BooksKind, BooksSums] = field(
        default_factory=lambda: {kind: BooksSums() for kind in BooksKind}
    )
    balances: dict[str | None, BooksSums] = field(default_factory=dict)

    def add(self, document: BooksDocument) -> list[BooksDifference]:
        """Add a document up, and return its differences."""
        alone = document.kind is BooksKind.OPEN_BALANCES  # what is open of another document
        return [
            *self._measured(document, document.kind, 0 if alone else 1),
            *self._measured(document, BooksKind.SALES_TAX, TAXED.get(document.kind, 0)),
            *self._balances(document),
        ]

    def _measured(
        self, document: BooksDocument, kind: BooksKind, sign: int
    ) -> Iterator[BooksDifference]:
        """Yield how the amount, or the tax, of a document differs within the period."""
        if not sign:
            return
        value = _Measure(kind, sign, self.period).of
        here, there = value(document.here), value(document.there)
        self.sums[kind].add(here, there)
        usual = BooksFigure.TAX if kind is BooksKind.SALES_TAX else BooksFigure.TOTAL
        for one in _path(document, value):
            self.sums[kind].explain(one.cause, one.amount)
            yield BooksDifference(
                kind=kind,
                cause=one.cause,
                figure=one.figure(usual),
                amount=one.amount,
                document=document,
            )

    def _balances(self, document: BooksDocument) -> Iterator[BooksDifference]:
        """Yield how what a document leaves open differs, customer by customer."""
        if not document.opens:
            return
        standings = (document.here, *(step.after for step in document.steps))
        for party in dict.fromkeys(one.party for one in standings if one):
            value = _Open(party, document.opens, self.period.last).of
            here, there = value(document.here), value(document.there)
            total, own = (
                self.sums[BooksKind.OPEN_BALANCES],
                self.balances.setdefault(party, BooksSums()),
            )
            for sums in (total, own):
                sums.add(here, there)
            for one in _path(document, value):
                for sums in (total, own):
                    sums.explain(one.cause, one.amount)
                yield BooksDifference(
                    kind=BooksKind.OPEN_BALANCES,
                    cause=one.cause,
                    figure=one.figure(BooksFigure.BALANCE),
                    amount=one.amount,
                    document=document,
                    party=party,
                )

    @property
    def unexplained(self) -> int:
        """How many differences nothing explains."""
        return sum(one.causes.get(BooksCause.UNEXPLAINED, (0,))[0] for one in self.sums.values())


@dataclass(frozen=True)
class _Measure:
    """The amount or the tax of a standing, as far as it is in the period.

    kind: which figure is taken.
    sign: 1, or -1 for what lessens the sum.
    period: what is dated outside of it counts as nothing.
    """

    kind: BooksKind
    sign: int
    period: BooksPeriod

    def of(self, standing: SideFigures) -> Decimal:
        """Return it."""
        if standing is None or not self.period.holds(standing.day):
            return NOTHING
        return self.sign * (standing.tax if self.kind is BooksKind.SALES_TAX else standing.amount)


@dataclass(frozen=True)
class _Open:
    """What a standing leaves open for one customer on the last day.

    party: the customer, None where nobody is named.
    sign: 1, or -1 for what lessens the balance.
    last: what is dated later counts as nothing.
    """

    party: str | None
    sign: int
    last: date

    def of(self, standing: SideFigures) -> Decimal:
        """Return it."""
        if standing is None or standing.party != self.party:
            return NOTHING
        counts = standing.day is None or standing.day <= self.last
        return self.sign * standing.amount if counts else NOTHING


@dataclass(frozen=True)
class _Stretch:
    """A step that makes a difference.

    Attributes:
        before: How the document stands before it.
        after: How it stands after it.
        cause: Why it does.
        amount: What it comes to, in the company's currency.
    """

    before: SideFigures
    after: SideFigures
    cause: BooksCause
    amount: Decimal

    def figure(self, usual: BooksFigure) -> BooksFigure:
        """Return which figure makes it: another customer or day where the usual is the same."""
        before, after = self.before, self.after
        if before is None or after is None:
            return usual
        if usual is BooksFigure.BALANCE and before.party != after.party:
            return BooksFigure.CUSTOMER
        taxes = usual is BooksFigure.TAX
        same = before.tax == after.tax if taxes else before.amount == after.amount
        return BooksFigure.DATE if same and before.day != after.day else usual


def _path(document: BooksDocument, value: Callable[[SideFigures], Decimal]) -> Iterator[_Stretch]:
    """Yield the difference of each step that makes one; together they are the whole difference."""
    standing = document.here
    for step in document.steps:
        before, after = value(standing), value(step.after)
        if before != after:
            yield _Stretch(standing, step.after, step.cause, before - after)
        standing = step.after
