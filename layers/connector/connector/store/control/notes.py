"""Where notes beside the worklist are kept; all of a connection are read with one query."""

from collections.abc import Iterable

from connector.model.ids import ConnectionId
from connector.model.worklist.notes import Note
from connector.store.worklist.rows import AFTER_LISTS, WorklistRow, partition


def keep(connection_id: ConnectionId, notes: Iterable[Note]) -> None:
    """Keep notes in the place of earlier ones about the same; one that says nothing goes."""
    with WorklistRow.batch_write() as batch:
        for one in notes:
            row = WorklistRow(partition(connection_id), one.about, note=one)
            if one.text or one.assignee or one.snoozed_until:
                batch.save(row)
            else:
                batch.delete(row)


def read_all(connection_id: ConnectionId) -> dict[str, Note]:
    """Return all notes, by what each is about."""
    notes = WorklistRow.sk >= AFTER_LISTS
    rows = WorklistRow.query(partition(connection_id), notes, consistent_read=True)
    return {row.sk: row.note for row in rows}
