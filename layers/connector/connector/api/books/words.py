"""A match of the books as a person reads it: as text, and its differences as CSV."""

from collections.abc import Iterable, Iterator

from connector.api.books.matches import FoundDifference
from connector.api.plans import cells
from connector.api.plans.report_words import amount_or_blank
from connector.model.books.report import BooksMatch, KindSums
from connector.model.ids import kind_in_words

COLUMNS = (
    "kind", "cause", "amount", "label", "day", "here", "there", "customer", "flow", "record_id",
    "target", "quickbooks_id", "note", "fixes", "figure", "says",
)  # fmt: skip


def as_text(match: BooksMatch) -> str:
    """Write a match for a terminal."""
    heading = f"Books Match of {match.company}, {days_of(match)}"
    blocks = [[heading, match.statement, *match.remarks]]
    blocks += [list(_kind(one)) for one in match.kinds if one.mobiwork or one.quickbooks]
    if match.taxes:
        rates = [_line(f"rate {one.rate}", amount_or_blank(one.amount)) for one in match.taxes]
        blocks.append(["Sales tax in QuickBooks, by rate:", *rates])
    if match.apart:
        blocks.append(["On neither side:", *_apart(match)])
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def days_of(match: BooksMatch) -> str:
    """Say which days were compared."""
    return (
        f"{match.first_day} to {match.last_day}" if match.first_day else f"up to {match.last_day}"
    )


def _kind(one: KindSums) -> Iterator[str]:
    yield f"{one.kind.capitalize()}"
    yield _line(f"in MobiWork ({one.count_mobiwork:,})", amount_or_blank(one.mobiwork))
    for cause in one.causes:
        yield _line(f"  less {cause.cause} ({cause.count:,})", amount_or_blank(cause.amount))
    yield _line(f"in QuickBooks ({one.count_quickbooks:,})", amount_or_blank(one.quickbooks))


def _line(words: str, amount: str) -> str:
    return f"  {words:<50}{amount:>18}"


def _apart(match: BooksMatch) -> Iterator[str]:
    for one in match.apart:
        yield (
            _line(f"{one.count:,} of {kind_in_words(one.flow)}", amount_or_blank(one.amount))
            + f"  {one.reason}"
        )


def as_csv(differences: Iterable[FoundDifference]) -> str:
    """Write differences as CSV, one line each."""
    rows = ([getattr(one, column) for column in COLUMNS] for one in differences)
    return cells.as_csv(COLUMNS, rows)
