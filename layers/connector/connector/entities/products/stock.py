"""QuickBooks' quantity on hand into MobiWork's parts, one way (mission A9).

MobiWork counts whole pieces (reference 3.3), so a fraction is rounded down: it never shows more
than there is. It may ignore what is written, so the engine reads it back (the quantity trap).
"""

from decimal import ROUND_FLOOR, Decimal

from connector.entities.products.model import PRODUCTS
from connector.entities.products.pull import item_label
from connector.entities.shared.quickbooks_values import number_in, plain_number
from connector.model.body import Body, Json
from connector.model.flows.field import Field
from connector.model.flows.pull_flow import PullEligibility, PullFlow, PullTranslation
from connector.model.policy.settings import Settings


def _whole(quantity: Decimal) -> str:
    return plain_number(quantity.to_integral_value(rounding=ROUND_FLOOR))


def _there(item: Json) -> str:
    return _whole(number_in(item, "QtyOnHand"))


def label(item: Body) -> str:
    """Name the stock of an item to a person, with a fraction that MobiWork cannot show."""
    named, counted = f"quantity of {item_label(item)}", number_in(item, "QtyOnHand")
    if counted == counted.to_integral_value():
        return named
    return f"{named} ({plain_number(counted)} in QuickBooks, whole pieces in MobiWork)"


def skip_reason(item: Body, _settings: Settings) -> str | None:
    """Say why an item has no quantity to show."""
    if item.get("Type") == "Inventory" and item.get("TrackQtyOnHand"):
        return None
    return "QuickBooks does not count its quantity on hand."


def less(item: Body, moved: Decimal) -> Body:
    """Return an item as it will be when the documents are posted that MobiWork has counted."""
    return item | {"QtyOnHand": number_in(item, "QtyOnHand") - moved}


PULL = PullFlow(
    name="pull_part_quantities",
    source="Item",
    records=PRODUCTS,
    label=label,
    eligibility=PullEligibility(skip_reason=skip_reason),
    translation=PullTranslation(
        fields=(
            Field(
                name="quantity on hand",
                mobiwork=lambda product: _whole(product.quantity),
                quickbooks=_there,
                write=lambda value, _product: {"quantity": value},
                one_way=True,
                verify_after_write=True,
            ),
        ),
    ),
    less=less,
    matching=None,
    push="push_products",
)
