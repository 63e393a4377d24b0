from typing import Any
from xml.etree.ElementTree import Element

import pytest

from tests.simulators.mobiwork.running import Client, error_of

ADDRESS = "<address><address1>12 Canal St</address1><state>FL</state></address>"
CONTACT = "<contact><firstName>Ada</firstName><lastName>Willowmere</lastName></contact>"
REST = (
    f"<companyName>Heron Annex</companyName>{ADDRESS}{CONTACT}<addressList>{ADDRESS}</addressList>"
    f"<contactList>{CONTACT}</contactList>"
)
OF_700001 = "<isSubCustomer>true</isSubCustomer><parentCustomerId>700001</parentCustomerId>"
INVOICE = """<request><invoice><customer>{}</customer><externalId>x</externalId>
<dueDate>2026/11/30</dueDate></invoice></request>"""


@pytest.fixture
def parent(client: Client) -> str:
    record = {"companyName": "Heron Group", "contact": {"firstName": "TBD", "lastName": "TBD"}}
    return str(client.admin("PATCH", "records/customer/700001", record)["mobiworkCustomerId"])


def send(client: Client, family: str) -> Element:
    return client.post(
        "customer/add.html", f"<request><customer>{REST}{family}</customer></request>"
    )


def child(client: Client, **elements: Any) -> str:
    given = {"isSubCustomer": True, "parentCustomerId": "700001", **elements}
    return str(client.admin("POST", "records/customer", given)["mobiworkCustomerId"])


def payer(client: Client, customer: str) -> str | None:
    return client.post("invoice/add.html", INVOICE.format(customer)).findtext(
        "invoice/billToCustomerId"
    )


@pytest.mark.usefixtures("parent")
def test_a_sub_customer_names_its_parent_and_pays_its_own_bill(client: Client) -> None:
    added = send(client, OF_700001)
    names = ("isSubCustomer", "parentCustomerId", "parentCustomerName", "billTo")
    shown = [added.findtext(f"customer/{name}") for name in names]
    assert shown == ["true", "700001", "Heron Group", "SUB_CUSTOMER"]


def test_another_customer_has_no_parent(client: Client) -> None:
    added = send(client, "<parentCustomerId>700001</parentCustomerId>")
    names = ("isSubCustomer", "parentCustomerId", "billTo")
    assert [added.findtext(f"customer/{name}") for name in names] == ["false", "", ""]


@pytest.mark.parametrize(
    ("family", "code"),
    [
        ("<isSubCustomer>true</isSubCustomer>", "1005"),
        (OF_700001.replace("700001", "9"), "1003"),
        (f"{OF_700001}<billTo>NOBODY</billTo>", "1006"),
        (f"{OF_700001}<billTo>OTHER</billTo>", "1005"),
        (f"{OF_700001}<billTo>OTHER</billTo><billToCustomerId>9</billToCustomerId>", "1003"),
    ],
)
def test_a_sub_customer_that_cannot_be_is_refused(client: Client, family: str, code: str) -> None:
    assert error_of(send(client, family)) == ("2", code)


def test_a_sub_customer_has_no_sub_customers(client: Client) -> None:
    family = OF_700001.replace("700001", child(client))
    assert error_of(send(client, family)) == ("2", "1006")


def test_an_account_may_have_three_tiers(client: Client) -> None:
    client.switch(customer_tiers=3)
    family = OF_700001.replace("700001", child(client))
    assert error_of(send(client, family)) == ("1", None)


def test_a_customer_is_not_its_own_parent(client: Client) -> None:
    client.switch(customer_tiers=9)
    body = f"<request><customer>{REST}{OF_700001}</customer></request>"
    edit = body.replace("contact>", "primaryContact>", 2)
    assert error_of(client.post("customer/700001/edit.html", edit)) == ("2", "1006")


def test_the_name_of_a_parent_follows_its_change(client: Client) -> None:
    number = child(client)
    client.admin("PATCH", "records/customer/700001", {"companyName": "Egret Group"})
    shown = client.get(f"customer/{number}/view.html")
    assert shown.findtext("customer/parentCustomerName") == "Egret Group"


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        ({}, None),
        ({"billTo": "PARENT"}, "700001"),
        ({"billTo": "OTHER", "billToCustomerId": "700002"}, "700002"),
    ],
)
def test_an_invoice_is_the_bill_of_whom_its_customer_says(
    client: Client, elements: dict[str, str], expected: str | None
) -> None:
    number = child(client, **elements)
    assert payer(client, number) == (expected or number)


def test_a_change_of_the_profile_touches_future_invoices_only(client: Client) -> None:
    number = child(client)
    old = client.admin("POST", "records/invoice", {"customerId": number})
    client.admin("PATCH", f"records/customer/{number}", {"billTo": "PARENT"})
    kept = client.admin("PATCH", f"records/invoice/{old['mobiworkInvoiceId']}", {"terms": "Net 15"})
    assert (kept["billToCustomerId"], payer(client, number)) == (number, "700001")
