"""Webhooks of QuickBooks: whether Intuit signed a post, and which companies it tells of.

A webhook is a doorbell: it says that something changed, never what (reference section 4.3).
"""

import base64
import hmac
import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache

from connector.errors import RecordError

SIGNATURE_HEADER = "intuit-signature"
LARGEST_BODY = 6_000_000
"""What Lambda takes in one request; Intuit names no limit of its own."""
REREAD_SECONDS = 60.0
COMPANY = re.compile(r"[0-9]{1,32}")

RINGING = frozenset({"customer", "vendor", "item", "term", "invoice", "payment"})
"""What the pull reads: anything else would cost a metered call that finds nothing."""
QUIET = frozenset({
    "account", "bill", "billpayment", "budget", "class", "companycurrency", "creditmemo",
    "currency", "department", "deposit", "employee", "estimate", "journalcode", "journalentry",
    "paymentmethod", "preferences", "purchase", "purchaseorder", "refundreceipt", "salesreceipt",
    "taxagency", "timeactivity", "transfer", "vendorcredit",
})  # fmt: skip
DOCUMENTED = RINGING | QUIET
CHANGES = frozenset({
    "create", "created", "update", "updated", "delete", "deleted", "merge", "merged", "void",
    "voided",
})  # fmt: skip
MERGES = frozenset({"merge", "merged"})
MERGEABLE = {"customer": "Customer", "vendor": "Vendor", "item": "Item"}
OPERATIONS = CHANGES | {"emailed"}
"""In both formats; an e-mailed form has not changed."""


@dataclass(frozen=True)
class Merged:
    """Two records that somebody merged in a company: the loser is gone.

    realm_id: the company.
    entity: QuickBooks' name of what they are.
    loser, survivor: QuickBooks' ids.
    """

    realm_id: str
    entity: str
    loser: str
    survivor: str


@dataclass(frozen=True)
class Post:
    """What one post tells.

    changed: the companies with a change that the pull reads, each with the time of its newest one;
        None if a time is missing or unreadable.
    unknown: the events that are not in Intuit's list, as they came.
    merged: the merges of what is pulled; only a webhook names both records (reference 4.1).
    """

    changed: dict[str, datetime | None] = field(default_factory=dict)
    unknown: list[object] = field(default_factory=list)
    merged: list[Merged] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Event:
    """One change that a webhook tells of.

    Attributes:
        raw: The event as it was sent.
        realm_id: The QuickBooks company, unchecked.
        entity: The QuickBooks entity.
        operation: What happened, such as `Update`.
        time: When, unchecked.
    """

    raw: object
    realm_id: object
    entity: str
    operation: str
    time: object


