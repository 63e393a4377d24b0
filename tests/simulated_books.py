"""A QuickBooks company of the simulator in this process, reached by the connector's own client."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import requests
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter
from requests.auth import AuthBase
from urllib3 import HTTPResponse

from connector.quickbooks.client import QuickBooks
from connector.quickbooks.throttle import Unthrottled
from simulators.quickbooks import api, person
from simulators.quickbooks.calls import Answer, Call
from simulators.quickbooks.company import Company
from simulators.quickbooks.wire import dump
from simulators.quickbooks.world import REALM, Settings, World

URL = "https://quickbooks.example"


def nothing(_call: Call) -> None:
    """Let a call go through."""


def as_it_is(_call: Call, content: bytes) -> bytes:
    """Let an answer arrive as it was sent."""
    return content


class Token(AuthBase):
    """A token that lasts."""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        return request

    def refresh(self, rejected: str) -> None:
        raise AssertionError(f"the simulator refused {len(rejected)} characters of token")


@dataclass
class Counted:
    """How many calls Intuit counts."""

    metered: int = 0
    free: int = 0

    def count(self, kind: str) -> None:
        setattr(self, kind, getattr(self, kind) + 1)


@dataclass
class Books(BaseAdapter):
    """A company and its client; `before` and `after` run around each call of the client.

    gate: what may stop a call before it is made, by its kind.
    arrives: what the client gets of an answer.

    calls: what was called, in order: method and path, with the operation where one is named.
    """

    world: World = field(default_factory=lambda: World(Settings()))
    meter: Counted = field(default_factory=Counted)
    before: Callable[[Call], None] = nothing
    after: Callable[[Call], None] = nothing
    gate: Callable[[str], None] = lambda _kind: None
    arrives: Callable[[Call, bytes], bytes] = as_it_is
    calls: list[str] = field(default_factory=list)
    token: Token = field(default_factory=Token)
    client: QuickBooks = field(init=False)

    def __post_init__(self) -> None:
        super().__init__()
        session = requests.Session()
        session.mount(URL, self)
        self.client = QuickBooks(
            realm_id=REALM,
            base_url=URL,
            auth=self.token,
            throttle=Unthrottled(),
            meter=self.meter,
            gate=self._asked,
            session=session,
        )

    def _asked(self, kind: str) -> None:
        self.gate(kind)

    @property
    def company(self) -> Company:
        return self.world.companies[REALM]

    def act(self, action: str, **told: Any) -> Any:
        """Let a person act in QuickBooks."""
        return person.act(self.company, action, told)

    def all(self, entity: str) -> list[dict[str, Any]]:
        """Return the records of an entity as they are stored."""
        return [dict(one) for one in self.company.all(entity)]

    def balances(self) -> dict[str, Decimal]:
        """Return what is on each account."""
        return {
            str(one["Name"]): Decimal(str(one.get("CurrentBalance") or 0))
            for one in self.client.query("SELECT * FROM Account")
        }

    def send(self, request: PreparedRequest, *_: Any, **__: Any) -> Response:
        """Answer a request as the simulator does."""
        call = _call(request)
        operation = call.params.get("operation")
        self.calls.append(" ".join(filter(None, (call.method, call.head, operation))))
        self.before(call)
        answer = self.answer(call)
        self.after(call)
        sent = answer.body if isinstance(answer.body, bytes) else dump(answer.body)
        return _response(request, answer, self.arrives(call, sent))

    def answer(self, call: Call) -> Answer:
        """Carry a call out, once for each request id."""
        memory = self.world.request_ids[REALM]
        answer = memory.recall(self.company, call)
        if answer is None:
            answer = api.run(self.company, call, memory)
            memory.remember(self.company, call, answer)
        return answer

    def close(self) -> None:
        """Keep no connections."""


def _call(request: PreparedRequest) -> Call:
    parts = urlsplit(str(request.url))
    path = [unquote(one) for one in parts.path.split("/")[4:]]
    body = request.body or b""
    return Call(
        method=str(request.method),
        parts=path,
        params=dict(parse_qsl(parts.query)),
        body=body if isinstance(body, bytes) else body.encode(),
        content_type=str(request.headers.get("Content-Type") or ""),
        accept="application/json",
    )


def _response(request: PreparedRequest, answer: Answer, content: bytes) -> Response:
    response = Response()
    response.status_code = answer.status
    response.request = request
    response.url = str(request.url)
    response.headers.update({"Content-Type": answer.content_type})
    response.raw = HTTPResponse(BytesIO(content), preload_content=False, status=answer.status)
    return response


def seeded(books: Books) -> Iterator[str]:
    """Yield the names of the accounts that a new company has."""
    yield from (str(one["Name"]) for one in books.company.all("Account"))
