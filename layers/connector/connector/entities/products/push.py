"""Products: MobiWork's parts and services as QuickBooks Items."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from connector.entities.parties.display_names import COLON, is_name
from connector.entities.products.fields import FIELDS
from connector.entities.products.model import PRODUCTS, Product, kind
from connector.entities.shared.deactivation import deactivates, stock_left, unless_used
from connector.entities.shared.documents import LARGEST, PRICE_PLACES
from connector.entities.shared.wire import (
    DESCRIPTION_LENGTH,
    NAME_LENGTH,
    legal_name,
    without_empty,
)
from connector.errors import (
    OPEN_SETTINGS,
    RETRY,
    SKIP,
    MissingMappingsError,
    Obstacle,
    SettingError,
)
from connector.model.body import Body, Json
from connector.model.company import Account
from connector.model.flows.context import PushContext
from connector.model.flows.push_flow import (
    PushEligibility,
    PushFlow,
    PushMatching,
    PushReferences,
    PushTranslation,
    PushWording,
    Updating,
)
from connector.model.outcomes import About
from connector.model.policy.accounts import (
    ASSET,
    COST,
    INCOME,
    INVENTORY_COST,
    INVENTORY_INCOME,
    AccountRule,
    account_of,
    account_of_category,
)
from connector.model.policy.settings import Settings
from connector.model.policy.stock_requirements import inventory_problems
from connector.model.worklist.causes import of_setting
from connector.quickbooks.query import select

PURCHASE_DESCRIPTION_LENGTH = 1000
CREATE_ONLY = frozenset({"Type", "TrackQtyOnHand", "QtyOnHand", "InvStartDate", "AssetAccountRef"})
WITH_FIRST_COST = {"ExpenseAccountRef": "IncomeAccountRef", "PurchaseDesc": "IncomeAccountRef"}
"""What an item that we made gets with its first cost: without it QuickBooks cannot buy it."""
STOCK_INCOME = replace(INVENTORY_INCOME, by_category=INCOME.by_category)
STOCK_COST = replace(INVENTORY_COST, by_category=COST.by_category)
skip_create_reason = unless_used("disabled", "sell it")


def label(product: Product) -> str:
    """Name a product to a person."""
    return f'{kind(product)} "{product.name or "(no name)"}" ({product.id})'


def problems(product: Product) -> list[str]:
    """Say what is wrong with a product."""
    found = []
    if not is_name(product.name):
        found.append(f'It has no name (found "{product.name}"). Enter one in MobiWork.')
    if product.price < 0 or product.cost < 0:
        found.append(
            f"Its price ({product.price}) or cost ({product.cost}) is negative. Correct it in "
            "MobiWork."
        )
    if max(product.price, product.cost, abs(product.quantity)) >= LARGEST:
        found.append(
            f"Its price ({product.price}), cost ({product.cost}) or quantity ({product.quantity}) "
            "is larger than QuickBooks can hold. Correct it in MobiWork."
        )
    return found


def item_type(product: Product, settings: Settings) -> str:
    """Choose the type of a new item: service, inventory or non-inventory (mission A3, A5)."""
    if kind(product) == "service" or settings.products_as_services:
        return "Service"
    if settings.handle_inventory and product.id not in settings.non_inventory_products:
        return "Inventory"
    return "NonInventory"


def to_qbo(product: Product, known: PushContext) -> Body:
    """Translate to an Item (reference 6.4); the quantity goes along only when it is created.

    Raises:
        MissingMappingsError: an account that it needs is not chosen or does not fit, or it cannot
            become an inventory item.
    """
    chosen = item_type(product, known.settings)
    stocked = chosen == "Inventory"
    bought = stocked or bool(product.cost)
    wanted = {"IncomeAccountRef": STOCK_INCOME if stocked else INCOME}
    if bought:
        wanted["ExpenseAccountRef"] = STOCK_COST if stocked else COST
    if stocked:
        wanted["AssetAccountRef"] = ASSET
    body: Body = {
        "Name": legal_name(product.name, length=NAME_LENGTH),
        "Sku": product.sku[:NAME_LENGTH],
        "Type": chosen,
        "Description": product.description[:DESCRIPTION_LENGTH],
        "UnitPrice": _price(product.price),
        "Taxable": product.taxable,
        "Active": product.enabled,
    }
    if bought:
        body |= {
            "PurchaseCost": _price(product.cost),
            "PurchaseDesc": product.description[:PURCHASE_DESCRIPTION_LENGTH],
        }
    if stocked:
        body |= _opening_stock(product, known)
    unready = inventory_problems(known.settings, known.company) if stocked else ()
    missing: list[str] = [of_setting(one.setting, one.sentence) for one in unready]
    accounts = _accounts(product, known, wanted, missing)
    if missing:
        raise MissingMappingsError(missing, fixes=(OPEN_SETTINGS, RETRY, SKIP))
    return without_empty(body | accounts)


def _accounts(
    product: Product, known: PushContext, wanted: Mapping[str, AccountRule], missing: list[str]
) -> Body:
    """Return the accounts by their member; what is wrong with them is added to `missing`."""
    found: Body = {}
    for member, rule in wanted.items():
        try:
            found[member] = {"value": _account(product, known, rule).id}
        except SettingError as error:
            missing.append(Obstacle(str(error), error.cause))
    return found


def _account(product: Product, known: PushContext, rule: AccountRule) -> Account:
    if not rule.by_category:
        return account_of(known.company, known.settings, rule)
    return account_of_category(known.company, known.settings, rule, product.category)


def _opening_stock(product: Product, known: PushContext) -> Body:
    """Return what makes an item count stock: sent once (rule of mission A9, reference 6.4).

    The quantity is that of the start date: today's, and what waiting documents will move yet.
    """
    start = known.settings.inventory_start_date
    return {
        "TrackQtyOnHand": True,
        "QtyOnHand": max(
            product.quantity + known.moves.get(product.id or "", Decimal(0)), Decimal(0)
        ),
        "InvStartDate": "" if start is None else start.isoformat(),
    }


def _price(price: Decimal) -> Decimal:
    """Return a price as precise as QuickBooks keeps one: seven places (reference 7.2)."""
    rounded = price.quantize(PRICE_PLACES, rounding=ROUND_HALF_UP)
    return price if rounded == price else rounded or Decimal(0)


def remarks(product: Product, answer: Json) -> list[str]:
    """Say what of a product was shortened, rounded or not taken over."""
    bought = "PurchaseDesc" in answer or bool(product.cost)
    lengths = (
        ("name", legal_name(product.name, length=len(product.name) * 3), NAME_LENGTH),
        ("SKU", product.sku, NAME_LENGTH),
        ("description", product.description, DESCRIPTION_LENGTH),
        (
            "purchase description",
            product.description if bought else "",
            PURCHASE_DESCRIPTION_LENGTH,
        ),
    )
    found = [
        f"Its {words} was cut to the {length} characters that QuickBooks allows."
        for words, text, length in lengths
        if len(text) > length
    ]
    if ":" in product.name:
        found.append(COLON)
    if _price(product.price) != product.price or _price(product.cost) != product.cost:
        found.append("Its price or cost was rounded to seven decimal places.")
    if product.price_includes_tax:
        found.append(
            "Its price in MobiWork includes sales tax, but QuickBooks adds tax to the price: "
            "enter the price before tax in MobiWork."
        )
    if product.quantity < 0 and answer.get("Type") == "Inventory" and _is_new(answer):
        found.append(
            f"MobiWork counts {product.quantity} on hand; it was created with none in QuickBooks. "
            "Adjust the quantity there."
        )
    return found


def _is_new(answer: Json) -> bool:
    return str(answer.get("SyncToken", "0")) == "0"


def twin_query(body: Body) -> str:
    """Find items of the same name, inactive ones too."""
    return select("Item", Name=body["Name"], Active=(True, False))


def is_twin(body: Body, found: Json) -> bool:
    """Compare name and type; an item of another type or an inactive one is not the same product."""
    same = str(found.get("Name", "")).casefold() == str(body["Name"]).casefold()
    return same and found.get("Type") == body["Type"] and bool(found.get("Active", True))


def another_name(body: Body) -> str | None:
    """Return a name to offer for an item whose name is taken: with its SKU, or None."""
    sku = str(body.get("Sku", ""))
    name = legal_name(f"{body['Name']} ({sku})")
    return name if sku and len(name) <= NAME_LENGTH else None


PUSH = PushFlow(
    name="push_products",
    records=PRODUCTS,
    target="Item",
    eligibility=PushEligibility(skip_create_reason=skip_create_reason, problems=problems),
    references=PushReferences(),
    translation=PushTranslation(body=to_qbo, create_only=CREATE_ONLY, fields=FIELDS),
    opens_stock=True,
    matching=PushMatching(twin_query=twin_query, is_twin=is_twin, another_name=another_name),
    wording=PushWording(
        label=label,
        remarks=remarks,
        about=lambda product, _known: About(number=product.name),
    ),
    updating=Updating(
        kind=kind, blocker=stock_left, looks_before=deactivates, along=WITH_FIRST_COST
    ),
)
