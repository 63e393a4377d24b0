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


def test_an_account_is_found_by_id_as_well_as_by_name() -> None:
    assert products.needs(settings(income_account="79"), a_company()) == []


def test_an_empty_account_setting_offers_the_accounts_that_fit() -> None:
    told = products.needs(settings(income_account=""), a_company())
    assert told == ['The setting "Income Account" is empty. Choose one of: Sales.']


def test_an_account_of_the_wrong_type_is_named_with_its_type() -> None:
    told = products.needs(settings(income_account="Checking"), a_company())
    assert "is an account of type Bank; it must be Income or Other Income" in told[0]


def test_an_item_of_another_type_is_no_twin() -> None:
    body = products.to_qbo(read(), KNOWN)
    assert not products.is_twin(body, {"Name": body["Name"], "Type": "Service"})


def test_a_negative_price_is_a_problem() -> None:
    assert "negative" in products.problems(read(price="-1.00"))[0]


def test_a_product_without_a_name_is_a_problem() -> None:
    assert "no name" in products.problems(read(name="null"))[0]
