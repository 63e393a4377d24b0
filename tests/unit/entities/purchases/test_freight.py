from decimal import Decimal
from typing import Any

import pytest

from connector.entities.purchases import bills
from connector.entities.purchases import orders as purchase_orders
from connector.entities.purchases.lines import DETAIL
from connector.entities.purchases.model import PurchaseOrder
from connector.errors import MissingMappingsError
from connector.mobiwork.wire_records import parse_record
from connector.model.body import Body
from connector.model.flows.context import Linked
from simulators.quickbooks.schema import ENTITIES
from simulators.quickbooks.schema.check import check_body
from tests.unit.entities.purchases.buying import (
    PURCHASED,
    an_order,
    an_order_line,
    another_line,
    buying_settings,
    knowing,
    linked,
)

FREIGHT = ("product", "307090"), linked("19", PURCHASED)
CHOSEN = buying_settings(freight_product="307090")
SHIPPED: dict[str, Any] = {"shippingCost": "12.00", "total": "43.50"}


def read(*lines: dict[str, Any], **changes: Any) -> PurchaseOrder:
    return parse_record(PurchaseOrder, an_order("71001", *lines, **(SHIPPED | changes)))


def bill(order: PurchaseOrder, *made: tuple[tuple[str, str], Linked]) -> Body:
    body = bills.to_qbo(order, knowing(FREIGHT, *made, settings=CHOSEN))
    assert check_body(ENTITIES["Bill"], body)[1] == []
    return body


def amounts(body: Body) -> dict[str, Decimal]:
    return {line[DETAIL]["ItemRef"]["value"]: line["Amount"] for line in body["Line"]}


@pytest.mark.case("M20e")
def test_freight_is_a_line_on_the_chosen_product_of_the_order_and_of_its_bill() -> None:
    order = read(status="Received")
    known = knowing(FREIGHT, settings=CHOSEN)
    assert purchase_orders.problems(order) == []
    whole = {"11": Decimal("13.20"), "12": Decimal("18.30"), "19": Decimal("12.00")}
    assert amounts(purchase_orders.to_qbo(order, known)) == whole
    assert amounts(bill(order)) == whole


@pytest.mark.case("M20e")
def test_the_tax_of_an_order_is_in_the_cost_of_its_freight_too() -> None:
    body = bill(read(status="Received", taxAmount="4.35", total="47.85"))
    assert sum(amounts(body).values()) == Decimal("47.85")


@pytest.mark.case("M20f")
def test_freight_is_billed_once_with_the_last_of_what_arrives() -> None:
    part = an_order_line(receivedQuantity="10"), another_line(receivedQuantity="0")
    first = bill(read(*part, status="Partially received"))
    assert amounts(first) == {"11": Decimal("13.20")}
    made = ("bill", "71001-1"), linked("201", first)
    order = read(status="Received")
    assert bills.piece_id(order, {"71001-1": made[1]}) == "71001-2"
    second = bill(order, made)
    assert amounts(second) == {"12": Decimal("18.30"), "19": Decimal("12.00")}
    both = {"71001-1": made[1], "71001-2": linked("202", second)}
    assert bills.piece_id(order, both) == "71001-2"


@pytest.mark.case("M20g")
def test_freight_without_a_chosen_product_is_refused_naming_the_setting() -> None:
    for flow in (purchase_orders, bills):
        with pytest.raises(MissingMappingsError) as refused:
            flow.to_qbo(read(status="Received"), knowing())
        assert refused.value.problems == (
            'It has 12.00 of freight, and the setting "Product used for freight on purchases" is '
            "empty. Choose the service to use for it there.",
        )


@pytest.mark.case("M20g")
def test_freight_below_zero_is_refused() -> None:
    assert purchase_orders.problems(read(shippingCost="-1", total="30.50")) == [
        "Its freight is -1.00, which is below zero. Correct it in MobiWork."
    ]


@pytest.mark.case("M20e")
def test_the_product_of_freight_is_waited_for() -> None:
    needed = purchase_orders.needed(read(), CHOSEN, knowing().company)
    assert [one.label for one in needed if one.record_id == "307090"] == [
        'product "307090" (freight)'
    ]
