"""Where connections are kept, when each is due, and which company belongs to which."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from connector.errors import UnknownConnectionError, UnusableKeyError
from connector.model.connection import (
    RUNNING,
    Connection,
    ConnectionState,
    Phase,
    PhaseChange,
)
from connector.observability import logger
from connector.store import looks
from connector.store.life.rows import (
    DUE,
    SORT_KEY,
    ConnectionRow,
    OwnerRow,
    RealmOfAccountRow,
    connection_of,
    empty_row,
    is_in,
    owner_of,
    owners,
    phase_row,
    realm_of_account,
    row_of,
)
from connector.store.table import attempt, key, transaction

LONGEST_PAUSE = timedelta(hours=1)
"""For so long a connection is left alone at most, unless its settings say otherwise."""
LONGEST_ID = 64
LOST_AFTER = timedelta(minutes=30)
"""A message that asks for a look and is not taken so long was given up, or is lost."""


def read(connection_id: str) -> Connection:
    """Return a connection.

    Raises:
        UnknownConnectionError: there is none of that id, which may be any text.
    """
    unknown = UnknownConnectionError(f"There is no connection {connection_id[:LONGEST_ID]!r}.")
    if len(connection_id) > LONGEST_ID:
        raise unknown
    try:
        row = ConnectionRow.get(key(connection_id), SORT_KEY, consistent_read=True)
    except (DoesNotExist, UnusableKeyError) as error:
        raise unknown from error
    return connection_of(row)


def read_many(connection_ids: Iterable[str]) -> list[Connection]:
    """Return those connections that there are; a hundred are one table call.

    One whose row cannot be read is logged, and stands there by its id.
    """
    keys, found = [(key(one), SORT_KEY) for one in connection_ids], list[Connection]()
    for row in ConnectionRow.batch_get(keys, consistent_read=True):
        try:
            found.append(connection_of(row))
        except (TypeError, ValueError):
            logger.exception("a connection cannot be read", connection_id=row.pk)
            found.append(_unreadable(row))
    return found


def _unreadable(row: ConnectionRow) -> Connection:
    return Connection(
        connection_id=row.pk,
        realm_id="",
        company_name=str(row.company_name or row.pk),
        mobiwork_client_id="",
        mobiwork_version="",
        state=ConnectionState.UNREADABLE,
        reason="What is kept of this connection cannot be read, so nothing is read or posted for "
        "it. Ask whoever runs the connector: the log says what is wrong with it.",
        phase=Phase.PAUSED,
    )


def exists(connection_id: str) -> bool:
    """Tell whether there is a connection of that id."""
    return _known(connection_id) is not None


def save_new(connection: Connection, *, now: datetime, by: str = "the connector") -> bool:
    """Store a connection, or revive the same one; False when one of its sides belongs to another.

    Whose company and whose MobiWork account it is, the connection itself and the step in its life
    are stored together or not at all. A revived one keeps its interval and the run that may still
    be under way, and unless it was closed, its phase and the day it was connected.

    `by` is who connected it. False also when its phase changed at this moment.
    """
    connection_id = connection.connection_id
    before = _known(connection_id)
    after = _revived(connection, before) if before else connection
    with attempt() as made, transaction() as write:
        for kind, owned in owners(connection).items():
            row = OwnerRow(pk=key(kind, owned), sk=SORT_KEY, connection_id=connection_id)
            free = OwnerRow.pk.does_not_exist() | (OwnerRow.connection_id == connection_id)
            write.save(row, condition=free)
        write.save(realm_of_account(connection))
        same = is_in(before.phase) if before else ConnectionRow.pk.does_not_exist()
        write.save(row_of(after, due=now), condition=same)
        if before is None or after.phase is not before.phase:
            step = PhaseChange(phase=after.phase, at=now, by=by)
            write.save(phase_row(connection_id, step))
    return made.took_effect


def _known(connection_id: str) -> Connection | None:
    try:
        return read(connection_id)
    except UnknownConnectionError:
        return None


def _revived(connection: Connection, before: Connection) -> Connection:
    kept = replace(connection, run_id=before.run_id, interval_seconds=before.interval_seconds)
    if before.phase is Phase.CLOSED:
        return kept
    return replace(kept, phase=before.phase, connected_on=before.connected_on)


def take_due(now: datetime) -> Iterator[str]:
    """Yield the ids of the connections that are due, each moved on by its interval first.

    One whose MobiWork login was refused is among them: the login is tried again by itself. So is
    a closed one until nothing is left to do for it. A paused one is not.

    Moving on is conditional, so two callers at once do not both take a connection. One for which
    a look was asked that has not begun is moved on only: its message waits in the queue, and a
    second one would wait behind it. After half an hour that message is taken for lost.
    """
    for found in ConnectionRow.due.query(DUE, ConnectionRow.due_at <= now.isoformat()):
        row = ConnectionRow.get(found.pk, found.sk, consistent_read=True)
        pause = max(int(row.interval_seconds), int(row.pause_seconds))
        later = now + timedelta(seconds=pause)
        asked = _has_work(connection_of(row)) and not _waits(row, now)
        actions: list[Action] = [ConnectionRow.due_at.set(later.isoformat())]
        if asked:
            actions.append(ConnectionRow.asked_at.set(now.isoformat()))
        with attempt() as made:
            row.update(actions=actions, condition=ConnectionRow.due_at == found.due_at)
        if made.took_effect and asked:
            yield row.pk


def not_asked(connection_id: str, asked: datetime) -> None:
    """Let a connection be due at once for which no message could be sent at that moment."""
    due: Action = ConnectionRow.due_at.set(asked.isoformat())
    with attempt():
        empty_row(connection_id).update(
            actions=[due, ConnectionRow.asked_at.remove()],
            condition=ConnectionRow.asked_at == asked.isoformat(),
        )


def _waits(row: ConnectionRow, now: datetime) -> bool:
    """Tell whether a message that asks for a look at a connection waits in the queue."""
    if row.asked_at is None:
        return False
    asked = datetime.fromisoformat(row.asked_at)
    return asked > now - LOST_AFTER and not looks.taken_since(row.pk, asked)


def set_interval(connection_id: str, *, seconds: int) -> None:
    """Look at a connection that often while there is something to do."""
    empty_row(connection_id).update(
        actions=[ConnectionRow.interval_seconds.set(seconds)],
        condition=ConnectionRow.pk.exists(),
    )


def _has_work(connection: Connection) -> bool:
    """Tell whether anything is done for a connection when its time comes."""
    if connection.phase in RUNNING:
        return connection.state != ConnectionState.RECONNECT_NEEDED
    return connection.closing is not None


def pace(
    connection: Connection, *, busy: bool, now: datetime, longest: timedelta = LONGEST_PAUSE
) -> None:
    """Look again soon where something was to do, and less and less often where nothing was.

    The interval doubles from its shortest to the `longest`; a doorbell rings between two looks
    anyway.
    """
    shortest, pause = connection.interval_seconds, connection.pause_seconds
    longer = min(max(pause, shortest) * 2, max(int(longest.total_seconds()), shortest))
    wanted = shortest if busy else longer
    if wanted == pause:
        return
    due = now + timedelta(seconds=wanted)
    empty_row(connection.connection_id).update(
        actions=[
            ConnectionRow.pause_seconds.set(wanted),
            ConnectionRow.due_at.set(due.isoformat()),
        ],
        condition=ConnectionRow.pk.exists(),
    )


def phase(connection_id: str) -> Phase:
    """Return how far a connection has come, by now.

    Raises:
        UnknownConnectionError: there is no such connection.
    """
    return read(connection_id).phase


def begin_run(connection: Connection, run_id: str) -> bool:
    """Make `run_id` the run of this connection; False when another one came first.

    Nor does one begin when the connection is not in the phase any more in which it was read.
    Rows of before have an empty text where there was no run yet.
    """
    first: Condition = ConnectionRow.run_id.does_not_exist() | (ConnectionRow.run_id == "")
    if connection.run_id is not None:
        first = ConnectionRow.run_id == connection.run_id
    with attempt() as made:
        empty_row(connection.connection_id).update(
            actions=[ConnectionRow.run_id.set(run_id)], condition=first & is_in(connection.phase)
        )
    return made.took_effect


def mark_broken(
    connection_id: str, reason: str, state: ConnectionState = ConnectionState.RECONNECT_NEEDED
) -> None:
    """Record that a person must act; its work stays where it is. A closed one needs nobody.

    Raises:
        UnknownConnectionError: there is no such connection.
    """
    with attempt() as made:
        empty_row(connection_id).update(
            actions=[ConnectionRow.state.set(state.value), ConnectionRow.reason.set(reason)],
            condition=ConnectionRow.pk.exists() & ~is_in(Phase.CLOSED),
        )
    if not made.took_effect:
        read(connection_id)


def revive(connection_id: str, *, now: datetime) -> None:
    """Let a connection go on whose MobiWork login works again; others stay as they are."""
    with attempt():
        empty_row(connection_id).update(
            actions=[
                ConnectionRow.state.set(ConnectionState.ACTIVE.value),
                ConnectionRow.reason.remove(),
                ConnectionRow.pause_seconds.set(0),
                ConnectionRow.due_at.set(now.isoformat()),
            ],
            condition=ConnectionRow.state == ConnectionState.LOGIN_REFUSED.value,
        )


def warn(connection_id: str, warning: str) -> None:
    """Keep a warning on the connection for a person to see."""
    empty_row(connection_id).update(
        actions=[ConnectionRow.warning.set(warning)], condition=ConnectionRow.pk.exists()
    )


def all_ids() -> Iterator[str]:
    """Yield every connection id, through the index of due connections."""
    for found in ConnectionRow.due.query(DUE):
        yield found.pk


def each(do: Callable[[str], object]) -> int:
    """Do something for every connection; return how many failed, each of which is logged.

    What one connection has, be it a row that cannot be read, keeps no other from its turn.
    """
    failed = 0
    for connection_id in all_ids():
        try:
            do(connection_id)
        except Exception:
            logger.exception("a connection failed", connection_id=connection_id)
            failed += 1
    return failed


def of_realm(realm_id: str) -> str | None:
    """Return the id of the connection that a QuickBooks company belongs to."""
    return owner_of("realm", realm_id)


def of_account(mobiwork_client_id: str) -> str | None:
    """Return the id of the connection that a MobiWork account belongs to; a closed one gives it up.

    Connections of before left no row that says so; they are looked through.
    """
    if known := owner_of("account", mobiwork_client_id):
        return known
    mine = (one for one in read_many(all_ids()) if one.mobiwork_client_id == mobiwork_client_id)
    return next((one.connection_id for one in mine if one.phase is not Phase.CLOSED), None)


def other_realms(connection: Connection) -> tuple[str, ...]:
    """Return the other companies that its MobiWork account was ever connected with.

    External ids in MobiWork may have been written for one of them. Connections of before are
    remembered from the next time on that they are connected.
    """
    row = realm_of_account(connection)
    found = RealmOfAccountRow.query(row.pk, consistent_read=True)
    return tuple(one.sk for one in found if one.sk != connection.realm_id)


def kept_of(realm_id: str, mobiwork_client_id: str) -> str | None:
    """Return the id of the closed connection of these two sides that kept its links, if any."""
    return owner_of("former", key(realm_id, mobiwork_client_id))
