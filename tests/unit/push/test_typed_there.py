"""What the office typed in QuickBooks since the start is asked about before it is posted again."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from connector.changes.documents import shown
from connector.mobiwork.xml import RawRecord
from connector.model.markers import Marker
from connector.model.matching.matches import MatchDecision
from connector.quickbooks.responses import ChangeData
from tests.builders import CONNECTION, a_customer, a_payment, a_product, an_invoice
from tests.unit.engine.world import World
from tests.unit.entities.purchases.buying import an_expense, buying_settings

MASTERS = (a_customer(), a_product())


def with_an_invoice() -> World:
    """Return a customer with an invoice in QuickBooks, and everything that expenses need."""
    world = World()
    world.save(buying_settings())
    world.find(*MASTERS, an_invoice())
    world.push("customer", "product", "invoice")
    world.run_id = "r2"
    return world


@pytest.fixture
def world() -> World:
    return with_an_invoice()


def typed(world: World, target: str, **members: Any) -> None:
    """Let a look see what somebody typed in QuickBooks."""
    row = {"Id": "900", "SyncToken": "0", **members}
    world.quickbooks.records.setdefault(target, []).append(row)
    changes = ChangeData(
        records={target: [row]}, deleted={}, time=datetime.now(UTC), truncated=False
    )
    shown.note(CONNECTION, changes, world.store)


def a_typed_payment(world: World, **changes: Any) -> None:
    customer = {"value": world.link("customer", "700001")}
    usual = {"CustomerRef": customer, "TotalAmt": 9.63, "TxnDate": "2025-11-09"}
    typed(world, "Payment", **usual | {"PaymentRefNum": "1044", "UnappliedAmt": 9.63} | changes)


def outcomes(world: World, source: str, *records: RawRecord) -> dict[str, int]:
    world.find(*MASTERS, an_invoice(), *records)
    return world.push(source)[source]


@pytest.mark.case("M6g")
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"PaymentRefNum": ""},
        {"PaymentRefNum": "1045"},
        {"PaymentRefNum": "AMEX"},
        {"TotalAmt": 19.26, "TxnDate": "2025-11-20"},
    ],
)
def test_a_check_that_the_office_typed_and_did_not_apply_is_not_posted_again(
    world: World, changes: dict[str, Any]
) -> None:
    a_typed_payment(world, **changes)
    assert outcomes(world, "payment", a_payment()) == {"waiting": 1}
    told = world.note("payment", "901")[1]
    assert told.startswith("It may already be in QuickBooks: payment")
    assert "(Payment 900)" in told
    assert world.quickbooks.creates == 3


@pytest.mark.case("M6g")
def test_an_invoice_and_an_expense_that_were_typed_are_not_posted_again(world: World) -> None:
    customer = {"value": world.link("customer", "700001")}
    typed(
        world, "Invoice", CustomerRef=customer, TotalAmt=9.63, TxnDate="2025-11-03", DocNumber="7"
    )
    typed(world, "Purchase", TotalAmt=308.29, TxnDate="2026-04-01")
    assert outcomes(world, "invoice", an_invoice("5502")) == {"waiting": 1}
    assert "(Invoice 900)" in world.note("invoice", "5502")[1]
    assert outcomes(world, "expense", an_expense()) == {"waiting": 1}
    assert "(Expense 900)" in world.note("expense", "31001")[1]


@pytest.mark.case("M6h")
@pytest.mark.parametrize(
    "changes",
    [
        {"TotalAmt": 11.64, "PaymentRefNum": "1045"},
        {"TxnDate": "2025-12-20", "PaymentRefNum": ""},
        {"CustomerRef": {"value": "77"}},
        {"PrivateNote": f"MobiWork payment 900 {Marker('payment', '900', CONNECTION)}"},
    ],
)
def test_another_amount_day_or_payer_or_one_of_our_own_is_no_reason_to_ask(
    world: World, changes: dict[str, Any]
) -> None:
    a_typed_payment(world, **changes)
    assert outcomes(world, "payment", a_payment()) == {"created": 1}


@pytest.mark.case("M6h")
def test_what_a_person_says_is_another_one_is_posted_and_what_is_the_same_is_linked(
    world: World,
) -> None:
    a_typed_payment(world)
    outcomes(world, "payment", a_payment(), a_payment("902"))
    said = {"901": (MatchDecision.DIFFERENT, None), "902": (MatchDecision.SAME, "900")}
    for match in list(world.store.matches.read_all(CONNECTION, "Payment")):
        decision, chosen = said[match.owner.mobiwork_id]
        world.store.matches.decide(CONNECTION, replace(match, decision=decision, chosen=chosen))
        world.store.pending.replay(CONNECTION, match.flow, match.item)
    world.run_id = "r3"
    assert world.push("payment")["payment"] == {"created": 1, "linked": 1}
    assert world.link("payment", "902") == "900"


@pytest.mark.case("M6i")
@pytest.mark.parametrize("deleted", [True, False])
def test_the_question_ends_when_what_was_typed_is_void_or_deleted(
    world: World, *, deleted: bool
) -> None:
    a_typed_payment(world)
    outcomes(world, "payment", a_payment())
    [row] = world.quickbooks.records["Payment"]
    void = [] if deleted else [row | {"TotalAmt": 0, "PrivateNote": "Voided"}]
    changes = ChangeData(
        records={"Payment": void},
        deleted={"Payment": ["900"]} if deleted else {},
        time=datetime.now(UTC),
        truncated=False,
    )
    shown.note(CONNECTION, changes, world.store)
    world.run_id = "r3"
    assert world.push("payment")["payment"] == {"created": 1}
