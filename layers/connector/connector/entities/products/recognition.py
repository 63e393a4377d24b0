"""How products are recognised on the other side: by name, SKU, price, category and kind."""

from decimal import Decimal

from connector.entities.products.model import Product, kind
from connector.entities.products.pull import TYPES, item_label
from connector.entities.products.push import label
from connector.entities.shared.quickbooks_values import name_in, number_in, plain_number, text_in
from connector.entities.shared.recognition import without_nothing
from connector.entities.shared.wire import NAME_LENGTH, legal_name, meaningful
from connector.model.body import Json
from connector.model.flows.recognition import Recognition
from connector.model.matching.evidence import Facts
from connector.model.matching.scoring import CATEGORY, KIND, NAME, PRICE, PRODUCTS, SKU

KINDS = {"Service": ("service", "part"), "Inventory": ("part",), "NonInventory": ("part",)}
"""What an item may be in MobiWork: a service also a part, where a company books parts so."""


def here(product: Product) -> Facts:
    """Return what MobiWork says of a product."""
    return Facts(
        product.id or "",
        label(product),
        without_nothing(
            {
                NAME: (legal_name(meaningful(product.name), length=NAME_LENGTH),),
                SKU: (product.sku,),
                PRICE: (_money(product.price),),
                CATEGORY: (meaningful(product.category),),
                KIND: (kind(product),),
            }
        ),
    )


def there(item: Json) -> Facts | None:
    """Return what QuickBooks says of an item; nothing of a category or a bundle."""
    found = str(item.get("Type") or "")
    if found not in TYPES:
        return None
    category = name_in(item, "FullyQualifiedName").rpartition(":")[0]
    return Facts(
        str(item["Id"]),
        item_label(dict(item)),
        without_nothing(
            {
                NAME: (name_in(item),),
                SKU: (text_in(item, "Sku"),),
                PRICE: (_money(number_in(item, "UnitPrice")),),
                CATEGORY: (category, category.rpartition(":")[2]),
                KIND: KINDS[found],
            }
        ),
        inactive=item.get("Active") is False,
    )


def _money(price: Decimal) -> str:
    return plain_number(price) if price else ""


RECOGNITION = Recognition(PRODUCTS, here, there)
