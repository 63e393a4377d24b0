"""Where cursors are kept: from which point the next reading of QuickBooks' changes begins."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist

from connector.model.body import Json
from connector.model.cursor import (
    ByPages,
    Cursor,
    LeaseLostError,
    PageCursor,
    UnreadRecord,
)
from connector.model.ids import ConnectionId
from connector.store.packing import PackedAttribute
from connector.store.records.link_rows import BackLinkRow
from connector.store.table import Item, attempt, key

QUICKBOOKS = "quickbooks"


class CursorRow(Item):
    """The row of one cursor; times are ISO 8601, empty where there is none."""

    since = UnicodeAttribute()
    read_at = UnicodeAttribute()
    lease_until = UnicodeAttribute(default="", attr_name="turn")
    rung_at = UnicodeAttribute(default="")
    stale_from = UnicodeAttribute(default="")
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
    try:
        row = CursorRow.get(key(connection_id, "cursor"), QUICKBOOKS, consistent_read=True)
    except DoesNotExist:
        return None
    return _cursor(row)


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


def note_stale(connection_id: ConnectionId, *, since: datetime) -> None:
    """Let the next look read again all that changed since then."""
    earliest = CursorRow.stale_from.does_not_exist() | (CursorRow.stale_from == "")
    with attempt():
        _row(connection_id).update(
            actions=[CursorRow.stale_from.set(since.isoformat())],
            condition=CursorRow.pk.exists()
            & (earliest | (CursorRow.stale_from > since.isoformat())),
        )


def ask_for_taxes(connection_id: ConnectionId, *, now: datetime | None = None) -> None:
    """Let the next look read the taxes again; without a cursor it does so anyway."""
    with attempt():
        _row(connection_id).update(
            actions=[CursorRow.taxes_asked_at.set((now or datetime.now(UTC)).isoformat())],
            condition=CursorRow.pk.exists(),
        )


def _row(connection_id: ConnectionId) -> CursorRow:
    return CursorRow(pk=key(connection_id, "cursor"), sk=QUICKBOOKS)


def _values(cursor: Cursor) -> Json:
    """Return the attributes of a cursor's row by their names."""
    return {
        "since": cursor.since.isoformat(),
        "read_at": cursor.read_at.isoformat(),
        "lease_until": _text(cursor.lease_until),
        "rung_at": _text(cursor.rung_at),
        "stale_from": _text(cursor.stale_from),
        "failures": cursor.failures,
        "again_at": _text(cursor.again_at),
        "problems": dict(cursor.problems),
        "reported": [list(one) for one in cursor.reported],
        "unreported": [list(one) for one in cursor.unreported],
        "seen": {source: dict(marks) for source, marks in cursor.seen.items()},
        "pulled": dict(cursor.pulled),
        "untold": {kind: since.isoformat() for kind, since in cursor.untold.items()},
        "by_pages": {kind: _pages_stored(one) for kind, one in cursor.by_pages.items()},
        "page_cursor": asdict(cursor.page_cursor) if cursor.page_cursor else {},
        "unread": [_as_stored(one) for one in cursor.unread],
        "taxes_at": _text(cursor.taxes_at),
        "taxes_asked_at": _text(cursor.taxes_asked_at),
    }


def _cursor(row: CursorRow) -> Cursor:
    return Cursor(
        connection_id=row.pk.partition("#")[0],
        since=datetime.fromisoformat(row.since),
        read_at=datetime.fromisoformat(row.read_at),
        lease_until=_moment(row.lease_until),
        rung_at=_moment(row.rung_at),
        stale_from=_moment(row.stale_from),
        failures=int(row.failures),
        again_at=_moment(row.again_at),
        problems=row.problems or {},
        reported=tuple(tuple(one) for one in row.reported or ()),
        unreported=tuple(tuple(one) for one in row.unreported or ()),
        seen=row.seen or {},
        pulled=row.pulled or {},
        untold={kind: datetime.fromisoformat(at) for kind, at in (row.untold or {}).items()},
        by_pages={kind: _by_pages(one) for kind, one in (row.by_pages or {}).items()},
        page_cursor=_page_cursor(row.page_cursor) if row.page_cursor else None,
        unread=tuple(map(_unread, row.unread or ())),
        taxes_at=_moment(row.taxes_at),
        taxes_asked_at=_moment(row.taxes_asked_at),
    )


def _page_cursor(stored: Json) -> PageCursor:
    return PageCursor(
        source=stored["source"],
        since=stored["since"] or None,
        start=int(stored["start"]),
        back=int(stored["back"]),
        rows=tuple(stored["rows"]),
    )


def _pages_stored(one: ByPages) -> Json:
    return {name: value if name == "told" else _text(value) for name, value in asdict(one).items()}


def _by_pages(stored: Json) -> ByPages:
    return ByPages(
        begun=datetime.fromisoformat(stored["begun"]),
        failed_at=datetime.fromisoformat(stored["failed_at"]),
        again_at=datetime.fromisoformat(stored["again_at"]),
        since=datetime.fromisoformat(stored["since"]),
        told=stored["told"],
    )


def _as_stored(one: UnreadRecord) -> Json:
    at = {"found_at": _text(one.found_at), "asked_at": _text(one.asked_at)}
    return {**asdict(one), **at}


def _unread(stored: Json) -> UnreadRecord:
    found_at, asked_at = (datetime.fromisoformat(stored[one]) for one in ("found_at", "asked_at"))
    place = stored["place"]
    return UnreadRecord(
        flow=stored["flow"],
        source=stored["source"],
        why=stored["why"],
        found_at=found_at,
        asked_at=asked_at,
        own=stored["own"],
        place=None if place is None else int(place),
        since=stored["since"],
        doubted=stored["doubted"],
    )


def _text(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


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
