"""One look at a connection at a time; one that fails is made again after growing pauses.

Two looks at once could keep an older reading under the newer fingerprint, and the change would be
lost. A message whose look fails is done all the same: the schedule comes again by itself, later
each time, so no messages pile up, and the third failure in a row is alarmed with its cause.
"""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from connector.changes import doorbell
from connector.engine.run import LONGEST
from connector.errors import ConfigurationError, ConnectionBrokenError
from connector.jobs.find_changes import look, nothing, utc_now
from connector.model.body import Body
from connector.observability import logger, measure
from connector.store import connections, looks

if TYPE_CHECKING:
    from connector.services import Services

TOLD_AFTER = 3
FAILING = "Changes could not be looked for"


def look_in_turn(
    services: "Services",
    connection_id: str,
    remaining: Callable[[], float] = lambda: 900.0,
    *,
    clock: Callable[[], datetime] = utc_now,
) -> Body:
    """Look at a connection unless that is under way; what fails is logged, counted and put off.

    Raises:
        ConnectionBrokenError: MobiWork or QuickBooks does not accept the login any more.
        UnknownConnectionError, ConfigurationError: the message or the deployment is wrong.
    """
    connections.read(connection_id)
    now, turn = clock(), looks.Turn(connection_id, secrets.token_hex(8))
    if not looks.begin(turn, now=now, until=now + LONGEST):
        doorbell.ring_again(
            services.bell,
            connection_id,
            doorbell.rung(services.bell, connection_id, now=now),
            now=now,
        )
        return nothing(connection_id, "another look is under way")
    try:
        found = look(services, connection_id, remaining, clock=clock)
    except (ConnectionBrokenError, ConfigurationError):
        looks.end(turn)
        raise
    except Exception as error:
        logger.exception("look failed")
        return _put_off(turn, str(error) or type(error).__name__, clock())
    looks.end(turn)
    if (connections.read(connection_id).warning or "").startswith(FAILING):
        connections.warn(connection_id, "")
    return found


def _put_off(turn: looks.Turn, why: str, now: datetime) -> Body:
    """Look again later, and tell people and the alarm from the third failure in a row on."""
    failures = looks.end(turn, failed=True)
    connections.pace(connections.read(turn.connection_id), busy=False, now=now)
    if failures >= TOLD_AFTER:
        told = f"{FAILING} {failures} times in a row; it is tried again automatically. {why}"
        connections.warn(turn.connection_id, told)
        logger.error("looking keeps failing", failures=failures, reason=why)
        measure({"LooksFailing": 1}, connection_id=turn.connection_id, reason=why)
    return nothing(turn.connection_id, why)
