"""A checked-out sales order that MobiWork lists among its invoices, too, is posted once."""

from dataclasses import replace
from typing import Any

import pytest

from connector.entities.registry import BY_ENTITY
from connector.model.matching.matches import MatchDecision
from tests.builders import (
    CONNECTION,
    a_customer,
    a_line,
    a_payment,
    a_product,
    an_invoice,
    settings,
)
from tests.unit.engine.world import World
from tests.unit.entities.sales.selling import an_order
from tests.unit.undo.world import NO_TAX

MASTERS = (a_customer(), a_product())
AS_ITS_ORDER: dict[str, Any] = {"invoiceDate": "2025/11/04", "invoiceNumber": "10877"}
FIRST = {"salesOrder": an_order(), "invoice": an_invoice(**AS_ITS_ORDER)}
UNTAXED = a_line(taxable="false")
IDS = {"salesOrder": "61001", "invoice": "5501"}


def posted(first: str) -> World:
    """Have one of both in QuickBooks."""
    world = World()
    world.find(*MASTERS, FIRST[first])
    assert world.push("customer", "product", first)[first] == {"created": 1}
    world.run_id = "r2"
    return world


def decide(world: World, decision: MatchDecision, own: str) -> None:
    matches = world.store.matches.read_all(CONNECTION, "Invoice")
    [match] = [one for one in matches if one.owner.mobiwork_id == own]
    chosen = match.quickbooks_ids[0] if decision is MatchDecision.SAME else None
    world.store.matches.decide(CONNECTION, replace(match, decision=decision, chosen=chosen))
    world.store.pending.replay(CONNECTION, match.flow, match.item)
    world.run_id = "r3"


BOTH_WAYS = pytest.mark.parametrize(
    ("first", "second"), [("salesOrder", "invoice"), ("invoice", "salesOrder")]
)


@BOTH_WAYS
@pytest.mark.case("M33u")
def test_the_second_is_asked_about_and_left_out_where_it_is_the_same(
    first: str, second: str
) -> None:
    world = posted(first)
    world.find(*MASTERS, *FIRST.values())
    assert world.push(second)[second] == {"waiting": 1}
    told = world.note(second, IDS[second])[1]
    assert told.startswith("It may already be in QuickBooks: ")
    assert ("sales order SO-10001" if first == "salesOrder" else "invoice 10877") in told
    decide(world, MatchDecision.SAME, IDS[second])
    assert world.push(second)[second] == {"left out": 1}
    assert len(world.quickbooks.records["Invoice"]) == 1


@BOTH_WAYS
@pytest.mark.case("M33u")
def test_the_second_is_posted_once_somebody_said_that_it_is_another_sale(
    first: str, second: str
) -> None:
    world = posted(first)
    world.find(*MASTERS, *FIRST.values())
    world.push(second)
    decide(world, MatchDecision.DIFFERENT, IDS[second])
    assert world.push(second)[second] == {"created": 1}
    assert len(world.quickbooks.records["Invoice"]) == 2


@BOTH_WAYS
@pytest.mark.case("M34e")
def test_money_for_the_one_that_is_left_out_goes_to_the_document_that_stands(
    first: str, second: str
) -> None:
    world = posted(first)
    world.find(*MASTERS, *FIRST.values())
    world.push(second)
    decide(world, MatchDecision.SAME, IDS[second])
    world.push(second)
    world.run_id = "r4"
    world.find(*MASTERS, *FIRST.values(), a_payment(invoiceId=IDS[second]))
    assert world.push("payment")["payment"] == {"created": 1}
    [paid] = world.quickbooks.records["Payment"]
    [invoice] = world.quickbooks.records["Invoice"]
    assert paid["Line"][0]["LinkedTxn"][0]["TxnId"] == invoice["Id"]


@BOTH_WAYS
@pytest.mark.case("M34e")
@pytest.mark.parametrize(
    ("chosen", "came", "count"), [("one sale", "left out", 1), ("two sales", "created", 2)]
)
def test_one_choice_decides_for_all_pairs(
    first: str, second: str, chosen: str, came: str, count: int
) -> None:
    world = posted(first)
    world.save(settings(orders_among_invoices=chosen))
    world.find(*MASTERS, *FIRST.values())
    assert world.push(second)[second] == {came: 1}
    assert len(world.quickbooks.records["Invoice"]) == count


@BOTH_WAYS
@pytest.mark.case("M34e")
@pytest.mark.parametrize(("chosen", "came"), [("one sale", "left out"), ("two sales", "created")])
def test_so_it_does_for_what_was_asked_about_before(
    first: str, second: str, chosen: str, came: str
) -> None:
    world = posted(first)
    world.find(*MASTERS, *FIRST.values())
    world.push(second)
    assert "Sales orders that MobiWork lists" in world.note(second, IDS[second])[1]
    world.save(settings(orders_among_invoices=chosen))
    [item] = world.store.pending.read_all(CONNECTION, BY_ENTITY[second].name)
    assert item.waits_for_settings
    world.run_id = "r3"
    assert world.push(second)[second] == {came: 1}
    world.run_id = "r4"
    world.find(*MASTERS, *FIRST.values(), a_payment(invoiceId=IDS[second]))
    assert world.push("payment")["payment"] == {"created": 1}


@pytest.mark.parametrize(
    "changes",
    [
        {"invoiceDate": "2025/12/20"},
        NO_TAX | {"lineItems": {"lineItem": [UNTAXED, UNTAXED]}, "subTotal": "18", "total": "18"},
    ],
)
@pytest.mark.case("M33u")
def test_another_total_or_another_month_is_another_sale(changes: dict[str, Any]) -> None:
    world = posted("salesOrder")
    world.find(*MASTERS, FIRST["salesOrder"], an_invoice(**AS_ITS_ORDER | changes))
    assert world.push("invoice") == {"invoice": {"created": 1}}
    assert not [*world.store.matches.read_all(CONNECTION, "Invoice")]


@pytest.mark.case("M33u")
def test_an_order_that_is_one_invoice_is_no_other() -> None:
    world = posted("salesOrder")
    another = an_invoice("5502", invoiceDate="2025/11/10", invoiceNumber="10878")
    world.find(*MASTERS, *FIRST.values())
    world.push("invoice")
    decide(world, MatchDecision.SAME, "5501")
    world.find(*MASTERS, *FIRST.values(), another)
    assert world.push("invoice") == {"invoice": {"left out": 1, "created": 1}}


@BOTH_WAYS
@pytest.mark.case("M34e")
def test_one_that_comes_to_something_else_by_now_is_for_a_person_whatever_was_chosen(
    first: str, second: str
) -> None:
    world = posted(first)
    world.save(settings(orders_among_invoices="one sale"))
    world.find(*MASTERS, *FIRST.values())
    assert world.push(second)[second] == {"left out": 1}
    dearer = NO_TAX | {
        "lineItems": {"lineItem": [UNTAXED, UNTAXED]},
        "subTotal": "18",
        "total": "18",
    }
    changed = {
        "invoice": an_invoice(**AS_ITS_ORDER | dearer),
        "salesOrder": an_order(**dearer),
    }
    world.find(*MASTERS, FIRST[first], changed[second])
    for run_id in ("r3", "r4"):
        world.run_id = run_id
        assert world.push(second)[second] == {"waiting": 1}
