"""What a change of settings would do, told before it is saved: nothing is written or called."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import NoReturn

from connector.api.choosing.settings import SettingsChange, ShownProblem, problems_with, wanted
from connector.engine.run import Run
from connector.entities.registry import PUSHES
from connector.errors import ConfigurationError
from connector.model.connection import Connection, Phase, mode_in
from connector.push.kept.moves import moves
from connector.store import connections, looks, runs
from connector.store import settings as saved

MEANWHILE = (
    "Both sides are being checked right now, and what that finds is not included yet: "
    "some records shown here as created may need a decision first. Check again in a "
    "minute."
)
MOST_SECONDS = 20.0
"""A person waits no longer; what is left then is not counted."""


@dataclass(frozen=True)
class Moved:
    """Records of one flow that would be decided otherwise.

    Attributes:
        flow: The flow.
        now: What is decided of them with the settings as they are.
        then: What would be decided; the same where something else would be sent, or another reason
            told.
        count: How many there are.
        amount: What those with an amount come to.
        example: One of them.
        reason: What would be said of that one.
    """

    flow: str
    now: str
    then: str
    count: int
    amount: Decimal | None
    example: str
    reason: str


@dataclass(frozen=True)
class Preview:
    """What a change of settings would do.

    Attributes:
        problems: What would not fit the company or the account.
        moved: The records on their way or left out that would be decided otherwise.
        looked_at: How many were looked at.
        complete: Whether that is all of them; there are more than a person waits for otherwise.
        meanwhile: That both sides are being looked at or compared, so that what is found now is not
            in it yet; None where they are not.
    """

    problems: tuple[ShownProblem, ...]
    moved: tuple[Moved, ...]
    looked_at: int
    complete: bool
    meanwhile: str | None = None


def preview(connection_id: str, asked: SettingsChange) -> Preview:
    """Return what a change would do; nothing is saved.

    Raises:
        StaleVersionError: somebody else saved since.
        RequestError: the settings contradict each other, or name what MobiWork does not have.
    """
    before, after = wanted(connection_id, asked)
    shown = problems_with(connection_id, after)
    if saved.read_company(connection_id) is None:
        return Preview(shown, (), 0, complete=True)
    connection = connections.read(connection_id)
    meanwhile = MEANWHILE if _goes_on(connection) else None
    now, then = planning_run(connection), planning_run(connection)
    now.settings, then.settings = before, after
    ends = time.monotonic() + MOST_SECONDS
    found: list[Moved] = []
    looked, complete = 0, True
    for flow in PUSHES:
        moved, seen, whole = moves(flow, now, then, out_of_time=lambda: time.monotonic() > ends)
        looked, complete = looked + seen, complete and whole
        found += [
            Moved(flow.name, was, becomes, one.sum.count, one.sum.worth, one.example, one.reason)
            for (was, becomes), one in moved.items()
        ]
    return Preview(shown, tuple(found), looked, complete, meanwhile)


def _goes_on(connection: Connection) -> bool:
    """Tell whether a look or a run is under way, which may find what nobody has seen yet."""
    own, run_id = connection.connection_id, connection.run_id
    looking = looks.under_way(own, now=datetime.now(UTC))
    return looking or bool(run_id and not runs.begun(own, run_id).ended)


def planning_run(connection: Connection) -> Run:
    """Return a run that only plans; in review it knows what is planned of other records."""
    return Run(
        connection.connection_id,
        "preview",
        open_quickbooks=_no_call,
        connected_on=connection.connected_on,
        mode=mode_in(connection.phase),
        dry_run=connection.phase is not Phase.REVIEW,
    )


def _no_call() -> NoReturn:
    raise ConfigurationError("A preview calls nobody.")
