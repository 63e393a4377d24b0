"""What a change of settings would do, told before it is saved: nothing is written or called."""

import time
from dataclasses import dataclass
from decimal import Decimal
from typing import NoReturn

from connector.api.choosing.settings import SettingsChange, ShownProblem, problems_with, wanted
from connector.engine.run import Run
from connector.entities.registry import PUSHES
from connector.errors import ConfigurationError
from connector.model.connection import Connection, Phase, mode_in
from connector.push.kept.moves import moves
from connector.store import connections
from connector.store import settings as saved

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
    """

    problems: tuple[ShownProblem, ...]
    moved: tuple[Moved, ...]
    looked_at: int
    complete: bool


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
    return Preview(shown, tuple(found), looked, complete)


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
