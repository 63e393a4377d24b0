"""Start a look for every connection that is due."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from connector.errors import RemoteDownError
from connector.observability import logger, measure
from connector.store import connections

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

    from connector.services import Services

MOST_AT_ONCE = 10
"""So many messages SQS takes in one call."""
MEASURED_UNTIL = 5
"""In the first minutes of each hour the forecast is measured: by one of the looks of the hour."""


def start_runs(services: "Services") -> int:
    """Send one message per due connection; return how many.

    That it came so far is measured each time: where the measure stops, the schedule has stopped.
    One that could not be sent is due at the next time, and keeps no other from its message.

    Raises:
        RemoteDownError: not all could be sent.
    """
    now = datetime.now(UTC)
    if now.minute < MEASURED_UNTIL:
        measure_budget(services)
    sender = _Sender(services, now)
    try:
        for connection_id in connections.take_due(now):
            sender.add(connection_id)
    finally:
        sender.send()
    measure({"LooksStarted": sender.sent})
    if failed := sender.failed:
        all_ = failed + sender.sent
        raise RemoteDownError(f"{failed} of {all_} messages could not be sent.")
    return sender.sent


@dataclass
class _Sender:
    """Sends messages ten at a time; who gets none is due again.

    services, now: where to, and the time in UTC.
    sent, failed: how many.
    """

    services: "Services"
    now: datetime
    sent: int = 0
    failed: int = 0
    _due: list[str] = field(default_factory=list)

    def add(self, connection_id: str) -> None:
        """Send the message of a connection with others."""
        self._due.append(connection_id)
        if len(self._due) == MOST_AT_ONCE:
            self.send()

    def send(self) -> None:
        """Send those that are left."""
        due, self._due = self._due, []
        refused = self._refused(due) if due else []
        for connection_id in refused:
            connections.not_asked(connection_id, self.now)
        self.sent += len(due) - len(refused)
        self.failed += len(refused)

    def _refused(self, due: list[str]) -> list[str]:
        """Send a batch; return those of it that the queue did not take."""
        entries: list[SendMessageBatchRequestEntryTypeDef] = [
            {"Id": str(place), "MessageBody": json.dumps({"connection_id": one})}
            for place, one in enumerate(due)
        ]
        queue, url = self.services.queue, self.services.config.connection_queue_url
        try:
            answer = queue.send_message_batch(QueueUrl=url, Entries=entries)
        except (BotoCoreError, ClientError):
            logger.exception("no message could be sent")
            return due
        told = answer.get("Failed", [])
        if told:
            logger.error("messages were not taken by the queue", failed=told)
        return [due[int(one["Id"])] for one in told]


def measure_budget(services: "Services") -> None:
    """Measure the metered calls of the month, and how much of them the app is forecast to make."""
    budget = services.budgets.current(newest=True)
    measure({"MeteredCalls": budget.metered, "MeteredCallsForecast": budget.percent})
