"""Customers, products, invoices and payments that go from one simulator to the other."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from typing import Any

from pydantic import BaseModel

from connector.entities.customers.model import CUSTOMERS
from connector.errors import RejectedError
from connector.mobiwork.client import MobiWork
from connector.mobiwork.wire_records import parse_record
from connector.mobiwork.xml import RawRecord
from connector.model.body import Body
from connector.model.company import Company
from connector.model.flows.context import Linked, PushContext
from connector.model.flows.push_flow import PushFlow
from connector.model.markers import Marker
from connector.model.plans import Create, Plan, Update
from connector.model.policy.requirements import needs
from connector.model.policy.settings import Settings
from connector.push.plan import plan
from tests.builders import a_customer
from tests.e2e.conftest import Judge

type Answer = dict[str, Any]
CHOSEN = {
    "income_account": "Sales of Product Income",
    "cost_of_goods_account": "Cost of Goods Sold",
    "asset_account": "Inventory Asset",
    "push_sub_customers": True,
}
NUMBERS = count(1)


@dataclass
class Books:
    """What a run knows: it plans with our planner and lets the simulator judge."""

    judge: Judge
    company: Company
    chosen: dict[str, Any] = field(default_factory=dict)
    links: dict[tuple[str, str], Linked] = field(default_factory=dict)
    places: Mapping[str, Mapping[str, Body]] = field(default_factory=dict)

    def known(self, flow: PushFlow[Any], raw: RawRecord) -> PushContext:
        """Return what planning knows of a record."""
        settings = Settings.model_validate(CHOSEN | self.chosen)
        blocked = tuple(needs(flow.name, settings, self.company))
        marker = Marker(flow.entity, raw.own_id, "c1")
        return PushContext(
            settings, self.company, self.links, str(marker), blocked, places=self.places
        )

    def plan(self, flow: PushFlow[Any], raw: RawRecord) -> Plan:
        known = self.known(flow, raw)
        record = flow.records.model.model_validate(raw.fields)
        return plan(flow, record, self.links.get((flow.entity, raw.own_id)), known)

    def push(self, flow: PushFlow[Any], raw: RawRecord) -> Answer:
        """Create or update a record as planned; it must be accepted."""
        decided = self.plan(flow, raw)
        match decided:
            case Create(body):
                answer = self._created(flow, raw, body)
            case Update(body, changed):
                before = self.links[flow.entity, raw.own_id]
                told = {"Id": before.quickbooks_id, "SyncToken": before.sync_token, "sparse": True}
                answer = self.judge.change(flow.target, told | changed)
            case _:
                raise AssertionError(f"{flow.entity} {raw.id}: {decided}")
        total = answer.get("TotalAmt")
        self.links[flow.entity, raw.own_id] = Linked(
            answer["Id"], answer["SyncToken"], "", body, total, flow.kind_of(_read(flow, raw))
        )
        return answer

    def _created(self, flow: PushFlow[Any], raw: RawRecord, body: Answer) -> Answer:
        try:
            return self.judge.post(flow.target, body)
        except RejectedError as refusal:
            read, known = self.judge.client.read, self.known(flow, raw)
            amended = flow.translation.retry_body(body, refusal, read, known)
            if amended is None:
                raise
            return self.judge.post(flow.target, amended)


def _read(flow: PushFlow[Any], raw: RawRecord) -> BaseModel:
    record: BaseModel = flow.records.model.model_validate(raw.fields)
    return record


def places(mobiwork: MobiWork) -> dict[str, Mapping[str, Body]]:
    """Return the addresses of the sample's customers, which invoices name by their ids."""
    read = (parse_record(CUSTOMERS.model, raw) for raw in mobiwork.records("customer"))
    return {customer.id or "": CUSTOMERS.places(customer) for customer in read}


def fresh() -> str:
    return str(800_000 + next(NUMBERS))


def named(record_id: str, name: str, **changes: Any) -> RawRecord:
    return a_customer(record_id, companyName=name, **changes)


def under(parent_id: str, record_id: str, name: str, **changes: Any) -> RawRecord:
    return named(record_id, name, isSubCustomer="true", parentCustomerId=parent_id, **changes)


def balance(books: Books, invoice_id: str) -> Decimal:
    in_quickbooks = books.judge.client.read(
        "Invoice", books.links["invoice", invoice_id].quickbooks_id
    )
    return Decimal(str(in_quickbooks["Balance"]))
