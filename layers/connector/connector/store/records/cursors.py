"""Where cursors are kept: from which point the next reading of QuickBooks' changes begins."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import UTC, datetime

from msgspec import convert, to_builtins
from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from connector.model.body import Body
from connector.model.cursor import Cursor, LeaseLostError
from connector.model.ids import ConnectionId
from connector.store.packing import PackedAttribute
from connector.store.records.link_rows import BackLinkRow
from connector.store.table import Item, attempt, key, read_row

QUICKBOOKS = "quickbooks"
NAMES = tuple(one.name for one in fields(Cursor) if one.name != "connection_id")


class CursorRow(Item):
    """The row of one cursor; times are ISO 8601, empty where there is none."""

    since = UnicodeAttribute()
    read_at = UnicodeAttribute()
    lease_until = UnicodeAttribute(default="", attr_name="turn")
    rung_at = UnicodeAttribute(default="")
    failures = NumberAttribute(default=0)
    again_at = UnicodeAttribute(default="")
    problems = PackedAttribute(null=True)
    reported = PackedAttribute(null=True, attr_name="told")
    unreported = PackedAttribute(null=True, attr_name="later")
    seen = PackedAttribute(null=True)
    pulled = PackedAttribute(null=True)
    untold = PackedAttribute(null=True)
    by_pages = PackedAttribute(null=True)
    page_cursor = PackedAttribute(null=True, attr_name="walk")
    unread = PackedAttribute(null=True)
    taxes_at = UnicodeAttribute(default="")
    taxes_asked_at = UnicodeAttribute(default="")


def read(connection_id: ConnectionId) -> Cursor | None:
    """Return the cursor of a connection, if it was ever set."""
    row = read_row(CursorRow, key(connection_id, "cursor"), QUICKBOOKS)
    return None if row is None else _cursor(row)


def begin(connection_id: ConnectionId, *, since: datetime, now: datetime) -> Cursor:
    """Set the cursor of a connection that has none, and return the one that it has now."""
    row = _row(connection_id)
    row.since, row.read_at = since.isoformat(), now.isoformat()
    with attempt() as made:
        row.save(condition=CursorRow.pk.does_not_exist())
    if not made.took_effect:
        row.refresh(consistent_read=True)
    return _cursor(row)


def keep(before: Cursor, after: Cursor) -> Cursor:
    """Store what a look changed of its cursor, and return the cursor as it stands then.

    What others may note meanwhile (a ring, a wish for taxes) stays where the look left it alone.

    Raises:
        LeaseLostError: another look has taken over since `before` was read.
    """
    was, now = _values(before), _values(after)
    changed = [name for name in now if name == "lease_until" or now[name] != was[name]]
    row = _row(before.connection_id)
    with attempt() as made:
        row.update(
            actions=[getattr(CursorRow, name).set(now[name]) for name in changed],
            condition=CursorRow.lease_until == was["lease_until"],
        )
    if not made.took_effect:
        raise LeaseLostError
    return _cursor(row)


def note_ring(connection_id: ConnectionId, *, now: datetime) -> None:
    """Remember a ring that cannot be answered now; whoever holds the lease keeps it."""
    _row(connection_id).update(actions=[CursorRow.rung_at.set(now.isoformat())])


def ask_for_taxes(connection_id: ConnectionId, *, now: datetime | None = None) -> None:
    """Let the next look read the taxes again; without a cursor it does so anyway."""
    with attempt():
        _row(connection_id).update(
            actions=[CursorRow.taxes_asked_at.set((now or datetime.now(UTC)).isoformat())],
            condition=CursorRow.pk.exists(),
        )


def _row(connection_id: ConnectionId) -> CursorRow:
    return CursorRow(pk=key(connection_id, "cursor"), sk=QUICKBOOKS)


def _values(cursor: Cursor) -> Body:
    """Return the attributes of a cursor's row by their names."""
    kept = {name: getattr(cursor, name) for name in NAMES}
    return {name: "" if one is None else to_builtins(one) for name, one in kept.items()}


def _cursor(row: CursorRow) -> Cursor:
    given = {name: value for name in NAMES if (value := getattr(row, name))}
    return convert(given | {"connection_id": row.pk.partition("#")[0]}, Cursor)


def anything_posted(connection_id: ConnectionId, targets: Iterable[str]) -> bool:
    """Tell whether a record of one of these QuickBooks entities is linked."""
    return any(
        True
        for target in targets
        for _ in BackLinkRow.query(
            key(connection_id, "back", target),
            filter_condition=BackLinkRow.entity.exists(),
            consistent_read=True,
            limit=1,
        )
    )
