"""Reads a list to its end, although MobiWork's paging cannot be trusted (reference 1.6).

No sort order, a cap of 200, and servers that ignore paging: records are merged by id, a page that
brings nothing new ends the list, and where that leaves some out, created-date windows find them.
"""

from collections.abc import Generator, Iterator

from connector.errors import RecordsUnreadError
from connector.mobiwork.endpoints import Endpoint
from connector.mobiwork.lists.pages import Fetch, Filters
from connector.mobiwork.lists.prints import LastReading
from connector.mobiwork.lists.windows import Windows, heeds_dates, may_be_cut, new_of
from connector.mobiwork.xml import RawRecord

MOST_RECORDS = 1_000_000
"""No list has so many: MobiWork would be making up new ones for ever, or counting wrongly."""
SEVERAL = 4
"""With more pages than these it is worth knowing whether a list can be read by created dates."""


def walk(
    fetch: Fetch,
    endpoint: Endpoint,
    filters: Filters,
    page_size: int,
    last: LastReading | None = None,
) -> Iterator[RawRecord]:
    """Yield every record of a list once, a page at a time; `fetch` reads the page from a position.

    Where paging is ignored and records are missing, they are sought by created date, and those of
    one day by due date, status and the like; `last` keeps the windows for the next time.

    Raises:
        RecordsUnreadError: after the last record that could be had, if there must be more.
    """
    seen: set[str] = set()
    cut = yield from _paged(fetch, filters, page_size, seen)
    if not cut:
        dates = bool(endpoint.created) and not filters.keys() & {*endpoint.created}
        if last and dates and len(seen) > page_size * SEVERAL:
            last.dated = heeds_dates(fetch, endpoint, filters)
        return
    if not endpoint.created:
        raise RecordsUnreadError(_cut_short(endpoint, len(seen)))
    kept = last or LastReading()
    windows = Windows(fetch, endpoint, filters, page_size, seen, kept.windows)
    missing = yield from windows.walk()
    kept.windows, kept.dated = windows.begins(), missing is not None
    if missing is None:
        raise RecordsUnreadError(_cut_short(endpoint, len(seen)))
    if missing:
        days = ", ".join(f"{one:%Y-%m-%d}" for one in sorted(missing))
        raise RecordsUnreadError(
            f"MobiWork's answer to list {endpoint.entity} is cut short: of those created on {days} "
            f"it shows only the first {page_size}, whatever is asked. The others cannot be read. "
            "One of them shows once its status in MobiWork is one that few of that day have; or "
            f"ask MobiWork's support to let list {endpoint.entity} page."
        )


def _cut_short(endpoint: Endpoint, count: int) -> str:
    return (
        f"MobiWork's answer to list {endpoint.entity} is cut short: after {count} records"
        " it repeats itself, and what it holds back cannot be reached."
    )


def _paged(
    fetch: Fetch, filters: Filters, page_size: int, seen: set[str]
) -> Generator[RawRecord, None, bool]:
    """Yield page by page; return whether the server kept records back."""
    position, full = 0, True
    while position < MOST_RECORDS:
        page = fetch(filters, position)
        before, asked = len(seen), page.size or page_size
        count = len(page.records) + page.left_out
        yield from new_of(page, seen)
        if page.records and len(seen) == before:
            return may_be_cut(page, page_size)
        position += count
        more = page.total is not None and page.total > position
        if count == page_size and page.total is not None:
            end = min(page.total, MOST_RECORDS)
            fetch.expect((filters, one) for one in range(position, end, page_size))
        if not count:
            return more and full
        full = count >= asked
        if not full and not more:
            return False
    raise RecordsUnreadError(f"MobiWork answers more than {MOST_RECORDS:,} records of one list.")
