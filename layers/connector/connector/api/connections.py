"""The list of connections, as a person looks at it."""

from dataclasses import dataclass

from connector.model.connection import Connection, ConnectionState, Phase
from connector.store import connections


@dataclass(frozen=True)
class ShownConnection:
    """One connection.

    Attributes:
        connection_id: what every other request names it by.
        company: the name of the QuickBooks company.
        realm_id: the id of the QuickBooks company.
        mobiwork_client_id: the MobiWork account.
        phase: `in review` until a person starts it, then `live`; `paused` or `closed` by a person.
        state: `active`, `login refused` (by MobiWork: a new password is enough), `reconnect
            needed`, or `cannot be read` (what is kept of it: the log says why); null once it is
            closed.
        reason: why a person must act, if anybody must.
        warning: what a person should look at, if anything.
    """

    connection_id: str
    company: str
    realm_id: str
    mobiwork_client_id: str
    phase: Phase
    state: ConnectionState | None
    reason: str | None
    warning: str | None


@dataclass(frozen=True)
class ConnectionList:
    """All connections, by the name of the company."""

    connections: tuple[ShownConnection, ...]


def list_connections() -> ConnectionList:
    """Return all connections."""
    shown = map(shown_as, connections.read_many(connections.all_ids()))
    return ConnectionList(tuple(sorted(shown, key=lambda one: (one.company, one.connection_id))))


def show(connection_id: str) -> ShownConnection:
    """Return one connection.

    Raises:
        UnknownConnectionError: there is none of that id.
    """
    return shown_as(connections.read(connection_id))


def shown_as(connection: Connection) -> ShownConnection:
    """Return a connection as people see it."""
    return ShownConnection(
        connection_id=connection.connection_id,
        company=connection.company_name,
        realm_id=connection.realm_id,
        mobiwork_client_id=connection.mobiwork_client_id,
        phase=connection.phase,
        state=None if connection.phase is Phase.CLOSED else connection.state,
        reason=connection.reason,
        warning=connection.warning,
    )
