from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.entities.products import push as push_products
from connector.entities.products.model import Product
from connector.entities.purchases import lines
from connector.errors import MissingMappingsError
from connector.model.body import Body
from connector.model.flows.context import PushContext
from connector.model.links import Link
from tests.builders import CONNECTION, a_company, a_product, settings
from tests.unit.engine.world import World

KNOWN = PushContext(settings(), a_company(), {}, "[mark]")
STOCK = {
    "handle_inventory": True,
    "asset_account": "Inventory Asset",
    "inventory_start_date": "2025-01-01",
}
PART = {
    "Name": "Copper elbow 307001",
    "Type": "NonInventory",
    "Description": "Copper elbow",
    "UnitPrice": Decimal("4.50"),
    "Taxable": True,
    "Active": True,
    "IncomeAccountRef": {"value": "79"},
    "PurchaseCost": Decimal("1.20"),
    "PurchaseDesc": "Copper elbow",
    "ExpenseAccountRef": {"value": "80"},
}
STOCKED = PART | {
    "Type": "Inventory",
    "TrackQtyOnHand": True,
    "QtyOnHand": Decimal(12),
    "InvStartDate": "2025-01-01",
    "AssetAccountRef": {"value": "81"},
}
UNBOUGHT = {
    name: value
    for name, value in PART.items()
    if name not in {"PurchaseCost", "PurchaseDesc", "ExpenseAccountRef"}
}

LABOR = {"name": "Labor, hour", "description": "Labor of one technician, per hour"}
SERVED = {"Type": "Service", "Name": LABOR["name"], "Description": LABOR["description"]}


def read(**changes: Any) -> Product:
    return Product.model_validate(a_product(**changes).fields)


def body_of(chosen: dict[str, Any] | None = None, **changes: Any) -> Body:
    known = PushContext(settings(**(chosen or {})), a_company(), {}, "[mark]")
    return push_products.to_qbo(read(**changes), known)


GOLDEN: dict[str, tuple[dict[str, Any], dict[str, Any], Body]] = {
    "a part": ({}, {"sku": "CE-050"}, PART | {"Sku": "CE-050"}),
    "a part that is never bought": ({}, {"cost": "0.0"}, UNBOUGHT),
    "a service": (
        {},
        {"type": "SERVICES", "cost": "0.0", "taxable": "false", "price": "95.0"} | LABOR,
        UNBOUGHT | SERVED | {"Taxable": False, "UnitPrice": Decimal("95.0")},
    ),
    "a service with a cost": (
        {},
        {"type": "SERVICES", "price": "140.00", "cost": "95.00"} | LABOR,
        PART
        | SERVED
        | {
            "UnitPrice": Decimal("140.00"),
            "PurchaseCost": Decimal("95.00"),
            "PurchaseDesc": "Labor of one technician, per hour",
        },
    ),
    "a part when parts are sent as services": (
        {"products_as_services": True},
        {},
        PART | {"Type": "Service"},
    ),
    "a part with its stock": (STOCK, {"quantity": "12"}, STOCKED),
    "a part with its stock that was given no cost": (
        STOCK,
        {"quantity": "0", "cost": "0"},
        STOCKED | {"QtyOnHand": Decimal(0), "PurchaseCost": Decimal(0)},
    ),
    "a part whose stock is below nothing": (
        STOCK,
        {"quantity": "-3"},
        STOCKED | {"QtyOnHand": Decimal(0)},
    ),
    "a part chosen as non-inventory while others count stock": (
        STOCK | {"non_inventory_products": ["307001"]},
        {"quantity": "12"},
        PART,
    ),
    "a service while parts count stock": (
        STOCK,
        {"type": "SERVICES", "quantity": "12", "cost": "0"} | LABOR,
        UNBOUGHT | SERVED,
    ),
    "a part of a category with accounts of its own": (
        {
            "income_account_of_category": {"Fittings": "Fees"},
            "cost_account_of_category": {"Fittings": "Job Supplies"},
        },
        {"category": "Fittings"},
        PART | {"IncomeAccountRef": {"value": "82"}, "ExpenseAccountRef": {"value": "60"}},
    ),
    "a disabled part": ({}, {"enabled": "false"}, PART | {"Active": False}),
    "a part with a colon in its name and a price of many places": (
        {},
        {"name": "Elbow: 1/2\tinch", "price": "0.123456789", "cost": "0.00000001"},
        PART
        | {
            "Name": "Elbow - 1/2 inch",
            "UnitPrice": Decimal("0.1234568"),
            "PurchaseCost": Decimal(0),
        },
    ),
}


