"""What the tests of the QuickBooks side are built from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

from requests import PreparedRequest, Session

from connector.errors import RemoteDownError
from connector.model.tokens import Tokens
from connector.quickbooks.client import QuickBooks
from connector.quickbooks.oauth import App
from connector.quickbooks.pacing.shared import Shared
from connector.quickbooks.throttle import Throttle
from connector.store.call_meter import Meter
from connector.store.sealing import DataKey
from connector.store.tokens import StoredTokens

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
    """Permits in memory; `changes` counts how often they were changed."""

    shared: str = ""
    changes: int = 0

    def change(self, realm_id: str, step: Callable[[str], str]) -> None:
        assert realm_id == REALM
        self.shared = step(self.shared)
        self.changes += 1

    @property
    def resting(self) -> int:
        """Until when nobody calls."""
        return Shared.read(self.shared).resting


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
    session: Session = field(default_factory=Session)
    meter: Meter = field(default_factory=lambda: Meter("hvac", now=lambda: NOON))
    base: str = BASE

    @property
    def client(self) -> QuickBooks:
        return QuickBooks(
            realm_id=REALM,
            base_url=self.base,
            auth=self.auth,
            throttle=Throttle(
                realm_id=REALM,
                permits=self.permits,
                clock=self.clock,
                sleep=self.clock.sleep,
                jitter=lambda: 0.0,
            ),
            meter=self.meter,
            session=self.session,
            clock=self.clock,
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


CALLBACK = "https://connector.example/connections/callback"
APP = App(
    client_id="client-1",
    client_secret="secret-1",  # noqa: S106 - made up
    authorize_url="https://intuit.example/connect",
    token_url="https://intuit.example/tokens",  # noqa: S106 - made up
    revoke_url="https://intuit.example/revoke",
)


def grant(number: int, *, seconds: int = 3600) -> dict[str, Any]:
    """A token answer of Intuit."""
    return {
        "token_type": "bearer",
        "access_token": f"access-{number}",
        "expires_in": seconds,
        "refresh_token": f"refresh-{number}",
        "x_refresh_token_expires_in": 8640000,
    }


def some_tokens(number: int, *, obtained_at: datetime = NOON, minutes: int = 60) -> Tokens:
    """Tokens that last for so many minutes."""
    return Tokens(
        access_token=f"access-{number}",
        refresh_token=f"refresh-{number}",
        obtained_at=obtained_at,
        access_until=obtained_at + timedelta(minutes=minutes),
        refresh_until=obtained_at + timedelta(days=100),
    )


class FakeTokenStore:
    """A token store in memory with the conditions of the real one; safe among threads."""

    def __init__(self, tokens: Tokens | None) -> None:
        self.events: list[str] = []
        self.saves_that_fail = 0
        self._lock = Lock()
        self._stored: StoredTokens | None = None
        if tokens is not None:
            self._stored = StoredTokens(
                connection_id="hvac",
                tokens=tokens,
                version=1,
                holder="",
                sealed=b"",
                data_key=DataKey(plain=b"", wrapped=b""),
            )

    @property
    def tokens(self) -> Tokens:
        assert self._stored
        return self._stored.tokens

    @property
    def holder(self) -> str:
        assert self._stored
        return self._stored.holder

    def get(self, connection_id: str) -> StoredTokens | None:
        assert connection_id == "hvac"
        return self._stored

    def claim(self, seen: StoredTokens, owner: str) -> bool:
        with self._lock:
            if self._stored is None or self._stored != seen:
                return False
            self._stored = replace(self._stored, holder=owner)
            return True

    def save(self, seen: StoredTokens, tokens: Tokens) -> bool:
        with self._lock:
            if self.saves_that_fail:
                self.saves_that_fail -= 1
                raise RemoteDownError("The new QuickBooks tokens cannot be stored.")
            if self._stored is None or self._stored.version != seen.version:
                return False
            self.events.append(f"saved {tokens.refresh_token}")
            self._stored = replace(seen, tokens=tokens, version=seen.version + 1, holder="")
            return True

    def release(self, connection_id: str, owner: str) -> None:
        assert connection_id == "hvac"
        with self._lock:
            if self._stored and self._stored.holder == owner:
                self._stored = replace(self._stored, holder="")

    def put(self, tokens: Tokens) -> None:
        """Another worker's save."""
        stored = self._stored
        assert stored
        assert self.save(stored, tokens)
