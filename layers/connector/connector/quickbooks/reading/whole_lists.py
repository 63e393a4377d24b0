"""Reading a whole list of QuickBooks at once, also where one record of it cannot be read."""

from collections.abc import Iterator
from dataclasses import dataclass
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


@dataclass(frozen=True)
class WholeList:
    """A list as far as it can be read.

    rows: its records; unread: those that nobody can read; whole: whether there are no more.
    """

    rows: list[Record]
    unread: tuple[PassedOver, ...] = ()
    whole: bool = True


def read_list(quickbooks: ListReads, entity: str, *, include_inactive: bool = False) -> WholeList:
    """Return all records of an entity but those that nobody can read, which are named.

    Raises:
        QueryFailedError: QuickBooks fails on all of them.
    """
    try:
        return WholeList(list(quickbooks.query(select(entity, include_inactive=include_inactive))))
    except UNREADABLE:
        statement = select(entity, include_inactive=include_inactive, order_by="Id")
        walk = PageCursor(source=entity, since=None)
        return read_pages(quickbooks, statement, walk, most=MOST_PAGES)


def read_pages(quickbooks: PagedReads, statement: str, walk: PageCursor, *, most: int) -> WholeList:
    """Return the records of a list on at most so many pages (a metered call each).

    Raises:
        QueryFailedError: QuickBooks fails on all of them.
    """
    rows, unread = list[Record](), list[PassedOver]()
    for _ in range(most):
        page = next_page(quickbooks, statement, walk)
        if isinstance(page, PassedOver):
            logger.warning("a record of QuickBooks was passed over", why=page.why)
            unread.append(page)
            walk = walk.beyond()
        elif not walk.joins(page.rows):
            walk = walk.stepped_back()
        else:
            rows += map(dict, walk.fresh(page.rows))
            if not page.full:
                return WholeList(rows, tuple(unread))
            walk = walk.after(page.rows)
    return WholeList(rows, tuple(unread), whole=False)
