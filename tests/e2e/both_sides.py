"""Both simulators with the connector between them, and people who edit on both sides at random."""

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import requests

from connector.entities.catalogue import PULL_OF, PULLS, PUSHES
from connector.errors import RetriableError
from connector.flow import Flow, Outcome
from connector.mobiwork.client import MobiWork
from connector.mobiwork.xml import RawRecord
from connector.pulling import Pull
from connector.quickbooks.query import select
from connector.run import Run
from connector.settings import Settings
from connector.store import links, merges, pending, runs
from connector.store import settings as saved
from connector.store.links import BackLink
from connector.store.table import key
from connector.sync import find
from connector.sync.changes_there import find_there
from connector.sync.merged import put_merges
from connector.sync.mobiwork_side import parse
from connector.sync.pull import pull
from connector.sync.push import push
from connector.sync.three_way import differing_fields, here_values, there_values
from tests.builders import CONNECTION
from tests.e2e.conftest import Judge

TWO_WAY = ("customer", "product", "vendor")
TARGET = {"customer": "Customer", "product": "Item", "vendor": "Vendor"}
FLOWS: tuple[Flow[Any] | Pull[Any], ...] = (*PULLS, *PUSHES)
PUSH_OF = {flow.source: flow for flow in PUSHES}
WORDS = ("Heron", "Otter", "Juniper", "Harbor", "Canal", "Summit", "Cedar", "Maple", "Quarry")
STREETS = ("Canal St", "Harbor Rd", "Cedar Ave", "Quarry Ln")


@dataclass
class BothSides:
    """One connection; `turn` is what a look and its run do, in the order of the state machine."""

    judge: Judge
    mobiwork: MobiWork
    mobiwork_url: str
    chosen: Settings
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    turns: int = 0
    calls: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        saved.save_settings(CONNECTION, self.chosen, saved_at="", saved_by="test")
        saved.save_company(CONNECTION, self.judge.company())

    def turn(self, *, rang: bool = True) -> dict[str, dict[Outcome, int]]:
        """Look at both sides and, if there is something to do, run; return the reports."""
        self.turns += 1
        self.now += timedelta(minutes=10)
        on = [one for one in PULLS if one.on(self.chosen)]
        put_merges(CONNECTION, on)
        found = find_there(
            CONNECTION, on, lambda: self.judge.client, settings=self.chosen, now=self.now, rang=rang
        )
        found |= find.find_changes(CONNECTION, self.mobiwork)
        if not find.anything_to_do(CONNECTION):
            return {}
        run_id = f"r{self.turns:05}"
        runs.begin(CONNECTION, run_id, found=find.as_json(found), now=self.now)
        for flow in FLOWS:
            self._flow(flow, run_id)
        return {flow.name: runs.counts(CONNECTION, run_id, flow.name) for flow in FLOWS}

    def _flow(self, flow: Flow[Any] | Pull[Any], run_id: str) -> None:
        """Work through one flow; a side that is down is left alone until the next turn."""
        more = True
        while more:
            work: Callable[[Any, Run], Any] = pull if isinstance(flow, Pull) else push
            try:
                more = work(flow, self._run(run_id)).more
            except RetriableError:
                return

    def _run(self, run_id: str) -> Run:
        return Run(
            connection_id=CONNECTION,
            run_id=run_id,
            open_quickbooks=lambda: self.judge.client,
            open_mobiwork=lambda: self.mobiwork,
            claim_seconds=0.2,
            settle_seconds=0.2,
            sleep=lambda _seconds: None,
            workers=4,
        )

    def rest(self, *, most: int = 8) -> int:
        """Take turns until one does nothing on either side; return how many that took."""
        for taken in range(most):
            before = self.writes()
            self.turn()
            if self.writes() == before:
                return taken
        raise AssertionError(f"the two sides did not come to rest in {most} turns")

    def writes(self) -> tuple[int, int]:
        """Return how many writes each side has seen."""
        counters = requests.get(f"{self.judge.url}/_sim/counters", timeout=20).json()
        journal = requests.get(f"{self.mobiwork_url}/_sim/journal", timeout=20).json()
        wrote = sum(
            number
            for endpoint, number in journal["counts"].items()
            if endpoint.endswith((".add", ".edit"))
        )
        return int(counters["free"]), wrote

    def person_there(self, action: str, **told: object) -> Any:
        """Let a person act in QuickBooks."""
        return self.judge.admin(f"person/{action}", told)

    def records_here(self, entity: str) -> dict[str, Mapping[str, Any]]:
        """Return MobiWork's records as their owner sees them."""
        answer = requests.get(
            f"{self.mobiwork_url}/_sim/records/{entity}", params={"limit": 100_000}, timeout=60
        ).json()
        own = f"mobiwork{entity.capitalize()}Id"
        return {str(row[own]): row for row in answer["records"]}

    def person_here(self, method: str, entity: str, record_id: str = "", **told: object) -> Any:
        """Let a person act in MobiWork."""
        path = f"{self.mobiwork_url}/_sim/records/{entity}" + (f"/{record_id}" if record_id else "")
        answer = requests.request(method, path, json=told or None, timeout=20)
        answer.raise_for_status()
        return answer.json()


