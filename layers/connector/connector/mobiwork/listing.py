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
from connector.model.ids import MobiWorkId

CAP = 200
DUE_DATE = "duedate"
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
    return RawRecord.of(endpoint.entity, record_id or None, element)


def walk(fetch: Fetch, endpoint: Endpoint, filters: Filters, page_size: int) -> Iterator[RawRecord]:
    """Yield every record of a list once, a page at a time; `fetch` reads the page from a position.

    Where paging is ignored and records are missing, they are sought by created date, and those of
    one day by due date, status and the like.

    Raises:
        UnreadableAnswerError: after the last record that could be had, if there must be more.
    """
    seen: set[str] = set()
    cut = yield from _paged(fetch, filters, page_size, seen)
    if not cut:
        return
    if not endpoint.created:
        raise UnreadableAnswerError(_cut_short(endpoint, len(seen)))
    missing = yield from _Windows(fetch, endpoint, filters, page_size, seen).walk()
    if missing is None:
        raise UnreadableAnswerError(_cut_short(endpoint, len(seen)))
    if missing:
        days = ", ".join(f"{one:%Y-%m-%d}" for one in sorted(missing))
        raise UnreadableAnswerError(
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


@dataclass
class _Windows:
    """The walk over a list by windows of dates.

    counts: whether the totals of the server heed the dates.
    """

    fetch: Fetch
    endpoint: Endpoint
    filters: Filters
    page_size: int
    seen: set[str]
    counts: bool = True

    def walk(self) -> Generator[RawRecord, None, set[datetime.date] | None]:
        """Yield by created date, halving a window that is cut.

        Return the days of which records are missing; None where the server ignores the dates.
        """
        future = self._page(_between(self.endpoint.created, NO_DOCUMENTS_YET))
        if future.records:
            return None
        self.counts = not future.total  # one that counts documents of the far future does not
        missing: set[datetime.date] = set()
        windows = _halves(_bounds(self.endpoint, self.filters))
        while windows:
            window = windows.pop()
            chosen = _between(self.endpoint.created, window)
            page = self._page(chosen)
            yield from _new(page, self.seen)
            if not self._is_cut(page):
                continue
            halves = _halves(window)
            windows.extend(halves)
            if not halves and (yield from self._by_due_date(page, chosen)):
                missing.add(window[0])
        return missing

    def _by_due_date(self, day: ListedPage, chosen: Filters) -> Generator[RawRecord, None, bool]:
        """Yield what is cut of a day by due date; return whether records are missing."""
        due = self.endpoint.due
        if any(not one.fields.get(DUE_DATE) for one in day.records):
            due = ()  # no range holds a document without one
        if not due or self._page({**chosen, **_between(due, NO_DOCUMENTS_YET)}).records:
            return (yield from self._by_values(day, chosen, self.endpoint.narrows))
        cut, windows = False, _halves((FIRST_DAY, LAST_DAY))
        while windows:
            window = windows.pop()
            narrower = {**chosen, **_between(due, window)}
            page = self._page(narrower)
            yield from _new(page, self.seen)
            if not self._is_cut(page):
                continue
            halves = _halves(window)
            windows.extend(halves)
            if not halves:
                left = yield from self._by_values(page, narrower, self.endpoint.narrows)
                cut = cut or left
        return cut

    def _by_values(
        self, page: ListedPage, chosen: Filters, narrows: tuple[tuple[str, str], ...]
    ) -> Generator[RawRecord, None, bool]:
        """Yield what is cut of a page by the values of other elements that its records have.

        Values that no record shows cannot be asked for: where these bring nothing new, what is
        held back may have others.
        """
        if not narrows:
            return True
        (name, element), *others = narrows
        asked: set[str] = set()
        there, cut = set[MobiWorkId | None](), False
        values = _values(page, element)
        while values - asked:
            value = min(values - asked)
            asked.add(value)
            narrower = {**chosen, name: value}
            found = self._page(narrower)
            values |= _values(found, element)
            there |= {one.id for one in found.records}
            yield from _new(found, self.seen)
            if self._is_cut(found):
                left = yield from self._by_values(found, narrower, tuple(others))
                cut = cut or left
        if not cut and there - {one.id for one in page.records}:
            return False
        return (yield from self._by_values(page, chosen, tuple(others)))

    def _page(self, chosen: Filters) -> ListedPage:
        return self.fetch({**self.filters, **chosen}, 0)

    def _is_cut(self, page: ListedPage) -> bool:
        counted = page if self.counts else replace(page, total=None)
        return bool(page.records) and _may_be_cut(counted, self.page_size)


def _values(page: ListedPage, element: str) -> set[str]:
    found = (one.fields.get(element.lower()) for one in page.records)
    return {one for one in found if isinstance(one, str) and one}


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


def _between(names: tuple[str, ...], window: Window) -> dict[str, str]:
    # One day more, in case the server takes the last day as its first second.
    first, last = window[0], window[1] + DAY
    return dict(zip(names, (format_date(first), format_date(last)), strict=True))


def _counter(root: Element, name: str) -> int | None:
    texts = (text_of(one) or "" for one in root.iter(name))
    return next((int(text) for text in texts if text.isdecimal()), None)


def _is_list(element: Element) -> bool:
    return local_name(element).endswith(("List", "Lists"))
