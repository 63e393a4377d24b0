"""Connections as values: one MobiWork account joined to one QuickBooks company."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from connector.model.body import Json

if TYPE_CHECKING:
    from connector.model.company import Company


class ConnectionState(StrEnum):
    """Whether a connection works."""

    ACTIVE = "active"
    RECONNECT_NEEDED = "reconnect needed"
    LOGIN_REFUSED = "login refused"
    UNREADABLE = "cannot be read"


class Phase(StrEnum):
    """How far a connection has come; whether it works is another matter (`ConnectionState`).

    REVIEW: both sides are read, matched and planned, and nothing is written on either.
    LIVE: a person started it.
    PAUSED: a person stopped it for a while; nothing runs.
    CLOSED: a person ended it; nothing runs, and its secrets are forgotten.
    """

    REVIEW = "in review"
    LIVE = "live"
    PAUSED = "paused"
    CLOSED = "closed"


class Closing(StrEnum):
    """What a closed connection has still to do besides giving its secrets up.

    KEEP: nothing; its links stay for the day on which the same two sides are connected again.
    ERASE: everything that is kept of it is deleted, but for what its life was.
    ERASE_REST: the same, and its secrets are given up already.
    """

    KEEP = "keep"
    ERASE = "erase"
    ERASE_REST = "erase the rest"


@dataclass(frozen=True, kw_only=True)
class PhaseChange:
    """One step in the life of a connection: into which phase, when, and who did it.

    at: in UTC.
    by: who did it, as AWS names a caller, or the part of the connector.
    """

    phase: Phase
    at: datetime
    by: str


RUNNING = frozenset({Phase.REVIEW, Phase.LIVE})
"""The phases in which anything runs."""


class Mode(StrEnum):
    """What a run does with its plans; decided once, where the run is made.

    EXECUTE: it carries them out. REVIEW: it keeps them all for a person to look at.
    APPROVE: it keeps those that a person has not approved.
    """

    EXECUTE = "execute"
    REVIEW = "review"
    APPROVE = "approve"


def mode_in(phase: Phase) -> Mode:
    """Return what a run does with its plans that begins in a phase."""
    return Mode.REVIEW if phase is Phase.REVIEW else Mode.EXECUTE


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
    phase: how far it has come; those of before there were phases are live.
    connected_on: the company's day on which it was connected; None where nobody noted it.
    closing: what is still to be done for a closed one.
    state: whether it works, or why not.
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
    phase: Phase = Phase.LIVE
    connected_on: date | None = None
    closing: Closing | None = None


@dataclass(frozen=True, kw_only=True)
class Consent:
    """What a person entered before going to Intuit's consent page.

    connection_id: the id that the connection will have.
    started_by: who asked for it.
    confirmation: the digest of the secret that only they were given.
    settings: the settings chosen with it, as JSON values.
    mobiwork_client_id, mobiwork_version: the MobiWork account (digits) and the version of its API.
    """

    connection_id: str
    mobiwork_client_id: str
    mobiwork_version: str
    started_by: str
    confirmation: str
    settings: Json = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ChosenCompany:
    """A company that somebody chose on Intuit's page, and that is not confirmed yet.

    code: the digest of the code that only their browser was shown.
    until: when it can be confirmed at the latest.
    consent: what was entered before.
    company: the QuickBooks company that was chosen.
    """

    consent: Consent
    company: Company
    code: str
    until: datetime
