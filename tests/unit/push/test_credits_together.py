from decimal import Decimal
from typing import Any

import pytest

from connector.mobiwork.xml import RawRecord
from connector.model.links import RecordKey
from tests.builders import CONNECTION, a_customer, a_payment, a_product, an_invoice, settings
from tests.unit.engine.world import World

MASTERS = (a_customer(), a_product(), an_invoice(), a_payment())
FLOWS = ("customer", "product", "invoice", "payment", "credit")


def a_refund(record_id: str, amount: str, **changes: Any) -> RawRecord:
    told = {"paymentType": "REFUND", "refundedPaymentId": "901", "amount": amount}
    return a_payment(record_id, **(told | changes))


@pytest.fixture
def world() -> World:
    found = World()
    chosen = {"refund_product": "307001", "refund_account": "Checking"}
    found.save(settings(write_off_product="307001", **chosen))
    return found


@pytest.mark.case("M34b")
def test_refunds_of_one_payment_are_added_up_where_they_come_together(world: World) -> None:
    world.find(*MASTERS, a_refund("906", "6.00"), a_refund("907", "5.00"))
    done = world.push(*FLOWS)
    assert done["credit"] == {"created": 1, "refused": 1}
    assert (
        "Together with refund 906 (6.00) it gives back 11.00 of payment 901, which is 9.63 in "
        "QuickBooks."
    ) in world.note("credit", "907")[1]


@pytest.mark.case("M34b")
@pytest.mark.parametrize(
    ("later", "came"),
    [({}, {"refused": 1}), ({"amount": "3.63"}, {"created": 1})],
    ids=["more than was paid", "the rest"],
)
def test_so_is_what_was_given_back_before(
    world: World, later: dict[str, str], came: dict[str, int]
) -> None:
    world.find(*MASTERS, a_refund("906", "6.00"))
    world.push(*FLOWS)
    world.run_id = "r2"
    second = a_refund("907", "5.00") if not later else a_refund("907", later["amount"])
    world.find(*MASTERS, a_refund("906", "6.00"), second)
    assert world.push("credit") == {"credit": came}


@pytest.mark.case("M34b")
def test_what_was_voided_in_quickbooks_is_not_given_back(world: World) -> None:
    world.find(*MASTERS, a_refund("906", "6.00"))
    world.push(*FLOWS)
    owner = RecordKey("refund", "906")
    world.store.links.note_gone(CONNECTION, owner, "It was voided in QuickBooks.")
    world.run_id = "r2"
    world.find(*MASTERS, a_refund("906", "6.00"), a_refund("907", "5.00"))
    assert world.push("credit") == {"credit": {"created": 1}}


@pytest.mark.case("M34b")
@pytest.mark.parametrize("kind", ["REFUND", "WRITE_OFF"])
def test_what_names_no_payment_is_added_up_by_its_invoice(world: World, kind: str) -> None:
    some = [
        a_refund(own, "6.00", paymentType=kind, refundedPaymentId="null") for own in ("906", "907")
    ]
    world.find(*MASTERS, *some)
    assert world.push(*FLOWS)["credit"] == {"created": 1, "refused": 1}
    assert "12.00" in world.note("credit", "907")[1]


def test_two_payments_of_one_invoice_are_given_back_each(world: World) -> None:
    halves = [a_payment(own, amount=one) for own, one in (("901", "5.00"), ("902", "4.63"))]
    refunds = [
        a_refund("906", "5.00"),
        a_refund("907", "4.63", refundedPaymentId="902"),
    ]
    world.find(*MASTERS[:3], *halves, *refunds)
    assert world.push(*FLOWS)["credit"] == {"created": 2}
    receipts = world.quickbooks.records["RefundReceipt"]
    assert sum(one["TotalAmt"] for one in receipts) == Decimal("9.63")


@pytest.mark.case("M34b")
def test_one_that_was_deleted_and_entered_again_waits_for_the_void_of_the_first(
    world: World,
) -> None:
    world.find(*MASTERS, a_refund("906", "6.00"))
    world.push(*FLOWS)
    world.run_id = "r2"
    world.find(*MASTERS, a_refund("907", "6.00"))
    assert world.push("credit") == {"credit": {"waiting": 1}}
    assert "entered again" in world.note("credit", "907")[1]


@pytest.mark.case("M34b")
@pytest.mark.parametrize("amount", ["5.00", "9.63"])
def test_one_of_another_amount_after_one_that_was_deleted_is_added_up_with_it(
    world: World, amount: str
) -> None:
    world.find(*MASTERS, a_refund("906", "6.00"))
    world.push(*FLOWS)
    world.run_id = "r2"
    world.find(*MASTERS, a_refund("907", amount))
    assert world.push("credit") == {"credit": {"refused": 1}}
    assert sum(one["TotalAmt"] for one in world.quickbooks.records["RefundReceipt"]) == 6
    assert "6.00" in world.note("credit", "907")[1]


@pytest.mark.case("M34b")
def test_so_are_write_offs_that_are_chosen_by_their_method(world: World) -> None:
    chosen = {"write_off_product": "307001", "payments_without_money": {"Bad debt": "write-off"}}
    world.save(settings(**chosen))
    lost = {"paymentMethod": "Bad debt", "paymentReference": "null", "amount": "6.00"}
    some = [a_payment(own, **lost) for own in ("906", "907")]
    world.find(*MASTERS[:3], *some)
    assert world.push(*FLOWS)["credit"] == {"created": 1, "refused": 1}
    assert (
        "Together with write-off 906 (6.00) it writes off 12.00" in world.note("credit", "907")[1]
    )
