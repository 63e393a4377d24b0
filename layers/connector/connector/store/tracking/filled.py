"""How far the records of before are taken up that nobody followed when they were told."""

from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import DoesNotExist

from connector.model.ids import ConnectionId
from connector.store.table import Item, key

LINKED, DONE = "done", "listed"
"""What links tell is taken up, by a version that did not list what is held yet; all is."""


class FilledRow(Item):
    """The row that says up to where they are."""

    place = UnicodeAttribute()


def read(connection_id: ConnectionId) -> str | None:
    """Return up to where they are taken up; None before it was begun."""
    try:
        return str(_row(connection_id, consistent=True).place)
    except DoesNotExist:
        return None


def save(connection_id: ConnectionId, place: str) -> None:
    """Keep up to where they are."""
    FilledRow(pk=key(connection_id, "found-by"), sk="~filled", place=place).save()


def _row(connection_id: ConnectionId, *, consistent: bool) -> FilledRow:
    return FilledRow.get(key(connection_id, "found-by"), "~filled", consistent_read=consistent)
