"""The doorbell: a ring asks for a look soon; a look answers the rings that it has seen."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException

from connector.engine.stores import DYNAMODB
from connector.errors import RemoteDownError
from connector.observability import logger

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

    from connector.engine.finding_ports import Doorbells
    from connector.model.cursor import Rung, Side


FRESH = timedelta(minutes=15)
"""QuickBooks may show a change some time after it tells of it; a fresh one rings in any case."""


@dataclass(frozen=True)
class Bell:
    """What a ring is made with.

    Attributes:
        queue: the queue service.
        queue_url: the queue whose messages ask for a look at one connection each.
        seconds: how long the message of a ring stays hidden in it.
        kept: where rings are noted.
    """

    queue: SQSClient
    queue_url: str
    seconds: int
    kept: Doorbells = DYNAMODB.doorbells

    @property
    def hidden(self) -> timedelta:
        """How long the message of a ring stays hidden."""
        return timedelta(seconds=self.seconds)

    @property
    def tolerance(self) -> timedelta:
        """How far apart the clocks of two functions may be."""
        return self.hidden / 15


def ring(
    bell: Bell,
    connection_id: str,
    side: Side,
    *,
    now: datetime,
    changed_at: datetime | None = None,
) -> bool:
    """Have the connection looked at soon; False when a look that is to come answers this ring, too.

    Raises:
        RemoteDownError: it could not be noted.
    """
    old = changed_at if changed_at is not None and changed_at < now - FRESH else None
    return _ring(bell, connection_id, [side], now=now, changed_at=old)


def _ring(
    bell: Bell,
    connection_id: str,
    sides: Iterable[Side],
    *,
    now: datetime,
    changed_at: datetime | None = None,
) -> bool:
    """Send one message for all sides that need one; False when none does."""
    until = now + bell.hidden - 2 * bell.tolerance
    with retriable_aws():
        claimed = [
            side
            for side in sides
            if bell.kept.claim(connection_id, side, now=now, until=until, changed_at=changed_at)
        ]
        if not claimed:
            return False
        try:
            look_now(bell, connection_id, seconds=bell.seconds)
        except (BotoCoreError, ClientError):
            for side in claimed:
                bell.kept.release(connection_id, side, until=until)
            raise
    return True


def look_now(bell: Bell, connection_id: str, *, seconds: int = 0) -> None:
    """Have the connection looked at at once, or in some seconds, whatever rang."""
    bell.queue.send_message(
        QueueUrl=bell.queue_url,
        MessageBody=json.dumps({"connection_id": connection_id}),
        DelaySeconds=seconds,
    )


def rung(bell: Bell, connection_id: str, *, now: datetime) -> Rung:
    """Return which sides rang; to be asked before anything is read, and answered after."""
    return bell.kept.rung(connection_id, now=now - bell.tolerance)


def ring_again(bell: Bell, connection_id: str, seen: Rung, *, now: datetime) -> None:
    """Put off what was rung: the connection cannot be looked at now.

    One message is for both sides: of two that come out together, the look of the one would put off
    the other, again and again.

    Raises:
        RemoteDownError: it could not be noted.
    """
    _ring(bell, connection_id, [side for side in seen if seen[side] is not None], now=now)


def answer(bell: Bell, connection_id: str, seen: Rung) -> None:
    """Forget the rings that were seen; everything they may be about was read since, and stored."""
    bell.kept.answer(connection_id, seen)


def lag(bell: Bell, seen: Rung, *, now: datetime) -> float | None:
    """Return for how many seconds the longest of some rings waited; None where none did."""
    marks = [mark for mark in seen.values() if mark is not None]
    if not marks:
        return None
    rang = min(marks) / 1000 - (bell.hidden - 2 * bell.tolerance).total_seconds()
    return max(now.timestamp() - rang, 0.0)


@contextmanager
def retriable_aws() -> Iterator[None]:
    """Say in one word what any failure of AWS means to whoever posted: send it again."""
    try:
        yield
    except (BotoCoreError, ClientError, PynamoDBException) as error:
        logger.exception("webhook not noted")
        raise RemoteDownError("This could not be noted; send it again.") from error
