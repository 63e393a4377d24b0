"""Delivers webhooks: collected for seconds, signed, retried, in the new or the old format (4.3)."""

import asyncio
import base64
import hashlib
import hmac
import random
import secrets
import uuid
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp

from simulators.quickbooks.clock import Clock
from simulators.quickbooks.company import Change, Company
from simulators.quickbooks.switches import Switches
from simulators.quickbooks.wire import dump

OPERATIONS = {
    "Account": "CUDM", "Bill": "CUD", "BillPayment": "CUDV", "Budget": "CU", "Class": "CUDM",
    "CreditMemo": "CUDVE", "CompanyCurrency": "CU", "Customer": "CUDM", "Department": "CUM",
    "Deposit": "CUD", "Employee": "CUDM", "Estimate": "CUDE", "Invoice": "CUDVE", "Item": "CUDM",
    "JournalCode": "CU", "JournalEntry": "CUD", "Payment": "CUDVE", "PaymentMethod": "CUM",
    "Preferences": "U", "Purchase": "CUDV", "PurchaseOrder": "CUDE", "RefundReceipt": "CUDVE",
    "SalesReceipt": "CUDVE", "TaxAgency": "CU", "Term": "CU", "TimeActivity": "CUD",
    "Transfer": "CUDV", "Vendor": "CUDM", "VendorCredit": "CUD",
}  # fmt: skip
NAMES = {"CompanyCurrency": "Currency"}
PAST = {"Create": "created", "Update": "updated", "Delete": "deleted", "Merge": "merged",
        "Void": "voided", "Emailed": "emailed"}  # fmt: skip
RETRIES = (10, 20, 30, 300, 1200, 7200, 14_400, 21_600)
ANSWER_SECONDS = 3.0


@dataclass
class Endpoint:
    """Where an app wants its notices."""

    url: str
    verifier: str = field(default_factory=lambda: str(uuid.uuid4()))
    entities: tuple[str, ...] = ()


@dataclass
class Delivery:
    """One notice and what became of it."""

    number: int
    events: int
    attempts: int = 0
    status: int = 0
    body: str = ""


class Webhooks:
    """Collects the changes of all companies and delivers them in batches."""

    def __init__(self, clock: Clock, switches: Switches) -> None:
        self.clock, self.switches = clock, switches
        self.endpoint: Endpoint | None = None
        self.waiting: list[tuple[str, Change]] = []
        self.deliveries: list[Delivery] = []
        self.tasks: set[asyncio.Task[None]] = set()

    def listen(self, company: Company) -> None:
        """Take the changes of a company."""
        company.listeners.append(self._take)

    def _take(self, company: Company, change: Change) -> None:
        allowed = OPERATIONS.get(change.entity, "")
        if self.endpoint is None or change.operation[0] not in allowed:
            return
        if self.endpoint.entities and change.entity not in self.endpoint.entities:
            return
        if not self.waiting:
            self._start(self._collect())
        self.waiting.append((company.realm, change))

    def _start(self, work: Any) -> None:  # noqa: ANN401 - a coroutine
        try:
            task = asyncio.get_running_loop().create_task(work)
        except RuntimeError:
            work.close()
            return
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _collect(self) -> None:
        await asyncio.sleep(self.clock.scaled(self.switches.webhook_seconds))
        events, self.waiting = self.waiting, []
        if events and self.endpoint is not None:
            body = self._body(events)
            for _ in range(2 if self.switches.webhook_duplicates else 1):
                self._start(self._deliver(self.endpoint, body, len(events)))

    def _body(self, events: list[tuple[str, Change]]) -> bytes:
        if self.switches.webhook_reorder:
            random.shuffle(events)
        if self.switches.webhook_format == "legacy":
            return dump(legacy(events))
        return dump([cloud_event(realm, change) for realm, change in events])

    async def _deliver(self, endpoint: Endpoint, body: bytes, events: int) -> None:
        delivery = Delivery(len(self.deliveries) + 1, events, body=body.decode())
        self.deliveries.append(delivery)
        for pause in (*RETRIES, None):
            delivery.attempts += 1
            delivery.status = await self._attempt(endpoint, body)
            if delivery.status == 200 or pause is None:  # noqa: PLR2004
                return
            await asyncio.sleep(self.clock.scaled(pause))

    async def _attempt(self, endpoint: Endpoint, body: bytes) -> int:
        digest = hmac.new(endpoint.verifier.encode(), body, hashlib.sha256).digest()
        headers = {
            "Content-Type": "application/json",
            "intuit-signature": base64.b64encode(digest).decode(),
            "intuit-t-id": secrets.token_hex(16),
            "intuit-created-time": _utc(self.clock.epoch()),
            "intuit-notification-schema-version": "1.0.0",
            "User-Agent": "intuit_notification_server/1.0",
        }
        timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.post(endpoint.url, data=body, headers=headers) as answer,
            ):
                return answer.status
        except (aiohttp.ClientError, TimeoutError):
            return 0

    async def stop(self) -> None:
        """Give up what is still to be delivered."""
        for task in list(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    def report(self) -> dict[str, Any]:
        """List endpoint and deliveries."""
        endpoint = asdict(self.endpoint) if self.endpoint else None
        deliveries = [asdict(delivery) for delivery in self.deliveries]
        return {"endpoint": endpoint, "waiting": len(self.waiting), "deliveries": deliveries}


def cloud_event(realm: str, change: Change) -> dict[str, Any]:
    """Render one change as a CloudEvent."""
    name = NAMES.get(change.entity, change.entity).lower()
    moment = datetime.fromtimestamp(change.at, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
    return {
        "specversion": "1.0",
        "id": str(uuid.uuid4()),
        "source": "intuit.dsnBgbseACLLRZNxo2dfc4evmEJdxde58xeeYcZliOU=",
        "type": f"qbo.{name}.{PAST[change.operation]}.v1",
        "datacontenttype": "application/json",
        "time": f"{moment}517Z",
        "intuitentityid": change.key,
        "intuitaccountid": realm,
        "data": {"deletedid": change.other} if change.other else {},
    }


def legacy(events: list[tuple[str, Change]]) -> dict[str, Any]:
    """Render changes as the notice that is being retired."""
    realms: dict[str, list[dict[str, str]]] = {}
    for realm, change in events:
        row = {
            "name": NAMES.get(change.entity, change.entity),
            "id": change.key,
            "operation": change.operation,
            "lastUpdated": _utc(change.at),
        }
        row |= {"deletedId": change.other} if change.other else {}
        realms.setdefault(realm, []).append(row)
    return {
        "eventNotifications": [
            {"realmId": realm, "dataChangeEvent": {"entities": rows}}
            for realm, rows in realms.items()
        ]
    }


def _utc(epoch: float) -> str:
    return datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
