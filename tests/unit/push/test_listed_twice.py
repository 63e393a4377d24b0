"""A checked-out sales order that MobiWork lists among its invoices, too, is posted once."""

from dataclasses import replace
from typing import Any

import pytest

from connector.model.matching.matches import MatchDecision
from tests.builders import CONNECTION, a_customer, a_line, a_payment, a_product, an_invoice
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
    assert told.startswith("It may be in QuickBooks already: ")
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


@pytest.mark.case("M33u")
def test_a_payment_of_what_is_left_out_waits_for_a_person() -> None:
    world = posted("salesOrder")
    world.find(*MASTERS, *FIRST.values())
    world.push("invoice")
    decide(world, MatchDecision.SAME, "5501")
    world.push("invoice")
    world.run_id = "r4"
    world.find(*MASTERS, *FIRST.values(), a_payment())
    assert world.push("payment")["payment"] == {"refused": 1}
    assert "whether that has this money already" in world.note("payment", "901")[1]


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
