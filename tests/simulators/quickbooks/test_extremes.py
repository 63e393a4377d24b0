"""Bodies that are right by the tables and hold the least and the greatest values are answered."""

import json
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulators.quickbooks import api
from simulators.quickbooks.calls import Answer, Call
from simulators.quickbooks.requestids import RequestIds
from simulators.quickbooks.schema import ENTITIES, Entity
from simulators.quickbooks.schema.table import Field, Shape
from simulators.quickbooks.schema.types import DETAILS, TYPES
from simulators.quickbooks.switches import Switches, change
from simulators.quickbooks.wire import dump
from simulators.quickbooks.world import REALM, Settings, World

NUMBERS = ("1e15", "999999999999999", "1e-15", "99999999999.99", "-99999999999.99", "0", "-1",
           "0.005", "1e3", "0E+10", "0E-30", "123456789012345.123456789012345678901234567890",
           100, 5)  # fmt: skip
VALUES: dict[str, tuple[Any, ...]] = {
    "num": NUMBERS,
    "money": NUMBERS,
    "int": (0, 1, -1, 999, 1000, 10**14, "5"),
    "bool": (True, False, "true"),
    "date": ("0001-01-01", "9999-12-31", "2026-02-28", "2024-02-29"),
    "time": ("1969-12-31", "2026-11-22T00:00:00Z"),
    "text": ("", "x", " ", "\ud800", "é😀", "TAX", "1", "2", "x (deleted)", "%", "'"),
    "any": (None, 1, "x", {"a": [1]}),
}
VALUES["name"] = VALUES["text"]
LINKS = ("Invoice", "Bill", "CreditMemo", "Payment", "PurchaseOrder", "Estimate", "VendorCredit")
COMPANIES: tuple[dict[str, str], ...] = (
    {},
    {"multicurrency": "true", "tax_mode": "manual"},
    {"country": "CA", "multicurrency": "true"},
    {"edition": "Essentials", "custom_txn_numbers": "true", "auto_apply_payments": "true"},
    {"tax_mode": "off", "close_date": "2026-01-31", "subscription": "TRIAL"},
)


class Chance:
    def __init__(self, seed: int, world: World) -> None:
        self.pick = Random(seed)  # noqa: S311
        self.company = world.companies[REALM]

    def value(self, field: Field) -> Any:
        if field.kind == "enum":
            return self.pick.choice(field.choices)
        if field.kind == "ref":
            keys = [key for name in field.choices if name in ENTITIES for key in self.keys(name)]
            return {"value": self.pick.choice([*keys, "TAX", "USD", "999"])}
        if field.kind in VALUES:
            return self.pick.choice(VALUES[field.kind])
        if field.kind.startswith("["):
            return [self.members(TYPES[field.kind[1:-1]], 0.5)]
        return self.members(TYPES[field.kind], 0.5)

    def keys(self, entity: str) -> list[str]:
        return list(self.company.stores[entity].records)

    def members(self, shape: Shape, share: float) -> dict[str, Any]:
        return {
            name: self.value(field)
            for name, field in shape.fields.items()
            if not field.readonly and field.kind != "lines" and self.pick.random() < share
        }

    def line(self, entity: Entity) -> dict[str, Any]:
        row: dict[str, Any] = {"Amount": self.pick.choice(NUMBERS)}
        kind = self.pick.choice(entity.lines)
        if kind:
            row |= {"DetailType": kind, DETAILS[kind]: self.members(TYPES[DETAILS[kind]], 0.5)}
        target = self.pick.choice(LINKS)
        if self.keys(target) and self.pick.random() < 0.4:
            row["LinkedTxn"] = [{"TxnId": self.pick.choice(self.keys(target)), "TxnType": target}]
        return row

    def body(self, entity: Entity) -> dict[str, Any]:
        body = self.members(entity.shape, self.pick.choice((0.15, 0.3, 0.6)))
        for name in entity.shape.required:
            body.setdefault(name, self.value(entity.shape.fields[name]))
        if entity.lines:
            body["Line"] = [self.line(entity) for _ in range(self.pick.randint(1, 3))]
        return body

    def change(self, entity: Entity) -> dict[str, Any]:
        stored = self.company.get(entity.name, self.pick.choice(self.keys(entity.name))) or {}
        body = (json.loads(dump(stored)) if self.pick.random() < 0.5 else {}) | self.body(entity)
        head = {"Id": stored["Id"], "SyncToken": stored["SyncToken"]}
        return body | head | {"sparse": self.pick.random() < 0.6}

    def call(self) -> Answer:
        entity = ENTITIES[self.pick.choice(sorted(ENTITIES))]
        operation = self.pick.choice(["", "", "update", "update", "delete", "void"])
        known = operation and self.keys(entity.name)
        body = self.change(entity) if known else self.body(entity)
        call = Call("POST", [entity.path], {"operation": operation}, json.dumps(body).encode())
        return api.run(self.company, call, RequestIds())


def opened(switches: dict[str, str]) -> World:
    chosen = Switches()
    change(chosen, switches)
    return World(Settings(sample=True, switches=chosen))


WORLDS = [opened(switches) for switches in COMPANIES]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32), st.sampled_from(range(len(WORLDS))))
def test_extreme_values_are_answered_and_the_books_stay_right(seed: int, place: int) -> None:
    chance = Chance(seed, WORLDS[place])
    for _ in range(20):
        given_answer = chance.call()
        assert given_answer.status in {200, 400}
        assert dump(given_answer.body)
    assert chance.company.ledger.trial_balance() == 0


def test_a_term_of_too_many_days_is_refused() -> None:
    body = json.dumps({"Name": "Net 1000", "DueDays": 1000}).encode()
    answer = api.run(WORLDS[0].companies[REALM], Call("POST", ["term"], {}, body), RequestIds())
    assert isinstance(answer.body, dict)
    assert [error["code"] for error in answer.body["Fault"]["Error"]] == ["2090"]


def test_a_product_beyond_every_amount_is_refused() -> None:
    product = {"ItemRef": {"value": "1"}, "Qty": "1e15", "UnitPrice": "123456789012345.123456789"}
    line = {"Amount": 5, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": product}
    body = json.dumps({"CustomerRef": {"value": "7"}, "Line": [line]}).encode()
    answer = api.run(WORLDS[0].companies[REALM], Call("POST", ["invoice"], {}, body), RequestIds())
    assert isinstance(answer.body, dict)
    assert "2140" in [error["code"] for error in answer.body["Fault"]["Error"]]


@pytest.mark.parametrize("place", range(len(WORLDS)))
def test_a_sample_company_opens_whatever_its_switches_refuse(place: int) -> None:
    company = WORLDS[place].companies[REALM]
    assert company.ledger.trial_balance() == 0
    assert len(company.stores["Invoice"]) > 0
