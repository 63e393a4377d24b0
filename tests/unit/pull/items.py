"""An item that QuickBooks has, and the product that pulling makes of it."""

from decimal import Decimal
from typing import Any

from tests.unit.engine.two_sides import TwoSides

ELBOW: dict[str, Any] = {
    "Name": "Copper elbow",
    "Type": "NonInventory",
    "UnitPrice": Decimal("4.5"),
    "PurchaseCost": Decimal("1.2"),
    "Taxable": True,
    "Description": "Copper elbow",
}


def pulled(sides: TwoSides, **changes: Any) -> tuple[str, str]:
    number = sides.in_quickbooks("Item", **(ELBOW | changes))
    sides.look("Item")
    sides.pull("pull_products")
    return number, sides.owner("Item", number)


def both_linked(sides: TwoSides) -> tuple[str, str]:
    number, own = pulled(sides)
    sides.run_id = "r2"
    return number, own
