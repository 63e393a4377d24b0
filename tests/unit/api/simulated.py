"""Worlds between both simulators in this process, reached by the connector's own clients."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.etree.ElementTree import Element

import requests
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse

from connector.changes.company import ask_company
from connector.changes.lists.found import Found
from connector.changes.mobiwork import find_changes
from connector.engine.stores import Store
from connector.mobiwork.client import MobiWork
from connector.mobiwork.xml import RawRecord
from connector.model.policy.settings import Settings
from local.sample import SETTINGS
from simulators.mobiwork.account import CLIENT_ID, LOGIN_ID, PASSWORD, Account
from simulators.mobiwork.answering import Asked, target
from simulators.mobiwork.entities import ENTITIES
from simulators.mobiwork.faults import Fault, Faults
from simulators.mobiwork.model import Field, Kind, Node
from simulators.mobiwork.spoiling import answered
from simulators.quickbooks.calls import Answer, Call
from simulators.quickbooks.faults import MESSAGES, ApiError, FaultError, GatewayError
from tests.builders import CONNECTION
from tests.builders import settings as built
from tests.fakes import Record
from tests.simulated_books import Books, Token
from tests.unit.engine.two_sides import TwoSides
from tests.unit.engine.world import World

URL = "https://mobiwork.example"
CHOSEN: dict[str, Any] = {**SETTINGS}
STATUSES = ("404", "413")
"""What is no code of a fault but a status without one."""
GATEWAY = {"3001": 429, "3100": 403, "3200": 401}
"""Codes that the gateway of QuickBooks answers with, and their status."""


def settings(**changes: Any) -> Settings:
    """Return settings that fit a new company of the simulator."""
    return built(**CHOSEN | {"capabilities": []} | changes)


def is_create(call: Call) -> bool:
    """Tell whether a call creates one record."""
    return call.kind == "core" and not call.params.get("operation") and "Id" not in call.json()


class Renewed(Token):
    """A token for which there is always another one."""

    def refresh(self, rejected: str) -> None:
        """Have another one, which may be refused as well."""


@dataclass
class Company(Books):
    """A QuickBooks company that refuses what it is told to, and whose queries can be late.

    faults: with which code creates of an entity are refused, or reads: `GET Invoice`.
    """

    token: Token = field(default_factory=Renewed)
    faults: dict[str, str] = field(default_factory=dict)
    late: bool = False

    def answer(self, call: Call) -> Answer:
        """Answer a call, or refuse it."""
        if call.head == "query" and self.late:
            return Answer({"QueryResponse": {}, "time": ""})
        named = f"GET {call.entity}" if call.method == "GET" else call.entity
        asked = call.method == "GET" or (call.kind == "core" and is_create(call))
        code = self.faults.get(named) if asked else None
        if code in STATUSES:
            return Answer({}, int(code))
        return _refusal(code) if code else super().answer(call)


def _refusal(code: str) -> Answer:
    if code in GATEWAY:
        error = GatewayError(GATEWAY[code], code, "Refused", "No.", "SERVICE")
        return Answer(error.wire(0), error.status)
    refusal = ApiError([FaultError(code, "No.", message=MESSAGES.get(code, "Refused"))])
    return Answer({"Fault": refusal.wire(), "time": ""}, refusal.status)


class Stored(Mapping[str, list[Record]]):
    """The records of a company by entity, as they are at this moment."""

    def __init__(self, books: Books) -> None:
        self.books = books

    def __getitem__(self, entity: str) -> list[Record]:
        return self.books.all(entity)

    def __iter__(self) -> Any:
        return iter(self.books.company.stores)

    def __len__(self) -> int:
        return len(self.books.company.stores)


@dataclass
class QuickBooks:
    """The client of a simulated company, and what people do there; hooks run around creates."""

    books: Company = field(default_factory=Company)
    before: Callable[[str, Record], None] = lambda _entity, _body: None
    after: Callable[[str, Record], None] = lambda _entity, _body: None

    def __post_init__(self) -> None:
        switches = self.books.world.switches
        switches.custom_txn_numbers = True
        switches.tax_states, switches.tax_override = "*", "with_code"
        self.books.before = lambda call: self._around(self.before, call)
        self.books.after = lambda call: self._around(self.after, call)

    @staticmethod
    def _around(hook: Callable[[str, Record], None], call: Call) -> None:
        if call.kind == "core" and is_create(call):
            hook(call.entity, call.json())

    def __getattr__(self, name: str) -> Any:
        return getattr(self.books.client, name)

    @property
    def records(self) -> Stored:
        """What the company has."""
        return Stored(self.books)

    def edit(self, entity: str, record_id: str, **changes: Any) -> None:
        """Change a record as a person does."""
        self.books.act("edit", entity=entity, id=record_id, body=changes)


@dataclass
class MobiWorkAccount(BaseAdapter):
    """The client of a simulated MobiWork account, and what people do there.

    off: calls that the account does not have.
    """

    off: frozenset[str] = frozenset()
    account: Account = field(default_factory=Account)
    faults: Faults = field(default_factory=Faults)
    client: MobiWork = field(init=False)

    def __post_init__(self) -> None:
        super().__init__()
        session = requests.Session()
        session.mount(URL, self)
        self.client = MobiWork(
            base_url=URL,
            client_id=CLIENT_ID,
            login_id=LOGIN_ID,
            password=PASSWORD,
            session=session,
            sleep=lambda _seconds: None,
            capabilities=frozenset(CHOSEN["capabilities"]) - self.off,
        )

    def __getattr__(self, name: str) -> Any:
        return getattr(self.client, name)

    def send(self, request: PreparedRequest, *_: Any, **__: Any) -> Response:
        """Answer a request as the simulator does."""
        parts, body = urlsplit(str(request.url)), request.body or b""
        where, query = target(parts.path), dict(parse_qsl(parts.query))
        content = body if isinstance(body, bytes) else body.encode()
        fault = self.faults.take(where.endpoint.name if where.endpoint else "", parts.path)
        answer = answered(Asked(str(request.method), query, content, where), self.account, fault)
        response = Response()
        response.status_code = answer.status
        response.request, response.url = request, str(request.url)
        response.headers["Content-Type"] = answer.content_type
        response.raw = HTTPResponse(BytesIO(answer.body), preload_content=False)
        return response

    def close(self) -> None:
        """Keep no connections."""

    def fails(self, endpoint: str, kind: Any = "error", **more: Any) -> None:
        """Have the next calls of an endpoint fail."""
        self.faults.waiting.append(Fault(kind=kind, endpoint=endpoint, always=True, **more))

    def put(self, one: RawRecord) -> None:
        """Let a record be there."""
        fields = ENTITIES[one.entity].fields
        self.account.store.put(one.entity, _members(one.element(), fields))

    def holds(self, records: Iterable[RawRecord]) -> None:
        """Let these records be there and no others."""
        store = self.account.store
        for entity, kept in store.records.items():
            for own in [*kept]:
                store.delete(entity, own)
        for one in records:
            self.put(one)

    def change(self, entity: str, record_id: str, changes: Mapping[str, str]) -> None:
        """Change a record as a person does."""
        record = self.account.store.records[entity][record_id]
        self.account.store.put(entity, {**record, **changes})


def _members(element: Element, fields: Iterable[Field]) -> dict[str, Node]:
    known = {one.name: one for one in fields}
    return {child.tag: _node(child, known[child.tag]) for child in element}


def _node(element: Element, declared: Field) -> Node:
    if declared.kind is Kind.GROUP:
        return _members(element, declared.fields)
    if declared.kind is Kind.ITEMS:
        return [_members(one, declared.fields) for one in element]
    return element.text or ""


@dataclass
class Simulated(World):
    """A world that pushes from one simulator to the other."""

    quickbooks: Any = field(default_factory=QuickBooks)
    mobiwork: MobiWorkAccount = field(default_factory=MobiWorkAccount)

    def __post_init__(self) -> None:
        self.save(settings())
        remember(self.quickbooks, self.store)

    def find(self, *records: RawRecord) -> dict[str, Found]:
        """Have MobiWork hold some records, and read its lists."""
        self.mobiwork.holds(records)
        return find_changes(CONNECTION, self.mobiwork, self.store)


@dataclass
class SimulatedSides(TwoSides):
    """A connection between both simulators that pulls."""

    quickbooks: Any = field(default_factory=QuickBooks)
    mobiwork: Any = field(default_factory=MobiWorkAccount)
    settings: Settings = field(default_factory=settings)

    def __post_init__(self) -> None:
        self.save(self.settings)
        remember(self.quickbooks, self.store)

    def in_quickbooks(self, entity: str, **members: Any) -> str:
        """Let a person enter a record in QuickBooks and return its id."""
        books = self.quickbooks.books
        named = {str(one["Name"]): {"value": one["Id"]} for one in books.all("Account")}
        if entity == "Item":
            members["IncomeAccountRef"] = named[CHOSEN["income_account"]]
            members["ExpenseAccountRef"] = named[CHOSEN["cost_of_goods_account"]]
        if members.get("Type") == "Inventory":
            members["AssetAccountRef"] = named["Inventory Asset"]
        return str(books.act("create", entity=entity, body=members)["Id"])

    def text(self, entity: str, record_id: str, element: str) -> str | None:
        """Return what an element of a MobiWork record holds."""
        return str(self.mobiwork.account.store.records[entity][record_id].get(element))


def remember(quickbooks: Any, store: Store, **changes: Any) -> None:
    """Have the connector read what the company is."""
    company = ask_company(quickbooks, now=datetime.now(UTC))
    store.settings.save_company(CONNECTION, company.model_copy(update=changes))
