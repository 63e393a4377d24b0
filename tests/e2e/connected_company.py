"""A company in the simulator that the real client is connected to, with its tokens kept."""

import re
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from connector.model.tokens import Tokens
from connector.quickbooks.auth import App, TokenAuth, consent_url
from connector.quickbooks.client import QuickBooks
from connector.quickbooks.throttle import Turns, Unthrottled
from connector.store.call_meter import Meter
from connector.store.tokens import SealedTokens

ROOT = Path(__file__).parents[2]
CONNECTION = "hvac"
REGION = "us-east-1"
NUMBERS = count(1)


@dataclass(frozen=True)
class Simulator:
    url: str

    def admin(self, method: str, path: str, body: object = None) -> Any:
        answer = requests.request(method, f"{self.url}/_sim/{path}", json=body, timeout=60)
        answer.raise_for_status()
        return answer.json()

    def fails(self, kind: str, **options: object) -> None:
        self.admin("POST", "faults", {"kind": kind, **options})

    def passes(self, seconds: int) -> None:
        self.admin("POST", "clock", {"advance": seconds})

    def creates(self) -> int:
        """Count the posts of customers that have arrived."""
        return len(self.admin("GET", "journal?entity=Customer&method=POST")["entries"])

    def refreshes(self) -> int:
        entries = self.admin("GET", "journal")["entries"]
        return sum("tokens/bearer" in entry["path"] for entry in entries)


@dataclass
class Books:
    """A connected company."""

    simulator: Simulator
    app: App
    realm_id: str
    store: SealedTokens
    meter: Meter = field(default_factory=lambda: Meter(CONNECTION))

    def client(
        self,
        *,
        turns: Turns | None = None,
        timeout: tuple[float, float] = (5, 60),
        sign_in: requests.Session | None = None,
    ) -> QuickBooks:
        return QuickBooks(
            realm_id=self.realm_id,
            base_url=self.simulator.url,
            auth=TokenAuth(
                connection_id=CONNECTION,
                app=lambda: self.app,
                store=self.store,
                session=sign_in,
                sleep=lambda _: None,
            ),
            throttle=turns or Unthrottled(),
            meter=self.meter,
            timeout=timeout,
        )

    def tokens(self) -> Tokens:
        stored = self.store.get(CONNECTION)
        assert stored
        return stored.tokens


CALLBACK = "https://connector.example/connections/callback"


def consent(app: App) -> dict[str, list[str]]:
    url = consent_url(app, callback_url=CALLBACK, state="state-1")
    page = requests.get(url, timeout=60).text
    form = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page)) | {"decision": "accept"}
    answer = requests.post(app.authorize_url, data=form, timeout=60, allow_redirects=False)
    return parse_qs(urlsplit(answer.headers["Location"]).query)


def a_request_id() -> str:
    return f"e2e-{next(NUMBERS)}"


def add(client: QuickBooks, entity: str, **body: Any) -> dict[str, Any]:
    return client.create(entity, body, requestid=a_request_id())


def a_customer(client: QuickBooks, name: str = "Harbor Cafe") -> dict[str, Any]:
    return add(client, "Customer", DisplayName=name)
