from typing import Any

import pytest

from connector.entities.sales import invoices
from connector.entities.sales.invoices import Invoice
from connector.errors import MissingMappingsError
from connector.model.body import Body
from connector.model.policy.requirements import needs
from simulators.quickbooks.schema import ENTITIES
from simulators.quickbooks.schema.check import check_body
from tests.builders import a_company, settings
from tests.unit.entities.sales.selling import known, read

KEPT = {
    "class_tracking": "document",
    "tracks_locations": True,
    "allows_service_date": True,
    "classes": {"Plumbing": "501", "Plumbing:Repairs": "502"},
    "locations": {"Tampa": "7"},
}
PLACES = {"class_of_sales": {"field": "category"}, "location_of_sales": {"otherwise": "Tampa"}}


def posted(invoice: dict[str, Any], chosen: dict[str, Any], **company: Any) -> Body:
    context = known(settings=chosen, company=KEPT | company)
    body = invoices.to_qbo(read(Invoice, **invoice), context)
    taken, wrong = check_body(ENTITIES["Invoice"], body)
    assert (taken.keys(), wrong) == (body.keys(), [])
    return body


@pytest.mark.case("M28")
def test_class_and_location_are_on_the_document_where_the_company_keeps_them_there() -> None:
    body = posted({"categoryName": "plumbing"}, PLACES)
    assert (body["ClassRef"], body["DepartmentRef"]) == ({"value": "501"}, {"value": "7"})


@pytest.mark.case("M28a")
def test_the_class_is_on_every_line_where_the_company_keeps_it_there() -> None:
    body = posted({"categoryName": "Plumbing"}, PLACES, class_tracking="line")
    details = [line["SalesItemLineDetail"] for line in body["Line"]]
    assert "ClassRef" not in body
    assert [detail["ClassRef"] for detail in details] == [{"value": "501"}] * len(details)


@pytest.mark.case("M28b")
def test_a_custom_field_names_the_class_by_what_the_settings_say_it_stands_for() -> None:
    crew = {"customFields": {"customField": {"apiName": "crew", "value": "Blue"}}}
    chosen = {"class_of_sales": {"field": "crew", "names": {"blue": "Plumbing:Repairs"}}}
    assert posted(crew, chosen)["ClassRef"] == {"value": "502"}
    assert "ClassRef" not in posted({}, chosen)


@pytest.mark.case("M28c")
def test_a_class_that_quickbooks_does_not_have_is_refused_by_its_name() -> None:
    with pytest.raises(MissingMappingsError) as refused:
        posted({"categoryName": "Roofing"}, PLACES)
    assert refused.value.problems == (
        'Its category is "Roofing", and QuickBooks has no active class of that name. Add it there '
        "and save the settings, or choose in the settings what it stands for.",
    )


@pytest.mark.case("M28c")
@pytest.mark.parametrize(
    ("category", "told"),
    [
        ("Roofing", 'Its category "Roofing" is class "Admin" by the settings, and QuickBooks has'),
        ("", 'By the settings it is of class "Admin", and QuickBooks has no active class'),
    ],
)
def test_a_missing_class_that_the_settings_name_is_told_as_theirs(category: str, told: str) -> None:
    chosen = {"field": "category", "names": {"Roofing": "Admin"}, "otherwise": "Admin"}
    with pytest.raises(MissingMappingsError) as refused:
        posted({"categoryName": category}, {"class_of_sales": chosen})
    assert refused.value.problems[0].startswith(told)


@pytest.mark.case("M28d")
def test_the_day_of_service_is_on_the_lines_by_setting_where_quickbooks_shows_it() -> None:
    def days(**company: Any) -> list[str | None]:
        served = {"serviceDate": "2025/10/28"}
        body = posted(served, {"send_service_dates": True}, **company)
        return [line["SalesItemLineDetail"].get("ServiceDate") for line in body["Line"]]

    assert set(days()) == {"2025-10-28"}
    assert set(days(allows_service_date=False)) == {None}


@pytest.mark.case("M28e")
def test_work_order_order_number_and_seller_go_to_custom_fields_by_setting() -> None:
    told = {"workOrderNumber": "WO-77", "poNumber": "PO 4711", "seller": "Sam Reed"}
    names = {"1": "workOrderNumber", "2": "poNumber", "3": "seller"}
    chosen = {
        "invoice_custom_fields": [
            {"api_name": name, "definition_id": number} for number, name in names.items()
        ]
    }
    labels = dict.fromkeys(names, "Field")
    fields = posted(told, chosen, sales_fields=labels)["CustomField"]
    assert [one["StringValue"] for one in fields] == ["WO-77", "PO 4711", "Sam Reed"]
    assert "CustomField" not in posted(told, {})


@pytest.mark.case("M28f")
def test_a_class_is_told_when_it_is_chosen_where_the_company_has_none() -> None:
    off = needs("push_invoices", settings(**PLACES), a_company())
    assert any("classes are switched off in QuickBooks" in one for one in off)
    wrong = settings(class_of_sales={"otherwise": "Roofing"})
    (told,) = needs("push_invoices", wrong, a_company(**KEPT))
    assert told == (
        'The setting "Class for sales" says "Roofing", but QuickBooks has none of that name or id '
        "among its classes. Choose one of: Plumbing, Plumbing:Repairs."
    )
