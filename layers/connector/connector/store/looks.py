"""Whose turn it is to look at a connection, how often looking failed, and what was found last."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from connector.model.body import Body, Json
from connector.model.ids import ConnectionId, RunId
from connector.store.packing import PackedAttribute
from connector.store.table import Item, attempt, key, read_row

CLOCKS = timedelta(seconds=5)
"""How far apart the clocks of two functions may be."""


class TurnRow(Item):
    """The turn of one connection: whose it is and until when it counts as alive.

    `taken` is when a message that asks for a look was last taken from the queue.
    """

    turn = UnicodeAttribute(null=True)
    until = UnicodeAttribute(null=True)
    failures = NumberAttribute(default=0)
    taken = UnicodeAttribute(null=True)


class FindingsRow(Item):
    """What the latest look at MobiWork found, whether or not a run followed."""

    looked_at = UnicodeAttribute()
    found = PackedAttribute()
    run_id = UnicodeAttribute(default="")
    settings_version = NumberAttribute(null=True)


@dataclass(frozen=True)
class Turn:
    """The right to look at a connection; `token` tells it from any other.

    connection_id: the connection.
    """

    connection_id: str
    token: str


@dataclass(frozen=True)
class LastLook:
    """When both sides were looked at, and whether lists are left to be read.

    settings_version: the version of the settings for which all that waited for them was given back
        to be planned before that; None where it was not noted.
    unfinished: whether lists are left.
    """

    at: datetime
    unfinished: bool
    settings_version: int | None


def begin(turn: Turn, *, now: datetime, until: datetime) -> bool:
    """Take the turn until then at the latest; False when a look is under way."""
    free = TurnRow.turn.does_not_exist() | (TurnRow.until < now.isoformat())
    mine = free | (TurnRow.turn == turn.token)
    with attempt() as made:
        _row(turn).update(
            actions=[
                TurnRow.turn.set(turn.token),
                TurnRow.until.set(until.isoformat()),
                TurnRow.taken.set(now.isoformat()),
            ],
            condition=mine,
        )
    if not made.took_effect:
        _row(turn).update(actions=[TurnRow.taken.set(now.isoformat())])
    return made.took_effect


def under_way(connection_id: str, *, now: datetime) -> bool:
    """Tell whether somebody is looking at both sides of a connection."""
    row = read_row(TurnRow, key(connection_id, "look"), "turn")
    return row is not None and bool(row.turn) and (row.until or "") >= now.isoformat()


def taken_since(connection_id: str, asked: datetime) -> bool:
    """Tell whether a message was taken since a look was asked for, as far as clocks agree."""
    row = read_row(TurnRow, key(connection_id, "look"), "turn")
    taken = row.taken if row else None
    return taken is not None and datetime.fromisoformat(taken) > asked - CLOCKS


def end(turn: Turn, *, failed: bool = False) -> int:
    """Give the turn back and return how often in a row looking has failed by now.

    That is 0 where it is the turn of another by now.
    """
    row = _row(turn)
    count = TurnRow.failures.set((TurnRow.failures | 0) + 1 if failed else 0)
    with attempt():
        row.update(
            actions=[count, TurnRow.turn.remove(), TurnRow.until.remove()],
            condition=TurnRow.turn == turn.token,
        )
    return int(row.failures)


def save_findings(
    connection_id: ConnectionId,
    *,
    found: Json,
    run_id: RunId | None,
    settings_version: int,
    now: datetime,
) -> None:
    """Record the latest look at MobiWork, and for which version of the settings it was made."""
    FindingsRow(
        pk=key(connection_id, "findings"),
        sk="latest",
        looked_at=now.isoformat(),
        found=dict(found),
        run_id=run_id or "",
        settings_version=settings_version,
    ).save()


def last_look(connection_id: ConnectionId) -> LastLook | None:
    """Return the latest look that was made to its end; None before the first."""
    row = read_row(FindingsRow, key(connection_id, "findings"), "latest")
    if row is None:
        return None
    unfinished = any(one.get("more") for one in row.found.values())
    version = None if row.settings_version is None else int(row.settings_version)
    return LastLook(datetime.fromisoformat(row.looked_at), unfinished, version)


def last_found(connection_id: ConnectionId) -> Body:
    """Return what the latest look found, by flow; empty before the first."""
    row = read_row(FindingsRow, key(connection_id, "findings"), "latest")
    return {} if row is None else dict(row.found)


def _row(turn: Turn) -> TurnRow:
    return TurnRow(pk=key(turn.connection_id, "look"), sk="turn")
