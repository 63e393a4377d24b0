"""The rows of tracked records: those whose ids differ in the last character alone lie in one.

DynamoDB bills by rows of a kilobyte, and records of one batch have ids that follow each other.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pydantic import TypeAdapter
from pynamodb.attributes import NumberAttribute

from connector.model.body import Body
from connector.model.ids import ConnectionId, FlowName, RecordId
from connector.model.tracking.tracked import TrackedRecord
from connector.model.worklist.facts import Place
from connector.store.packing import PackedAttribute
from connector.store.table import Item, Key, attempt, key, read_rows

_RECORD = TypeAdapter(TrackedRecord)
_ANY = "*"
"""In the place of the last character of an id."""


class TrackedRow(Item):
    """Some records by their ids, each with the batches with which it was listed.

    `batch` is the change that put them: an earlier one that is put late takes nothing back.
    """

    records = PackedAttribute()
    batch = NumberAttribute()


@dataclass(frozen=True)
class Kept:
    """One record, and with which batches it was listed.

    batches: the number of the batch, by list.
    """

    record: TrackedRecord
    batches: dict[str, int] = field(default_factory=dict)


def keys_of(connection_id: ConnectionId, wanted: Iterable[Place]) -> set[Key]:
    """Return the keys of the rows in which some records lie; what has no id is in none."""
    return {(key(connection_id, "tracked", flow), _together(own)) for flow, own in wanted if own}


def _together(record_id: RecordId) -> str:
    return f"{record_id[:-1]}{_ANY}"


def kept_in(row: TrackedRow) -> Iterator[tuple[Place, Kept]]:
    """Yield the records of a row."""
    flow = row.pk.rpartition("#")[2]
    for own, (told, batches) in row.records.items():
        yield (flow, own), Kept(_RECORD.validate_python(told), dict(batches))


def shown_in(row: TrackedRow, wanted: Iterable[Place]) -> dict[Place, TrackedRecord]:
    """Return those of some records that are in a row."""
    flow = row.pk.rpartition("#")[2]
    return {
        (flow, own): _RECORD.validate_python(told)
        for own, (told, _) in row.records.items()
        if (flow, own) in wanted
    }


def read(connection_id: ConnectionId, wanted: Iterable[Place]) -> dict[Place, Kept]:
    """Return those of some records that are there, and who lies beside them, by flow and id.

    Many new ones cost little.
    """
    rows = read_rows(TrackedRow, keys_of(connection_id, wanted))
    return {place: kept for row in rows for place, kept in kept_in(row)}


def read_shown(connection_id: ConnectionId, wanted: Iterable[Place]) -> dict[Place, TrackedRecord]:
    """Return some records that are there, by flow and id; up to a hundred are one call."""
    places, found = set(wanted), dict[Place, TrackedRecord]()
    for row in TrackedRow.batch_get(keys_of(connection_id, places), consistent_read=True):
        found |= shown_in(row, places)
    return found


def rows_of(before: Mapping[Place, Kept], moved: Mapping[Place, Kept]) -> Body:
    """Return what the rows hold in which some records of a flow moved, as they are to be put."""
    rows: Body = {_together(own): {} for _, own in moved}
    for (_, own), kept in {**before, **moved}.items():
        if (where := _together(own)) in rows:
            told = _RECORD.dump_python(kept.record, mode="json", exclude_none=True)
            rows[where][own] = [told, kept.batches]
    return rows


def put(connection_id: ConnectionId, flow: FlowName, rows: Body, *, batch: int) -> None:
    """Put the rows of a change, but those that a later one has put."""
    for where, records in rows.items():
        row = TrackedRow(key(connection_id, "tracked", flow), where, records=records, batch=batch)
        with attempt():
            row.save(condition=TrackedRow.pk.does_not_exist() | (TrackedRow.batch <= batch))
