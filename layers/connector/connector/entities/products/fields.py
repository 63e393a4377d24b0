"""What MobiWork and QuickBooks both know of a product.

A price or cost of zero is none at all. What the accountant keeps besides (accounts, a purchase
description) is in no field, so it goes along only where we set it. Stock: see pulled_quantities.
"""

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from connector.entities.shared.documents import LARGEST, PRICE_PLACES
from connector.entities.shared.quickbooks_values import name_in, number_in, plain_number, text_in
from connector.entities.shared.wire import DESCRIPTION_LENGTH, NAME_LENGTH, legal_name
from connector.mobiwork.values import format_bool
from connector.model.flows.field import Changes, Field, Value

if TYPE_CHECKING:
    from connector.entities.products.model import Product


def _money(value: Decimal) -> str:
    return plain_number(value) if value else ""


def _as_kept(price: Value) -> Value:
    """Round a price to the seven places that QuickBooks keeps (reference 7.2)."""
    value = Decimal(price or 0)
    if abs(value) >= LARGEST:
        return price
    return _money(value.quantize(PRICE_PLACES, rounding=ROUND_HALF_UP))


def _text(element: str) -> Callable[[Value, "Product | None"], Changes]:
    def write(value: Value, product: "Product | None") -> Changes:
        return {} if product is None and not value else {element: value or None}

    return write


def _amount(element: str) -> Callable[[Value, "Product | None"], Changes]:
    return lambda value, _product: {element: value or "0"}


FIELDS: "tuple[Field[Product], ...]" = (
    Field(
        name="name",
        mobiwork=lambda product: product.name,
        quickbooks=name_in,
        write=_text("name"),
        members=("Name",),
        compared=lambda name: legal_name(name, length=NAME_LENGTH),
    ),
    Field(
        name="description",
        mobiwork=lambda product: product.description,
        quickbooks=lambda item: text_in(item, "Description"),
        write=_text("description"),
        members=("Description",),
        clears={"Description": "", "PurchaseDesc": ""},
        compared=lambda text: " ".join(text[:DESCRIPTION_LENGTH].split()),
    ),
    Field(
        name="SKU",
        mobiwork=lambda product: product.sku,
        quickbooks=lambda item: text_in(item, "Sku"),
        write=_text("sku"),
        members=("Sku",),
        clears={"Sku": ""},
        compared=lambda sku: sku[:NAME_LENGTH].strip(),
    ),
    Field(
        name="price",
        mobiwork=lambda product: _money(product.price),
        quickbooks=lambda item: _money(number_in(item, "UnitPrice")),
        write=_amount("price"),
        members=("UnitPrice",),
        compared=_as_kept,
    ),
    Field(
        name="cost",
        mobiwork=lambda product: _money(product.cost),
        quickbooks=lambda item: _money(number_in(item, "PurchaseCost")),
        write=_amount("cost"),
        members=("PurchaseCost",),
        clears={"PurchaseCost": Decimal(0)},
        compared=_as_kept,
    ),
    Field(
        name="taxable",
        mobiwork=lambda product: product.taxable,
        quickbooks=lambda item: bool(item.get("Taxable")),
        write=lambda value, _product: {"taxable": format_bool(bool(value))},
        members=("Taxable",),
    ),
)
