"""Where connections are kept, when each is due, and which company belongs to which."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, TransactWriteError, UpdateError
from pynamodb.expressions.condition import Condition

from connector.errors import UnknownConnectionError
from connector.model.connection import Connection, ConnectionState, Phase
from connector.store.table import Item, key, lost_condition, transaction

DUE = "due"
LONGEST_PAUSE = 3600
"""An idle connection is looked at once an hour."""
SORT_KEY = "connection"
LONGEST_ID = 64


class ConnectionRow(Item):
    """The row of one connection; its key is the connection id itself."""

    realm_id = UnicodeAttribute()
    company_name = UnicodeAttribute()
    mobiwork_client_id = UnicodeAttribute()
    mobiwork_version = UnicodeAttribute()
    state = UnicodeAttribute()
    reason = UnicodeAttribute(null=True)
    warning = UnicodeAttribute(null=True)
    run_id = UnicodeAttribute(null=True)
    interval_seconds = NumberAttribute(default=300)
    pause_seconds = NumberAttribute(default=0)
    phase = UnicodeAttribute(default=Phase.LIVE.value)
    connected_on = UnicodeAttribute(null=True)


class RealmRow(Item):
    """Which connection a QuickBooks company belongs to; one company, one connection."""

    connection_id = UnicodeAttribute()


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
    except (DoesNotExist, ValueError) as error:
        raise unknown from error
    return _connection(row)


def _connection(row: ConnectionRow) -> Connection:
    return Connection(
        connection_id=row.pk,
        realm_id=row.realm_id,
        company_name=row.company_name,
        mobiwork_client_id=row.mobiwork_client_id,
        mobiwork_version=row.mobiwork_version,
        state=ConnectionState(row.state),
        reason=row.reason or None,
        warning=row.warning or None,
        run_id=row.run_id or None,
        interval_seconds=int(row.interval_seconds),
        pause_seconds=int(row.pause_seconds),
        phase=Phase(row.phase),
        connected_on=date.fromisoformat(row.connected_on) if row.connected_on else None,
    )


def _row(connection_id: str) -> ConnectionRow:
    return ConnectionRow(pk=key(connection_id), sk=SORT_KEY)


def save_new(connection: Connection, *, now: datetime) -> bool:
    """Store a connection, or revive the same one; False when its company belongs to another.

    Whose company it is and the connection itself are stored together or not at all.
    A revived one keeps its phase, the day it was connected, its interval and the run that may
    still be under way.
    """
    connection_id = connection.connection_id
    realm = RealmRow(pk=key("realm", connection.realm_id), sk=SORT_KEY, connection_id=connection_id)
    free = RealmRow.pk.does_not_exist() | (RealmRow.connection_id == connection_id)
    row = _new_row(_as_before(connection), now)
    try:
        with transaction() as write:
            write.save(realm, condition=free)
            write.save(row)
    except TransactWriteError as error:
        if lost_condition(error):
            return False
        raise
    return True


def _as_before(connection: Connection) -> Connection:
    try:
        before = read(connection.connection_id)
    except UnknownConnectionError:
        return connection
    return replace(
        connection,
        run_id=before.run_id,
        interval_seconds=before.interval_seconds,
        phase=before.phase,
        connected_on=before.connected_on,
    )


def _new_row(connection: Connection, now: datetime) -> ConnectionRow:
    row = _row(connection.connection_id)
    row.due_group, row.due_at = DUE, now.isoformat()
    row.realm_id, row.company_name = connection.realm_id, connection.company_name
    row.mobiwork_client_id = connection.mobiwork_client_id
    row.mobiwork_version = connection.mobiwork_version
    row.state, row.reason, row.warning = connection.state.value, connection.reason, None
    row.run_id = connection.run_id
    row.interval_seconds = connection.interval_seconds
    row.pause_seconds = connection.pause_seconds
    row.phase = connection.phase.value
    day = connection.connected_on
    row.connected_on = day.isoformat() if day else None
    return row


def take_due(now: datetime) -> Iterator[str]:
    """Yield the ids of the connections that are due, each moved on by its interval first.

    One whose MobiWork login was refused is among them: the login is tried again by itself.

    Moving on is conditional, so two callers at once do not both take a connection.
    """
    for found in ConnectionRow.due.query(DUE, ConnectionRow.due_at <= now.isoformat()):
        row = ConnectionRow.get(found.pk, found.sk)
        pause = max(int(row.interval_seconds), int(row.pause_seconds))
        later = now + timedelta(seconds=pause)
        try:
            row.update(
                actions=[ConnectionRow.due_at.set(later.isoformat())],
                condition=ConnectionRow.due_at == found.due_at,
            )
        except UpdateError as error:
            if not lost_condition(error):
                raise
            continue
        if row.state != ConnectionState.RECONNECT_NEEDED:
            yield row.pk


def set_interval(connection_id: str, *, seconds: int) -> None:
    """Look at a connection that often while there is something to do."""
    _row(connection_id).update(
        actions=[ConnectionRow.interval_seconds.set(seconds)],
        condition=ConnectionRow.pk.exists(),
    )


def pace(connection: Connection, *, busy: bool, now: datetime) -> None:
    """Look again soon where something was to do, and less and less often where nothing was.

    The interval doubles from its shortest to an hour; a doorbell rings between two looks anyway.
    """
    shortest, pause = connection.interval_seconds, connection.pause_seconds
    longer = min(max(pause, shortest) * 2, max(LONGEST_PAUSE, shortest))
    wanted = shortest if busy else longer
    if wanted == pause:
        return
    due = now + timedelta(seconds=wanted)
    _row(connection.connection_id).update(
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

    Rows of before have an empty text where there was no run yet.
    """
    first: Condition = ConnectionRow.run_id.does_not_exist() | (ConnectionRow.run_id == "")
    if connection.run_id is not None:
        first = ConnectionRow.run_id == connection.run_id
    try:
        _row(connection.connection_id).update(
            actions=[ConnectionRow.run_id.set(run_id)], condition=first
        )
    except UpdateError as error:
        if lost_condition(error):
            return False
        raise
    return True


