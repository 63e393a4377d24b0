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

    rows: its records; unread: those that nobody can read, as sentences for a person.
    """

    rows: list[Record]
    unread: tuple[str, ...] = ()


def read_list(quickbooks: ListReads, entity: str, *, include_inactive: bool = False) -> WholeList:
    """Return all records of an entity but those that nobody can read, which are named.

    Raises:
        QueryFailedError: QuickBooks fails on all of them.
    """
    try:
        return WholeList(list(quickbooks.query(select(entity, include_inactive=include_inactive))))
    except UNREADABLE:
        found = list(_by_pages(quickbooks, entity, include_inactive=include_inactive))
    told = tuple(one.told for one in found if isinstance(one, PassedOver))
    return WholeList([one for one in found if not isinstance(one, PassedOver)], told)


def _by_pages(
    quickbooks: ListReads, entity: str, *, include_inactive: bool
) -> Iterator[Record | PassedOver]:
    """Yield the records of a list, and what is passed over among them."""
    statement = select(entity, include_inactive=include_inactive, order_by="Id")
    walk = PageCursor(source=entity, since=None)
    for _ in range(MOST_PAGES):
        page = next_page(quickbooks, statement, walk)
        if isinstance(page, PassedOver):
            logger.warning("a record of QuickBooks was passed over", why=page.why)
            yield page
            walk = walk.beyond()
        elif not walk.joins(page.rows):
            walk = walk.stepped_back()
        else:
            yield from map(dict, walk.fresh(page.rows))
            if not page.full:
                return
            walk = walk.after(page.rows)
