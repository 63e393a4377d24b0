"""Start a look for every connection that is due."""

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from connector.store import connections

if TYPE_CHECKING:
    from connector.services import Services


MEASURED_UNTIL = 5
"""In the first minutes of each hour the forecast is measured: by one of the looks of the hour."""


def start_runs(services: "Services") -> int:
    """Send one message per due connection; return how many."""
    if datetime.now(UTC).minute < MEASURED_UNTIL:
        measure(services)
    sent = 0
    for connection_id in connections.take_due(datetime.now(UTC)):
        services.queue.send_message(
            QueueUrl=services.config.connection_queue_url,
            MessageBody=json.dumps({"connection_id": connection_id}),
        )
        sent += 1
    return sent


def measure(services: "Services") -> None:
    """Measure how much of the metered calls of the month the app is forecast to make."""
    metrics = EphemeralMetrics()
    percent = services.budgets.current(newest=True).percent
    metrics.add_metric(name="MeteredCallsForecast", unit=MetricUnit.Percent, value=percent)
    metrics.flush_metrics()
