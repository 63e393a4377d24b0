"""The simulated MobiWork account of the crash tests, and the connector's own client of it."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from xml.etree.ElementTree import Element

import requests

from connector.mobiwork.client import MobiWork
from connector.mobiwork.endpoints import registry
from connector.mobiwork.external_id import same_external_id
from connector.mobiwork.lists.prints import LastReading
from connector.mobiwork.xml import RawRecord, read, write
from tests.crash.remote import PATIENCE, Setup

LOGIN = ("40321", "SIMLOGIN12345678", "SIMPASSWORD12345")
CAPABILITIES = frozenset(row.switch for row in registry().values() if row.switch)
GENTLE: Mapping[str, Any] = {
    "endpoints_off": [],
    "quantity_taken": True,
    "expiry_answer": "failure",
    "filter_match": "substring",
}
"""How the account behaves apart from trouble: all assumed calls are there."""


@dataclass(frozen=True)
class PullSetup(Setup):
    """Where a worker finds its table, its QuickBooks company and its MobiWork account."""

    mobiwork_url: str

    def mobiwork(self, method: str, path: str, body: Any = None) -> Any:
        """Do what only the owner of the simulated account can do."""
        url = f"{self.mobiwork_url}/_sim/{path}"
        answer = _admin().request(method, url, json=body, timeout=20)
        answer.raise_for_status()
        return answer.json()


@cache
def _admin() -> requests.Session:
    return requests.Session()


@dataclass(frozen=True)
class Quirks:
    """What the simulator cannot do: how this account answers one worker.

    blind: its filter of external ids finds nothing.
    lag: so many seconds no list shows a record that was added.
    numberless: it answers an addition with a message only (reference 3.1).
    patience: so many real seconds the worker waits for an answer.
    """

    blind: bool = False
    lag: float = 0.0
    numberless: bool = False
    patience: float = PATIENCE


PLAIN = Quirks()


class Account(MobiWork):
    """The connector's client of an account with quirks."""

    def __init__(self, url: str, quirks: Quirks, *, speed: float) -> None:
        client_id, login_id, password = LOGIN
        super().__init__(
            base_url=url,
            client_id=client_id,
            login_id=login_id,
            password=password,
            capabilities=CAPABILITIES,
            timeout=(PATIENCE, quirks.patience),
            sleep=lambda seconds: time.sleep(seconds / speed),
        )
        self._quirks, self._speed = quirks, speed
        self._added: list[tuple[float, str]] = []

    def records(
        self,
        entity: str,
        filters: Mapping[str, str] | None = None,
        *,
        page_size: int = 200,
        last: LastReading | None = None,
    ) -> Iterator[RawRecord]:
        """Yield the records that the lists show by now."""
        if self._quirks.blind and "externalId" in (filters or {}):
            return
        since = time.monotonic() - self._quirks.lag / self._speed
        hidden = [text for added_at, text in self._added if added_at > since]
        for raw in super().records(entity, filters, page_size=page_size, last=last):
            shown = external_id_of(entity, raw.element())
            if not any(same_external_id(shown, text) for text in hidden):
                yield raw

    def add(self, entity: str, element: str | Element, **told: Any) -> RawRecord:
        """Add a record, from now on hidden for a while."""
        sent = read(element, call="test") if isinstance(element, str) else element
        self._added.append((time.monotonic(), external_id_of(entity, sent)))
        answered = super().add(entity, sent, **told)
        self._added[-1] = (time.monotonic(), self._added[-1][1])
        return RawRecord(entity, None, write(sent)) if self._quirks.numberless else answered


def external_id_of(entity: str, element: Element) -> str:
    """Return the external id in an element, or nothing."""
    names = registry()[entity, "list"].external_ids
    return next((text for name in names if (text := element.findtext(name))), "")
