"""The activity of a connection: every change by a person, in the order in which they were made.

A change to one record is kept twice: among all, and beside the record, whose story tells of it.
"""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import reduce
from operator import and_

from pynamodb.attributes import UnicodeAttribute
from pynamodb.expressions.condition import Condition

from connector.model.control.activity import ALL_DEEDS, Deed, DeedsOf
from connector.model.ids import ConnectionId, FlowName, RecordId
from connector.store.packing import PackedAttribute, members_of, value_of
from connector.store.table import FILLS, FIRST, LAST, Item, key, one_call, says, sk_of


class DeedRow(Item):
    """One change by a person; its sort key begins with its time, so that rows go by time.

    Beside a record the sort key begins with the record's id, which may hold anything.
    """

    at = UnicodeAttribute()
    by = UnicodeAttribute()
    what = UnicodeAttribute()
    before = PackedAttribute(null=True)
    after = PackedAttribute(null=True)
    flow = UnicodeAttribute(null=True)
    record_id = UnicodeAttribute(null=True)


def note(connection_id: ConnectionId, deeds: Iterable[Deed]) -> None:
    """Keep what people changed; of many records at once one deed for each."""
    with DeedRow.batch_write() as batch:
        for deed in deeds:
            place = f"{_moment(deed.at)}-{secrets.token_hex(4)}"
            batch.save(_row(key(connection_id, "activity"), place, deed))
            if deed.flow and deed.record_id is not None:
                beside = key(connection_id, "activity", deed.flow)
                batch.save(_row(beside, f"{deed.record_id}#{place}", deed))


def read_some(
    connection_id: ConnectionId, asked: DeedsOf = ALL_DEEDS, *, after: str | None, limit: int
) -> tuple[list[Deed], str | None]:
    """Return at most `limit` changes by one call, the latest first, and what asks for the next.

    `after` is what the page before told; None is told after the last page. Where some are passed
    over there may be few, or none, although there are others: one call looks through a megabyte.
    """
    began = _moment(asked.since) if asked.since else FIRST
    ended = after or (_moment(asked.until) if asked.until else LAST)
    if ended < began:
        return [], None
    only = _only(asked)
    rows, read_to = one_call(
        DeedRow,
        key(connection_id, "activity"),
        DeedRow.sk.between(began, ended),
        only,
        size=limit + 2 if only is None else FILLS,  # the one that it is to be after comes along
        latest_first=True,
    )
    found = [row for row in rows if sk_of(row) != after]
    if len(found) > limit:
        found, read_to = found[:limit], sk_of(found[limit - 1])
    return [value_of(DeedRow.from_raw_data(dict(row)), Deed) for row in found], read_to


def _only(asked: DeedsOf) -> Condition | None:
    """Hold for changes by somebody, and with some words, however either begins."""
    wanted = [
        says(name, told)
        for name, told in ((DeedRow.by, asked.by), (DeedRow.what, asked.what))
        if told
    ]
    return reduce(and_, wanted) if wanted else None


def of_record(connection_id: ConnectionId, flow: FlowName, record_id: RecordId) -> Sequence[Deed]:
    """Return what people did to one record, the first change first."""
    return tuple(_beside(connection_id, flow, record_id))


def _beside(connection_id: ConnectionId, flow: FlowName, record_id: RecordId) -> Iterator[Deed]:
    rows = DeedRow.query(
        key(connection_id, "activity", flow),
        DeedRow.sk.startswith(f"{record_id}#"),
        consistent_read=True,
    )
    return (value_of(row, Deed) for row in rows if row.record_id == record_id)


def _row(partition: str, place: str, deed: Deed) -> DeedRow:
    return DeedRow(partition, place, **members_of(deed))


def _moment(at: datetime) -> str:
    """Write a moment so that texts sort by time."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
