"""MobiWork's record of a part or a service."""

from decimal import Decimal

from pydantic import AliasChoices, Field

from connector.entities.shared.wire import Wire
from connector.mobiwork.values import IdValue, MobiWorkBool, MobiWorkDecimal
from connector.model.flows.census import CATEGORY
from connector.model.flows.records import MobiWorkRecords


class Product(Wire):
    """A MobiWork product: `type` tells parts from services (reference 3.3).

    id, external_id: MobiWork's id, and the one that another system gave it.
    name, description, sku, category: as MobiWork has them.
    price, cost: of one, in dollars.
    quantity: on hand.
    taxable: whether sales tax is charged on it.
    price_includes_tax: whether the price is gross.
    enabled: whether it is in use.
    """

    id: IdValue = Field(default=None, validation_alias=AliasChoices("mobiworkproductid", "id"))
    external_id: str = Field(default="", alias="externalid")
    name: str = ""
    description: str = ""
    type: str = "PARTS_MATERIALS"
    price: MobiWorkDecimal = Decimal(0)
    cost: MobiWorkDecimal = Decimal(0)
    quantity: MobiWorkDecimal = Decimal(0)
    sku: str = ""
    category: str = ""
    taxable: MobiWorkBool = False
    price_includes_tax: MobiWorkBool = Field(default=False, alias="priceincludestax")
    enabled: MobiWorkBool = True


def kind(product: Product) -> str:
    """Tell whether it is a service; everything else is a part."""
    return "service" if product.type.upper() == "SERVICES" else "part"


PRODUCTS = MobiWorkRecords(
    entity="product",
    model=Product,
    filters={"disabled": "true"},
    external_id=lambda product: product.external_id,
    enabled=lambda product: product.enabled,
    said=lambda product: [(CATEGORY, product.category)],
)
