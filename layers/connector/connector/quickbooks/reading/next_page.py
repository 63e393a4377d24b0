"""Reading a list of QuickBooks page by page, also behind a record that nobody can read.

One that is too large, or that QuickBooks itself fails on, spoils every page that holds it
(reference 7.11). The client asks for fewer rows until only that one is left; here it is passed over
and named.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from connector.errors import UNREADABLE, AnswerBrokenError, AnswerTooLargeError
from connector.model.body import spoken

if TYPE_CHECKING:
    from datetime import datetime

    from connector.model.cursor import PageCursor
    from connector.quickbooks.responses import Page

WHOLE = 1000
"""The rows of a page, as many as QuickBooks answers at once."""
NAMES = ("FullyQualifiedName", "DisplayName", "Name", "DocNumber")
TOO_LARGE, SPOILS, FAILS = (
    "is too large to be read",
    "makes QuickBooks answer what cannot be read",
    "makes QuickBooks fail",
)
"""What is said of a record that nobody can read."""
MOST_IN_A_ROW = 5
"""Where so many records behind each other fail, QuickBooks fails, and not on a record."""


class PagedReads(Protocol):
    """What reading page by page asks of QuickBooks."""

    def page(self, statement: str, *, start: int, size: int) -> Page:
        """Return one page of a statement, from a position on (one metered call).

        Raises:
            AnswerTooLargeError: a record of it is.
            AnswerBrokenError: it spoils the answer.
            QueryFailedError: QuickBooks fails on it.
        """


@dataclass(frozen=True, kw_only=True)
class PassedOver:
    """A record that cannot be read, in the place of a page.

    why: a sentence that names it, and what helps.
    told: the same with the name of the record behind it, for a person; it is never logged.
    time: QuickBooks' own, in UTC; None where it was not asked for what is behind.
    """

    why: str
    told: str
    time: datetime | None


def next_page(pages: PagedReads, statement: str, walk: PageCursor) -> Page | PassedOver:
    """Return the next page, or that its first row that was not read yet cannot be.

    A page goes on from the latest row read. Where none is, that row may be the one behind.

    Raises:
        QueryFailedError, AnswerBrokenError: QuickBooks fails on what is behind as well.
    """
    failure: Exception | None = None
    for size in (WHOLE,) if walk.rows else (WHOLE, 1):
        try:
            return pages.page(statement, start=walk.start, size=size)
        except UNREADABLE as error:
            failure = error
    behind = _behind(pages, statement, walk)
    what = _what(failure)
    if behind is None and failure is not None and what != TOO_LARGE:
        raise failure
    why = _sentence(walk, behind, what)
    return PassedOver(
        why=why, told=f"{why}{_named(walk, behind)}", time=behind.time if behind else None
    )


def _what(failure: Exception | None) -> str:
    if isinstance(failure, AnswerTooLargeError):
        return TOO_LARGE
    return SPOILS if isinstance(failure, AnswerBrokenError) else FAILS


def _behind(pages: PagedReads, statement: str, walk: PageCursor) -> Page | None:
    """Return a page behind the record; None where nothing there can be read either."""
    start = walk.beyond().start
    for place in range(start, start + MOST_IN_A_ROW):
        try:
            return pages.page(statement, start=place, size=1)
        except UNREADABLE:
            continue
    return None


def _named(walk: PageCursor, behind: Page | None) -> str:
    """Name the record behind the one that cannot be read, where it has a name or number."""
    row = behind.rows[0] if behind and behind.rows else {}
    name = next((row[one] for one in NAMES if row.get(one)), None)
    done = "changed" if walk.since else "entered"
    return f' It is the one that was {done} right before "{name}".' if name else ""


def _sentence(walk: PageCursor, behind: Page | None, what: str) -> str:
    after = f"after Id {walk.rows[-1].split()[0]}" if walk.rows else None
    before = f"before Id {behind.rows[0]['Id']}" if behind and behind.rows else None
    near = " and ".join(filter(None, (after, before)))
    order = "latest change" if walk.since else "id"
    help_ = (
        "Shorten it in QuickBooks (description, lines, memo), and it is read."
        if what == TOO_LARGE
        else "Open it in QuickBooks and save it; if that does not help, ask QuickBooks' support."
    )
    return (
        f"The {spoken(walk.source).lower()} of QuickBooks at place "
        f"{walk.beyond().start - 1:,} of its list by {order}{f' ({near})' if near else ''} {what}, "
        f"so it was passed over; all others are read. {help_}"
    )
