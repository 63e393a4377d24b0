from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.entities.products import push as push_products
from connector.entities.products.model import Product
from connector.entities.products.pull import PULL
from connector.model.body import Body
from connector.model.flows.context import PushContext
from connector.model.policy.settings import Settings
from tests.builders import a_company, a_product, settings
from tests.unit.entities.pulled_records import added, answer, in_mobiwork, in_quickbooks, read_back

INVENTORY = """
{"Name": "Copper elbow 1/2", "Sku": "CE-050", "Description": "Copper elbow, 1/2 inch",
 "Active": true, "FullyQualifiedName": "Copper elbow 1/2", "Taxable": true, "UnitPrice": 4.50,
 "Type": "Inventory", "IncomeAccountRef": {"value": "79", "name": "Sales of Product Income"},
 "PurchaseDesc": "Elbow", "PurchaseCost": 1.20,
 "ExpenseAccountRef": {"value": "80", "name": "Cost of Goods Sold"},
 "AssetAccountRef": {"value": "81", "name": "Inventory Asset"}, "TrackQtyOnHand": true,
 "QtyOnHand": 25, "InvStartDate": "2026-01-01", "domain": "QBO", "sparse": false, "Id": "31",
 "SyncToken": "3", "MetaData": {"CreateTime": "2026-01-05T10:11:12-08:00",
 "LastUpdatedTime": "2026-03-02T08:15:30-08:00"}}
"""
SERVICE = """
{"Name": "Boiler check", "Description": "Yearly check", "Active": true,
 "FullyQualifiedName": "Boiler check", "Taxable": false, "UnitPrice": 95, "Type": "Service",
 "IncomeAccountRef": {"value": "45", "name": "Landscaping Services"}, "PurchaseCost": 0,
 "TrackQtyOnHand": false, "domain": "QBO", "sparse": false, "Id": "6", "SyncToken": "0",
 "MetaData": {"CreateTime": "2026-01-05T10:11:12-08:00",
 "LastUpdatedTime": "2026-01-05T10:11:12-08:00"}}
"""
BARE = """
{"Name": "Hours", "Active": true, "FullyQualifiedName": "Hours", "Type": "Service",
 "IncomeAccountRef": {"value": "1"}, "domain": "QBO", "sparse": false, "Id": "2", "SyncToken": "0",
 "MetaData": {"CreateTime": "2026-01-05T10:11:12-08:00",
 "LastUpdatedTime": "2026-01-05T10:11:12-08:00"}}
"""
IN_CATEGORY: dict[str, Any] = {
    "SubItem": True,
    "ParentRef": {"value": "40", "name": "Fittings"},
    "Level": 1,
    "FullyQualifiedName": "Fittings:Copper elbow 1/2",
}
NEW = {"quantity": "0", "priceIncludesTax": "false", "enabled": "true"}
PART = {
    "name": "Copper elbow 1/2",
    "description": "Copper elbow, 1/2 inch",
    "sku": "CE-050",
    "price": "4.5",
    "cost": "1.2",
    "taxable": "true",
    "type": "PARTS_MATERIALS",
    **NEW,
}
CHECK = {
    "name": "Boiler check",
    "description": "Yearly check",
    "price": "95",
    "cost": "0",
    "taxable": "false",
    "type": "SERVICES",
    **NEW,
}

