"""Connections as values: one MobiWork account joined to one QuickBooks company."""

from dataclasses import dataclass, field
from enum import StrEnum

from connector.model.body import Json


class ConnectionState(StrEnum):
    """Whether a connection works."""

    ACTIVE = "active"
    RECONNECT_NEEDED = "reconnect needed"
    LOGIN_REFUSED = "login refused"


@dataclass(frozen=True, kw_only=True)
class Connection:
    """What is known of one connection.

    connection_id: part of every key of what is kept for it.
    realm_id, company_name: the QuickBooks company.
    mobiwork_client_id, mobiwork_version: the MobiWork account and the version of its API.
    reason: why a person must reconnect, if so.
    warning: what a person should see to while it works.
    run_id: the latest run.
    interval_seconds: how often it is looked at while there is something to do.
    pause_seconds: how long it is left alone now that there was not.
    """

    connection_id: str
    realm_id: str
    company_name: str
    mobiwork_client_id: str
    mobiwork_version: str
    state: ConnectionState = ConnectionState.ACTIVE
    reason: str | None = None
    warning: str | None = None
    run_id: str | None = None
    interval_seconds: int = 300
    pause_seconds: int = 0


@dataclass(frozen=True, kw_only=True)
class Consent:
    """What a person entered before going to Intuit's consent page.

    connection_id: the id that the connection will have.
    settings: the settings chosen with it, as JSON values.
    """

    connection_id: str
    mobiwork_client_id: str
    mobiwork_version: str
    settings: Json = field(default_factory=dict)
