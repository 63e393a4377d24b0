"""What a match found, as it is kept: its differences, the open balances, and the sums."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from connector.model.body import Body
from connector.model.books.causes import ADVICE
from connector.model.books.documents import (
    BooksComparison,
    BooksDifference,
    BooksFigure,
    BooksSums,
    SideFigures,
)

UNKNOWN = "not known"
NO_DAY, NOBODY = "no date", "nobody"


def parties(one: BooksDifference) -> Iterator[str | None]:
    """Yield whom a difference names."""
    yield one.party
    if one.figure is BooksFigure.CUSTOMER:
        yield from (side.party for side in (one.document.here, one.document.there) if side)


def says(one: BooksDifference, names: Mapping[str, str]) -> str:
    """Say what the figure is on each side now, in words; parties by their names."""
    here, there = (
        _said(one.figure, standing, names) for standing in (one.document.here, one.document.there)
    )
    if here is None or there is None:
        return f"{there} in QuickBooks only" if here is None else f"{here} in MobiWork only"
    return f"{here} in MobiWork, {there} in QuickBooks"


def _said(figure: BooksFigure, standing: SideFigures, names: Mapping[str, str]) -> str | None:
    """Return a figure of one side as a text; None where the document does not count there."""
    if standing is None:
        return None
    match figure:
        case BooksFigure.DATE:
            return standing.day.isoformat() if standing.day else NO_DAY
        case BooksFigure.CUSTOMER:
            return names.get(standing.party, standing.party) if standing.party else NOBODY
        case BooksFigure.TAX:
            return f"{standing.tax:,.2f}"
        case BooksFigure.TOTAL | BooksFigure.BALANCE:
            return f"{standing.amount:,.2f}"


def difference_row(one: BooksDifference, names: Mapping[str, str]) -> Body:
    """Return a difference with what a person needs to find the document on both sides."""
    document = one.document
    here, there = document.here, document.there
    return {
        "kind": one.kind.value,
        "cause": one.cause.value,
        "figure": one.figure.value,
        "says": says(one, names),
        "amount": one.amount,
        "label": document.label,
        "here": here.amount if here else None,
        "there": there.amount if there else None,
        "day": _day(document),
        "party": one.party,
        "flow": document.flow,
        "record_id": document.record_id,
        "target": document.target,
        "quickbooks_id": document.quickbooks_id,
        "note": document.note,
        "fixes": [fix.value for fix in document.fixes or ADVICE[one.cause].fixes],
    }


def _day(document: object) -> str | None:
    figures = getattr(document, "here", None) or getattr(document, "there", None)
    return figures.day.isoformat() if figures and figures.day else None


def balance_rows(comparison: BooksComparison, names: Mapping[str, str]) -> Iterator[Body]:
    """Yield what each customer owes on both sides, by name; those who owe nothing are absent."""
    named = {own: names.get(own, own) if own else UNKNOWN for own in comparison.balances}
    found = sorted(comparison.balances.items(), key=lambda one: (named[one[0]], one[0] or UNKNOWN))
    for own, sums in found:
        if sums.here or sums.there or sums.causes:
            yield {"customer": named[own], "quickbooks_id": own} | _sums(sums)


def result_of(
    comparison: BooksComparison, apart: Mapping[tuple[str, str], tuple[int, Decimal]]
) -> Body:
    """Return the sums of all kinds, what counts on neither side, and whether all is explained."""
    return {
        "kinds": [{"kind": kind.value} | _sums(sums) for kind, sums in comparison.sums.items()],
        "apart": [
            {"flow": flow, "reason": reason, "count": count, "amount": amount}
            for (flow, reason), (count, amount) in sorted(apart.items())
        ],
        "unexplained": comparison.unexplained,
        "adds_up": all(one.adds_up for one in comparison.sums.values()),
    }


def _sums(sums: BooksSums) -> Body:
    return {
        "mobiwork": sums.here,
        "quickbooks": sums.there,
        "count_mobiwork": sums.count_here,
        "count_quickbooks": sums.count_there,
        "causes": [
            {"cause": cause.value, "count": count, "amount": amount}
            for cause, (count, amount) in sorted(sums.causes.items())
        ],
    }