@pytest.mark.parametrize("case", GOLDEN)
def test_the_complete_body_of(case: str) -> None:
    chosen, changes, expected = GOLDEN[case]
    assert body_of(chosen, **changes) == expected


def test_what_only_a_new_item_carries_is_never_sent_again() -> None:
    assert STOCKED.keys() - PART.keys() | {"Type"} == push_products.CREATE_ONLY


def test_an_inventory_part_of_a_category_needs_the_kind_of_account_that_stock_needs() -> None:
    chosen = STOCK | {
        "income_account_of_category": {"Fittings": "Fees"},
        "cost_account_of_category": {"Fittings": "Job Supplies"},
    }
    with pytest.raises(MissingMappingsError) as raised:
        body_of(chosen, category="Fittings")
    assert raised.value.problems == (
        'The setting "Income account by product category: Fittings" says "Fees", which is an '
        "account of type Income (Service Fee Income); it must be Income (Sales of Product Income). "
        "Choose one of: Sales.",
        'The setting "Cost account by product category: Fittings" says "Job Supplies", which is '
        "an account of type Expense; it must be Cost of Goods Sold. Choose one of: Cost of Goods "
        "Sold.",
    )
    assert raised.value.fixes[0].action == "open_settings"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"name": "null"}, 'It has no name (found ""). Enter one in MobiWork.'),
        ({"name": ":"}, 'It has no name (found ":"). Enter one in MobiWork.'),
        (
            {"price": "-1.00"},
            "Its price (-1.00) or cost (1.20) is negative. Correct it in MobiWork.",
        ),
        (
            {"price": "1E11"},
            "Its price (100000000000), cost (1.20) or quantity (0) is larger than QuickBooks can "
            "hold. Correct it in MobiWork.",
        ),
    ],
)
def test_what_is_wrong_with_a_product_is_told(changes: dict[str, Any], problem: str) -> None:
    assert push_products.problems(read(**changes)) == [problem]


@pytest.mark.parametrize(
    ("changes", "answer", "remark"),
    [
        (
            {"name": "E" * 101},
            {},
            "Its name was cut to the 100 characters that QuickBooks allows.",
        ),
        ({"sku": "S" * 101}, {}, "Its SKU was cut to the 100 characters that QuickBooks allows."),
        (
            {"description": "D" * 1001},
            {},
            "Its purchase description was cut to the 1000 characters that QuickBooks allows.",
        ),
        (
            {"description": "D" * 4001, "cost": "0"},
            {},
            "Its description was cut to the 4000 characters that QuickBooks allows.",
        ),
        (
            {"name": "Elbow: half"},
            {},
            "The colon in its name was replaced by a dash: QuickBooks does not allow colons in "
            "names.",
        ),
        (
            {"cost": "0.00000001"},
            {},
            "Its price or cost was rounded to seven decimal places.",
        ),
        (
            {"priceIncludesTax": "true"},
            {},
            "Its price in MobiWork includes sales tax, but QuickBooks adds tax to the price: "
            "enter the price before tax in MobiWork.",
        ),
        (
            {"quantity": "-3"},
            {"Type": "Inventory", "SyncToken": "0"},
            "MobiWork counts -3 on hand; it was created with none in QuickBooks. Adjust the "
            "quantity there.",
        ),
    ],
)
def test_what_is_cut_or_not_taken_over_is_told(
    changes: dict[str, Any], answer: dict[str, Any], remark: str
) -> None:
    assert push_products.remarks(read(**changes), answer) == [remark]


@pytest.mark.parametrize(
    "answer",
    [{"Type": "Inventory", "SyncToken": "1"}, {"Type": "NonInventory", "SyncToken": "0"}],
)
def test_stock_below_nothing_is_told_of_new_inventory_only(answer: dict[str, Any]) -> None:
    assert push_products.remarks(read(quantity="-3"), answer) == []


def test_a_disabled_product_is_not_created() -> None:
    assert "not created there" in (
        push_products.skip_create_reason(read(enabled="false"), a_company()) or ""
    )
    assert push_products.skip_create_reason(read(), a_company()) is None


def test_a_link_of_mobiworks_own_connector_is_adopted() -> None:
    assert push_products.PUSH.records.external_id(read(externalId="74,QBO")) == "74,QBO"


