"""How far the records of before are taken up that nobody followed when they were told."""

from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import DoesNotExist

from connector.model.ids import ConnectionId
from connector.store.table import Item, key

FILLED = "~filled"
LINKED, HELD, DONE = "done", "listed", "by month"
"""What links tell is taken up; what is held is, too; and all is listed by month. Versions before
ended with the first, and with the second."""


class FilledRow(Item):
    """The row that says up to where they are."""

    place = UnicodeAttribute()


def read(connection_id: ConnectionId) -> str | None:
    """Return up to where they are taken up; None before it was begun."""
    try:
        row = FilledRow.get(key(connection_id, "found-by"), FILLED, consistent_read=True)
    except DoesNotExist:
        return None
    return str(row.place)


def save(connection_id: ConnectionId, place: str) -> None:
    """Keep up to where they are."""
    FilledRow(pk=key(connection_id, "found-by"), sk=FILLED, place=place).save()
