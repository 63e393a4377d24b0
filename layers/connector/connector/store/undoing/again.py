"""Where it is kept which records a person wants sent again: the next look finds them as changed."""

from collections.abc import Iterable

from connector.model.ids import ConnectionId, FlowName, RecordId
from connector.store.table import Item, key


class AgainRow(Item):
    """One record that is to be found once more, whatever its fingerprint says."""


def ask(connection_id: ConnectionId, flow: FlowName, record_ids: Iterable[RecordId]) -> None:
    """Have the next look find some records; told twice it is the same."""
    with AgainRow.batch_write() as batch:
        for record_id in record_ids:
            batch.save(_row(connection_id, flow, record_id))


def asked(connection_id: ConnectionId) -> dict[FlowName, set[RecordId]]:
    """Return the records that are to be found once more, by flow."""
    found: dict[FlowName, set[RecordId]] = {}
    for row in AgainRow.query(key(connection_id, "again"), consistent_read=True):
        flow, _, record_id = row.sk.partition("#")
        found.setdefault(flow, set()).add(record_id)
    return found


def found(connection_id: ConnectionId, flow: FlowName, record_ids: Iterable[RecordId]) -> None:
    """Forget records that are pending items by now."""
    with AgainRow.batch_write() as batch:
        for record_id in record_ids:
            batch.delete(_row(connection_id, flow, record_id))


def _row(connection_id: ConnectionId, flow: FlowName, record_id: RecordId) -> AgainRow:
    return AgainRow(pk=key(connection_id, "again"), sk=f"{key(flow)}#{record_id}")