@dataclass
class People:
    """What people do on both sides, chosen at random; every deed is counted by its name."""

    sides: BothSides
    chance: random.Random
    deeds: Counter[str] = field(default_factory=Counter)
    _numbers: Any = field(default_factory=lambda: count(1))

    def act(self) -> None:
        """Do one thing."""
        deed = self.chance.choice(
            (
                self.adds_customer_there,
                self.adds_sub_customer_there,
                self.adds_item_there,
                self.adds_vendor_there,
                self.adds_customer_here,
                self.adds_product_here,
                self.edits_there,
                self.edits_there,
                self.edits_there,
                self.edits_here,
                self.edits_here,
                self.edits_here,
                self.edits_both,
                self.deactivates_there,
                self.disables_here,
                self.merges_customers,
                self.invoices_here,
            )
        )
        if deed():
            self.deeds[deed.__name__] += 1

    def adds_customer_there(self) -> bool:
        name = self._name("Co")
        body = {"DisplayName": name, "CompanyName": name, "BillAddr": self._address_there()}
        self.sides.person_there("create", entity="Customer", body=body)
        return True

    def adds_sub_customer_there(self) -> bool:
        parents = [one for one in self._active("Customer") if int(one.get("Level", 0)) < 3]
        if not parents:
            return False
        parent = self.chance.choice(parents)
        body = {
            "DisplayName": self._name("Site"),
            "Job": True,
            "ParentRef": {"value": parent["Id"]},
        }
        self.sides.person_there("create", entity="Customer", body=body)
        return True

    def adds_item_there(self) -> bool:
        body = {
            "Name": self._name("Item"),
            "Type": self.chance.choice(("Service", "NonInventory")),
            "UnitPrice": self._price(),
            "IncomeAccountRef": {"value": self._income()},
        }
        self.sides.person_there("create", entity="Item", body=body)
        return True

    def adds_vendor_there(self) -> bool:
        body = {
            "DisplayName": self._name("Supply"),
            "PrimaryPhone": {"FreeFormNumber": self._phone()},
        }
        self.sides.person_there("create", entity="Vendor", body=body)
        return True

    def adds_customer_here(self) -> bool:
        self.sides.person_here(
            "POST",
            "customer",
            companyName=self._name("LLC"),
            type="BUSINESS",
            enabled="true",
            contact={"firstName": "TBD", "lastName": "TBD", "phoneNumber": self._phone()},
            address={
                "address1": self._street(),
                "city": "Tampa",
                "state": "FL",
                "zipCode": "33602",
            },
        )
        return True

    def adds_product_here(self) -> bool:
        self.sides.person_here(
            "POST",
            "product",
            name=self._name("Part"),
            type=self.chance.choice(("PARTS_MATERIALS", "SERVICES")),
            price=self._price(),
            quantity="0",
            enabled="true",
            taxable="true",
        )
        return True

    def edits_there(self, entity: str = "", quickbooks_id: str = "") -> bool:
        entity = entity or self.chance.choice(("Customer", "Item", "Vendor"))
        chosen = quickbooks_id or self._one_there(entity)
        if not chosen:
            return False
        changes: Any = (
            ({"UnitPrice": self._price()}, {"Description": self._name("words")})
            if entity == "Item"
            else (
                {"PrimaryPhone": {"FreeFormNumber": self._phone()}},
                {"PrimaryEmailAddr": {"Address": f"office{self._number()}@example.com"}},
                {"BillAddr": self._address_there()},
            )
        )
        self.sides.person_there("edit", entity=entity, id=chosen, body=self.chance.choice(changes))
        return True

    def edits_here(self, entity: str = "", mobiwork_id: str = "") -> bool:
        entity = entity or self.chance.choice(TWO_WAY)
        chosen = mobiwork_id or self._one_here(entity)
        if not chosen:
            return False
        changes: Any = (
            ({"price": self._price()}, {"description": self._name("words")})
            if entity == "product"
            else (
                {"contact": {"phoneNumber": self._phone()}},
                {"contact": {"email": f"desk{self._number()}@example.com"}},
            )
        )
        self.sides.person_here("PATCH", entity, chosen, **self.chance.choice(changes))
        return True

    def edits_both(self) -> bool:
        entity = self.chance.choice(TWO_WAY)
        backs = list(BackLink.query(key(CONNECTION, "back", TARGET[entity])))
        usable = {one["Id"] for one in self._active(TARGET[entity])}
        both = [one for one in backs if one.entity == entity and one.sk in usable]
        if not both:
            return False
        one = self.chance.choice(both)
        return self.edits_there(TARGET[entity], one.sk) and self.edits_here(entity, one.mobiwork_id)

    def deactivates_there(self) -> bool:
        entity = self.chance.choice(("Item", "Vendor"))
        chosen = self._one_there(entity)
        if not chosen:
            return False
        self.sides.person_there("deactivate", entity=entity, id=chosen)
        return True

    def disables_here(self) -> bool:
        chosen = self._one_here("product")
        if not chosen:
            return False
        self.sides.person_here("PATCH", "product", chosen, enabled="false")
        return True

    def merges_customers(self) -> bool:
        alone = [one for one in self._active("Customer") if not one.get("Job")]
        parents = {(one.get("ParentRef") or {}).get("value") for one in self._active("Customer")}
        alone = [one for one in alone if one["Id"] not in parents]
        if len(alone) < 2:
            return False
        loser, survivor = self.chance.sample(alone, 2)
        self.sides.person_there(
            "merge", entity="Customer", loser=loser["Id"], survivor=survivor["Id"]
        )
        merges.note(CONNECTION, "Customer", loser=loser["Id"], survivor=survivor["Id"])
        return True

    def invoices_here(self) -> bool:
        customer, product = self._one_here("customer"), self._one_here("product")
        if not customer or not product:
            return False
        price = self._price()
        self.sides.person_here(
            "POST",
            "invoice",
            customer={"mobiworkCustomerId": customer},
            customerId=customer,
            invoiceNumber=f"W-{self._number()}",
            status="OPEN",
            lineItems=[
                {
                    "productId": product,
                    "quantity": "1",
                    "price": price,
                    "name": "Work",
                    "taxable": "false",
                }
            ],
        )
        return True

    def _active(self, entity: str) -> list[dict[str, Any]]:
        found = self.sides.judge.client.query(select(entity))
        return [one for one in found if not one.get("IsProject")]

    def _one_there(self, entity: str) -> str:
        found = [
            one["Id"]
            for one in self._active(entity)
            if entity != "Item" or one["Type"] in {"Service", "NonInventory"}
        ]
        return str(self.chance.choice(found)) if found else ""

    def _one_here(self, entity: str) -> str:
        found = [
            own
            for own, row in self.sides.records_here(entity).items()
            if str(row.get("enabled", "true")).lower() == "true"
        ]
        return self.chance.choice(sorted(found)) if found else ""

    def _income(self) -> str:
        accounts = self.sides.judge.client.query(
            "SELECT * FROM Account WHERE AccountType = 'Income'"
        )
        return str(next(iter(accounts))["Id"])

    def _number(self) -> int:
        return int(next(self._numbers))

    def _name(self, kind: str) -> str:
        return f"{self.chance.choice(WORDS)} {self.chance.choice(WORDS)} {kind} {self._number()}"

    def _phone(self) -> str:
        return f"813555{self.chance.randrange(10_000):04}"

    def _price(self) -> str:
        return f"{self.chance.randrange(100, 99_999) / 100:.2f}"

    def _street(self) -> str:
        return f"{self.chance.randrange(1, 999)} {self.chance.choice(STREETS)}"

    def _address_there(self) -> dict[str, str]:
        return {
            "Line1": self._street(),
            "City": "Tampa",
            "CountrySubDivisionCode": "FL",
            "PostalCode": "33602",
        }


