"""Cursors: from which point the next reading of QuickBooks' changes begins, per connection."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, PutError, UpdateError

from connector.store.links import BackLink
from connector.store.packing import PackedAttribute
from connector.store.table import Item, key, lost_condition

QUICKBOOKS = "quickbooks"


class TurnLostError(Exception):
    """Another look has taken over; what this one wanted to keep was not kept."""


class Cursor(Item):
    """The point up to which changes were read, and what the latest reading left to remember.

    since: from when on the next reading asks, by QuickBooks' own clock.
    read_at: when changes were last read to the end; turn: until when somebody reads right now.
    rung_at: when a ring could not be answered at once or is being answered.
    failures, again_at: how often in a row QuickBooks failed, and when it is asked again.
    problems: what could not be found out, as sentences by flow.
    told: the documents that were reported; later: those that could not be reported yet.
    seen: marks of the records that the overlap shows again, by entity and id.
    pulled: how far each pull has come, by name; walk: where the one that is under way stands.
    taxes_at, taxes_asked_at: when taxes were last read, and when somebody last asked for it.
    """

    since = UnicodeAttribute()
    read_at = UnicodeAttribute()
    turn = UnicodeAttribute(default="")
    rung_at = UnicodeAttribute(default="")
    failures = NumberAttribute(default=0)
    again_at = UnicodeAttribute(default="")
    problems = PackedAttribute(null=True)
    told = PackedAttribute(null=True)
    later = PackedAttribute(null=True)
    seen = PackedAttribute(null=True)
    pulled = PackedAttribute(null=True)
    walk = PackedAttribute(null=True)
    taxes_at = UnicodeAttribute(default="")
    taxes_asked_at = UnicodeAttribute(default="")


def read(connection_id: str) -> Cursor | None:
    """Return the cursor of a connection, if it was ever set."""
    try:
        return Cursor.get(key(connection_id, "cursor"), QUICKBOOKS, consistent_read=True)
    except DoesNotExist:
        return None


def begin(connection_id: str, *, since: datetime, now: datetime) -> Cursor:
    """Set the cursor of a connection that has none, and return the one that it has now."""
    cursor = Cursor(
        pk=key(connection_id, "cursor"),
        sk=QUICKBOOKS,
        since=since.isoformat(),
        read_at=now.isoformat(),
    )
    try:
        cursor.save(condition=Cursor.pk.does_not_exist())
    except PutError as error:
        if not lost_condition(error):
            raise
        cursor.refresh(consistent_read=True)
    return cursor


def take_turn(cursor: Cursor, *, until: datetime, **kept: Any) -> bool:  # noqa: ANN401
    """Note that somebody reads until then; False when another look took this turn."""
    try:
        keep(cursor, turn=until.isoformat(), **kept)
    except TurnLostError:
        return False
    return True


def keep(cursor: Cursor, **kept: Any) -> None:  # noqa: ANN401
    """Store attributes of the cursor at once.

    Raises:
        TurnLostError: another look has taken over meanwhile.
    """
    actions = [getattr(Cursor, name).set(value) for name, value in kept.items()]
    try:
        cursor.update(actions=actions, condition=Cursor.turn == cursor.turn)
    except UpdateError as error:
        if lost_condition(error):
            raise TurnLostError from error
        raise


def note_ring(cursor: Cursor, *, now: datetime) -> None:
    """Remember a ring that cannot be answered now; whoever has the turn keeps it."""
    cursor.update(actions=[Cursor.rung_at.set(now.isoformat())])


def ask_for_taxes(connection_id: str, *, now: datetime | None = None) -> None:
    """Let the next look read the taxes again; without a cursor it does so anyway."""
    cursor = Cursor(pk=key(connection_id, "cursor"), sk=QUICKBOOKS)
    try:
        cursor.update(
            actions=[Cursor.taxes_asked_at.set((now or datetime.now(UTC)).isoformat())],
            condition=Cursor.pk.exists(),
        )
    except UpdateError as error:
        if not lost_condition(error):
            raise


def anything_posted(connection_id: str, targets: Iterable[str]) -> bool:
    """Tell whether a record of one of these QuickBooks entities is linked."""
    return any(
        True
        for target in targets
        for _ in BackLink.query(key(connection_id, "back", target), consistent_read=True, limit=1)
    )
