"""Cursors and doorbells in memory, one step at a time as the table does it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from threading import RLock
from typing import Any

from connector.model.cursor import Cursor, LeaseLostError, Rung, Side
from connector.model.ids import ConnectionId
from tests.memory.links import MemoryLinks

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class MemoryCursors:
    """Keeps the cursor of each connection; what is posted is known from the links."""

    links: MemoryLinks
    cursors: dict[str, Cursor] = field(default_factory=dict)
    lock: RLock = field(default_factory=RLock)

    def read(self, connection_id: ConnectionId) -> Cursor | None:
        return self.cursors.get(connection_id)

    def begin(self, connection_id: ConnectionId, *, since: datetime, now: datetime) -> Cursor:
        first = Cursor(connection_id=connection_id, since=since, read_at=now)
        return self.cursors.setdefault(connection_id, first)

    def keep(self, before: Cursor, after: Cursor) -> Cursor:
        with self.lock:
            now = self.cursors.get(before.connection_id)
            if now is None or now.lease_until != before.lease_until:
                raise LeaseLostError
            was, wanted = _values(before), _values(after)
            changed = {name: one for name, one in wanted.items() if one != was[name]}
            kept = replace(now, **changed)
            self.cursors[before.connection_id] = kept
            return kept

    def note_ring(self, connection_id: ConnectionId, *, now: datetime) -> None:
        with self.lock:
            self.cursors[connection_id] = replace(self.cursors[connection_id], rung_at=now)

    def ask_for_taxes(self, connection_id: ConnectionId, *, now: datetime | None = None) -> None:
        with self.lock:
            if kept := self.cursors.get(connection_id):
                asked = replace(kept, taxes_asked_at=now or datetime.now(UTC))
                self.cursors[connection_id] = asked

    def anything_posted(self, connection_id: ConnectionId, targets: Iterable[str]) -> bool:
        posted = {place[1] for place in self.links.owners if place[0] == connection_id}
        return not posted.isdisjoint(targets)


def _values(cursor: Cursor) -> dict[str, Any]:
    return {one.name: getattr(cursor, one.name) for one in fields(cursor)}


@dataclass
class MemoryDoorbells:
    """Keeps of each side until when a message is hidden, and when it rang last."""

    until: dict[tuple[str, Side], int] = field(default_factory=dict)
    rung_at: dict[tuple[str, Side], int] = field(default_factory=dict)
    lock: RLock = field(default_factory=RLock)

    def claim(
        self,
        connection_id: ConnectionId,
        side: Side,
        *,
        now: datetime,
        until: datetime,
        changed_at: datetime | None = None,
    ) -> bool:
        place = connection_id, side
        with self.lock:
            hidden, rung_at = self.until.get(place), self.rung_at.get(place)
            if hidden is not None:
                needed = hidden < _stored(now)
            elif changed_at is None or rung_at is None:
                needed = True
            else:
                needed = rung_at < _stored(changed_at)
            if needed:
                self.until[place], self.rung_at[place] = _stored(until), _stored(now)
            return needed

    def release(self, connection_id: ConnectionId, side: Side, *, until: datetime) -> None:
        with self.lock:
            if self.until.get((connection_id, side)) == _stored(until):
                self.until[connection_id, side] = 0

    def rung(self, connection_id: ConnectionId, *, now: datetime) -> Rung:
        marks = {side: self.until.get((connection_id, side)) for side in Side}
        return {
            side: until if until < _stored(now) else None
            for side, until in marks.items()
            if until is not None
        }

    def answer(self, connection_id: ConnectionId, seen: Mapping[Side, int | None]) -> None:
        with self.lock:
            for side, until in seen.items():
                if until is not None and self.until.get((connection_id, side)) == until:
                    del self.until[connection_id, side]


def _stored(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(milliseconds=1)
