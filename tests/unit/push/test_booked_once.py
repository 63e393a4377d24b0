"""A payment of MobiWork is booked once, whatever its type or the settings say of it later."""

from collections.abc import Mapping
from typing import Any

import pytest

from connector.mobiwork.xml import RawRecord
from connector.model.body import spoken
from connector.model.links import RecordKey
from connector.model.outcomes import Outcome
from connector.model.policy.choices import NoMoney
from tests.builders import a_customer, a_payment, a_product, an_invoice, settings
from tests.fakes import lost_answer
from tests.unit.engine.world import World

MASTERS = (a_customer(), a_product(), an_invoice())
FLOWS = ("customer", "product", "invoice", "payment", "credit", "creditApplication")
BOOKED = {"credit_product": "307001", "refund_product": "307001", "refund_account": "Checking"}


def paid(**changes: Any) -> RawRecord:
    return a_payment("905", amount="4.00", paymentMethod="", **changes)


MONEY, CREDIT, REFUND = (paid(paymentType=one) for one in ("Check", "CREDIT", "REFUND"))


def save(world: World, without_money: Mapping[str, NoMoney] | None = None) -> None:
    world.save(settings(**BOOKED, payments_without_money=without_money or {}))


@pytest.fixture
def world() -> World:
    world = World()
    save(world)
    return world


def booked(world: World) -> list[str]:
    """Return what of the payment has money in QuickBooks."""
    found = world.quickbooks.records
    return [
        name
        for name in ("Payment", "CreditMemo", "RefundReceipt")
        for one in found.get(name, ())
        if one.get("TotalAmt")
    ]


@pytest.mark.case("M7g")
@pytest.mark.parametrize(
    ("first", "then", "flow", "target"),
    [
        (MONEY, CREDIT, "credit", "Payment"),
        (CREDIT, MONEY, "payment", "CreditMemo"),
        (CREDIT, REFUND, "credit", "CreditMemo"),
    ],
)
def test_what_changes_its_type_after_it_was_booked_is_not_booked_again(
    world: World, first: RawRecord, then: RawRecord, flow: str, target: str
) -> None:
    world.find(*MASTERS, first)
    world.push(*FLOWS)
    world.find(*MASTERS, then)
    world.run_id = "r2"
    world.push(*FLOWS)
    assert booked(world) == [target]
    outcome, reason = world.note(flow, "905")
    assert outcome is Outcome.REFUSED
    assert spoken(target) in reason
    assert "stands for the same money" in reason


def test_a_choice_that_is_made_later_books_no_credit_of_money_that_was_received(
    world: World,
) -> None:
    world.find(*MASTERS, a_payment("905", amount="4.00"))
    world.push(*FLOWS)
    save(world, {"Check": "credit"})
    world.find(*MASTERS, a_payment("905", amount="4.00", paymentReference="again"))
    world.run_id = "r2"
    world.push(*FLOWS)
    assert booked(world) == ["Payment"]


def test_it_is_booked_anew_once_what_it_was_is_gone_from_quickbooks(world: World) -> None:
    world.find(*MASTERS, CREDIT)
    world.push(*FLOWS)
    world.store.links.note_gone("c1", RecordKey("credit", "905"), "It was deleted.")
    world.find(*MASTERS, MONEY)
    world.run_id = "r2"
    assert world.push("payment") == {"payment": {"created": 1}}


def test_it_waits_while_nobody_knows_whether_it_arrived_as_something_else(world: World) -> None:
    world.find(*MASTERS, CREDIT)
    world.push("customer", "product", "invoice")
    world.quickbooks.after = lost_answer
    world.push("credit", settle_seconds=10_000.0)
    world.quickbooks.after = lambda _entity, _body: None
    world.find(*MASTERS, MONEY)
    world.run_id = "r2"
    assert world.push("payment") == {"payment": {"waiting": 1}}
    assert "sent to QuickBooks as a credit before" in world.note("payment", "905")[1]
    assert booked(world) == ["CreditMemo"]
