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
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.metrics import MetricUnit, single_metric

from connector.api import doorbell_secret as mobiwork
from connector.api.http import Answer, header, json_answer, raw_body
from connector.changes.doorbell import retriable_aws, ring
from connector.errors import ConfigurationError, RecordError
from connector.model.cursor import MergedRecord
from connector.observability import logger
from connector.quickbooks import webhook as quickbooks
from connector.store import connections, doorbells, merged_records
from connector.store.doorbells import Side

if TYPE_CHECKING:
    from connector.services import Services

LONGEST_LETTER = 20_000
WORKERS = 8
REFUSED = json_answer({"error": "This request is not signed as it must be."}, 401)
NOTED = json_answer({})


def receive_quickbooks_change(services: "Services", request: Mapping[str, Any]) -> Answer:
    """Answer a post of Intuit: verify it, then ring for every company it tells of.

    Raises:
        RemoteDownError: a ring could not be noted; Intuit sends the post again.
    """
    body = raw_body(request)
    try:
        with retriable_aws():
            signed = body is not None and services.verifier.accepts(
                body, header(request, quickbooks.SIGNATURE_HEADER)
            )
    except ConfigurationError as error:
        logger.error("webhook cannot be verified", problem=str(error))
        return json_answer({"error": "This service is not set up yet."}, 503)
    if body is None or not signed:
        logger.warning("webhook refused", side=Side.QUICKBOOKS.value)
        return REFUSED
    try:
        post = quickbooks.read_post(body)
    except RecordError as error:
        _keep(services, str(error), body.decode(errors="backslashreplace"))
        return json_answer({"error": str(error)}, 400)
    _note_merges(services, post.merged)
    sent = _ring_all(services, post.changed)
    if post.unknown:
        _keep(
            services, "The post tells of something that Intuit's list does not have.", post.unknown
        )
    logger.info("webhook", companies=len(post.changed), rung=sent, unknown=len(post.unknown))
    return NOTED


def receive_mobiwork_change(services: "Services", request: Mapping[str, Any]) -> Answer:
    """Answer a request that knows the secret of the connection in its path: ring for it.

    Raises:
        RemoteDownError: the ring could not be noted.
    """
    connection_id = str((request.get("pathParameters") or {}).get("connection_id", ""))
    with retriable_aws():
        known = mobiwork.is_known(mobiwork.secret_in(request), _digest(connection_id))
    if not known:
        logger.warning("webhook refused", side=Side.MOBIWORK.value)
        return REFUSED
    sent = ring(services.bell, connection_id, Side.MOBIWORK, now=datetime.now(UTC))
    logger.info("webhook", connection_id=connection_id, rung=int(sent))
    return NOTED


def serve_doorbell(services: "Services", request: Mapping[str, Any]) -> Answer:
    """Make a new secret for MobiWork's doorbell and tell it, this once; the older one is void.

    Raises:
        RecordError: there is no such connection.
    """
    connection_id = connections.in_path(request)
    secret = mobiwork.new_secret()
    doorbells.save_secret_digest(connection_id, mobiwork.digest_of(secret))
    address = f"{services.config.mobiwork_doorbell_url}/{connection_id}"
    return json_answer(
        {
            "url": f"{address}?{mobiwork.PARAMETER}={secret}",
            "url_without_secret": address,
            "header": mobiwork.HEADER,
            "secret": secret,
        }
    )


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
        with single_metric(name="UnknownRealms", unit=MetricUnit.Count, value=unknown) as metric:
            metric.add_dimension(name="flow", value="receive_quickbooks_change")
    return sent.count(True)


def _digest(connection_id: str) -> str:
    try:
        return doorbells.secret_digest(connection_id) or ""
    except ValueError:  # an id that can be no part of a key
        return ""


def _keep(services: "Services", why: str, told: object) -> None:
    """Put what cannot be used where an alarm points to; the beginning, if it is long."""
    text = told if isinstance(told, str) else json.dumps(told)
    logger.warning("webhook kept for a person", why=why, length=len(text))
    letter = {"why": why, "length": len(text), "told": text[:LONGEST_LETTER]}
    with retriable_aws():
        services.queue.send_message(
            QueueUrl=services.config.webhook_dead_letters_url, MessageBody=json.dumps(letter)
        )