class Verifier:
    """Compares signatures with the verifier token, which is read once and again if it may be old.

    Whoever posts garbage causes at most one more reading a minute.
    """

    def __init__(
        self, read_token: Callable[[], str], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._read_token, self._clock = read_token, clock
        self._token = b""
        self._read_at = -REREAD_SECONDS

    def accepts(self, body: bytes, signature: str) -> bool:
        """Tell whether Intuit signed exactly these bytes (reference section 4.3).

        Raises:
            ConfigurationError: there is no verifier token.
        """
        if self._token and _matches(self._token, body, signature):
            return True
        if self._token and self._clock() - self._read_at < REREAD_SECONDS:
            return False
        self._token, self._read_at = self._read_token().encode(), self._clock()
        return _matches(self._token, body, signature)


def sign(token: bytes, body: bytes) -> bytes:
    """Return the signature as Intuit sends it: base64 of the HMAC-SHA256 of the raw body."""
    return base64.b64encode(hmac.digest(token, body, "sha256"))


def _matches(token: bytes, body: bytes, signature: str) -> bool:
    return hmac.compare_digest(sign(token, body), signature.strip().encode("utf-8", "replace"))


def read_post(body: bytes) -> Post:
    """Read a post in either format: an array of CloudEvents, or `eventNotifications`.

    Raises:
        RecordError: it cannot be read; the sentence says what it is instead.
    """
    post = Post()
    for event in _events(_parsed(body)):
        if not _is_company(event.realm_id) or event.entity not in DOCUMENTED:
            post.unknown.append(event.raw)
            continue
        if event.operation not in OPERATIONS:
            post.unknown.append(event.raw)
        if event.entity in RINGING and event.operation != "emailed":
            _note(post.changed, str(event.realm_id), event.time)
        if event.operation in MERGES and event.entity in MERGEABLE:
            post.merged.extend(_merged(event))
    return post


def _merged(event: _Event) -> Iterator[Merged]:
    """Yield the merge, if both records are named; the key of the loser is spelled in three ways."""
    if not isinstance(event.raw, dict):
        return
    data = event.raw.get("data")
    told = data if isinstance(data, dict) else event.raw
    loser = next((told[name] for name in told if name.lower() == "deletedid"), None)
    survivor = event.raw.get("intuitentityid", event.raw.get("id"))
    if _is_id(loser) and _is_id(survivor) and loser != survivor:
        entity = MERGEABLE[event.entity]
        yield Merged(str(event.realm_id), entity, str(loser), str(survivor))


def _is_id(told: object) -> bool:
    return isinstance(told, str) and COMPANY.fullmatch(told) is not None


def _parsed(body: bytes) -> object:
    if not body:
        raise RecordError("The post is empty.")
    if len(body) > LARGEST_BODY:
        raise RecordError(f"The post has {len(body):,} bytes; at most {LARGEST_BODY:,} are read.")
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise RecordError("The post is not JSON.") from error


def _events(told: object) -> Iterator[_Event]:
    if isinstance(told, list):
        yield from map(_cloud_event, told)
    elif isinstance(told, dict) and isinstance(told.get("eventNotifications"), list):
        for notification in told["eventNotifications"]:
            yield from _legacy_events(notification)
    elif isinstance(told, dict) and "specversion" in told:
        yield _cloud_event(told)
    else:
        raise RecordError(
            "The post is neither an array of CloudEvents nor an object with eventNotifications."
        )


def _cloud_event(raw: object) -> _Event:
    if not isinstance(raw, dict):
        return _nothing(raw)
    entity, operation = _type(raw["type"]) if isinstance(raw.get("type"), str) else ("", "")
    return _Event(raw, raw.get("intuitaccountid"), entity, operation, raw.get("time"))


@lru_cache(maxsize=512)
def _type(text: str) -> tuple[str, str]:
    """Split a type such as qbo.invoice.updated.v1, whatever its version, into its two words."""
    parts = text.lower().split(".")
    return (parts[1], parts[2]) if len(parts) > 2 and parts[0] == "qbo" else ("", "")  # noqa: PLR2004


def _legacy_events(notification: object) -> Iterator[_Event]:
    posted = notification if isinstance(notification, dict) else {}
    told = posted.get("dataChangeEvent")
    entities = told.get("entities") if isinstance(told, dict) else None
    if not isinstance(entities, list):
        yield _nothing(notification)
        return
    realm_id = posted.get("realmId")
    for one in entities:
        if not isinstance(one, dict):
            yield _nothing(one)
            continue
        entity, operation = str(one.get("name")).lower(), str(one.get("operation")).lower()
        raw = {"realmId": realm_id} | one
        yield _Event(raw, realm_id, entity, operation, one.get("lastUpdated"))


def _nothing(raw: object) -> _Event:
    return _Event(raw, None, "", "", None)


def _is_company(realm_id: object) -> bool:
    return isinstance(realm_id, str) and COMPANY.fullmatch(realm_id) is not None


def _note(changed: dict[str, datetime | None], realm_id: str, told: object) -> None:
    moment = _moment(told)
    known = changed.get(realm_id, moment)
    changed[realm_id] = None if moment is None or known is None else max(moment, known)


def _moment(told: object) -> datetime | None:
    """Read a time with up to nine digits of a second; without an offset it is UTC."""
    if not isinstance(told, str):
        return None
    try:
        moment = datetime.fromisoformat(told)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
