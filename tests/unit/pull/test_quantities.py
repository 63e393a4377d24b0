from decimal import Decimal

import pytest

from tests.builders import a_line, an_invoice, settings
from tests.unit.engine.two_sides import TwoSides

STOCKED = {
    "Name": "Copper elbow",
    "Type": "Inventory",
    "TrackQtyOnHand": True,
    "QtyOnHand": Decimal(13),
    "UnitPrice": Decimal("4.5"),
}


@pytest.mark.case("M16d")
@pytest.mark.parametrize(("status", "expected"), [("Customer Invoiced", "10"), ("VOID", "13")])
def test_a_quantity_is_pulled_less_what_waiting_documents_sold_already(
    status: str, expected: str
) -> None:
    sides = TwoSides()
    number = sides.in_quickbooks("Item", **STOCKED)
    sides.look("Item")
    sides.pull("pull_products")
    own = sides.owner("Item", number)
    sides.save(settings(handle_inventory=True, inventory_start_date="2025-10-01"))
    line = a_line(productId=own, quantity="3", price="3.0", total="9.00")
    sides.mobiwork.put(an_invoice(status=status, lineItems={"lineItem": [line]}))
    sides.look("Item")
    sides.pull("pull_part_quantities")
    assert sides.text("product", own, "quantity") == expected
