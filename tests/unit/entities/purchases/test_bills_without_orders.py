from decimal import Decimal

import pytest

from connector.entities.purchases import bills
from tests.builders import CONNECTION, a_company, a_product, settings
from tests.unit.engine.world import World
from tests.unit.entities.purchases.billing import VALVES, read
from tests.unit.entities.purchases.buying import (
    a_vendor,
    an_order,
    an_order_line,
    another_line,
    buying_settings,
)

ESSENTIALS = a_company(edition="QuickBooks Online Essentials")


def test_a_bill_does_not_wait_for_an_order_that_its_plan_cannot_have() -> None:
    needed = bills.needed(read(), settings(), ESSENTIALS)
    assert "purchaseOrder" not in {one.entity for one in needed}


def test_a_bill_without_an_order_says_so() -> None:
    answer = {"Line": [VALVES | {"LinkedTxn": []}]}
    assert bills.remarks(read(receivedDate="2026/03/11"), answer) == [
        "It is not linked to a purchase order in QuickBooks: the plan there has none, or what is "
        "on "
        "it was added to the order later, or more arrived than was ordered."
    ]


@pytest.fixture
def world() -> World:
    """Have a vendor and two parts in a company without purchase orders."""
    world = World()
    world.store.settings.save_company(CONNECTION, ESSENTIALS)
    world.save(buying_settings())
    masters = (a_vendor(), a_product("307016"), a_product("307026"))
    received = an_order_line(receivedQuantity="4"), another_line(receivedQuantity="0")
    world.find(*masters, an_order("71001", *received, status="Partially received"))
    world.push("vendor", "product", "purchaseOrder")
    return world


def test_in_a_plan_without_purchase_orders_the_order_is_left_out_with_words(world: World) -> None:
    assert world.note("purchaseOrder", "71001") == (
        "left out",
        "QuickBooks Online Essentials has no purchase orders; what arrives is billed anyway. "
        "After upgrading to a plan that has them, save the settings to push this order.",
    )
    assert "PurchaseOrder" not in world.quickbooks.records


def test_in_a_plan_without_purchase_orders_each_receipt_is_billed_alone(world: World) -> None:
    world.push("bill")
    world.run_id = "r2"
    world.find(an_order("71001", status="RECEIVED"))
    world.push("bill")
    made = [one["Line"] for one in world.quickbooks.records["Bill"]]
    assert [[line["Amount"] for line in lines] for lines in made] == [
        [Decimal("5.28")],
        [Decimal("7.92"), Decimal("18.30")],
    ]
    assert not any("LinkedTxn" in line for lines in made for line in lines)
