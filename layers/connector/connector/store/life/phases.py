"""The life of connections: how one goes from phase to phase, who did it, and what closing leaves.

A change is one transaction with its entry in the history; it is made only from the phase that was
read, so of two at once one is made.
"""

from datetime import datetime

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from connector.model.connection import Closing, Connection, Phase, PhaseChange
from connector.store.life.rows import (
    SORT_KEY,
    ConnectionRow,
    OwnerRow,
    PhaseRow,
    empty_row,
    is_in,
    owner_of,
    owners,
    phase_row,
)
from connector.store.table import attempt, key, transaction

NEVER = "9999-12-31T00:00:00+00:00"
"""When a closed connection is due of which nothing is left to be done."""


def change(connection: Connection, step: PhaseChange, *, closing: Closing | None = None) -> bool:
    """Bring a connection into another phase; False when it is not as it was read any more.

    It is due at once. `closing` is what is to be done for one that is closed.
    """
    actions: list[Action] = [
        ConnectionRow.phase.set(step.phase.value),
        ConnectionRow.due_at.set(step.at.isoformat()),
        ConnectionRow.pause_seconds.set(0),
    ]
    if closing:
        actions.append(ConnectionRow.closing.set(closing.value))
    with attempt() as made, transaction() as write:
        row = empty_row(connection.connection_id)
        write.update(row, actions=actions, condition=is_in(connection.phase))
        write.save(phase_row(connection.connection_id, step))
    return made.took_effect


def history(connection_id: str) -> tuple[PhaseChange, ...]:
    """Return the steps in the life of a connection, the first one first.

    Connections of before there were phases have none until their first step.
    """
    rows = PhaseRow.query(key(connection_id, "phases"), consistent_read=True)
    return tuple(
        PhaseChange(phase=Phase(row.phase), at=datetime.fromisoformat(row.at), by=row.by)
        for row in rows
    )


def give_up_sides(connection: Connection, *, after: Closing | None) -> bool:
    """Free the company and the account of a closed connection, whose secrets are forgotten.

    `after` is what is left to be done; without it the connection is kept for the day on which the
    same two sides are connected again. False when others did it before.
    """
    connection_id = connection.connection_id
    both = key(connection.realm_id, connection.mobiwork_client_id)
    owned = owners(connection) | {"former": both}
    mine = {kind: one for kind, one in owned.items() if owner_of(kind, one) == connection_id}
    if after is None:
        mine.pop("former", None)
    with attempt() as made, transaction() as write:
        write.update(
            empty_row(connection_id),
            actions=_left(after),
            condition=is_in(Phase.CLOSED) & _closing(connection),
        )
        for kind, one in mine.items():
            row = OwnerRow(pk=f"{kind}#{one}", sk=SORT_KEY)
            write.delete(row, condition=OwnerRow.connection_id == connection_id)
        if after is None:
            row = OwnerRow(pk=f"former#{both}", sk=SORT_KEY, connection_id=connection_id)
            write.save(row)
    return made.took_effect


def end_closing(connection: Connection) -> None:
    """Note that nothing is left to be done for a closed connection."""
    with attempt():
        empty_row(connection.connection_id).update(
            actions=_left(None), condition=is_in(Phase.CLOSED) & _closing(connection)
        )


def _left(closing: Closing | None) -> list[Action]:
    if closing:
        return [ConnectionRow.closing.set(closing.value)]
    return [ConnectionRow.closing.remove(), ConnectionRow.due_at.set(NEVER)]


def _closing(connection: Connection) -> Condition:
    condition: Condition = ConnectionRow.closing == str(connection.closing)
    return condition
