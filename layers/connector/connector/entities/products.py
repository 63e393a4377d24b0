"""Products: MobiWork's parts and services as QuickBooks Items."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pydantic import AliasChoices, Field

from connector.entities.wire import NAME_LENGTH, Wire, cents, legal_name, without_empty
from connector.flow import Body, Flow, Known, always
from connector.mobiwork.values import MobiWorkBool, MobiWorkDecimal, MobiWorkId
from connector.quickbooks.query import select
from connector.requirements import COST, INCOME, account_of_category, asset_account
from connector.settings import Settings

DESCRIPTION_LENGTH = 4000
PURCHASE_DESCRIPTION_LENGTH = 1000
CREATE_ONLY = frozenset({"Type", "TrackQtyOnHand", "QtyOnHand", "InvStartDate", "AssetAccountRef"})


class Product(Wire):
    """A MobiWork product: `type` tells parts from services (reference 3.3)."""

    id: MobiWorkId = Field(default=None, validation_alias=AliasChoices("mobiworkproductid", "id"))
    name: str = ""
    description: str = ""
    type: str = "PARTS_MATERIALS"
    price: MobiWorkDecimal = Decimal(0)
    cost: MobiWorkDecimal = Decimal(0)
    quantity: MobiWorkDecimal = Decimal(0)
    sku: str = ""
    category: str = ""
    taxable: MobiWorkBool = False
    enabled: MobiWorkBool = True


def kind(product: Product) -> str:
    """Tell whether it is a service; everything else is a part."""
    return "service" if product.type.upper() == "SERVICES" else "part"


def label(product: Product) -> str:
    """Name a product to a person."""
    return f'{kind(product)} "{product.name or "(no name)"}" ({product.id})'


def problems(product: Product) -> list[str]:
    """Say what is wrong with a product."""
    found = []
    if not legal_name(product.name, length=NAME_LENGTH):
        found.append("It has no name. Enter one in MobiWork.")
    if product.price < 0 or product.cost < 0:
        found.append(
            f"Its price ({product.price}) or cost ({product.cost}) is negative. Correct it in "
            "MobiWork."
        )
    return found


def item_type(product: Product, settings: Settings) -> str:
    """Choose the type of a new item: service, inventory or non-inventory (mission A3, A5)."""
    if kind(product) == "service" or settings.products_as_services:
        return "Service"
    if settings.handle_inventory and product.id not in settings.non_inventory_products:
        return "Inventory"
    return "NonInventory"


def to_qbo(product: Product, known: Known) -> Body:
    """Translate to an Item (reference 6.4); the quantity goes along only when it is created."""
    settings, company = known.settings, known.company
    income = account_of_category(company, settings, INCOME, product.category)
    cost = account_of_category(company, settings, COST, product.category)
    chosen = item_type(product, settings)
    body: Body = {
        "Name": legal_name(product.name, length=NAME_LENGTH),
        "Sku": product.sku[:NAME_LENGTH],
        "Type": chosen,
        "Description": product.description[:DESCRIPTION_LENGTH],
        "UnitPrice": product.price,
        "Taxable": product.taxable,
        "Active": product.enabled,
        "IncomeAccountRef": {"value": income.id},
    }
    if product.cost or chosen == "Inventory":
        body |= {
            "PurchaseCost": cents(product.cost),
            "PurchaseDesc": product.description[:PURCHASE_DESCRIPTION_LENGTH],
            "ExpenseAccountRef": {"value": cost.id},
        }
    if chosen == "Inventory":
        body |= _opening_stock(product, known)
    return without_empty(body)


def _opening_stock(product: Product, known: Known) -> Body:
    """Return what makes an item count stock: sent once (rule of mission A9, reference 6.4)."""
    start = known.settings.inventory_start_date
    return {
        "TrackQtyOnHand": True,
        "QtyOnHand": max(product.quantity, Decimal(0)),
        "InvStartDate": "" if start is None else start.isoformat(),
        "AssetAccountRef": {"value": asset_account(known.company, known.settings).id},
    }


def remarks(product: Product, _answer: Mapping[str, Any]) -> list[str]:
    """Say what of a product was shortened."""
    if len(product.name) > NAME_LENGTH:
        return [f"Its name was cut to the {NAME_LENGTH} characters that QuickBooks allows."]
    return []


def twin_query(body: Body) -> str:
    """Find items of the same name, inactive ones too."""
    return select("Item", Name=body["Name"], Active=(True, False))


def is_twin(body: Body, found: Mapping[str, Any]) -> bool:
    """Compare name and type; an item of another type is not the same product."""
    same = str(found.get("Name", "")).casefold() == str(body["Name"]).casefold()
    return same and found.get("Type") == body["Type"] and bool(found.get("Active", True))


PUSH = Flow(
    name="push_products",
    source="product",
    target="Item",
    model=Product,
    filters={"disabled": "true"},
    label=label,
    problems=problems,
    translate=to_qbo,
    twin_query=twin_query,
    is_twin=is_twin,
    remarks=remarks,
    kind=kind,
    create_only=CREATE_ONLY,
    updates=always,
)
