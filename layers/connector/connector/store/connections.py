"""Connections: one MobiWork account joined to one QuickBooks company."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, PutError, UpdateError

from connector.errors import ConfigurationError, RecordError
from connector.store.table import Item, key, lost_condition

DUE = "due"
LONGEST_PAUSE = 3600
"""An idle connection is looked at once an hour."""
SORT_KEY = "connection"


class State(StrEnum):
    """Whether a connection works."""

    ACTIVE = "active"
    RECONNECT_NEEDED = "reconnect needed"


class Connection(Item):
    """What is known of one connection; its key is the connection id itself."""

    realm_id = UnicodeAttribute()
    company_name = UnicodeAttribute()
    mobiwork_client_id = UnicodeAttribute()
    mobiwork_version = UnicodeAttribute()
    state = UnicodeAttribute()
    reason = UnicodeAttribute(default="")
    warning = UnicodeAttribute(default="")
    run_id = UnicodeAttribute(default="")
    interval_seconds = NumberAttribute(default=300)
    pause_seconds = NumberAttribute(default=0)

    @property
    def connection_id(self) -> str:
        """The connection id, part of every key of this connection."""
        return self.pk


class Realm(Item):
    """Which connection a QuickBooks company belongs to; one company, one connection."""

    connection_id = UnicodeAttribute()


def read(connection_id: str) -> Connection:
    """Return a connection.

    Raises:
        ConfigurationError: there is none of that id.
    """
    try:
        return Connection.get(key(connection_id), SORT_KEY, consistent_read=True)
    except DoesNotExist as error:
        raise ConfigurationError(f"There is no connection {connection_id!r}.") from error


def in_path(request: Mapping[str, Any]) -> str:
    """Return the id of the connection in the path of an HTTP request.

    Raises:
        RecordError: there is no such connection.
    """
    connection_id = str((request.get("pathParameters") or {}).get("connection_id", ""))
    try:
        return read(connection_id).connection_id
    except (ConfigurationError, ValueError) as error:
        raise RecordError(f"There is no connection {connection_id!r}.") from error


def save_new(connection: Connection, *, now: datetime) -> bool:
    """Store a connection, or revive the same one; False when its company belongs to another.

    A revived one keeps its interval and the run that may still be under way.
    """
    connection.due_group = DUE
    connection.due_at = now.isoformat()
    realm = Realm(
        pk=key("realm", connection.realm_id), sk=SORT_KEY, connection_id=connection.connection_id
    )
    free = Realm.pk.does_not_exist() | (Realm.connection_id == connection.connection_id)
    try:
        realm.save(condition=free)
    except PutError as error:
        if lost_condition(error):
            return False
        raise
    _keep_run_and_interval(connection)
    connection.save()
    return True


def _keep_run_and_interval(connection: Connection) -> None:
    try:
        before = read(connection.connection_id)
    except ConfigurationError:
        return
    connection.run_id = before.run_id
    connection.interval_seconds = before.interval_seconds


def take_due(now: datetime) -> Iterator[str]:
    """Yield the ids of the connections that are due, each moved on by its interval first.

    Moving on is conditional, so two callers at once do not both take a connection.
    """
    for found in Connection.due.query(DUE, Connection.due_at <= now.isoformat()):
        connection = Connection.get(found.pk, found.sk)
        pause = max(int(connection.interval_seconds), int(connection.pause_seconds))
        later = now + timedelta(seconds=pause)
        try:
            connection.update(
                actions=[Connection.due_at.set(later.isoformat())],
                condition=Connection.due_at == found.due_at,
            )
        except UpdateError as error:
            if not lost_condition(error):
                raise
            continue
        if connection.state == State.ACTIVE:
            yield connection.connection_id


def pace(connection: Connection, *, busy: bool, now: datetime) -> None:
    """Look again soon where something was to do, and less and less often where nothing was.

    The interval doubles from its shortest to an hour; a doorbell rings between two looks anyway.
    """
    shortest, pause = int(connection.interval_seconds), int(connection.pause_seconds)
    longer = min(max(pause, shortest) * 2, max(LONGEST_PAUSE, shortest))
    wanted = shortest if busy else longer
    if wanted == pause:
        return
    due = now + timedelta(seconds=wanted)
    connection.update(
        actions=[
            Connection.pause_seconds.set(wanted),
            Connection.due_at.set(due.isoformat()),
        ],
        condition=Connection.pk.exists(),
    )


def begin_run(connection: Connection, run_id: str) -> bool:
    """Make `run_id` the run of this connection; False when another one came first."""
    try:
        connection.update(
            actions=[Connection.run_id.set(run_id)],
            condition=Connection.run_id == connection.run_id,
        )
    except UpdateError as error:
        if lost_condition(error):
            return False
        raise
    return True


def mark_broken(connection_id: str, reason: str) -> None:
    """Record that a person must reconnect; its work stays where it is."""
    Connection(pk=key(connection_id), sk=SORT_KEY).update(
        actions=[
            Connection.state.set(State.RECONNECT_NEEDED.value),
            Connection.reason.set(reason),
        ],
        condition=Connection.pk.exists(),
    )


def warn(connection_id: str, warning: str) -> None:
    """Keep a warning on the connection for a person to see."""
    Connection(pk=key(connection_id), sk=SORT_KEY).update(
        actions=[Connection.warning.set(warning)], condition=Connection.pk.exists()
    )


def all_ids() -> Iterator[str]:
    """Yield every connection id, through the index of due connections."""
    for found in Connection.due.query(DUE):
        yield found.pk


def of_realm(realm_id: str) -> str | None:
    """Return the id of the connection that a QuickBooks company belongs to."""
    try:
        return Realm.get(key("realm", realm_id), SORT_KEY, consistent_read=True).connection_id
    except DoesNotExist:
        return None