@dataclass
class Verdict:
    """How both sides stand at the end, per two-way entity; the lists name what is wrong."""

    linked: Counter[str] = field(default_factory=Counter)
    in_worklist: Counter[str] = field(default_factory=Counter)
    differing: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


def verdict(sides: BothSides) -> Verdict:
    """Compare every two-way record of both sides field by field."""
    told = Verdict()
    for entity in TWO_WAY:
        _judge_entity(sides, entity, told)
    return told


def _judge_entity(sides: BothSides, entity: str, told: Verdict) -> None:
    push_flow = PUSH_OF[entity]
    flow, target = PULL_OF[push_flow.name], TARGET[entity]
    there = {
        one["Id"]: one for one in sides.judge.client.query(select(target, Active=(True, False)))
    }
    here = {one.id: one for one in sides.mobiwork.records(entity, dict(flow.filters))}
    listed = {item.record_id for item in pending.read_all(CONNECTION, flow.name)}
    pushed = {item.record_id for item in pending.read_all(CONNECTION, push_flow.name)}
    owners = links.owners_of(CONNECTION, target, there)
    told.in_worklist[entity] = len(listed) + len(pushed)
    told.doubled += _doubled(entity, list(owners.values()), list(here.values()))
    for number, record in there.items():
        if number not in owners:
            if record.get("Active", True) and not flow.why_not(record, sides.chosen):
                told.lost += [] if number in listed else [f"{target} {number} is not in MobiWork"]
            continue
        own = owners[number][1]
        told.linked[entity] += 1
        if number in listed or own in pushed or not record.get("Active", True):
            continue
        if own not in here:
            told.lost.append(f"{entity} {own} of {target} {number} is gone")
            continue
        model = parse(flow, here[own])
        if push_flow.why_not(model, sides.chosen):
            continue  # it came from QuickBooks, and the settings do not send it back
        differ = differing_fields(
            flow.fields,
            here_values(flow.fields, model),
            there_values(flow.fields, record),
        )
        two_way = {one.name for one in flow.fields if not one.one_way}
        told.differing += [f"{entity} {own}: {name}" for name in differ if name in two_way]
    linked_here = {own for entity_, own in owners.values() if entity_ == entity}
    told.lost += [
        f"{entity} {own} is not in QuickBooks"
        for own, raw in here.items()
        if own not in linked_here and own not in pushed and _belongs(push_flow, sides, raw)
    ]


def _belongs(flow: Flow[Any], sides: BothSides, raw: RawRecord) -> bool:
    record = flow.model.model_validate(raw.fields)
    link = links.read(CONNECTION, flow.source, raw.id)
    merged = link is not None and bool(link.merged_into)
    return not (merged or flow.why_not(record, sides.chosen) or flow.why_not_new(record))


def _doubled(entity: str, owners: list[tuple[str, str]], here: list[RawRecord]) -> list[str]:
    """Say which MobiWork records have two QuickBooks ones, and which exist twice themselves."""
    twice = [own for own, times in Counter(owners).items() if times > 1]
    texts = [str(one.fields.get("companyname") or one.fields.get("name") or "") for one in here]
    named = [name for name, times in Counter(texts).items() if name and times > 1]
    return [f"{entity} {own} has two" for _, own in twice] + [f"{entity} {one}" for one in named]
