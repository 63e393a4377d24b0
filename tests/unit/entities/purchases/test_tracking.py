from typing import Any

import pytest

from connector.entities.purchases import bills, expenses
from connector.entities.purchases import orders as purchase_orders
from connector.entities.purchases.expense_model import Expense
from connector.entities.purchases.model import PurchaseOrder
from connector.errors import MissingMappingsError
from connector.mobiwork.wire_records import parse_record
from connector.model.body import Body
from connector.model.policy.requirements import needs
from simulators.quickbooks.schema import ENTITIES
from simulators.quickbooks.schema.check import check_body
from tests.builders import a_company
from tests.unit.entities.purchases.buying import an_expense, an_order, buying_settings, known

KEPT: dict[str, Any] = {
    "class_tracking": "line",
    "tracks_locations": True,
    "classes": {"Plumbing": "501", "Roofing": "502"},
    "locations": {"Tampa": "7"},
}
CHOSEN: dict[str, Any] = {
    "class_of_purchases": {
        "field": "vendor",
        "names": {"tampa plumbing supply": "Plumbing"},
        "otherwise": "Roofing",
    },
    "location_of_purchases": {"otherwise": "Tampa"},
}


def bodies(chosen: dict[str, Any], expense: dict[str, Any] | None = None) -> dict[str, Body]:
    """Return an order, its bill and an expense as QuickBooks gets them."""
    context = known(settings=buying_settings(**chosen), company=a_company(**KEPT))
    order = parse_record(PurchaseOrder, an_order("71001", status="Received"))
    spent = parse_record(Expense, an_expense(**(expense or {})))
    made = {
        "PurchaseOrder": purchase_orders.to_qbo(order, context),
        "Bill": bills.to_qbo(order, context),
        "Purchase": expenses.to_qbo(spent, context),
    }
    for entity, body in made.items():
        taken, wrong = check_body(ENTITIES[entity], body)
        assert (taken.keys(), wrong) == (body.keys(), [])
    return made


def classes(body: Body) -> set[str]:
    details = (line[line["DetailType"]] for line in body["Line"])
    return {detail.get("ClassRef", {}).get("value", "") for detail in details}


@pytest.mark.case("M28g")
def test_purchases_have_a_class_on_their_lines_and_a_location_where_quickbooks_has_one() -> None:
    made = bodies(CHOSEN)
    assert [classes(body) for body in made.values()] == [{"501"}, {"501"}, {"502"}]
    assert [body.get("DepartmentRef") for body in made.values()] == [
        None,
        {"value": "7"},
        {"value": "7"},
    ]


@pytest.mark.case("M28g")
@pytest.mark.parametrize("field", ["category", "user", "crew"])
def test_an_expense_has_the_class_of_its_category_its_user_or_a_field_of_its_own(
    field: str,
) -> None:
    crew = {"customFields": {"customField": {"apiName": "crew", "value": "Roofing"}}}
    expense = {"categoryName": "Roofing", "createdByName": "Roofing"} | crew
    chosen = {"class_of_purchases": {"field": field}}
    assert classes(bodies(chosen, expense)["Purchase"]) == {"502"}


@pytest.mark.case("M28g")
def test_without_a_choice_purchases_have_neither() -> None:
    assert [classes(body) for body in bodies({}).values()] == [{""}] * 3


@pytest.mark.case("M28h")
def test_a_class_of_a_purchase_that_quickbooks_does_not_have_is_refused_by_its_name() -> None:
    with pytest.raises(MissingMappingsError, match='Its category is "Tools", and QuickBooks has'):
        bodies({"class_of_purchases": {"field": "category"}})


@pytest.mark.case("M28h")
def test_classes_that_the_company_does_not_keep_stop_purchases_only() -> None:
    chosen, company = buying_settings(**CHOSEN), a_company()
    told = 'The setting "Class for purchases" is chosen, but classes are switched off'
    for flow in ("push_purchase_orders", "push_bills", "push_expenses"):
        assert needs(flow, chosen, company)[0].startswith(told)
    assert needs("push_invoices", chosen, company) == []
