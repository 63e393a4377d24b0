"""Items of QuickBooks as MobiWork's products: services as services, all that is sold as parts.

A product gets the category of its item when it is added. Later each side keeps its own: MobiWork's
categories choose accounts and are never pushed, so those that somebody gave there must stand.
"""

from connector.entities.products.fields import FIELDS
from connector.entities.products.model import PRODUCTS
from connector.entities.shared.quickbooks_values import name_in
from connector.entities.shared.wire import NAME_LENGTH, legal_name
from connector.model.body import Body
from connector.model.flows.context import PullContext
from connector.model.flows.field import Changes
from connector.model.flows.pull_flow import PullEligibility, PullFlow, PullMatching, PullTranslation
from connector.model.policy.settings import Settings

TYPES = {"Service": "SERVICES", "Inventory": "PARTS_MATERIALS", "NonInventory": "PARTS_MATERIALS"}
_BUNDLE = (
    "It is a QuickBooks bundle. MobiWork has no bundles; the products in it are pulled one by one."
)
_NO_PRODUCT = {
    "Category": "It is a QuickBooks category: it groups products and is not a product itself.",
    "Group": _BUNDLE,
    "Bundle": _BUNDLE,
}
_WORDS = {
    "Service": "service",
    "Inventory": "part",
    "NonInventory": "part",
    "Category": "category",
    "Group": "bundle",
    "Bundle": "bundle",
}


def item_label(item: Body) -> str:
    """Name an item to a person."""
    return f'{_WORDS.get(str(item.get("Type")), "item")} "{name_in(item) or "(no name)"}"'


def skip_reason(item: Body, _settings: Settings) -> str | None:
    """Say why an item is no product: a category, a bundle, or nothing that we know."""
    found = str(item.get("Type") or "")
    if found in TYPES:
        return None
    unknown = (
        f'Its type in QuickBooks is "{found or "(none)"}", which is neither a service nor '
        "something that MobiWork keeps as a part."
    )
    return _NO_PRODUCT.get(found, unknown)


def new(item: Body, _known: PullContext) -> Changes:
    """Return what a new product needs besides its fields (reference 3.3).

    MobiWork demands a quantity and ignores it: stock comes later, see pulled_quantities. The
    category is what comes before the last colon of `Category:Item` (reference 6.4).
    """
    category = name_in(item, "FullyQualifiedName").rpartition(":")[0].strip()
    return {
        "type": TYPES[str(item["Type"])],
        "quantity": "0",
        "priceIncludesTax": "false",
        "enabled": "true",
        **({"category": category} if category else {}),
    }


PULL = PullFlow(
    name="pull_products",
    source="Item",
    records=PRODUCTS,
    label=item_label,
    eligibility=PullEligibility(skip_reason=skip_reason),
    translation=PullTranslation(fields=FIELDS, new=new),
    matching=PullMatching(
        quickbooks_key=lambda item, _settings: name_in(item),
        mobiwork_key=lambda product: legal_name(product.name, length=NAME_LENGTH),
    ),
    push="push_products",
)