def mark_broken(
    connection_id: str, reason: str, state: ConnectionState = ConnectionState.RECONNECT_NEEDED
) -> None:
    """Record that a person must act; its work stays where it is."""
    _row(connection_id).update(
        actions=[ConnectionRow.state.set(state.value), ConnectionRow.reason.set(reason)],
        condition=ConnectionRow.pk.exists(),
    )


def revive(connection_id: str, *, now: datetime) -> None:
    """Let a connection go on whose MobiWork login works again; others stay as they are."""
    try:
        _row(connection_id).update(
            actions=[
                ConnectionRow.state.set(ConnectionState.ACTIVE.value),
                ConnectionRow.reason.remove(),
                ConnectionRow.pause_seconds.set(0),
                ConnectionRow.due_at.set(now.isoformat()),
            ],
            condition=ConnectionRow.state == ConnectionState.LOGIN_REFUSED.value,
        )
    except UpdateError as error:
        if not lost_condition(error):
            raise


def warn(connection_id: str, warning: str) -> None:
    """Keep a warning on the connection for a person to see."""
    _row(connection_id).update(
        actions=[ConnectionRow.warning.set(warning)], condition=ConnectionRow.pk.exists()
    )


def all_ids() -> Iterator[str]:
    """Yield every connection id, through the index of due connections."""
    for found in ConnectionRow.due.query(DUE):
        yield found.pk


def of_realm(realm_id: str) -> str | None:
    """Return the id of the connection that a QuickBooks company belongs to."""
    try:
        return RealmRow.get(key("realm", realm_id), SORT_KEY, consistent_read=True).connection_id
    except DoesNotExist:
        return None
