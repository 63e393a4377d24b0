"""Reaches what paging holds back: by windows of created dates, and a day by other filters.

The windows of the last look are asked for first, so that a list that has not grown costs no call
for what is cut.
"""

import datetime
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, replace

from connector.errors import RecordsUnreadError
from connector.mobiwork.endpoints import Endpoint
from connector.mobiwork.lists.pages import Fetch, Filters, ListedPage
from connector.mobiwork.values import format_date, read_date
from connector.mobiwork.xml import RawRecord
from connector.model.ids import MobiWorkId

CAP = 200
DUE_DATE = "duedate"
DAY = datetime.timedelta(days=1)
FIRST_DAY = datetime.date(2000, 1, 1)
LAST_DAY = datetime.date(2100, 12, 31)
NO_DOCUMENTS_YET = (datetime.date(2199, 1, 1), datetime.date(2199, 12, 31))

MOST_PAGES = 20_000
"""So many pages at most are asked for in windows: more than a day can hold."""
FILLED = 0.9
"""How much of a page a window may hold that is put together of several."""

type Window = tuple[datetime.date, datetime.date]


@dataclass
class Windows:
    """The walk over a list by windows of dates.

    kept: where the windows of the last time began, but the first of them.
    whole: the windows that were not cut, with what they held.
    counts: whether the totals of the server heed the dates.
    pages: how many were asked for.
    fetch: asks for one page.
    endpoint, filters: the list, and what narrows it besides the dates.
    page_size: so many records are asked for at once.
    seen: the ids of the records that came by now.
    """

    fetch: Fetch
    endpoint: Endpoint
    filters: Filters
    page_size: int
    seen: set[str]
    kept: tuple[str, ...] = ()
    whole: list[tuple[Window, int]] = field(default_factory=list)
    counts: bool = True
    pages: int = 0

    def walk(self) -> Generator[RawRecord, None, set[datetime.date] | None]:
        """Yield by created date, halving a window that is cut.

        Return the days of which records are missing; None where the server ignores the dates.
        """
        future = self._page(_between(self.endpoint.created, NO_DOCUMENTS_YET))
        if future.records:
            return None
        self.counts = not future.total  # one that counts documents of the far future does not
        missing: set[datetime.date] = set()
        windows = self._first_windows()
        self._expect(windows)
        while windows:
            window = windows.pop()
            chosen = _between(self.endpoint.created, window)
            page = self._page(chosen)
            yield from new_of(page, self.seen)
            halves = _halves(window) if self._is_cut(page) else []
            windows.extend(halves)
            if halves:
                self._expect(halves)
                continue
            self.whole.append((window, len(page.records)))
            if self._is_cut(page) and (yield from self._by_due_date(page, chosen)):
                missing.add(window[0])
        return missing

    def _expect(self, windows: list[Window]) -> None:
        """Say which windows are read next, the last one first."""
        chosen = (_between(self.endpoint.created, one) for one in reversed(windows))
        self.fetch.expect(({**self.filters, **one}, 0) for one in chosen)

    def _first_windows(self) -> list[Window]:
        """Return the windows to begin with, the last one first."""
        first, last = _bounds(self.endpoint, self.filters)
        begins = [one for text in self.kept if first < (one := _day(text)) <= last]
        if not begins:
            return _halves((first, last))
        ends = [one - DAY for one in begins]
        return list(zip([first, *begins], [*ends, last], strict=True))[::-1]

    def begins(self) -> tuple[str, ...]:
        """Return where the windows begin for the next time, but the first; small ones together."""
        found: list[datetime.date] = []
        held = 0
        for (first, _), count in sorted(self.whole):
            together = held + count <= self.page_size * FILLED
            held = held + count if together else count
            if not together:
                found.append(first)
        return tuple(one.isoformat() for one in found)

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
            yield from new_of(page, self.seen)
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
            yield from new_of(found, self.seen)
            if self._is_cut(found):
                left = yield from self._by_values(found, narrower, tuple(others))
                cut = cut or left
        if not cut and there - {one.id for one in page.records}:
            return False
        return (yield from self._by_values(page, chosen, tuple(others)))

    def _page(self, chosen: Filters) -> ListedPage:
        self.pages += 1
        if self.pages > MOST_PAGES:
            raise RecordsUnreadError(
                f"MobiWork's answer to list {self.endpoint.entity} is cut short however narrow it "
                f"is asked for: {MOST_PAGES:,} answers were read."
            )
        return self.fetch({**self.filters, **chosen}, 0)

    def _is_cut(self, page: ListedPage) -> bool:
        counted = page if self.counts else replace(page, total=None)
        return bool(page.records or page.left_out) and may_be_cut(counted, self.page_size)


def heeds_dates(fetch: Fetch, endpoint: Endpoint, filters: Filters) -> bool:
    """Tell whether a list that has records heeds filters of created dates."""
    future, ever = (
        fetch({**filters, **_between(endpoint.created, one)}, 0)
        for one in (NO_DOCUMENTS_YET, (FIRST_DAY, LAST_DAY))
    )
    return bool(ever.records) and not future.records


def since(endpoint: Endpoint, day: datetime.date) -> Filters | None:
    """Return the filters for what was created since a day; None where no such is documented."""
    if not (endpoint.documented and endpoint.created):
        return None
    return _between(endpoint.created, (day, LAST_DAY))


def _values(page: ListedPage, element: str) -> set[str]:
    found = (one.fields.get(element.lower()) for one in page.records)
    return {one for one in found if isinstance(one, str) and one}


def new_of(page: ListedPage, seen: set[str]) -> Iterator[RawRecord]:
    """Yield what a page brings that nobody has seen."""
    for record in page.records:
        key = record.id or record.xml
        if key not in seen:
            seen.add(key)
            yield record


def may_be_cut(page: ListedPage, page_size: int) -> bool:
    """Tell whether a page may have left records out: MobiWork's count says so, or it is full."""
    count = len(page.records)
    if page.total is not None:
        return page.total > count
    return bool(page.left_out) or count == (page.size or page_size) or count >= CAP


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


def _day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)
