"""Answers to creates that were carried out, in each of which one member is odd."""

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import cycle, islice
from typing import Any
from xml.etree.ElementTree import tostring

import pytest

from connector.entities.registry import BY_ENTITY
from connector.mobiwork.xml import RawRecord
from connector.model.outcomes import Outcome
from connector.quickbooks.words import legible
from simulators.quickbooks.calls import Call
from tests.builders import a_payment, an_invoice
from tests.unit.api.simulated import Simulated, is_create
from tests.unit.push.odd_records import KINDS, named
from tests.unit.push.test_odd_records import CHOSEN, MASTERS, find, outcomes

type Place = tuple[str | int, ...]
ODD: tuple[Any, ...] = (
    "many", "1,000.00", "NaN", "1E+400", "0000-00-00", "yes", True, None, -1, 7.5,
    [], [None], [[1]], [{"value": []}], {}, {"value": {}}, {"Line": "x"},
)  # fmt: skip
TARGET = {"salesOrder": "Invoice"}
DONE = {Outcome.CREATED, Outcome.DIFFERENT}


@dataclass
class Spoiled:
    """Spoils one member of each answer to a create: each place in turn, each with the next damage.

    places: those that are left.
    said: what was put where.
    seen: the last answer that arrived as it was sent.
    """

    target: str
    places: Iterator[Place] = field(default_factory=lambda: iter(()))
    damages: Iterator[Any] = field(default_factory=lambda: cycle(ODD))
    said: list[tuple[Place, Any]] = field(default_factory=list)
    seen: Any = None

    def arrives(self, call: Call, sent: bytes) -> bytes:
        answer = json.loads(sent)
        if call.kind != "core" or not is_create(call) or self.target not in answer:
            return sent
        place = next(self.places, None)
        self.seen = held = answer[self.target]
        if place is None:
            return sent
        for step in place[:-1]:
            held = held[step]
        held[place[-1]] = damage = next(self.damages)
        self.said.append((place, damage))
        return json.dumps(answer).encode()


def _places(value: Any, path: Place = ()) -> Iterator[Place]:
    children = value.items() if isinstance(value, dict) else enumerate(value)
    for name, child in children:
        if (*path, name) != ("Id",):
            yield (*path, name)
        if isinstance(child, dict | list):
            yield from _places(child, (*path, name))


def _several(entity: str, count: int) -> tuple[list[RawRecord], list[RawRecord]]:
    """Return so many records of a kind that differ in name alone, and what they refer to."""
    kind, ids = KINDS[entity], [*map(str, range(8_000_001, 8_000_001 + count))]
    if entity == "payment":
        return [a_payment(own, invoiceId=own) for own in ids], [an_invoice(own) for own in ids]
    good = kind.make().element()
    texts = {own: tostring(named(good, kind, own), encoding="unicode") for own in ids}
    return [RawRecord(entity, own, text) for own, text in texts.items()], []


@pytest.mark.case("R16a")
@pytest.mark.parametrize("entity", KINDS)
def test_whatever_is_odd_about_the_answer_to_a_create_the_record_is_linked_once(
    entity: str,
) -> None:
    world, target = Simulated(), TARGET.get(entity, BY_ENTITY[entity].target)
    world.save(CHOSEN.model_copy(update={"on_other_total": "post and list"}))
    spoiled = Spoiled(target)
    world.quickbooks.books.arrives = spoiled.arrives
    sample = [*MASTERS, an_invoice(), KINDS[entity].make()]
    find(world, *sample)
    world.push("customer", "product", "vendor", "invoice", entity)
    places = list(_places(spoiled.seen))
    several, others = _several(entity, 2 * len(places))
    find(world, *sample, *several, *others)
    world.push("invoice") if others else None
    there, world.run_id = len(world.quickbooks.records[target]), "r2"
    spoiled.places = islice(cycle(places), len(several))
    world.push(entity)

    told = outcomes(world.store, "r2", entity)
    assert {told[one.own_id].outcome for one in several} <= DONE
    linked = {one.id for one in several if world.link(entity, one.own_id)}
    assert linked == {one.id for one in several}
    assert len(world.quickbooks.records[target]) == there + len(several)
    unsaid = [
        (place, damage)
        for one, (place, damage) in zip(several, spoiled.said, strict=True)
        if _is_odd(place, damage) and "cannot be read" not in (told[one.own_id].note or "")
    ]
    assert unsaid == []


def _is_odd(place: Place, damage: Any) -> bool:
    """Tell whether it shows that a member has another form."""
    value = deepcopy(damage)
    for step in reversed(place):
        value = {step: value} if isinstance(step, str) else [value]
    return bool(legible(value)[1])


@pytest.mark.case("R16a")
def test_of_an_answer_what_has_its_form_is_read_and_the_rest_is_named() -> None:
    line = {"Amount": "9.00", "Qty": "many", "SalesItemLineDetail": {"Qty": 2, "ItemRef": "11"}}
    answer = {"Id": "1", "TotalAmt": "9.63", "Balance": True, "DueDate": None, "Line": [line]}
    assert legible(answer) == (
        {
            "Id": "1",
            "TotalAmt": Decimal("9.63"),
            "Line": [{"Amount": Decimal("9.00"), "SalesItemLineDetail": {"Qty": Decimal(2)}}],
        },
        ("Balance", "Line.Qty", "Line.SalesItemLineDetail.ItemRef"),
    )
    assert legible({"Line": [line, "subtotal"]}) == (
        {},
        ("Line.Qty", "Line.SalesItemLineDetail.ItemRef", "Line"),
    )
