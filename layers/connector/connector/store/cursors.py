"""Cursors: from which point the next reading of QuickBooks' changes begins, per connection."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, UpdateError

from connector.store.links import BackLink
from connector.store.packing import PackedAttribute
from connector.store.table import Item, key, lost_condition

DOCUMENTS = "quickbooks-documents"


class Cursor(Item):
    """The point up to which changes were read, and what the latest reading left to remember.

    told: what it reported, because the overlap shows it again.
    later: what it could not report yet.
    problem: what it could not find out, as a sentence.
    """

    since = UnicodeAttribute()
    looked_at = UnicodeAttribute()
    told = PackedAttribute(null=True)
    later = PackedAttribute(null=True)
    problem = UnicodeAttribute(default="")


def read(connection_id: str) -> Cursor | None:
    """Return the cursor of a connection's documents, if it was ever set."""
    try:
        return Cursor.get(key(connection_id, "cursor"), DOCUMENTS, consistent_read=True)
    except DoesNotExist:
        return None


def begin(connection_id: str, *, since: datetime, now: datetime) -> None:
    """Set the cursor anew, with nothing to remember."""
    Cursor(
        pk=key(connection_id, "cursor"),
        sk=DOCUMENTS,
        since=since.isoformat(),
        looked_at=now.isoformat(),
    ).save()


def take_turn(cursor: Cursor, *, now: datetime) -> bool:
    """Note that changes are read now; False when somebody else took this turn."""
    try:
        cursor.update(
            actions=[Cursor.looked_at.set(now.isoformat())],
            condition=Cursor.looked_at == cursor.looked_at,
        )
    except UpdateError as error:
        if lost_condition(error):
            return False
        raise
    return True


def advance(cursor: Cursor, *, since: datetime, **remembered: Any) -> None:  # noqa: ANN401
    """Move the cursor and store what is to be remembered: told, later, problem."""
    cursor.update(
        actions=[
            Cursor.since.set(since.isoformat()),
            Cursor.told.set(remembered["told"]),
            Cursor.later.set(remembered["later"]),
            Cursor.problem.set(remembered["problem"]),
        ]
    )


def note_problem(cursor: Cursor, problem: str) -> None:
    """Remember why changes could not be read; the cursor stays."""
    cursor.update(actions=[Cursor.problem.set(problem)])


def anything_posted(connection_id: str, targets: Iterable[str]) -> bool:
    """Tell whether a record of one of these QuickBooks entities is linked."""
    return any(
        True
        for target in targets
        for _ in BackLink.query(key(connection_id, "back", target), consistent_read=True, limit=1)
    )
