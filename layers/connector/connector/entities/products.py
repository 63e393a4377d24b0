"""Products: MobiWork's parts and services as QuickBooks Items."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pydantic import AliasChoices, Field

from connector.company import AccountSetting, Company, SettingError, find_account
from connector.entities.wire import NAME_LENGTH, Wire, cents, legal_name, without_empty
from connector.flow import Body, Flow, Known
from connector.mobiwork.values import MobiWorkBool, MobiWorkDecimal, MobiWorkId
from connector.quickbooks.query import select
from connector.settings import Settings, title

INCOME = AccountSetting(title("income_account"), ("Income", "Other Income"))
COST = AccountSetting(title("cost_of_goods_account"), ("Cost of Goods Sold", "Expense"))
DESCRIPTION_LENGTH = 4000
PURCHASE_DESCRIPTION_LENGTH = 1000


class Product(Wire):
    """A MobiWork product: `type` tells parts from services (reference 3.3)."""

    id: MobiWorkId = Field(default=None, validation_alias=AliasChoices("mobiworkproductid", "id"))
    name: str = ""
    description: str = ""
    type: str = "PARTS_MATERIALS"
    price: MobiWorkDecimal = Decimal(0)
    cost: MobiWorkDecimal = Decimal(0)
    sku: str = ""
    taxable: MobiWorkBool = False
    enabled: MobiWorkBool = True

    @property
    def is_service(self) -> bool:
        """Whether it is a service; everything else is a part."""
        return self.type.upper() == "SERVICES"


def label(product: Product) -> str:
    """Name a product to a person."""
    kind = "service" if product.is_service else "part"
    return f'{kind} "{product.name or "(no name)"}" ({product.id})'


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


def needs(settings: Settings, company: Company) -> list[str]:
    """Say which account settings stop all products (mission A19)."""
    found = []
    chosen = ((settings.income_account, INCOME), (settings.cost_of_goods_account, COST))
    for wanted, setting in chosen:
        try:
            find_account(company, wanted, setting)
        except SettingError as error:
            found.append(str(error))
    return found


def to_qbo(product: Product, known: Known) -> Body:
    """Translate to an Item of type Service or NonInventory (reference 6.4)."""
    income = find_account(known.company, known.settings.income_account, INCOME)
    cost = find_account(known.company, known.settings.cost_of_goods_account, COST)
    body = {
        "Name": legal_name(product.name, length=NAME_LENGTH),
        "Sku": product.sku[:NAME_LENGTH],
        "Type": "Service" if product.is_service else "NonInventory",
        "Description": product.description[:DESCRIPTION_LENGTH],
        "UnitPrice": product.price,
        "Taxable": product.taxable,
        "Active": product.enabled,
        "IncomeAccountRef": {"value": income.id},
    }
    if product.cost:
        body |= {
            "PurchaseCost": cents(product.cost),
            "PurchaseDesc": product.description[:PURCHASE_DESCRIPTION_LENGTH],
            "ExpenseAccountRef": {"value": cost.id},
        }
    return without_empty(body)


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
    label=label,
    problems=problems,
    needs=needs,
    translate=to_qbo,
    twin_query=twin_query,
    is_twin=is_twin,
    updates=True,
)
