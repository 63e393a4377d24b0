"""Reading records month by month, whatever flow and state they are of."""

from collections.abc import Iterator
from dataclasses import dataclass

from connector.model.ids import ConnectionId
from connector.model.tracking.tracked import Sought
from connector.store.table import FILLS, SEPARATOR, RawValues, key
from connector.store.tracking.postings import (
    AFTER_SEPARATOR,
    LAST,
    MONTH,
    NO_DAY,
    TO_MONTH,
    Posting,
    PostingRow,
    may_be,
    of_amounts,
    postings_in,
)

FIRST = 200
"""So many rows are read first: a page of what is frequent; then as many as a call holds."""
FIRST_MONTH = "0001-01"
MOST_CALLS = 2
"""So many calls look for the records of a page; where it is not full, the next one goes on."""


@dataclass
class Months:
    """The records of some months in the order of their days, read as far as they are asked for.

    A month is read whole, for its records are not in order in the table.

    connection_id, sought: whose records, and which.
    after: the place that a page goes on after, None for the first.
    oldest_first: the order.
    goes_on_after: after what place the next page goes on, where so much was read for this one that
        the rest is left to that; None otherwise.
    """

    connection_id: ConnectionId
    sought: Sought
    after: str | None
    oldest_first: bool
    goes_on_after: str | None = None

    def __iter__(self) -> Iterator[Posting]:
        """Yield the records that may be sought, by what their lists say."""
        for rows in self._each():
            likely = (row for row in rows if self._may_hold(_place(row)))
            found = (
                one for row in likely for one in postings_in(PostingRow.from_raw_data(dict(row)))
            )
            held = (one for one in found if may_be(one, self.sought))
            yield from sorted(held, reverse=not self.oldest_first)

    def _each(self) -> Iterator[list[RawValues]]:
        """Yield the rows of each month; stop after one where the next ones take a call too many."""
        rows, month, first = list[RawValues](), None, None
        for calls, (page, last) in enumerate(self._calls(), 1):
            for row in page:
                its = _place(row)[1]
                if its != month and month is not None:
                    yield rows
                    rows = []
                month = its
                first = its if first is None else first
                rows.append(row)
            if calls >= MOST_CALLS and last is not None and self._may_end(first, last):
                if rows and month != last:
                    yield rows
                return
        yield rows

    def _may_end(self, first: str | None, month: str) -> bool:
        """Leave a month of which some was read to the next page, unless this one began with it.

        Where the table passes over lists, months may lie before the first of which it sent any.
        """
        whole = _beside(month, earlier=self.oldest_first)
        began = first == month and not self.sought.amounts
        within = self.after is not None and _day_in(self.after)[0][:TO_MONTH] == month
        if began or within or whole in (None, self.after):
            return False
        self.goes_on_after = whole
        return True

    def _calls(self) -> Iterator[tuple[list[RawValues], str | None]]:
        """Yield the rows of each call, and the month of the last one that it looked at."""
        begins, ends = self._span()
        if begins > ends:
            return  # DynamoDB refuses a range that ends before it begins
        pages = PostingRow.query(
            key(self.connection_id, "found-by"),
            PostingRow.sk.between(begins, ends),
            of_amounts(self.sought.amounts),
            scan_index_forward=self.oldest_first,
            consistent_read=True,
            page_size=FILLS if self.sought.amounts else FIRST,
        ).page_iter
        for page in pages:
            last = page.get("LastEvaluatedKey")
            yield page["Items"], _place(last)[1] if last else None
            pages.page_size = FILLS

    def _span(self) -> tuple[str, str]:
        """Return between which keys the rows lie that are read."""
        first, last = self.sought.first, self.sought.last
        begins = _from(first.isoformat() if first else NO_DAY)
        ends = _to(last.isoformat() if last else LAST)
        if self.sought.undated:
            begins, ends = self._undated()
        if self.after is None:
            return begins, ends
        day, whole = _day_in(self.after)
        if self.oldest_first:
            return max(begins, _to(day) if whole else _from(day)), ends
        return begins, min(ends, _from(day) if whole else _to(day))

    def _undated(self) -> tuple[str, str]:
        one = next(iter(self.sought.flows)) if len(self.sought.flows) == 1 else ""
        begins = SEPARATOR.join((MONTH, NO_DAY, one))
        return begins, f"{begins}{AFTER_SEPARATOR}" if one else _to(NO_DAY)

    def _may_hold(self, place: list[str]) -> bool:
        return not self.sought.flows or place[2] in self.sought.flows


def _place(row: RawValues) -> list[str]:
    """Return kind, month, flow and batch of a row."""
    return str(row["sk"]["S"]).split(SEPARATOR)


def _day_in(place: str) -> tuple[str, bool]:
    """Return the day of a place, and whether that is a month which was read to its end."""
    day = place.partition(SEPARATOR)[0]
    return day, len(day) == TO_MONTH


def _from(day: str) -> str:
    """Return what comes just before the rows of the month of a day."""
    return f"{MONTH}{SEPARATOR}{day[:TO_MONTH]}"


def _to(day: str) -> str:
    """Return what comes just after them."""
    return f"{_from(day)}{AFTER_SEPARATOR}"


def _beside(month: str, *, earlier: bool) -> str | None:
    """Return the month before or after one; what has no day comes before all months."""
    if month == NO_DAY:
        return None if earlier else FIRST_MONTH
    number = int(month[:4]) * 12 + int(month[5:]) - 1 + (-1 if earlier else 1)
    return f"{number // 12:04}-{number % 12 + 1:02}"
