"""What the tests of the QuickBooks side are built from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from requests import PreparedRequest

from connector.quickbooks.client import QuickBooks
from connector.quickbooks.throttle import Throttle
from connector.store.calls import Meter

REALM = "9130350000000001"
BASE = "https://quickbooks.example"
COMPANY = f"{BASE}/v3/company/{REALM}"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@dataclass
class Clock:
    """A clock that moves only when somebody sleeps."""

    seconds: float = 1_000_000.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds


@dataclass
class FakePermits:
    """Permits in memory."""

    next_free: int = 0
    reserved: list[int] = field(default_factory=list)
    pushed_out: list[int] = field(default_factory=list)

    def reserve(self, realm_id: str, *, slots: int, spacing: int, now: int) -> int:
        assert realm_id == REALM
        self.reserved.append(slots)
        first = max(self.next_free, now)
        self.next_free = first + slots * spacing
        return first

    def push_out(self, realm_id: str, *, until: int) -> None:
        assert realm_id == REALM
        self.pushed_out.append(until)
        self.next_free = max(self.next_free, until)


@dataclass
class FakeAuth:
    """Bearer tokens token-1, token-2, ... one for each refresh."""

    rejected: list[str] = field(default_factory=list)

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["Authorization"] = f"Bearer token-{len(self.rejected) + 1}"
        return request

    def refresh(self, rejected: str) -> None:
        self.rejected.append(rejected)


@dataclass
class Company:
    """A client with all that stands around it."""

    auth: FakeAuth = field(default_factory=FakeAuth)
    permits: FakePermits = field(default_factory=FakePermits)
    clock: Clock = field(default_factory=Clock)
    meter: Meter = field(default_factory=lambda: Meter("hvac", now=lambda: NOON))

    @property
    def client(self) -> QuickBooks:
        return QuickBooks(
            realm_id=REALM,
            base_url=BASE,
            auth=self.auth,
            throttle=Throttle(
                realm_id=REALM,
                permits=self.permits,
                clock=self.clock,
                sleep=self.clock.sleep,
                jitter=lambda: 0.0,
            ),
            meter=self.meter,
        )


def fault(code: str, *, detail: str = "", message: str = "", element: str = "") -> dict[str, Any]:
    """A fault as the accounting service spells it."""
    error = {"Message": message, "Detail": detail, "code": code, "element": element}
    return faults(error)


def faults(*errors: Mapping[str, str]) -> dict[str, Any]:
    """Several faults in one answer."""
    return {
        "Fault": {"Error": [dict(error) for error in errors], "type": "ValidationFault"},
        "time": "2026-03-02T08:16:01.002-08:00",
    }


def gateway_fault(code: str, *, status: int, detail: str = "") -> dict[str, Any]:
    """A fault as the gateway spells it."""
    return {
        "warnings": None,
        "fault": {
            "error": [
                {
                    "message": f"message=Refused; errorCode=00{code}; statusCode={status}",
                    "detail": detail,
                    "code": code,
                    "element": None,
                }
            ],
            "type": "AUTHENTICATION",
        },
        "queryResponse": None,
        "batchItemResponse": [],
        "time": 1772467200123,
    }
