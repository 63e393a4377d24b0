from decimal import Decimal
from typing import Any

from connector.entities import products
from connector.entities.products import Product
from connector.flow import Known
from tests.builders import a_company, a_product, settings

KNOWN = Known(settings(), a_company(), {}, "[mark]")


def read(**changes: Any) -> Product:
    return Product.model_validate(a_product(**changes).fields)


def test_the_complete_body_of_a_part() -> None:
    assert products.to_qbo(read(sku="CE-050"), KNOWN) == {
        "Name": "Copper elbow 307001",
        "Sku": "CE-050",
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


def test_a_service_without_cost_needs_no_purchase_side() -> None:
    body = products.to_qbo(read(type="SERVICES", cost="0.0"), KNOWN)
    assert body["Type"] == "Service"
    assert "ExpenseAccountRef" not in body


def inventory(**changes: Any) -> Known:
    chosen = settings(
        handle_inventory=True, asset_account="Inventory Asset", inventory_start_date="2025-01-01"
    )
    return Known(chosen.model_copy(update=changes), a_company(), {}, "[mark]")


def test_a_part_with_handle_inventory_on_is_created_with_its_opening_quantity() -> None:
    body = products.to_qbo(read(quantity="12"), inventory())
    assert body["Type"] == "Inventory"
    assert (body["QtyOnHand"], body["InvStartDate"]) == (Decimal(12), "2025-01-01")
    assert body["AssetAccountRef"] == {"value": "81"}


def test_a_part_chosen_as_non_inventory_stays_so_with_handle_inventory_on() -> None:
    body = products.to_qbo(read(), inventory(non_inventory_products=frozenset({"307001"})))
    assert body["Type"] == "NonInventory"


def test_parts_are_sent_as_services_when_the_setting_says_so() -> None:
    known = Known(settings(products_as_services=True), a_company(), {}, "[mark]")
    assert products.to_qbo(read(), known)["Type"] == "Service"


def test_a_category_has_its_own_income_account() -> None:
    chosen = settings(income_account_of_category={"Fittings": "Fees"})
    known = Known(chosen, a_company(), {}, "[mark]")
    body = products.to_qbo(read(category="Fittings"), known)
    assert body["IncomeAccountRef"] == {"value": "82"}


def test_an_item_of_another_type_is_no_twin() -> None:
    body = products.to_qbo(read(), KNOWN)
    assert not products.is_twin(body, {"Name": body["Name"], "Type": "Service"})


def test_a_negative_price_is_a_problem() -> None:
    assert "negative" in products.problems(read(price="-1.00"))[0]


def test_a_product_without_a_name_is_a_problem() -> None:
    assert "no name" in products.problems(read(name="null"))[0]
