"""Start a look for every connection that is due."""

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from connector.store import connections

if TYPE_CHECKING:
    from connector.services import Services


def start_runs(services: "Services") -> int:
    """Send one message per due connection; return how many."""
    sent = 0
    for connection_id in connections.take_due(datetime.now(UTC)):
        services.queue.send_message(
            QueueUrl=services.config.connection_queue_url,
            MessageBody=json.dumps({"connection_id": connection_id}),
        )
        sent += 1
    return sent
