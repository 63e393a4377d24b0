"""Reading changed documents by a query, where change data does not tell all of their kind.

A query shows what was changed and voided, but nothing of what was deleted (reference 3.5, 4.1).
"""

from dataclasses import dataclass
from datetime import datetime

from connector.changes.backfill import statement
from connector.model.cursor import PageCursor
from connector.quickbooks.reading.next_page import PagedReads, PassedOver, next_page
from connector.quickbooks.responses import Record

MOST_PAGES = 10
"""So many pages of one kind are read in one look; the rest is told to be missing."""


@dataclass(frozen=True, kw_only=True)
class ChangedDocuments:
    """What a query showed of one kind.

    rows: the documents that were changed or voided.
    unread: which of them nobody can read, as sentences.
    whole: whether there are no more.
    """

    rows: tuple[Record, ...]
    unread: tuple[str, ...]
    whole: bool


def read_changed(quickbooks: PagedReads, kind: str, since: datetime) -> ChangedDocuments:
    """Return the documents of a kind that changed since then (one metered call a page).

    Raises:
        QueryFailedError: QuickBooks fails on all of them.
    """
    walk = PageCursor(source=kind, since=since.isoformat())
    rows: list[Record] = []
    unread: list[str] = []
    for _ in range(MOST_PAGES):
        page = next_page(quickbooks, statement(walk), walk)
        if isinstance(page, PassedOver):
            unread.append(page.why)
            walk = walk.beyond()
        elif not walk.joins(page.rows):
            walk = walk.stepped_back()
        else:
            rows += map(dict, walk.fresh(page.rows))
            if not page.full:
                return ChangedDocuments(rows=tuple(rows), unread=tuple(unread), whole=True)
            walk = walk.after(page.rows)
    return ChangedDocuments(rows=tuple(rows), unread=tuple(unread), whole=False)
