"""Where notes beside the worklist are kept; all of a connection are read with one query."""

from collections.abc import Iterable
from datetime import date

from pynamodb.attributes import UnicodeAttribute

from connector.model.ids import ConnectionId
from connector.model.worklist.notes import Note
from connector.store.table import Item, key


class NoteRow(Item):
    """One note; its sort key is what it is about."""

    text = UnicodeAttribute(null=True)
    assignee = UnicodeAttribute(null=True)
    snoozed_until = UnicodeAttribute(null=True)
    by = UnicodeAttribute()
    at = UnicodeAttribute()


def keep(connection_id: ConnectionId, notes: Iterable[Note]) -> None:
    """Keep notes in the place of earlier ones about the same; one that says nothing goes."""
    with NoteRow.batch_write() as batch:
        for one in notes:
            row = NoteRow(
                pk=key(connection_id, "worklist-notes"),
                sk=one.about,
                text=one.text,
                assignee=one.assignee,
                snoozed_until=one.snoozed_until.isoformat() if one.snoozed_until else None,
                by=one.by,
                at=one.at,
            )
            if one.text or one.assignee or one.snoozed_until:
                batch.save(row)
            else:
                batch.delete(row)


def read_all(connection_id: ConnectionId) -> dict[str, Note]:
    """Return all notes, by what each is about."""
    rows = NoteRow.query(key(connection_id, "worklist-notes"), consistent_read=True)
    return {
        row.sk: Note(
            about=row.sk,
            text=row.text,
            assignee=row.assignee,
            snoozed_until=date.fromisoformat(row.snoozed_until) if row.snoozed_until else None,
            by=row.by,
            at=row.at,
        )
        for row in rows
    }
