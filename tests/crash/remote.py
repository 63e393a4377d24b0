"""The simulated QuickBooks company of the crash tests, and the connector's own client of it."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

import requests
from requests import PreparedRequest, Response
from requests.exceptions import ChunkedEncodingError

from connector.quickbooks.auth import TokenAuth
from connector.quickbooks.client import QuickBooks
from connector.quickbooks.oauth import App, exchange_code
from connector.quickbooks.throttle import Throttle
from connector.sending import new_session
from connector.store import permits
from connector.store.call_meter import Meter
from connector.store.sealing import DataKey, Vault
from connector.store.table import open_table
from connector.store.tokens import SealedTokens

SPEED = 200.0
CROWDED = 25.0
"""The speed where workers wait for each other: a claim shows no life after 5 real seconds, so that
a busy machine does not make a worker look dead."""

REGION = "us-east-1"
REALM = "9130350000000001"
CALLBACK = "http://127.0.0.1/callback"
CLIENT = ("crash-client", "crash-secret")
PATIENCE = 10.0
IMPATIENCE = 2.0
"""Seconds until an answer counts as lost; the shorter one where it is to be lost."""

NOBODY = "http://127.0.0.1:9"
"""An address where nobody answers."""


@dataclass(frozen=True)
class Setup:
    """Where a worker finds its table and its QuickBooks company."""

    table: str
    endpoint: str
    quickbooks_url: str

    def open_table(self) -> None:
        """Open the table in this process."""
        open_table(self.table, region=REGION, host=self.endpoint)

    def admin(self, path: str, body: Mapping[str, Any]) -> Any:
        """Do what only the owner of the simulator can do."""
        answer = _admin().post(f"{self.quickbooks_url}/_sim/{path}", json=body, timeout=20)
        answer.raise_for_status()
        return answer.json()

    def ask(self, path: str) -> Any:
        """Ask the admin side of the simulator."""
        answer = _admin().get(f"{self.quickbooks_url}/_sim/{path}", timeout=20)
        answer.raise_for_status()
        return answer.json()

    def forget_faults(self) -> None:
        """Let the simulator answer as it should."""
        _admin().delete(f"{self.quickbooks_url}/_sim/faults", timeout=20).raise_for_status()


@cache
def _admin() -> requests.Session:
    return requests.Session()


class PlainVault(Vault):
    """A vault without KMS: what is tested here is who refreshes when, not how tokens are sealed."""

    def __init__(self) -> None:
        """Need no client of KMS."""

    def new_key(self, connection_id: str) -> DataKey:
        """Return the one key."""
        return DataKey(plain=b"0" * 32, wrapped=connection_id.encode())

    def open_key(self, connection_id: str, wrapped: bytes) -> DataKey:
        """Return the one key."""
        return DataKey(plain=b"0" * 32, wrapped=wrapped)


class Losing(requests.Session):
    """A session of Intuit's sign-in that loses the first answers."""

    def __init__(self, losses: int) -> None:
        super().__init__()
        self._losses = losses

    def send(self, request: PreparedRequest, **choices: Any) -> Response:
        """Send, and lose what comes back."""
        answer = super().send(request, **choices)
        if self._losses > 0:
            self._losses -= 1
            raise requests.ConnectionError("Connection aborted.")
        return answer


class Cutting(requests.adapters.HTTPAdapter):
    """Cuts the answers of the first creates in the middle, after they took effect."""

    def __init__(self, cuts: int) -> None:
        super().__init__(pool_maxsize=8)
        self._cuts = cuts

    def send(self, request: PreparedRequest, *told: Any, **choices: Any) -> Response:
        """Send, and lose half of what comes back."""
        answer = super().send(request, *told, **choices)
        if self._cuts > 0 and request.method == "POST" and "/query" not in str(request.url):
            self._cuts -= 1
            raise ChunkedEncodingError("Connection broken: IncompleteRead")
        return answer


def quickbooks(  # noqa: PLR0913 - all by keyword but two
    setup: Setup,
    connection_id: str,
    *,
    cut: int = 0,
    lost_refreshes: int = 0,
    reachable: bool = True,
    patience: float = PATIENCE,
) -> QuickBooks:
    """Return the connector's client with its real tokens and its real limiter, on a fast clock."""
    session = new_session(8)
    if cut:
        session.mount("http://", Cutting(cut))
    return QuickBooks(
        realm_id=REALM,
        base_url=setup.quickbooks_url if reachable else NOBODY,
        auth=TokenAuth(
            connection_id=connection_id,
            app=lambda: _app(setup),
            store=SealedTokens(PlainVault()),
            session=Losing(lost_refreshes) if lost_refreshes else None,
            monotonic=lambda: time.monotonic() * SPEED,
            sleep=_sleep,
        ),
        throttle=Throttle(
            realm_id=REALM, permits=permits, clock=lambda: time.time() * SPEED, sleep=_sleep
        ),
        meter=Meter(connection_id),
        session=session,
        timeout=(PATIENCE, patience),
    )


def connect(setup: Setup, connection_id: str) -> None:
    """Walk the simulator's consent page as a person does and store the tokens."""
    asked = {
        "client_id": CLIENT[0],
        "response_type": "code",
        "scope": "com.intuit.quickbooks.accounting",
        "redirect_uri": CALLBACK,
        "state": "s",
    }
    answer = _admin().post(
        f"{setup.quickbooks_url}/connect/oauth2",
        params=asked,
        data={**asked, "decision": "accept"},
        allow_redirects=False,
        timeout=10,
    )
    code = re.search(r"code=([^&]+)", answer.headers["Location"])
    assert code
    tokens = exchange_code(_app(setup), code[1], callback_url=CALLBACK, now=datetime.now(UTC))
    SealedTokens(PlainVault()).save_new(connection_id, replace(tokens))


def _app(setup: Setup) -> App:
    return App(
        client_id=CLIENT[0],
        client_secret=CLIENT[1],
        authorize_url=f"{setup.quickbooks_url}/connect/oauth2",
        token_url=f"{setup.quickbooks_url}/oauth2/v1/tokens/bearer",
        revoke_url=f"{setup.quickbooks_url}/v2/oauth2/tokens/revoke",
    )


def _sleep(seconds: float) -> None:
    time.sleep(seconds / SPEED)
