from decimal import Decimal
from typing import Any

import pytest

from connector.entities.purchases import bills
from connector.entities.purchases.model import PurchaseOrder
from connector.entities.sales import invoices
from connector.entities.sales.invoices import Invoice
from connector.errors import MissingMappingsError
from connector.model.flows.context import Linked
from tests.unit.entities.purchases.buying import PURCHASED, an_order, knowing
from tests.unit.entities.sales.selling import known, money, read

COUNTED = {"Type": "Inventory", "TrackQtyOnHand": True}
REFUSAL = (
    'Line 1 ("Copper elbow") has no quantity, and QuickBooks counts the stock of its '
    "product. Enter in MobiWork how many it is."
)
ELBOW = {"productId": "307001", "productName": "Copper elbow", "taxable": "false"}


def sold(base: dict[str, Any], total: str, **line: str) -> Any:
    elbow = ELBOW | {"price": "4.50", "total": total} | line
    invoice = read(Invoice, **money([elbow], total, "0.0", total))
    links = {("product", "307001"): Linked("11", "0", "", base)}
    return invoices.to_qbo(invoice, known(links=links))["Line"][0]["SalesItemLineDetail"]


def bought(base: dict[str, Any], total: str) -> Any:
    line = {"productId": "307016", "productName": "Copper elbow", "price": "1.32", "total": total}
    order = an_order("71001", status="RECEIVED", lineItems={"lineItem": [line]})
    linked = Linked("11", "0", "", PURCHASED | base)
    context = knowing((("purchaseOrder", "71001"), Linked("145", "0", "", {})))
    links = {**context.links, ("product", "307016"): linked}
    body = bills.to_qbo(PurchaseOrder.model_validate(order.fields), knowing(*links.items()))
    return body["Line"][0]["ItemBasedExpenseLineDetail"]


@pytest.mark.case("M17")
def test_a_part_sold_without_a_quantity_is_as_many_as_its_amount_is_of_its_price() -> None:
    for line in ({}, {"quantity": "0"}, {"quantity": "null"}):
        assert sold(COUNTED, "13.50", **line)["Qty"] == 3


@pytest.mark.case("M17")
def test_a_part_bought_without_a_quantity_is_as_many_as_its_amount_is_of_its_price() -> None:
    assert bought(COUNTED, "5.28")["Qty"] == 4


@pytest.mark.case("M17a")
def test_a_part_of_which_nobody_can_tell_how_many_is_refused_by_its_line() -> None:
    with pytest.raises(MissingMappingsError) as refused:
        sold(COUNTED, "13.00")
    assert refused.value.problems == (REFUSAL,)
    with pytest.raises(MissingMappingsError) as refused:
        bought(COUNTED, "5.00")
    assert refused.value.problems == (REFUSAL,)


@pytest.mark.case("M17e")
@pytest.mark.parametrize("line", [{}, {"quantity": "null"}, {"quantity": ""}])
def test_a_part_for_nothing_without_a_quantity_moves_no_stock(line: dict[str, str]) -> None:
    assert sold(COUNTED, "0.00", **line) == sold(COUNTED, "0.00", quantity="0")
    with pytest.raises(MissingMappingsError) as refused:
        sold(COUNTED, "0.00", price="0", **line)
    assert refused.value.problems == (REFUSAL,)


@pytest.mark.case("M17b")
def test_what_is_not_counted_needs_no_quantity() -> None:
    assert "Qty" not in sold({"Type": "Service"}, "13.00", quantity="0")
    assert "Qty" not in sold({"Type": "NonInventory"}, "13.00", quantity="0")


@pytest.mark.case("M17c")
def test_a_discount_of_the_line_is_no_missing_piece() -> None:
    assert sold(COUNTED, "12.50", discountAmount="1.0") == {
        "ItemRef": {"value": "11"},
        "TaxCodeRef": {"value": "NON"},
        "Qty": Decimal(3),
        "UnitPrice": Decimal("4.1666667"),
    }
