from typing import Any

import pytest

from connector.entities.customers.places import NAMED
from connector.entities.customers.pull import PULL
from connector.model.body import Body
from tests.unit.entities.customers.quickbooks_records import (
    LINKS,
    MAIN,
    PIER,
    REACHED,
    SHIP_PIER,
    a_person,
    a_record,
    deep,
    under,
)
from tests.unit.entities.pulled import added, shape


def contact(first: str = "-", last: str = "-", **more: str) -> dict[str, Any]:
    found = {"firstName": first, "lastName": last} | REACHED | more
    return {"contact": found, "contactList": [found]}


def expected(**changes: Any) -> dict[str, Any]:
    return {
        "companyName": "Blue Heron Plumbing",
        "type": "BUSINESS",
        "enabled": "true",
        "prospectFlag": "false",
        "address": MAIN,
        "addressList": [MAIN],
        **contact(),
    } | changes


def without(name: str, **changes: Any) -> dict[str, Any]:
    return {key: value for key, value in expected(**changes).items() if key != name}


NEW: dict[str, tuple[Body, dict[str, Any], dict[str, Any]]] = {
    "a business without a person": (a_record(), {}, expected()),
    "a business with its person": (
        a_record(GivenName="Ana", FamilyName="Lopez"),
        {},
        expected(**contact("Ana", "Lopez")),
    ),
    "a person": (
        a_person(),
        {},
        without("companyName", type="RESIDENTIAL", **contact("Ana", "Lopez")),
    ),
    "a person in the order of a phone book": (
        a_person(DisplayName="Lopez, Ana"),
        {},
        without("companyName", type="RESIDENTIAL", **contact("Ana", "Lopez")),
    ),
    "a person with title, middle name and suffix": (
        a_person(Title="Dr.", MiddleName="M.", Suffix="Jr.", DisplayName="Dr. Ana M. Lopez Jr."),
        {},
        without("companyName", type="RESIDENTIAL", **contact("Ana M.", "Lopez Jr.")),
    ),
    "a person whom somebody called otherwise": (
        a_person(DisplayName="The Lopez house"),
        {},
        expected(companyName="The Lopez house", **contact("Ana", "Lopez")),
    ),
    "a person shown by name who has a company": (
        a_person(CompanyName="Blue Heron Plumbing"),
        {},
        expected(type="RESIDENTIAL", **contact("Ana", "Lopez")),
    ),
    "a business that the settings show by its person": (
        a_person(CompanyName="Blue Heron Plumbing"),
        {"display_name_format": "first last"},
        expected(**contact("Ana", "Lopez")),
    ),
    "a business with its person in parentheses": (
        a_person(CompanyName="Blue Heron Plumbing", DisplayName="Blue Heron Plumbing (Ana Lopez)"),
        {},
        expected(**contact("Ana", "Lopez")),
    ),
    "a business called otherwise than its legal name": (
        a_record(CompanyName="Blue Heron Plumbing LLC"),
        {},
        expected(),
    ),
    "every phone, of which MobiWork has three": (
        a_record(
            PrimaryPhone={"FreeFormNumber": "813-555-0100 ext. 96"},
            AlternatePhone={"FreeFormNumber": "8135550101 x7"},
            Mobile={"FreeFormNumber": "8135550102"},
            Fax={"FreeFormNumber": "8135550103"},
        ),
        {},
        expected(
            **contact(
                phoneNumber="813-555-0100",
                phoneExt="96",
                altPhoneNumber="8135550101",
                altPhoneExt="7",
                fax="8135550103",
            )
        ),
    ),
    "a mobile beside one phone": (
        a_record(Mobile={"FreeFormNumber": "8135550102"}),
        {},
        expected(**contact(altPhoneNumber="8135550102")),
    ),
    "nothing but a mobile": (
        a_record(PrimaryPhone={}, Mobile={"FreeFormNumber": "8135550102"}),
        {},
        expected(**contact(phoneNumber="8135550102")),
    ),
    "an address of five lines, served elsewhere": (
        a_record(
            BillAddr={
                "Line1": "Attn: Bookkeeping",
                "Line2": "12 Canal St",
                "Line3": "Floor 2",
                "Line5": "Door  B",
                "City": "Tampa",
                "CountrySubDivisionCode": "florida",
                "PostalCode": "33602",
                "Country": "USA",
            },
            ShipAddr=SHIP_PIER,
        ),
        {},
        expected(
            address=(
                main := MAIN
                | {"address1": "Attn: Bookkeeping", "address2": "12 Canal St, Floor 2, Door B"}
            ),
            addressList=[main, PIER | {"name": "Shipping Address", "countryId": "1"}],
        ),
    ),
    "served where it is billed": (a_record(ShipAddr=a_record()["BillAddr"]), {}, expected()),
    "an address abroad, whose country has no number that we know": (
        a_record(BillAddr={"Line1": "1 King St", "City": "Toronto", "Country": "Canada"}),
        {},
        expected(
            address=(
                abroad := {"address1": "1 King St", "city": "Toronto", "name": "Primary Address"}
            ),
            addressList=[abroad],
        ),
    ),
    "no address at all": (
        a_record(BillAddr={}),
        {},
        expected(
            address=(nowhere := {"name": "Primary Address", "countryId": "1"}),
            addressList=[nowhere],
        ),
    ),
    "a sub-customer that is billed itself": (
        under("Kitchen refit", "Harbor Cafe"),
        {},
        expected(
            companyName="Kitchen refit",
            isSubCustomer="true",
            parentCustomerId="700900",
            parentCustomerName="Harbor Cafe",
            billTo="SUB_CUSTOMER",
        ),
    ),
    "a sub-customer of a sub-customer, whose parent is billed": (
        deep("Phase 2", BillWithParent=True),
        {},
        expected(
            companyName="Kitchen refit:Phase 2",
            isSubCustomer="true",
            parentCustomerId="700800",
            parentCustomerName="Harbor Cafe",
            billTo="OTHER",
            billToCustomerId="700900",
        ),
    ),
    "a person below a sub-customer": (
        deep("Ana Lopez", GivenName="Ana", FamilyName="Lopez"),
        {},
        expected(
            companyName="Kitchen refit:Ana Lopez",
            isSubCustomer="true",
            parentCustomerId="700800",
            parentCustomerName="Harbor Cafe",
            billTo="SUB_CUSTOMER",
            **contact("Ana", "Lopez"),
        ),
    ),
    "a sub-customer whose parent is billed": (
        under("Kitchen refit", "Harbor Cafe", BillWithParent=True),
        {},
        expected(
            companyName="Kitchen refit",
            isSubCustomer="true",
            parentCustomerId="700900",
            parentCustomerName="Harbor Cafe",
            billTo="PARENT",
        ),
    ),
    "a sub-customer that was pushed under a longer name": (
        under("Harbor Cafe - Kitchen", "Harbor Cafe", CompanyName="Kitchen"),
        {},
        expected(
            companyName="Kitchen",
            isSubCustomer="true",
            parentCustomerId="700900",
            parentCustomerName="Harbor Cafe",
            billTo="SUB_CUSTOMER",
        ),
    ),
    "a sub-customer named after its parents": (
        under("Phase 2", "Harbor Cafe", "Kitchen refit"),
        {"sub_customers_as": NAMED},
        expected(companyName="Harbor Cafe:Kitchen refit:Phase 2"),
    ),
    "a person named after the parent": (
        under("Ana Lopez", "Harbor Cafe", GivenName="Ana", FamilyName="Lopez"),
        {"sub_customers_as": NAMED},
        expected(companyName="Harbor Cafe:Ana Lopez", **contact("Ana", "Lopez")),
    ),
}


@pytest.mark.parametrize(("record", "chosen", "element"), NEW.values(), ids=NEW)
def test_a_new_customer(record: Body, chosen: dict[str, Any], element: dict[str, Any]) -> None:
    assert shape(added(PULL, record, LINKS, **chosen)) == element