def test_an_item_of_another_type_or_an_inactive_one_is_no_twin() -> None:
    assert push_products.is_twin(PART, PART | {"Name": "COPPER elbow 307001"})
    assert not push_products.is_twin(PART, PART | {"Type": "Service"})
    assert not push_products.is_twin(PART, PART | {"Active": False})


@pytest.mark.parametrize(
    ("body", "offered"),
    [
        ({"Name": "Elbow", "Sku": "CE-050"}, "Elbow (CE-050)"),
        ({"Name": "Elbow"}, None),
        ({"Name": "E" * 95, "Sku": "CE-050"}, None),
    ],
)
def test_a_taken_name_gets_one_with_the_sku_offered(body: Body, offered: str | None) -> None:
    assert push_products.another_name(body) == offered


AMOUNTS = st.decimals("-5", "99999999999", places=9, allow_nan=False)


@given(
    chosen=st.sampled_from([{}, STOCK, {"products_as_services": True}]),
    name=st.text(max_size=300),
    description=st.text(max_size=30).map(lambda text: text * 200),
    price=AMOUNTS,
    cost=AMOUNTS,
    quantity=AMOUNTS,
    service=st.booleans(),
)
def test_a_body_is_legal_or_the_product_is_refused(  # noqa: PLR0913 - what is generated
    *,
    chosen: dict[str, Any],
    name: str,
    description: str,
    price: Decimal,
    cost: Decimal,
    quantity: Decimal,
    service: bool,
) -> None:
    product = Product(
        name=name,
        description=description,
        price=price,
        cost=cost,
        quantity=quantity,
        type="SERVICES" if service else "PRODUCT",
    )
    if push_products.problems(product):
        return
    body = push_products.to_qbo(product, PushContext(settings(**chosen), a_company(), {}, ""))
    assert 0 < len(body["Name"]) <= 100
    assert not set(body["Name"]) & set(":\t\n\r")
    assert len(body.get("Description", "")) <= 4000
    assert len(body.get("PurchaseDesc", "")) <= 1000
    for member in ("UnitPrice", "PurchaseCost"):
        value = body.get(member, Decimal(0))
        assert value >= 0
        assert value == value.quantize(Decimal("0.0000001"))
    assert body.get("QtyOnHand", Decimal(0)) >= 0
    assert ("AssetAccountRef" in body) is (body["Type"] == "Inventory")


def test_an_item_that_was_updated_still_tells_from_when_its_stock_is_counted() -> None:
    world = World()
    world.save(settings(**STOCK))
    world.find(a_product(quantity="12"))
    world.push("product")
    world.run_id = "r2"
    world.find(a_product(quantity="12", price="5.00"))
    assert world.push("product") == {"product": {"updated": 1}}
    link = world.store.links.read(CONNECTION, "product", "307001")
    assert isinstance(link, Link)
    assert link.base["InvStartDate"] == "2025-01-01"


def test_an_item_that_was_adopted_tells_from_when_quickbooks_counts_its_stock() -> None:
    world = World()
    world.save(settings(**STOCK))
    in_quickbooks = STOCKED | {"InvStartDate": "2026-02-01"}
    world.quickbooks.create("Item", in_quickbooks, requestid="by hand")
    world.find(a_product(quantity="12"))
    assert world.push("product") == {"product": {"linked": 1}}
    link = world.store.links.read(CONNECTION, "product", "307001")
    assert isinstance(link, Link)
    assert link.base["InvStartDate"] == "2026-02-01"


@pytest.mark.case("M33t")
def test_an_item_gets_its_expense_account_with_its_first_cost() -> None:
    world = World()
    for run_id, cost in (("r1", "0"), ("r2", "1.20")):
        world.run_id = run_id
        world.find(a_product(cost=cost))
        world.push("product")
    (item,) = world.quickbooks.records["Item"]
    assert {name: item[name] for name in PART} == PART
    link = world.store.links.read(CONNECTION, "product", "307001")
    assert isinstance(link, Link)
    assert not lines.only_sold(link.base)


@pytest.mark.case("M33t")
def test_an_item_that_was_there_before_keeps_the_account_of_the_accountant() -> None:
    world = World()
    world.quickbooks.create(
        "Item", UNBOUGHT | {"ExpenseAccountRef": {"value": "99"}}, requestid="r"
    )
    for run_id, cost in (("r1", "0"), ("r2", "1.20")):
        world.run_id = run_id
        world.find(a_product(cost=cost))
        world.push("product")
    (item,) = world.quickbooks.records["Item"]
    assert item["PurchaseCost"] == Decimal("1.20")
    assert item["ExpenseAccountRef"] == {"value": "99"}
