from decimal import Decimal
from typing import Any

import pytest

from connector.entities.sales import document, sales_orders
from connector.entities.sales.checks import form_problems
from connector.entities.sales.sales_orders import SalesOrder
from connector.errors import MissingMappingsError, RecordError
from connector.model.body import Body
from connector.model.flows.context import Linked
from connector.model.flows.push_flow import Variant
from connector.model.policy.postable import Standing
from connector.model.policy.settings import Settings
from tests.builders import a_company, a_customer, a_product, settings
from tests.fakes import lost_answer
from tests.unit.engine.world import World
from tests.unit.entities.sales.selling import (
    ELBOW,
    an_order,
    discounted,
    known,
    line,
    money,
    read,
    sold,
)

ESTIMATE = {("openSalesOrder", "61001"): Linked("31", "0", "", {})}
INVOICE = {("salesOrder", "61001"): Linked("55", "0", "", {})}
OPEN = {"status": "WAITING_FOR_STOCK"}
SHIPPING = {"settings": {"shipping_product": "307003"}}
BASE: Body = {
    "CustomerRef": {"value": "58"},
    "TxnDate": "2025-11-03",
    "DocNumber": "SO-10001",
    "PrivateNote": "MobiWork sales order SO-10001 [mark]",
    "Line": [sold(1, "11", "9.00", of="2 x 4.50", text="Copper elbow")],
    "TxnTaxDetail": {"TxnTaxCodeRef": {"value": "TAX"}, "TotalTax": Decimal("0.63")},
}
FLAGS = {"AllowOnlineCreditCardPayment": False, "AllowOnlineACHPayment": False}
ACCEPTED = {"TxnStatus": "Accepted"}
REBATED = {"Line": [BASE["Line"][0], discounted("0.90", "10")], "ApplyTaxAfterDiscount": True}
TAXED_LESS = {"TxnTaxDetail": {"TxnTaxCodeRef": {"value": "TAX"}, "TotalTax": Decimal("0.57")}}
SHIPPED = {
    "LineNum": 2,
    "Description": "Shipping",
    "Amount": Decimal("12.50"),
    "DetailType": "SalesItemLineDetail",
    "SalesItemLineDetail": {"ItemRef": {"value": "13"}, "TaxCodeRef": {"value": "NON"}},
}

GOLDEN: dict[str, tuple[dict[str, Any], dict[str, Any], Body]] = {
    "a completed order": ({}, {}, BASE | FLAGS),
    "an order that waits for stock": (OPEN, {}, BASE | ACCEPTED),
    "an order checked out after it was an estimate": (
        {"status": "CHECKOUT_SUBMITTED"},
        {"links": ESTIMATE},
        BASE | FLAGS | {"LinkedTxn": [{"TxnId": "31", "TxnType": "Estimate"}]},
    ),
    "a number without MobiWork's prefix": (
        {"orderNumber": "10002", "checkoutDate": "2025/11/05"},
        {},
        BASE
        | FLAGS
        | {
            "TxnDate": "2025-11-05",
            "DocNumber": "SO-10002",
            "PrivateNote": "MobiWork sales order SO-10002 [mark]",
        },
    ),
    "no number at all": (
        {"orderNumber": "null"},
        {},
        BASE
        | FLAGS
        | {"DocNumber": "SO-61001", "PrivateNote": "MobiWork sales order SO-61001 [mark]"},
    ),
    "a rebate of two dollars": (
        {"rebate": "2.00", **money([line(ELBOW, "2.0", "4.50", "9.00")], "9", "0", "7.00")},
        {"company": {"uses_sales_tax": False}},
        {name: value for name, value in BASE.items() if name != "TxnTaxDetail"}
        | FLAGS
        | {
            "Line": [
                sold(1, "11", "9.00", of="2 x 4.50", text="Copper elbow, each", tax="NON"),
                discounted("2.00"),
            ],
            "ApplyTaxAfterDiscount": True,
        },
    ),
    "a rebate of ten percent on an open order": (
        OPEN | {"rebatePercent": "10.0", "taxAmount": "0.57", "total": "8.67"},
        {},
        BASE | ACCEPTED | REBATED | TAXED_LESS,
    ),
    "shipping, sold as the service of the settings": (
        {"shippingCost": "12.5", "total": "22.13"},
        SHIPPING,
        BASE | FLAGS | {"Line": [BASE["Line"][0], SHIPPED]},
    ),
    "shipping is no part of what a percentage is taken of": (
        {"shippingCost": "12.5", "rebatePercent": "10.0", "taxAmount": "0.57", "total": "21.17"},
        SHIPPING,
        BASE
        | FLAGS
        | {
            "Line": [BASE["Line"][0], SHIPPED, discounted("0.90")],
            "ApplyTaxAfterDiscount": True,
            **TAXED_LESS,
        },
    ),
    "custom fields and online payment": (
        {"customFields": {"customField": {"apiName": "dock", "value": "7"}}},
        {
            "settings": {
                "sales_order_custom_fields": [{"api_name": "dock", "definition_id": "1"}],
                "online_card_payment": True,
            },
            "company": {"sales_fields": {"1": "Dock"}},
        },
        BASE
        | FLAGS
        | {
            "CustomField": [{"DefinitionId": "1", "Type": "StringType", "StringValue": "7"}],
            "AllowOnlineCreditCardPayment": True,
        },
    ),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_the_complete_body_of(name: str) -> None:
    changes, told, expected = GOLDEN[name]
    order = read(SalesOrder, **changes)
    assert form_problems(order) == []
    assert sales_orders.to_qbo(order, known(**told)) == expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("WAITING_FOR_STOCK", Variant("openSalesOrder", "Estimate")),
        ("WAITING_FOR_DELIVERY", Variant("openSalesOrder", "Estimate")),
        ("ORDER_WAITING_TO_BE_DELIVERED", Variant("openSalesOrder", "Estimate")),
        ("CHECKOUT_SUBMITTED", Variant("salesOrder", "Invoice")),
        ("Checked Out", Variant("salesOrder", "Invoice")),
        ("COMPLETED", Variant("salesOrder", "Invoice")),
        ("ORDER_DELIVERED", Variant("salesOrder", "Invoice")),
    ],
)
def test_an_order_becomes(status: str, expected: Variant) -> None:
    order = read(SalesOrder, status=status)
    assert sales_orders.variant(order) == expected
    assert sales_orders.skip_reason(order, settings()) is None


