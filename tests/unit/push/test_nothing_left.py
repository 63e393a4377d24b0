"""Payments and expenses of nothing, money that was paid back, and checks that went in again."""

from datetime import UTC, datetime

import pytest

from connector.changes import voided_documents
from connector.mobiwork.xml import RawRecord
from connector.model.cursor import Cursor
from connector.quickbooks.responses import ChangeData
from tests.builders import CONNECTION, a_customer, a_payment, a_product, an_invoice
from tests.unit.engine.world import World
from tests.unit.entities.purchases.buying import an_expense, buying_settings

MASTERS = (a_customer(), a_product(), an_invoice())
NOW = datetime(2026, 3, 1, tzinfo=UTC)
CREDIT = {"paymentType": "CREDIT", "paymentMethod": ""}


@pytest.fixture
def world() -> World:
    world = World()
    world.save(buying_settings())
    world.find(*MASTERS)
    world.push("customer", "product", "invoice")
    return world


@pytest.mark.case("M32")
@pytest.mark.parametrize(
    ("source", "record"),
    [
        ("payment", a_payment(amount="0")),
        ("payment", a_payment(amount="0.004", paymentMethod="Crypto")),
        ("credit", a_payment(amount="-0.00", **CREDIT)),
        ("expense", an_expense(amount="0.00")),
    ],
)
def test_what_is_of_nothing_is_left_out_and_asks_for_nothing(
    world: World, source: str, record: RawRecord
) -> None:
    world.find(*MASTERS, record)
    assert world.push(source) == {source: {"left out": 1}}
    assert world.left(source) == {}


@pytest.mark.case("M32")
def test_a_posted_payment_that_is_of_nothing_now_is_told(world: World) -> None:
    world.find(*MASTERS, a_payment())
    world.push("payment")
    world.run_id = "r2"
    world.find(*MASTERS, a_payment(amount="0"))
    world.push("payment")
    assert world.left("payment") == {"901": "deleted"}


@pytest.mark.case("M3i")
def test_a_posted_payment_that_was_paid_back_is_not_to_be_voided_beside_its_refund(
    world: World,
) -> None:
    world.find(*MASTERS, a_payment())
    world.push("payment")
    world.run_id = "r2"
    world.find(*MASTERS, a_payment(status="REFUNDED"))
    world.push("payment")
    told = world.note("payment", "901")[1]
    assert "enter the refund there" in told
    assert told.endswith("Void the payment only if no refund is there.")


@pytest.mark.case("M9e")
def test_a_check_that_went_in_again_after_its_void_is_told_to_be_entered_once_more(
    world: World,
) -> None:
    world.find(*MASTERS, a_payment())
    world.push("payment")
    world.find(*MASTERS, a_payment(status="NSF"))
    world.run_id = "r2"
    world.push("payment")
    (payment,) = world.quickbooks.records["Payment"]
    gone = payment | {"TotalAmt": 0, "Line": [], "PrivateNote": "Voided", "UnappliedAmt": 0}
    changes = ChangeData(records={"Payment": [gone]}, deleted={}, time=NOW, truncated=False)
    cursor = Cursor(connection_id=CONNECTION, since=NOW, read_at=NOW)
    voided_documents.report(cursor, changes, now=NOW, store=world.store)
    world.run_id = "r3"
    world.find(*MASTERS, a_payment(comments="redeposited", paymentReference="1044 again"))
    world.push("payment")
    assert "enter it in MobiWork once more" in world.note("payment", "901")[1]
    world.run_id = "r4"
    world.find(*MASTERS, a_payment(paymentReference="1044 again"), a_payment("902"))
    assert world.push("payment") == {"payment": {"created": 1}}
