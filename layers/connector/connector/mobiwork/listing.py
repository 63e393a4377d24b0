"""Reads a list to its end, although MobiWork's paging cannot be trusted (reference 1.6).

No sort order, a cap of 200, and servers that ignore paging: records are merged by id, a page that
brings nothing new ends the list, and where that leaves some out, created-date windows find them.
"""

import datetime
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

from connector.errors import UnreadableAnswerError
from connector.mobiwork.endpoints import Endpoint
from connector.mobiwork.values import format_date, read_date
from connector.mobiwork.xml import RawRecord, local_name, text_of

CAP = 200
DAY = datetime.timedelta(days=1)
FIRST_DAY = datetime.date(2000, 1, 1)
LAST_DAY = datetime.date(2100, 12, 31)
NO_DOCUMENTS_YET = (datetime.date(2199, 1, 1), datetime.date(2199, 12, 31))

type Filters = Mapping[str, str]
type Fetch = Callable[[Filters, int], ListedPage]
type Window = tuple[datetime.date, datetime.date]


@dataclass(frozen=True, kw_only=True)
class ListedPage:
    """The records of one list answer; `total` is MobiWork's own count where it gives one."""

    records: tuple[RawRecord, ...]
    total: int | None = None


def page_of(root: Element, endpoint: Endpoint) -> ListedPage | None:
    """Return the records in a list answer, None if it has content but no list.

    Any element called `…List` or `…Lists` may hold them; what is inside a record is its own.
    """
    found: list[RawRecord] = []
    lists, level = 0, [root]
    while level:
        parent = level.pop()
        holds_items = parent is root or _is_list(parent)
        lists += _is_list(parent)
        for child in parent:
            if holds_items and local_name(child) == endpoint.item:
                found.append(record_of(child, endpoint))
            else:
                level.append(child)
    if not found and (_counter(root, "count") or (len(root) and not lists)):
        return None
    return ListedPage(records=tuple(found), total=_counter(root, "totalAvailableCount"))


def record_of(element: Element, endpoint: Endpoint) -> RawRecord:
    """Return an element as a record, under the first of its ids that has a value."""
    by_name = {local_name(child): text_of(child) for child in element}
    ids = (by_name.get(name) for name in endpoint.ids)
    record_id = next((one for one in ids if one not in {None, "0"}), None)
    return RawRecord.of(endpoint.entity, record_id or "", element)


def walk(fetch: Fetch, endpoint: Endpoint, filters: Filters, page_size: int) -> Iterator[RawRecord]:
    """Yield every record of a list once, a page at a time; `fetch` reads the page from a position.

    Where paging is ignored and records are missing, they are sought by created date.

    Raises:
        UnreadableAnswerError: after the last record that could be had, if there must be more.
    """
    seen: set[str] = set()
    cut = yield from _paged(fetch, filters, page_size, seen)
    if cut and endpoint.created:
        cut = yield from _windowed(fetch, endpoint, filters, page_size, seen)
    if cut:
        raise UnreadableAnswerError(
            f"MobiWork's answer to list {endpoint.entity} is cut short: after {len(seen)} records"
            " it repeats itself, and what it holds back cannot be reached."
        )


def _paged(
    fetch: Fetch, filters: Filters, page_size: int, seen: set[str]
) -> Generator[RawRecord, None, bool]:
    """Yield page by page; return whether the server kept records back."""
    position, full = 0, True
    while True:
        page = fetch(filters, position)
        count, before = len(page.records), len(seen)
        yield from _new(page, seen)
        if count and len(seen) == before:
            return _may_be_cut(page, page_size)
        position += count
        more = page.total is not None and page.total > position
        if not count:
            return more and full
        full = count >= page_size
        if not full and not more:
            return False


def _windowed(
    fetch: Fetch, endpoint: Endpoint, filters: Filters, page_size: int, seen: set[str]
) -> Generator[RawRecord, None, bool]:
    """Yield by created date, halving a window that is cut; return whether records are missing."""
    future = fetch({**filters, **_between(endpoint, NO_DOCUMENTS_YET)}, 0)
    if future.records:
        return True  # the server ignores the dates as well
    cut, windows = False, _halves(_bounds(endpoint, filters))
    while windows:
        window = windows.pop()
        page = fetch({**filters, **_between(endpoint, window)}, 0)
        yield from _new(page, seen)
        # A total that counts documents of the far future does not heed the dates.
        counted = replace(page, total=None) if future.total else page
        if not page.records or not _may_be_cut(counted, page_size):
            continue
        halves = _halves(window)
        cut = cut or not halves
        windows.extend(halves)
    return cut


def _new(page: ListedPage, seen: set[str]) -> Iterator[RawRecord]:
    for record in page.records:
        key = record.id or record.xml
        if key not in seen:
            seen.add(key)
            yield record


def _may_be_cut(page: ListedPage, page_size: int) -> bool:
    count = len(page.records)
    if page.total is not None:
        return page.total > count
    return count == page_size or count >= CAP


def _bounds(endpoint: Endpoint, filters: Filters) -> Window:
    first, last = (filters.get(name) for name in endpoint.created)
    return (read_date(first) if first else FIRST_DAY, read_date(last) if last else LAST_DAY)


def _halves(window: Window) -> list[Window]:
    first, last = window
    if first >= last:
        return []
    middle = first + (last - first) // 2
    return [(middle + DAY, last), (first, middle)]


def _between(endpoint: Endpoint, window: Window) -> dict[str, str]:
    # One day more, in case the server takes the last day as its first second.
    first, last = window[0], window[1] + DAY
    return dict(zip(endpoint.created, (format_date(first), format_date(last)), strict=True))


def _counter(root: Element, name: str) -> int | None:
    texts = (text_of(one) or "" for one in root.iter(name))
    return next((int(text) for text in texts if text.isdecimal()), None)


def _is_list(element: Element) -> bool:
    return local_name(element).endswith(("List", "Lists"))
