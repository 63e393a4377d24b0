"""Reading a whole list of QuickBooks at once, also where one record of it cannot be read."""

from collections.abc import Iterator
from typing import Protocol

from connector.errors import UNREADABLE
from connector.model.cursor import PageCursor
from connector.observability import logger
from connector.quickbooks.query import select
from connector.quickbooks.reading.next_page import PagedReads, PassedOver, next_page
from connector.quickbooks.responses import Record

MOST_PAGES = 1000
"""No list of accounts, terms, classes or taxes has so many."""


class ListReads(PagedReads, Protocol):
    """What reading a list asks of QuickBooks."""

    def query(self, statement: str) -> Iterator[Record]:
        """Yield the records of a statement (a metered call a page)."""


def read_list(
    quickbooks: ListReads, entity: str, *, include_inactive: bool = False
) -> list[Record]:
    """Return all records of an entity but those that nobody can read, which are logged.

    Raises:
        QueryFailedError: QuickBooks fails on all of them.
    """
    try:
        return list(quickbooks.query(select(entity, include_inactive=include_inactive)))
    except UNREADABLE:
        return list(_by_pages(quickbooks, entity, include_inactive=include_inactive))


def _by_pages(quickbooks: ListReads, entity: str, *, include_inactive: bool) -> Iterator[Record]:
    statement = select(entity, include_inactive=include_inactive, order_by="Id")
    walk = PageCursor(source=entity, since=None)
    for _ in range(MOST_PAGES):
        page = next_page(quickbooks, statement, walk)
        if isinstance(page, PassedOver):
            logger.warning("a record of QuickBooks was passed over", why=page.why)
            walk = walk.beyond()
        elif not walk.joins(page.rows):
            walk = walk.stepped_back()
        else:
            yield from map(dict, walk.fresh(page.rows))
            if not page.full:
                return
            walk = walk.after(page.rows)