GOLDEN: dict[str, tuple[Body, dict[str, str]]] = {
    "an inventory item is a part, without its stock": (answer(INVENTORY), PART),
    "a non-inventory item is a part": (
        answer(
            INVENTORY,
            Type="NonInventory",
            TrackQtyOnHand=False,
            AssetAccountRef=None,
            QtyOnHand=None,
            InvStartDate=None,
        ),
        PART,
    ),
    "a service": (answer(SERVICE), CHECK),
    "an item of a company that keeps no sales tax": (
        answer(SERVICE, Taxable=None),
        CHECK,
    ),
    "a service with a cost": (
        answer(SERVICE, PurchaseCost=Decimal("40.00")),
        CHECK | {"cost": "40"},
    ),
    "an item with a name only": (
        answer(BARE),
        {"name": "Hours", "price": "0", "cost": "0", "taxable": "false", "type": "SERVICES", **NEW},
    ),
    "an item of a category": (answer(INVENTORY, **IN_CATEGORY), PART | {"category": "Fittings"}),
    "an item of a category in a category": (
        answer(INVENTORY, **IN_CATEGORY)
        | {"FullyQualifiedName": "Plumbing:Fittings:Copper elbow 1/2"},
        PART | {"category": "Plumbing:Fittings"},
    ),
    "an item that was inactive, in a category that is": (
        answer(INVENTORY, **IN_CATEGORY)
        | {
            "Name": "Copper elbow 1/2 (deleted)",
            "FullyQualifiedName": "Fittings (deleted-1):Copper elbow 1/2 (deleted)",
        },
        PART | {"category": "Fittings"},
    ),
    "a price of seven places": (
        answer(INVENTORY, UnitPrice=Decimal("0.0333333")),
        PART | {"price": "0.0333333"},
    ),
    "a large price": (
        answer(INVENTORY, UnitPrice=Decimal("1.25E+7")),
        PART | {"price": "12500000"},
    ),
    "a discount that lowers the total": (
        answer(SERVICE, UnitPrice=Decimal("-15.50")),
        CHECK | {"price": "-15.5"},
    ),
    "a description of several lines with what XML cannot carry": (
        answer(SERVICE, Description=" Check\r\nthe <boiler> & \x01pump "),
        CHECK | {"description": "Check\nthe <boiler> & pump"},
    ),
}


@pytest.mark.parametrize(("item", "expected"), GOLDEN.values(), ids=GOLDEN)
def test_an_item_becomes_a_product(item: Body, expected: dict[str, str]) -> None:
    assert added(PULL, item) == expected


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("Category", "category"),
        ("Group", "bundle"),
        ("Bundle", "bundle"),
        ("Assembly", '"Assembly"'),
        (None, '"(none)"'),
    ],
)
def test_what_is_no_product_is_left_out_in_words(kind: str | None, words: str) -> None:
    told = PULL.eligibility.skip_reason(answer(INVENTORY, Type=kind), Settings())
    assert told is not None
    assert words in told


@pytest.mark.parametrize("kind", ["Service", "Inventory", "NonInventory"])
def test_a_product_has_no_reason_to_be_left_out(kind: str) -> None:
    assert PULL.eligibility.skip_reason(answer(INVENTORY, Type=kind), Settings()) is None


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (answer(INVENTORY), 'part "Copper elbow 1/2"'),
        (answer(SERVICE, Name="Boiler check (deleted)"), 'service "Boiler check"'),
        (answer(INVENTORY, Type="Category", Name="Fittings"), 'category "Fittings"'),
        (answer(INVENTORY, Type="Group", Name="Boiler set"), 'bundle "Boiler set"'),
        (answer(INVENTORY, Type="Other", Name=None), 'item "(no name)"'),
    ],
)
def test_an_item_is_named_to_a_person(item: Body, expected: str) -> None:
    assert PULL.label(item) == expected


def test_a_name_with_a_colon_in_mobiwork_is_recognised_by_its_dash() -> None:
    ours = read(name="Elbow: 1/2")
    theirs = answer(INVENTORY, Name="Elbow - 1/2")

    assert PULL.mobiwork_key(ours) == PULL.quickbooks_key(theirs, Settings())


