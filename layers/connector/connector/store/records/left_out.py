"""Where records are kept that settings or their own state keep out of QuickBooks, with the reason.

They lie apart from the pending items, so that looking for work never reads them; they come back
when settings are saved, and a record that waits for one can say why it is not there.
"""

from collections.abc import Iterable, Sequence
from itertools import batched

from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.condition import Condition

from connector.model.ids import ConnectionId, FlowName, RecordId
from connector.model.pending import LeftOut, NewItem, PendingItem, PendingState
from connector.store.packing import PackedTextAttribute, members_of, value_of
from connector.store.records import fingerprints, pending
from connector.store.table import (
    Item,
    attempt,
    key,
    lost_condition,
    met_another,
    read_rows,
    transaction,
)
from connector.store.worklist import lists


class LeftOutRow(Item):
    """The row of one record that is left out of one flow, as read."""

    record = PackedTextAttribute()
    fingerprint = UnicodeAttribute()
    found_at = UnicodeAttribute()
    label = UnicodeAttribute(default="")
    reason = UnicodeAttribute(default="")


TOGETHER = 8
"""So many come back at once: a transaction holds four megabytes, and a row up to 400 KB."""

UNDONE = ""
"""The fingerprint of a record that was undone: there is no reading of it that could be replayed."""


def keep(item: PendingItem, *, label: str, reason: str) -> None:
    """Remember a record that is left out, whatever becomes of its pending item.

    What is remembered of a later reading stays: who planned an older one may be late. What was
    undone just now takes the place of whatever is there.
    """
    no_later = LeftOutRow.found_at <= item.found_at
    fits = LeftOutRow.pk.does_not_exist() | (LeftOutRow.fingerprint == UNDONE) | no_later
    with attempt():
        row = _row(item, label=label, reason=reason)
        row.save(condition=None if item.fingerprint == UNDONE else fits)


def put_away(item: PendingItem, *, label: str, reason: str) -> None:
    """Remember a record that is left out in the place of its pending item, both at once.

    Nothing of it where the item is another reading by now, or was dropped: who planned an older
    reading must not write over what was remembered of a newer one.
    """
    try:
        with transaction() as write:
            write.save(_row(item, label=label, reason=reason))
            pending.remove(write, item)
    except TransactWriteError as error:
        if lost_condition(error) or met_another(error):
            return
        raise
    pending.note_ended(item)


def _row(item: PendingItem, *, label: str, reason: str) -> LeftOutRow:
    pk, told = key(item.connection_id, "left-out", item.flow), members_of(item.reading, "record_id")
    return LeftOutRow(pk, item.record_id, **{**told, "label": label, "reason": reason})


def read_many(
    connection_id: ConnectionId, flow: FlowName, record_ids: Iterable[RecordId]
) -> dict[RecordId, LeftOut]:
    """Return those of some records that are left out."""
    keys = [(key(connection_id, "left-out", flow), one) for one in set(record_ids) if one]
    found = LeftOutRow.batch_get(keys, consistent_read=True)
    return {row.sk: value_of(row, LeftOut, record_id=row.sk) for row in found}


def read_page(
    connection_id: ConnectionId, flow: FlowName, *, after: str, most: int
) -> list[NewItem]:
    """Return at most so many of them as they were found, by record id, those after `after`."""
    return [_as_found(row) for row in _page(connection_id, flow, after=after, most=most)]


def _page(
    connection_id: ConnectionId, flow: FlowName, *, after: str, most: int
) -> list[LeftOutRow]:
    found = LeftOutRow.query(
        key(connection_id, "left-out", flow),
        LeftOutRow.sk > after if after else None,
        LeftOutRow.fingerprint != UNDONE,
        limit=most,
        page_size=most,
        consistent_read=True,
    )
    return list(found)


def _as_found(row: LeftOutRow) -> NewItem:
    return value_of(row, NewItem, record_id=row.sk)


def replay(connection_id: ConnectionId, flow: FlowName, *, most: int) -> int:
    """Make up to `most` records that were left out pending again; return how many there were.

    Not those of which there was a newer reading since, which was dealt with by itself, nor those
    that are gone: what is pushed is always the newest reading. What only tells of one gives way.
    """
    found = _page(connection_id, flow, after="", most=most)
    _replay(connection_id, flow, found)
    return len(found)


def replay_some(
    connection_id: ConnectionId, flow: FlowName, record_ids: Iterable[RecordId]
) -> None:
    """Make some of them pending again, as `replay` does."""
    keys = [(key(connection_id, "left-out", flow), one) for one in set(record_ids)]
    found = LeftOutRow.batch_get(keys, consistent_read=True)
    _replay(connection_id, flow, list(found))


def _replay(connection_id: ConnectionId, flow: FlowName, found: list[LeftOutRow]) -> None:
    found = [row for row in found if row.fingerprint != UNDONE]
    if not found:
        return
    items = pending.read_many(connection_id, flow, [row.sk for row in found]).values()
    newer = {one.record_id for one in items if one.state is not PendingState.DELETED}
    known = fingerprints.read(connection_id, flow)
    again, over = list[LeftOutRow](), list[LeftOutRow]()
    for row in found:
        goes_on = row.sk not in newer and known.holds(flow, row.sk, row.fingerprint)
        (again if goes_on else over).append(row)
    for some in batched(again, TOGETHER, strict=False):
        over += _bring_back(connection_id, flow, some)
    lists.drop(connection_id, flow, [row.sk for row in again])
    for row in over:
        _drop(row)


def _bring_back(
    connection_id: ConnectionId, flow: FlowName, rows: Sequence[LeftOutRow]
) -> list[LeftOutRow]:
    """Make records pending, all at once; return those of which there is a newer reading by now.

    A look may find one meanwhile, and a worker may even have put it away. One that somebody writes
    at this very moment stays left out until it is asked for again.
    """
    try:
        with transaction() as write:
            for row in rows:
                pending.put_in(write, connection_id, flow, _as_found(row))
                write.delete(row, condition=_is_still(row))
    except TransactWriteError as error:
        if not (lost_condition(error) or met_another(error)):
            raise
        if len(rows) > 1:
            return [one for row in rows for one in _bring_back(connection_id, flow, [row])]
        return [] if met_another(error) else [*rows]
    return []


def _drop(row: LeftOutRow) -> None:
    """Delete what was left out, unless a newer reading was put in its place meanwhile."""
    with attempt():
        row.delete(condition=_is_still(row))


def _is_still(row: LeftOutRow) -> Condition:
    condition: Condition = LeftOutRow.fingerprint == row.fingerprint
    return condition


def forget(connection_id: ConnectionId, flow: FlowName, record_ids: Iterable[RecordId]) -> None:
    """Forget what was left out of some records, of which there is a newer reading."""
    partition = key(connection_id, "left-out", flow)
    known = read_rows(LeftOutRow, [(partition, one) for one in record_ids])
    with LeftOutRow.batch_write() as batch:
        for row in known:
            batch.delete(row)