def judged(status: str, **chosen: Any) -> Standing:
    order = read(SalesOrder, status=status)
    return sales_orders.PUSH.eligibility.verdict(order, settings(**chosen), a_company()).standing


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("OPEN_SHOPPING_CART", Standing.NOT_YET),
        ("CANCELLED", Standing.NEVER),
        ("ORDER_FAILED", Standing.NEVER),
        ("THIRDPARTY_COMMUNICATION_FAILED", Standing.NEVER),
        ("Counter", Standing.UNDECIDED),
        ("WAITING_FOR_STOCK", Standing.POSTED),
        ("Checkout submitted", Standing.POSTED),
    ],
)
def test_an_order_is_pushed_by_its_status(status: str, expected: Standing) -> None:
    assert judged(status) is expected


def test_a_status_of_the_company_can_mean_checked_out() -> None:
    assert judged("Counter", sales_order_statuses=["counter"]) is Standing.POSTED
    assert sales_orders.variant(read(SalesOrder, status="Counter")).target == "Invoice"


def test_open_orders_are_left_out_by_choice() -> None:
    chosen = settings(open_sales_orders=False)
    assert sales_orders.skip_reason(read(SalesOrder, **OPEN), chosen) == (
        "It is not checked out yet (WAITING_FOR_STOCK), and the setting "
        '"Push open sales orders as estimates" is off. Check it out in MobiWork, or switch that on.'
    )
    assert sales_orders.skip_reason(read(SalesOrder), chosen) is None


def test_a_rebate_that_the_total_does_not_know_is_refused_with_all_figures() -> None:
    assert form_problems(read(SalesOrder, rebate="2.00")) == [
        "Its lines add up to 9.00, its discount is 2.00 and its tax is 0.63, which makes 7.63, but "
        "its total says 9.63. Correct the lines or the total in MobiWork."
    ]


def waits_for(order: SalesOrder, chosen: Settings) -> list[str]:
    needed = sales_orders.PUSH.references.needed(order, chosen, a_company())
    return [one.record_id for one in needed]


def test_shipping_waits_for_the_product_it_is_sold_as() -> None:
    shipped, chosen = read(SalesOrder, shippingCost="1.0"), settings(shipping_product="307003")
    assert "307003" in waits_for(shipped, chosen)
    assert "307003" not in waits_for(read(SalesOrder), chosen)
    assert "307003" not in waits_for(shipped, settings())


def test_shipping_without_a_product_is_refused_in_words() -> None:
    shipped = read(SalesOrder, shippingCost="12.5", total="22.13")
    with pytest.raises(MissingMappingsError) as caught:
        sales_orders.to_qbo(shipped, known())
    assert caught.value.problems == (
        'It has 12.50 of shipping, and the setting "Product used for shipping" is empty. '
        "Choose the service to use for shipping there.",
    )


STOCKED = {("product", "307001"): Linked("11", "0", "", {"InvStartDate": "2026-01-01"})}


