"""Start a look for every connection that is due."""

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from connector.observability import measure
from connector.store import connections

if TYPE_CHECKING:
    from connector.services import Services


MEASURED_UNTIL = 5
"""In the first minutes of each hour the forecast is measured: by one of the looks of the hour."""


def start_runs(services: "Services") -> int:
    """Send one message per due connection; return how many.

    That it came so far is measured each time: where the measure stops, the schedule has stopped.
    """
    if datetime.now(UTC).minute < MEASURED_UNTIL:
        measure_budget(services)
    sent = 0
    for connection_id in connections.take_due(datetime.now(UTC)):
        services.queue.send_message(
            QueueUrl=services.config.connection_queue_url,
            MessageBody=json.dumps({"connection_id": connection_id}),
        )
        sent += 1
    measure({"LooksStarted": sent})
    return sent


def measure_budget(services: "Services") -> None:
    """Measure the metered calls of the month, and how much of them the app is forecast to make."""
    budget = services.budgets.current(newest=True)
    measure({"MeteredCalls": budget.metered, "MeteredCallsForecast": budget.percent})
