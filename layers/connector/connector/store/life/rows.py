"""The rows of connections: the connection itself, the steps of its life, and whose each side is."""

from datetime import datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition

from connector.model.connection import Connection, Phase, PhaseChange
from connector.store.packing import members_of, value_of
from connector.store.table import Item, key, read_row

DUE = "due"
SORT_KEY = "connection"


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
    asked_at = UnicodeAttribute(null=True)
    phase = UnicodeAttribute(default=Phase.LIVE.value)
    connected_on = UnicodeAttribute(null=True)
    closing = UnicodeAttribute(null=True)


class PhaseRow(Item):
    """One step in the life of a connection; its sort key begins with the time."""

    phase = UnicodeAttribute()
    at = UnicodeAttribute()
    by = UnicodeAttribute()


class OwnerRow(Item):
    """Which connection a QuickBooks company, or a MobiWork account, or the two together are of."""

    connection_id = UnicodeAttribute()


class RealmOfAccountRow(Item):
    """One company that a MobiWork account was ever connected with; its sort key is the realm."""


def realm_of_account(connection: Connection) -> RealmOfAccountRow:
    """Return the row that remembers for which company ids were written in an account."""
    account = key("account-realms", connection.mobiwork_client_id)
    return RealmOfAccountRow(pk=account, sk=connection.realm_id)


def connection_of(row: ConnectionRow) -> Connection:
    """Return the connection of a row; one without a phase is of before there were any."""
    told = {"warning": row.warning or None, "run_id": row.run_id or None}
    return value_of(row, Connection, connection_id=row.pk, **told)


def empty_row(connection_id: str) -> ConnectionRow:
    """Return the row of a connection with nothing in it, to be updated."""
    return ConnectionRow(pk=key(connection_id), sk=SORT_KEY)


def row_of(connection: Connection, *, due: datetime) -> ConnectionRow:
    """Return the whole row of a connection that is due at a time; a warning ends with it."""
    told = members_of(connection, "connection_id", "warning")
    pk = key(connection.connection_id)
    return ConnectionRow(pk, SORT_KEY, due_group=DUE, due_at=due.isoformat(), **told)


def owners(connection: Connection) -> dict[str, str]:
    """Return what belongs to a connection alone, by kind."""
    return {"realm": connection.realm_id, "account": connection.mobiwork_client_id}


def owner_of(kind: str, owned: str) -> str | None:
    """Return the id of the connection that something belongs to."""
    row = read_row(OwnerRow, f"{key(kind)}#{owned}", SORT_KEY)
    return None if row is None else row.connection_id


def phase_row(connection_id: str, change: PhaseChange) -> PhaseRow:
    """Return the row of one step in the life of a connection."""
    at = change.at.isoformat()
    return PhaseRow(
        pk=key(connection_id, "phases"),
        sk=f"{at} {change.phase.value}",
        phase=change.phase.value,
        at=at,
        by=change.by,
    )


def is_in(phase: Phase) -> Condition:
    """Return the condition that a connection is in a phase; live ones of before have none."""
    condition: Condition = ConnectionRow.phase == phase.value
    if phase is Phase.LIVE:
        condition |= ConnectionRow.phase.does_not_exist()
    there: Condition = ConnectionRow.pk.exists() & condition
    return there
