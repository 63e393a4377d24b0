"""Under what tracked records are found: rows that list, for one bucket, the records of one batch.

DynamoDB bills by rows, so an index entry for each record would cost more than the record itself.
Records of one batch lie close together: their numbers follow each other, they stand alike, and
they are of the same days. What they have in common is one row with all of them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import NamedTuple

from pynamodb.attributes import NumberAttribute

from connector.model.fingerprints import folded
from connector.model.ids import ConnectionId, FlowName, RecordId
from connector.model.tracking.tracked import TrackedRecord, TrackedState
from connector.store.packing import PackedAttribute
from connector.store.table import SEPARATOR, Item, key

NUMBER, CUSTOMER, VIEW = "number", "customer", "view"
LAST = "~"
"""Sorts after every day and every batch."""
MONTH = len("2026-11")
ALIKE = 2
"""So many last characters of a number do not count for its bucket."""


class PostingRow(Item):
    """The records of one batch in one bucket, each with what it is sorted and looked for by."""

    entries = PackedAttribute()
    batch = NumberAttribute()


@dataclass(frozen=True, order=True)
class Posting:
    """One record in a bucket: its day, the flow it is of, its id, and what it is looked for by."""

    day: str
    flow: FlowName
    record_id: RecordId
    text: str = ""

    @property
    def place(self) -> str:
        """Where it stands in what is read page by page; texts sort as entries do."""
        return SEPARATOR.join((self.day, self.flow, self.record_id))

    @property
    def dated(self) -> date | None:
        """The day, if it has one."""
        return date.fromisoformat(self.day) if self.day else None


class Listed(NamedTuple):
    """Where a record is listed, and how."""

    bucket: str
    entry: Posting

    def sort_key(self, kind: str, batch: int) -> str:
        """Return under which key it lies together with others of its batch."""
        return SEPARATOR.join((kind, self.bucket, self.entry.flow, f"{batch:09d}"))


def listed(one: TrackedRecord) -> dict[str, Listed]:
    """Return where a record is listed, by what it is found by."""
    day = one.day.isoformat() if one.day else ""
    number, name = folded(one.number), folded(one.customer)
    view = SEPARATOR.join((one.flow, one.state, day[:MONTH]))
    found = {VIEW: Listed(view, Posting(day, one.flow, one.record_id))}
    if number:
        found[NUMBER] = Listed(_of_number(number), Posting(day, one.flow, one.record_id, number))
    if name:
        found[CUSTOMER] = Listed(name[0], Posting(day, one.flow, one.record_id, name))
    return found


def _of_number(number: str) -> str:
    return number[:-ALIKE] or number[0]


def packed(entries: Iterable[Posting]) -> list[list[str]]:
    """Return entries as they are stored; their flow stands in the key."""
    return [[one.record_id, one.day, one.text] for one in sorted(entries)]


def unpacked(flow: FlowName, stored: Iterable[list[str]]) -> list[Posting]:
    """Return entries as they were."""
    return [Posting(day, flow, record_id, text) for record_id, day, text in stored]


def row_of(connection_id: ConnectionId, where: str, stored: list[list[str]]) -> PostingRow:
    """Build the row of a bucket for one batch."""
    batch = int(where.rpartition(SEPARATOR)[2])
    return PostingRow(pk=key(connection_id, "found-by"), sk=where, entries=stored, batch=batch)


def read_rows(connection_id: ConnectionId, places: Iterable[str]) -> Mapping[str, list[list[str]]]:
    """Return what some rows hold, as it is stored, by their keys."""
    keys = [(key(connection_id, "found-by"), one) for one in places]
    found = PostingRow.batch_get(keys, consistent_read=True) if keys else ()
    return {row.sk: row.entries for row in found}


def of_number(connection_id: ConnectionId, number: str) -> list[Posting]:
    """Return the records that bear a number; one table query."""
    wanted = folded(number)
    if not wanted:
        return []
    found = _under(connection_id, NUMBER, _of_number(wanted))
    return sorted(one for one in found if one.text == wanted)


def of_customer(connection_id: ConnectionId, name: str) -> list[Posting]:
    """Return the records about those whose names begin so, latest first."""
    wanted = folded(name)
    found = _under(connection_id, CUSTOMER, wanted[0]) if wanted else ()
    return sorted((one for one in found if one.text.startswith(wanted)), reverse=True)


def _under(connection_id: ConnectionId, kind: str, bucket: str) -> Iterator[Posting]:
    begins = SEPARATOR.join((kind, bucket, ""))
    rows = PostingRow.query(
        key(connection_id, "found-by"), PostingRow.sk.startswith(begins), consistent_read=True
    )
    for row in rows:
        yield from unpacked(_flow_in(row), row.entries)


def _flow_in(row: PostingRow) -> FlowName:
    return str(row.sk.rsplit(SEPARATOR, 2)[1])


def of_view(
    connection_id: ConnectionId,
    flow: FlowName,
    state: TrackedState,
    *,
    first: date | None,
    last: str,
) -> Iterator[Posting]:
    """Yield the records of a flow in a state, latest days first, of the months up to `last`."""
    begins = SEPARATOR.join((VIEW, flow, state, ""))
    lowest = f"{first:%Y-%m}" if first else ""
    rows = PostingRow.query(
        key(connection_id, "found-by"),
        PostingRow.sk.between(f"{begins}{lowest}", f"{begins}{last[:MONTH]}{SEPARATOR}{LAST}"),
        scan_index_forward=False,
        consistent_read=True,
    )
    for _, same in groupby(rows, lambda row: row.sk.rsplit(SEPARATOR, 2)[0]):
        of_month = [one for row in same for one in unpacked(flow, row.entries)]
        yield from sorted(of_month, reverse=True)