@pytest.mark.parametrize(
    ("mobiwork", "item"),
    [
        pytest.param({"name": "Elbow: 1/2"}, {"Name": "Elbow - 1/2"}, id="a colon"),
        pytest.param({"name": "N" * 120}, {"Name": "N" * 100}, id="a long name"),
        pytest.param({"price": "4.50"}, {"UnitPrice": Decimal("4.5")}, id="a price"),
        pytest.param({"price": "0.03333333"}, {"UnitPrice": Decimal("0.0333333")}, id="places"),
        pytest.param({"cost": "null"}, {"PurchaseCost": 0}, id="no cost"),
        pytest.param({"sku": "S" * 101}, {"Sku": "S" * 100}, id="a long SKU"),
        pytest.param(
            {"description": "two  words"},
            {"Description": "two\nwords"},
            id="blanks of another kind",
        ),
        pytest.param({"description": "D" * 4001}, {"Description": "D" * 4000}, id="a long text"),
    ],
)
def test_what_only_quickbooks_cannot_keep_is_no_difference(
    mobiwork: dict[str, str], item: dict[str, Any]
) -> None:
    name = next(iter(mobiwork))
    changed = {"name": "name", "price": "price", "cost": "cost", "sku": "SKU"}.get(name, name)

    assert (
        in_mobiwork(PULL, read(**mobiwork))[changed]
        == in_quickbooks(PULL, answer(INVENTORY, **item))[changed]
    )


def test_a_category_that_somebody_gave_in_mobiwork_stands() -> None:
    assert "category" not in {one.name for one in PULL.fields}


def test_a_description_that_quickbooks_emptied_is_emptied() -> None:
    description = next(one for one in PULL.fields if one.name == "description")

    assert description.write("", read()) == {"description": None}


def test_every_member_of_a_two_way_field_is_one_that_push_sends() -> None:
    known = PushContext(settings(), a_company(), {}, "[mark]")
    sent = push_products.to_qbo(read(sku="CE-050"), known)

    assert {member for one in PULL.fields for member in one.members} <= sent.keys()


def test_what_push_sends_of_a_product_says_the_same_as_the_product() -> None:
    known = PushContext(settings(), a_company(), {}, "[mark]")
    ours = read(sku="CE-050", name="Elbow: 1/2", price="4.123456789")

    assert in_quickbooks(PULL, push_products.to_qbo(ours, known)) == in_mobiwork(PULL, ours)


def test_a_service_and_a_part_are_told_apart_by_their_links() -> None:
    assert [push_products.PUSH.kind_of(read(type=one)) for one in ("SERVICES", "PRODUCT")] == [
        "service",
        "part",
    ]


def test_a_price_beyond_all_bounds_can_still_be_compared() -> None:
    assert in_mobiwork(PULL, read(price="1E90"))["price"] == "1" + "0" * 90


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=120)
NAMES = TEXTS.map(lambda text: text.replace(":", "")).filter(
    lambda text: any(one.isalnum() for one in text) and text.strip() != "null"
)
PRICES = st.decimals(0, 99_999_999, places=7) | st.just(Decimal(0))


@given(
    name=NAMES,
    description=TEXTS.filter(lambda text: text.strip() != "null"),
    price=PRICES,
    cost=PRICES,
    taxable=st.booleans(),
    kind=st.sampled_from(["Service", "Inventory", "NonInventory"]),
    category=st.sampled_from(["", "Fittings:", "Plumbing:Fittings:"]),
)
def test_what_is_written_is_read_back_the_same(  # noqa: PLR0913, PLR0917
    name: str,
    description: str,
    price: Decimal,
    cost: Decimal,
    taxable: bool,
    kind: str,
    category: str,
) -> None:
    item = answer(
        INVENTORY,
        Name=name,
        FullyQualifiedName=f"{category}{name}",
        Description=description,
        UnitPrice=price,
        PurchaseCost=cost,
        Taxable=taxable,
        Type=kind,
    )

    product = read_back(PULL, added(PULL, item))

    assert in_mobiwork(PULL, product) == in_quickbooks(PULL, item)
    assert product.type == ("SERVICES" if kind == "Service" else "PARTS_MATERIALS")
    assert product.category == category.rstrip(":")


def read(**changes: Any) -> Product:
    return Product.model_validate(a_product(**changes).fields)
