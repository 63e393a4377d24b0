"""Under what tracked records are found: rows that list, for one bucket, the records of one batch.

DynamoDB bills by rows, so an index entry for each record would cost more than the record itself.
Records of one batch lie close together: their numbers follow each other, they stand alike, and
they are of the same days. What they have in common is one row with all of them.
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from heapq import merge
from itertools import groupby
from typing import NamedTuple

from pynamodb.attributes import NumberAttribute
from pynamodb.expressions.condition import Condition

from connector.model.fingerprints import folded
from connector.model.ids import ConnectionId, FlowName, RecordId, RunId
from connector.model.outcomes import Outcome
from connector.model.tracking.tracked import Sought, TrackedRecord, TrackedState, within
from connector.store.packing import PackedAttribute
from connector.store.table import SEPARATOR, Item, key

NUMBER, CUSTOMER, VIEW, RUN = "number", "customer", "view", "run"
PASSES = frozenset({RUN})
"""Where a record stays listed although it is listed elsewhere by now: a run is history."""
SHARED = frozenset({NUMBER, VIEW})
"""Of these, small changes share one row as large as that of a large change: pages read them all."""
WIDE = frozenset({CUSTOMER})
"""These have a row for each letter, so that many changes share them, large ones, too."""
NO_DAY = ""
WITHIN = "  "
"""Stands between the place of a row and that of a record in it; names are kept without such."""
AFTER_SEPARATOR = chr(ord(SEPARATOR) + 1)
LAST = "~"
"""Sorts after every day and every batch."""
MONTH = len("2026-11")
FEW, MORE, MOST = 25, 4, 200
"""So many rows are read first, and so many times more each further time, up to so many."""
NO_AMOUNT = "-"
"""What a view says of a record that comes to nothing; before, views said nothing of amounts."""
ALIKE = 2
"""So many last characters of a number do not count for its bucket."""
KEPT = timedelta(days=400)
"""As long as the outcomes of a run."""


class PostingRow(Item):
    """The records of one batch in one bucket, each with what it is sorted and looked for by."""

    entries = PackedAttribute()
    expires_at = NumberAttribute(null=True)


@dataclass(frozen=True, order=True)
class Posting:
    """One record in a bucket: its day, the flow it is of, its id, and what it is looked for by.

    text: its number or whom it is about; amount: what it comes to, as a text.
    flow, record_id: the record.
    """

    day: str
    flow: FlowName
    record_id: RecordId
    text: str
    amount: str

    @property
    def place(self) -> str:
        """Where it stands in what is read page by page; texts sort as entries do."""
        return SEPARATOR.join((self.day, self.flow, self.record_id))

    @property
    def dated(self) -> date | None:
        """The day, if it has one."""
        return date.fromisoformat(self.day) if self.day else None


def is_of(where: str, batch: int) -> bool:
    """Tell whether the row at a place bears the number of a change, which nobody wrote before."""
    return where.endswith(f"{SEPARATOR}{batch:09d}")


def place_of(one: TrackedRecord) -> str:
    """Return where a record stands in what is read page by page."""
    return SEPARATOR.join((_day(one), one.flow, one.record_id))


def _day(one: TrackedRecord) -> str:
    return one.day.isoformat() if one.day else NO_DAY


class Listed(NamedTuple):
    """Where a record is listed, and how.

    bucket: the name of the list.
    entry: how it stands there.
    """

    bucket: str
    entry: Posting

    def sort_key(self, kind: str, batch: int) -> str:
        """Return under which key it lies together with others of its batch."""
        return SEPARATOR.join((kind, self.bucket, self.entry.flow, f"{batch:09d}"))


def listed(one: TrackedRecord) -> dict[str, Listed]:
    """Return where a record is listed, by what it is found by."""
    plain = Posting(_day(one), one.flow, one.record_id, "", "")
    number, name = folded(one.number or ""), folded(one.customer or "")
    amount = "" if one.amount is None else str(one.amount)
    view = SEPARATOR.join((one.state, one.flow, plain.day[:MONTH]))
    found = {
        VIEW: Listed(view, replace(plain, amount=amount or NO_AMOUNT)),
        RUN: Listed(SEPARATOR.join((one.run_id, one.outcome)), replace(plain, day="")),
        CUSTOMER: Listed(name[:1], replace(plain, text=name, amount=amount)),
    }
    if number:
        found[NUMBER] = Listed(_of_number(number), replace(plain, text=number))
    return found


def _of_number(number: str) -> str:
    return number[:-ALIKE] or number[0]


def packed(entries: Iterable[Posting]) -> list[list[str]]:
    """Return entries as they are stored; their flow stands in the key."""
    return [[one.record_id, one.day, one.text, one.amount] for one in sorted(entries)]


def unpacked(flow: FlowName, stored: Iterable[list[str]]) -> list[Posting]:
    """Return entries as they were."""
    return [Posting(day, flow, own, text, amount) for own, day, text, amount in stored]


def row_of(connection_id: ConnectionId, where: str, stored: list[list[str]]) -> PostingRow:
    """Build the row of a bucket for one batch."""
    row = PostingRow(pk=key(connection_id, "found-by"), sk=where, entries=stored)
    if where.partition(SEPARATOR)[0] in PASSES:
        row.expires_at = int((datetime.now(UTC) + KEPT).timestamp())
    return row


def read_rows(connection_id: ConnectionId, places: Iterable[str]) -> Mapping[str, list[list[str]]]:
    """Return what some rows hold, as it is stored, by their keys."""
    keys = [(key(connection_id, "found-by"), one) for one in places]
    found = PostingRow.batch_get(keys, consistent_read=True)
    return {row.sk: row.entries for row in found}


def of_number(connection_id: ConnectionId, number: str) -> list[Posting]:
    """Return the records that bear a number; one table query."""
    wanted = folded(number)
    found = _under(connection_id, NUMBER, _of_number(wanted)) if wanted else ()
    return [one for one in found if one.text == wanted]


def all_numbers(connection_id: ConnectionId, after: str | None) -> Iterator[tuple[str, Posting]]:
    """Yield all records by their numbers, about in the order of these, each with its place there.

    They lie in rows: a place is that of a row, and of the record in it.
    """
    own, _, place = (after or "").partition(WITHIN)
    first, end = f"{NUMBER}{SEPARATOR}", f"{NUMBER}{AFTER_SEPARATOR}"
    these = PostingRow.sk.between(own if own.startswith(first) else first, end)
    rows = PostingRow.query(
        key(connection_id, "found-by"), these, consistent_read=True, page_size=MOST
    )
    for row in rows:
        for one in sorted(unpacked(_flow_in(row), row.entries)):
            if row.sk != own or one.place > place:
                yield f"{row.sk}{WITHIN}{one.place}", one


def of_customer(connection_id: ConnectionId, name: str) -> list[Posting]:
    """Return the records about those whose names begin so."""
    wanted = folded(name)
    found = _under(connection_id, CUSTOMER, wanted[0]) if wanted else ()
    return [one for one in found if one.text.startswith(wanted)]


def may_come_to(one: Posting, amounts: Container[Decimal]) -> bool:
    """Tell whether a record of a view may come to an amount: views of before said nothing of it."""
    return not one.amount or (one.amount != NO_AMOUNT and Decimal(one.amount) in amounts)


def _is_of(one: Posting, sought: Sought) -> bool:
    of_flows = not sought.flows or one.flow in sought.flows
    return of_flows and within(one.dated, sought.first, sought.last)


def of_run(
    connection_id: ConnectionId, run_id: RunId, outcome: Outcome, flow: FlowName | None
) -> list[Posting]:
    """Return the records that ended so in a run, by flow and id."""
    return sorted(_under(connection_id, RUN, run_id, outcome, *([flow] if flow else [])))


def _under(connection_id: ConnectionId, *bucket: str) -> Iterator[Posting]:
    begins = SEPARATOR.join((*bucket, ""))
    return _between(connection_id, PostingRow.sk.startswith(begins))


def _between(connection_id: ConnectionId, these: Condition) -> Iterator[Posting]:
    for row in PostingRow.query(key(connection_id, "found-by"), these, consistent_read=True):
        yield from unpacked(_flow_in(row), row.entries)


def _flow_in(row: PostingRow) -> FlowName:
    return str(row.sk.rsplit(SEPARATOR, 2)[1])


type ViewPlace = tuple[TrackedState, FlowName]


class ViewPlaces(NamedTuple):
    """Where records of a view stand.

    many: states and flows whose lists are read as far as they are asked for.
    few: the first and the last of states with few records, which are read at once, of all flows.
    """

    many: Sequence[ViewPlace]
    few: Sequence[tuple[TrackedState, TrackedState]] = ()


def of_view(
    connection_id: ConnectionId,
    places: ViewPlaces,
    sought: Sought,
    *,
    after: str | None,
    oldest_first: bool,
) -> Iterator[Posting]:
    """Yield the records that stand somewhere, of the months from that of the day `after` on.

    Those of each place are read month by month in their order, as far as they are asked for, each
    by one query at least; those of states with few records at once, whatever flows they are of.
    """
    first = sought.first.isoformat() if sought.first else NO_DAY
    last = sought.last.isoformat() if sought.last else LAST
    if after is not None:
        first, last = (after, last) if oldest_first else (first, after)
    if first[:MONTH] > last[:MONTH]:
        return iter(())  # DynamoDB refuses a range that ends before it begins
    each = [
        _by_months(connection_id, state, flow, days=(first, last), oldest_first=oldest_first)
        for state, flow in places.many
    ]
    few = (
        sorted(_of_states(connection_id, *some), reverse=not oldest_first) for some in places.few
    )
    found = merge(*each, *few, reverse=not oldest_first)
    return (one for one in found if _is_of(one, sought))


def _of_states(
    connection_id: ConnectionId, first: TrackedState, last: TrackedState
) -> Iterator[Posting]:
    """Yield the records of all states from one to another; one query up to a megabyte."""
    begins, ends = (SEPARATOR.join((VIEW, one, "")) for one in (first, last))
    return _between(connection_id, PostingRow.sk.between(begins, f"{ends}{LAST}"))


def _by_months(
    connection_id: ConnectionId,
    state: TrackedState,
    flow: FlowName,
    *,
    days: tuple[str, str],
    oldest_first: bool,
) -> Iterator[Posting]:
    begins = SEPARATOR.join((VIEW, state, flow, ""))
    lowest, highest = (one[:MONTH] for one in days)
    between = (f"{begins}{lowest}", f"{begins}{highest}{SEPARATOR}{LAST}")
    rows = _some_by_some(connection_id, between, oldest_first=oldest_first)
    for _, same in groupby(rows, lambda row: row.sk.rsplit(SEPARATOR, 2)[0]):
        of_month = [one for row in same for one in unpacked(flow, row.entries)]
        yield from sorted(of_month, reverse=not oldest_first)


def _some_by_some(
    connection_id: ConnectionId, between: tuple[str, str], *, oldest_first: bool
) -> Iterator[PostingRow]:
    """Yield rows in their order; the more of them are asked for, the more one call reads."""
    some, after = FEW, None
    while True:
        rows = PostingRow.query(
            key(connection_id, "found-by"),
            PostingRow.sk.between(*between),
            scan_index_forward=oldest_first,
            consistent_read=True,
            limit=some,
            page_size=some,
            last_evaluated_key=after,
        )
        yield from rows
        if (after := rows.last_evaluated_key) is None:
            return
        some = min(some * MORE, MOST)
