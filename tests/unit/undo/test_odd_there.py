"""Records of QuickBooks of which one member is odd when they are read before they are written."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from zlib import crc32

import pytest

from connector.model.body import Json
from simulators.quickbooks.calls import Call
from tests.builders import a_customer, an_invoice
from tests.unit.changes.test_odd_rows import MISSING, ODD, Place, damaged, places
from tests.unit.undo.world import NO_TAX, World

PART = 60


def spoiling(target: str, place: Place, odd: object) -> Callable[[Call, bytes], bytes]:
    """Return what spoils a member of each record of a kind that is read."""

    def one(row: Json) -> Any:
        try:
            return damaged(row, place, odd)
        except (KeyError, IndexError):
            return row

    def arrives(call: Call, sent: bytes) -> bytes:
        if call.head not in {"query", target.lower()}:
            return sent
        answer = json.loads(sent)
        if isinstance(answer.get(target), dict):
            answer[target] = one(answer[target])
        elif rows := answer.get("QueryResponse", {}).get(target):
            answer["QueryResponse"][target] = [*map(one, rows)]
        return json.dumps(answer).encode()

    return arrives


def spoilt(target: str) -> Iterator[tuple[str, Callable[[Call, bytes], bytes]]]:
    """Yield what spoils records of a kind, each place of them in some ways."""
    world = World()
    world.run("r1")
    sample = json.loads(json.dumps(world.books.all(target)[0], default=str))
    for place in places(sample):
        for odd in ODD:
            what = f"{'.'.join(map(str, place))} {'missing' if odd is MISSING else odd}"
            if place != ("Id",) and crc32(what.encode()) % PART == 0:
                yield what, spoiling(target, place, odd)


@pytest.mark.case("R16e")
@pytest.mark.parametrize("target", ["Customer", "Invoice", "Payment"])
def test_what_is_undone_stays_in_words_where_it_cannot_be_read(target: str) -> None:
    for what, arrives in spoilt(target):
        world = World()
        world.run("r1")
        world.books.arrives = arrives
        done = world.undo("r1")
        assert all(step in {"undone", "kept"} for step, _ in done.values()), (what, done)
        assert all(why for step, why in done.values() if step == "kept"), (what, done)


@pytest.mark.case("R16e")
def test_an_invoice_that_cannot_be_read_is_not_changed_and_told() -> None:
    for what, arrives in spoilt("Invoice"):
        world = World(chosen={"repush_invoices": True})
        world.run("r1")
        world.mobiwork.put(an_invoice(**NO_TAX, dueDate="Wed Dec 17 00:00:00 EST 2025"))
        world.books.arrives = arrives
        world.run("r2")
        left = world.store.pending.worklist("c1", "push_invoices")
        assert [one.record_id for one in left] in (["5501"], []), what


@pytest.mark.case("R16e")
def test_a_customer_that_mobiwork_names_is_linked_or_told() -> None:
    for what, arrives in spoilt("Customer"):
        world = World()
        there = world.books.act(
            "create", entity="Customer", body={"DisplayName": "Blue Heron Plumbing"}
        )
        world.mobiwork.put(a_customer(externalCustomerId=f"{there['Id']},QBO"))
        world.books.arrives = arrives
        world.run("r1")
        assert len(world.books.all("Customer")) == 1, what
