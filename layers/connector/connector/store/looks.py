"""Whose turn it is to look at a connection, and how often in a row looking failed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from connector.store.table import Item, attempt, key

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


@dataclass(frozen=True)
class Turn:
    """The right to look at a connection; `token` tells it from any other."""

    connection_id: str
    token: str


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


def taken_since(connection_id: str, asked: datetime) -> bool:
    """Tell whether a message was taken since a look was asked for, as far as clocks agree."""
    try:
        row = TurnRow.get(key(connection_id, "look"), "turn", consistent_read=True)
    except TurnRow.DoesNotExist:
        return False
    return row.taken is not None and datetime.fromisoformat(row.taken) > asked - CLOCKS


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


def _row(turn: Turn) -> TurnRow:
    return TurnRow(pk=key(turn.connection_id, "look"), sk="turn")
