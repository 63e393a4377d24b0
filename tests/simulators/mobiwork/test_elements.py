import pytest

from simulators.mobiwork.elements import ASSUMED, elements, matching
from simulators.mobiwork.entities import ENTITIES
from tests.simulators.mobiwork.running import Client


def test_the_overview_names_every_assumed_element_with_its_section(client: Client) -> None:
    told = client.admin("GET", "")["assumed_elements"]
    assert told["customer.billTo"] == "6 row 24"
    assert told["purchaseOrder.lineItems.receivedQuantity"] == "6 row 19"
    assert told == ASSUMED


@pytest.mark.parametrize("entity", ENTITIES)
def test_an_account_without_assumed_elements_has_all_others(entity: str) -> None:
    kept = {field.name for field in elements(entity, ("assumed",))}
    assert kept == {field.name for field in ENTITIES[entity].fields if not field.assumed}


def test_an_element_that_is_switched_off_is_not_shown(client: Client) -> None:
    client.switch(elements_off=["customer.*", "*.lineItems.receivedQuantity"])
    customer = client.get("customer/700001/view.html").find("customer")
    order = client.get("purchaseOrder/71001/view.html").find("purchaseOrder")
    assert customer is not None
    assert order is not None
    assert customer.find("isSubCustomer") is None
    assert order.find("lineItems/lineItem/quantity") is not None
    assert order.find("lineItems/lineItem/receivedQuantity") is None


def test_an_element_that_is_switched_off_is_not_read_and_not_cleared(client: Client) -> None:
    client.admin("PATCH", "records/invoice/5501", {"discountAmount": "5.00"})
    client.switch(elements_off=["invoice.discount*"])
    body = """<request><invoice><externalId>x</externalId><dueDate>2026/11/30</dueDate>
    <discountAmount>1</discountAmount></invoice></request>"""
    client.post("invoice/5501/edit.html", body)
    assert client.admin("GET", "records/invoice/5501")["discountAmount"] == "5.00"


def test_only_assumed_elements_can_be_switched_off(client: Client) -> None:
    url = f"{client.url}/_sim/switches"
    answer = client.session.post(url, json={"elements_off": ["customer.type"]}, timeout=60)
    assert (answer.status_code, matching("customer.type")) == (400, frozenset())


def test_custom_fields_of_a_document_have_names(client: Client) -> None:
    field = client.get("invoice/5501/view.html").find("invoice/customFields/customField")
    assert field is not None
    assert [(one.tag, one.text) for one in field] == [
        ("apiName", "PoNumber"),
        ("value", "PO 4711"),
        ("name", "Customer PO"),
    ]


def test_forms_are_apart_from_custom_fields(client: Client) -> None:
    form = client.get("customer/700001/view.html").find("customer/mobiForms/mobiForm")
    assert form is not None
    assert form.findtext("name") == "Site survey"
    assert [one.text for one in form.findall("formFields/formField/apiName")] == [
        "PanelSize",
        "PetOnSite",
    ]
