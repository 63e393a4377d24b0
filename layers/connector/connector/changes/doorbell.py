"""The doorbell: a ring asks for a look soon; a look answers the rings that it has seen."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException

from connector.errors import RemoteDownError
from connector.observability import logger
from connector.store import doorbells
from connector.store.doorbells import Rung, Side

if TYPE_CHECKING:
    from connector.lambdas.services import Services


FRESH = timedelta(minutes=15)
"""QuickBooks may show a change some time after it tells of it; a fresh one rings in any case."""


def ring(
    services: "Services",
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
    hidden = timedelta(seconds=services.config.doorbell_seconds)
    until = now + hidden - 2 * _tolerance(services)
    old = changed_at if changed_at is not None and changed_at < now - FRESH else None
    with _aws():
        if not doorbells.claim(connection_id, side, now=now, until=until, changed_at=old):
            return False
        try:
            services.queue.send_message(
                QueueUrl=services.config.connection_queue_url,
                MessageBody=json.dumps({"connection_id": connection_id}),
                DelaySeconds=services.config.doorbell_seconds,
            )
        except (BotoCoreError, ClientError):
            doorbells.release(connection_id, side, until=until)
            raise
    return True


def rung(services: "Services", connection_id: str, *, now: datetime) -> Rung:
    """Return which sides rang; to be asked before anything is read, and answered after."""
    return doorbells.rung(connection_id, now=now - _tolerance(services))


def ring_again(services: "Services", connection_id: str, seen: Rung, *, now: datetime) -> None:
    """Put off what was rung: the connection cannot be looked at now.

    Raises:
        RemoteDownError: it could not be noted.
    """
    for side, until in seen.items():
        if until is not None:
            ring(services, connection_id, side, now=now)


def answer(connection_id: str, seen: Rung) -> None:
    """Forget the rings that were seen; everything they may be about was read since, and stored."""
    doorbells.answer(connection_id, seen)


def _tolerance(services: "Services") -> timedelta:
    """Return how far apart the clocks of two functions may be."""
    return timedelta(seconds=services.config.doorbell_seconds) / 15


@contextmanager
def _aws() -> Iterator[None]:
    """Say in one word what any failure of AWS means to whoever posted: send it again."""
    try:
        yield
    except (BotoCoreError, ClientError, PynamoDBException) as error:
        logger.exception("webhook not noted")
        raise RemoteDownError("This could not be noted; send it again.") from error
