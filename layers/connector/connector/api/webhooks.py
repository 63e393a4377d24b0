"""Doorbells: a webhook of either side only says "look now"; what changed, the look finds out.

A ring sends the message that the schedule sends, hidden in the queue for `doorbell_seconds` (30).
Rings of its first 26 seconds send none: the look of the message has not begun. A look reads the
sides that rang and then forgets their rings, if at least 28 seconds passed since before it began;
so no ring is lost between the two while the clocks of two functions differ by less than 2 seconds.
"""

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from connector.api import doorbell_secret as mobiwork
from connector.changes.doorbell import retriable_aws, ring
from connector.errors import (
    ConfigurationError,
    NotSignedError,
    RecordError,
    RemoteDownError,
    UnusableKeyError,
)
from connector.model.cursor import MergedRecord, Side
from connector.observability import logger, measure
from connector.quickbooks import webhook as quickbooks
from connector.store import doorbells
from connector.store.records import merged_records

if TYPE_CHECKING:
    from connector.services import Services

LONGEST_LETTER = 20_000
WORKERS = 8
REFUSED = "This request is not signed as it must be."


def receive_quickbooks_change(services: "Services", body: bytes | None, signature: str) -> None:
    """Verify a post of Intuit, then ring for every company it tells of.

    `body` are the very bytes that were posted; nothing of them is read before the signature holds.

    Raises:
        NotSignedError: Intuit did not sign these bytes.
        RecordError: Intuit signed them, but they cannot be read; they are kept for a person.
        RemoteDownError: a ring could not be noted; Intuit sends the post again.
    """
    if body is None or not _is_signed(services, body, signature):
        logger.warning("webhook refused", side=Side.QUICKBOOKS.value)
        raise NotSignedError(REFUSED)
    try:
        post = quickbooks.read_post(body)
    except RecordError as error:
        _keep(services, str(error), body.decode(errors="backslashreplace"))
        raise
    _note_merges(services, post.merged)
    sent = _ring_all(services, post.changed)
    if post.unknown:
        _keep(
            services, "The post tells of something that Intuit's list does not have.", post.unknown
        )
    logger.info("webhook", companies=len(post.changed), rung=sent, unknown=len(post.unknown))


def receive_mobiwork_change(services: "Services", connection_id: str, secret: str) -> None:
    """Ring for a connection when its secret was brought; nothing else of the request is read.

    Raises:
        NotSignedError: it is not the secret of that connection.
        RemoteDownError: the ring could not be noted.
    """
    with retriable_aws():
        known = mobiwork.is_known(secret, _digest(connection_id))
    if not known:
        logger.warning("webhook refused", side=Side.MOBIWORK.value)
        raise NotSignedError(REFUSED)
    sent = ring(services.bell, connection_id, Side.MOBIWORK, now=datetime.now(UTC))
    logger.info("webhook", connection_id=connection_id, rung=int(sent))


def _is_signed(services: "Services", body: bytes, signature: str) -> bool:
    """Tell whether Intuit signed a post.

    Raises:
        RemoteDownError: there is no verifier token to tell by; Intuit sends the post again.
    """
    try:
        with retriable_aws():
            return services.verifier.accepts(body, signature)
    except ConfigurationError as error:
        logger.error("webhook cannot be verified", problem=str(error))
        raise RemoteDownError("This service is not set up yet.") from error


def _note_merges(services: "Services", merged: Sequence[quickbooks.Merged]) -> None:
    """Keep which records were merged in connected companies; the next look follows."""
    with retriable_aws():
        for one in merged:
            if owner := services.connection_of(one.realm_id):
                told = MergedRecord(entity=one.entity, loser=one.loser, survivor=one.survivor)
                merged_records.note(owner, told)


def _ring_all(services: "Services", changed: Mapping[str, datetime | None]) -> int:
    """Ring for the companies that are connected; return how many messages that took."""

    def one(realm_id: str) -> bool | None:
        with retriable_aws():
            owner = services.connection_of(realm_id)
        if owner is None:
            return None
        now, newest = datetime.now(UTC), changed[realm_id]
        return ring(services.bell, owner, Side.QUICKBOOKS, now=now, changed_at=newest)

    # The first one makes the clients of AWS, before there are threads.
    sent = [one(realm_id) for realm_id in [*changed][:1]]
    if len(changed) > 1:
        with ThreadPoolExecutor(WORKERS) as pool:
            sent += pool.map(one, [*changed][1:])
    if unknown := sent.count(None):
        measure({"UnknownRealms": unknown})
    return sent.count(True)


def _digest(connection_id: str) -> str | None:
    try:
        return doorbells.secret_digest(connection_id)
    except UnusableKeyError:
        return None


def _keep(services: "Services", why: str, told: object) -> None:
    """Put what cannot be used where an alarm points to; the beginning, if it is long."""
    text = told if isinstance(told, str) else json.dumps(told)
    logger.warning("webhook kept for a person", why=why, length=len(text))
    letter = {"why": why, "length": len(text), "told": text[:LONGEST_LETTER]}
    with retriable_aws():
        services.queue.send_message(
            QueueUrl=services.config.webhook_dead_letters_url, MessageBody=json.dumps(letter)
        )
