"""Start a look for every connection that is due."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from connector.changes import doorbell
from connector.errors import RemoteDownError
from connector.observability import logger, measure
from connector.store import connections

if TYPE_CHECKING:
    from connector.services import Services


MEASURED_UNTIL = 5
"""In the first minutes of each hour the forecast is measured: by one of the looks of the hour."""


def start_runs(services: "Services") -> int:
    """Send one message per due connection; return how many.

    That it came so far is measured each time: where the measure stops, the schedule has stopped.
    One that could not be sent is due at the next time, and keeps no other from its message.

    Raises:
        RemoteDownError: not all could be sent.
    """
    now, sent, failed = datetime.now(UTC), 0, list[str]()
    if now.minute < MEASURED_UNTIL:
        measure_budget(services)
    for connection_id in connections.take_due(now):
        try:
            doorbell.look_now(services.bell, connection_id)
        except (BotoCoreError, ClientError):
            logger.exception("no message could be sent")
            connections.not_asked(connection_id, now)
            failed.append(connection_id)
        else:
            sent += 1
    measure({"LooksStarted": sent})
    if failed:
        raise RemoteDownError(f"{len(failed)} of {len(failed) + sent} messages could not be sent.")
    return sent


def measure_budget(services: "Services") -> None:
    """Measure the metered calls of the month, and how much of them the app is forecast to make."""
    budget = services.budgets.current(newest=True)
    measure({"MeteredCalls": budget.metered, "MeteredCallsForecast": budget.percent})
