"""The rows of tracked records, one each, and how many there are in one call."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from pydantic import TypeAdapter

from connector.model.ids import ConnectionId, FlowName, RecordId
from connector.model.tracking.tracked import TrackedRecord
from connector.store.packing import PackedAttribute, PackedTextAttribute
from connector.store.table import Item, key, read_rows

RECORD = TypeAdapter(TrackedRecord)


class TrackedRow(Item):
    """One record; `batches` tell with which it was listed, by what it is found by."""

    record = PackedTextAttribute()
    batches = PackedAttribute()


@dataclass(frozen=True)
class Kept:
    """One record, and with which batches it was listed.

    batches: the number of the batch, by list.
    """

    record: TrackedRecord
    batches: dict[str, int] = field(default_factory=dict)


def read(
    connection_id: ConnectionId, wanted: Iterable[tuple[FlowName, RecordId]]
) -> dict[tuple[FlowName, RecordId], Kept]:
    """Return those of some records that are there, by flow and id; many new ones cost little."""
    keys = [(key(connection_id, "tracked", flow), own) for flow, own in wanted if own]
    rows = read_rows(TrackedRow, keys)
    found = (Kept(RECORD.validate_json(row.record), dict(row.batches)) for row in rows)
    return {(one.record.flow, one.record.record_id): one for one in found}


def read_shown(
    connection_id: ConnectionId, wanted: Iterable[tuple[FlowName, RecordId]]
) -> dict[tuple[FlowName, RecordId], TrackedRecord]:
    """Return some records that are there, by flow and id; up to a hundred are one call."""
    keys = [(key(connection_id, "tracked", flow), own) for flow, own in set(wanted) if own]
    found = TrackedRow.batch_get(keys, consistent_read=True)
    records = (RECORD.validate_json(row.record) for row in found)
    return {(one.flow, one.record_id): one for one in records}


def row(connection_id: ConnectionId, text: str, batches: dict[str, int]) -> TrackedRow:
    """Build the row of a record, given as JSON."""
    one = RECORD.validate_json(text)
    partition = key(connection_id, "tracked", one.flow)
    return TrackedRow(pk=partition, sk=one.record_id, record=text, batches=batches)