def test_only_the_invoice_of_an_order_moves_stock() -> None:
    estimate = sales_orders.to_qbo(read(SalesOrder, **OPEN), known(links=STOCKED))
    assert estimate["TxnDate"] == "2025-11-03"
    with pytest.raises(MissingMappingsError, match="counts the stock"):
        sales_orders.to_qbo(read(SalesOrder), known(links=STOCKED))


def test_an_order_that_was_invoiced_never_becomes_an_estimate() -> None:
    with pytest.raises(RecordError, match="it is in QuickBooks as invoice 55 already"):
        sales_orders.to_qbo(read(SalesOrder, **OPEN), known(links=INVOICE))


@pytest.mark.parametrize(
    ("status", "other"), [("COMPLETED", "openSalesOrder"), ("WAITING_FOR_STOCK", "salesOrder")]
)
def test_each_document_asks_for_the_link_of_the_other(status: str, other: str) -> None:
    (mentioned,) = sales_orders.mentioned(read(SalesOrder, status=status))
    assert (mentioned.entity, mentioned.record_id) == (other, "61001")


@pytest.mark.parametrize(
    ("changes", "entity"), [({}, "Invoice"), (OPEN, "Estimate")], ids=["invoice", "estimate"]
)
def test_a_twin_is_looked_for_among_its_own_kind(changes: dict[str, str], entity: str) -> None:
    query = sales_orders.twin_query(sales_orders.to_qbo(read(SalesOrder, **changes), known()))
    assert query.split()[3] == entity


def test_an_order_is_named_by_number_and_customer() -> None:
    assert document.label(read(SalesOrder)) == "sales order SO-10001 of Blue Heron Plumbing"


def test_an_order_is_pushed_once() -> None:
    assert not sales_orders.PUSH.updates(settings(repush_invoices=True))


@pytest.fixture
def world() -> World:
    """Have the customer and the product in QuickBooks."""
    world = World()
    world.find(a_customer(), a_product())
    world.push("customer", "product")
    return world


def seen(world: World, run_id: str, **changes: str) -> dict[str, int]:
    """Let MobiWork show the order and push it; return the outcomes of the run."""
    world.run_id = run_id
    world.find(a_customer(), a_product(), an_order(**changes))
    return world.push("salesOrder")["salesOrder"]


def test_an_order_is_first_an_estimate_and_then_the_invoice_made_from_it(world: World) -> None:
    assert seen(world, "r2", **OPEN) == {"created": 1}
    assert seen(world, "r3", status="COMPLETED") == {"created": 1}
    (estimate,), (invoice,) = (
        world.quickbooks.records["Estimate"],
        world.quickbooks.records["Invoice"],
    )
    assert invoice["LinkedTxn"] == [{"TxnId": estimate["Id"], "TxnType": "Estimate"}]
    assert world.link("openSalesOrder", "61001") == estimate["Id"]
    assert world.link("salesOrder", "61001") == invoice["Id"]


def test_an_open_order_seen_again_stays_one_estimate(world: World) -> None:
    seen(world, "r2", **OPEN)
    assert seen(world, "r3", status="WAITING_FOR_DELIVERY") == {"unchanged": 1}
    assert len(world.quickbooks.records["Estimate"]) == 1


def test_an_order_that_is_open_again_gets_no_estimate(world: World) -> None:
    seen(world, "r2", status="COMPLETED")
    assert seen(world, "r3", **OPEN) == {"refused": 1}
    assert "Estimate" not in world.quickbooks.records


def test_a_cart_is_left_alone(world: World) -> None:
    assert seen(world, "r2", status="OPEN_SHOPPING_CART") == {"left out": 1}
    assert "it is not an order yet" in world.note("salesOrder", "61001")[1]


def test_an_estimate_whose_answer_was_lost_is_found_before_its_invoice_is_made(
    world: World,
) -> None:
    world.run_id = "r2"
    world.find(a_customer(), a_product(), an_order(**OPEN))
    world.quickbooks.after = lost_answer
    assert world.push("salesOrder", settle_seconds=10_000.0) == {"salesOrder": {"waiting": 1}}
    world.quickbooks.after = lambda _entity, _body: None
    assert seen(world, "r3", status="COMPLETED") == {"created": 1}
    (estimate,), (invoice,) = (
        world.quickbooks.records["Estimate"],
        world.quickbooks.records["Invoice"],
    )
    assert invoice["LinkedTxn"] == [{"TxnId": estimate["Id"], "TxnType": "Estimate"}]
    assert world.link("openSalesOrder", "61001") == estimate["Id"]


def test_an_order_cancelled_after_it_was_an_invoice_is_told_and_not_mirrored(
    world: World,
) -> None:
    seen(world, "r2", status="COMPLETED")
    assert seen(world, "r3", status="CANCELLED") == {"unchanged": 1}
    assert world.left("salesOrder") == {"61001": "deleted"}
