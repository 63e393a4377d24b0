from typing import Any
from xml.etree.ElementTree import Element

import pytest

from connector.engine.three_way_merge import plain
from connector.entities.customers.hierarchy import HIERARCHY
from connector.entities.customers.places import NAMED
from connector.entities.customers.pull import PULL
from connector.model.body import Body
from connector.model.flows.context import PullContext
from connector.model.policy.settings import Settings
from tests.unit.entities.customers.quickbooks_records import (
    CANAL,
    LINKS,
    REACHED,
    SHIP_PIER,
    SHIPPED,
    a_person,
    a_record,
    deep,
    existing,
    under,
)
from tests.unit.entities.pulled import meant, read


def changes_of(record: Body, element: Element, **chosen: Any) -> dict[str, str | None]:
    """Return what a merge that takes every field writes, where it is not there already."""
    found: dict[str, str | None] = {}
    customer = read(PULL, element)
    placed = HIERARCHY.located(record, PullContext(Settings.model_validate(chosen), LINKS))
    for one in PULL.fields:
        value = meant(one, placed)
        if plain(one.compared(one.mobiwork(customer))) != plain(one.compared(value)):
            found |= one.write(value, customer)
    return found


TBD = {"firstName": "TBD", "lastName": "TBD"}
MERGED: dict[str, tuple[Body, Element, dict[str, str | None]]] = {
    "nothing differs": (a_record(**SHIPPED), existing(), {}),
    "only the writing of a phone differs": (
        a_record(PrimaryPhone={"FreeFormNumber": "+1 813.555.0100"}, **SHIPPED),
        existing(),
        {},
    ),
    "another company": (
        a_record(DisplayName="Heron & Sons", **SHIPPED),
        existing(),
        {
            "companyName": "Heron & Sons",
            "contact/firstName": "TBD",
            "contact/lastName": "TBD",
        },
    ),
    "somebody to talk to": (
        a_record(GivenName="Ana", FamilyName="Lopez", **SHIPPED),
        existing(),
        {
            "companyName": "Blue Heron Plumbing",
            "contact/firstName": "Ana",
            "contact/lastName": "Lopez",
        },
    ),
    "nobody to talk to any more": (
        a_record(**SHIPPED),
        existing(contact={"firstName": "Ana", "lastName": "Lopez", **REACHED}),
        {
            "companyName": "Blue Heron Plumbing",
            "contact/firstName": "-",
            "contact/lastName": "-",
        },
    ),
    "a business that is a person now": (
        a_person(**SHIPPED),
        existing(),
        {
            "companyName": None,
            "contact/firstName": "Ana",
            "contact/lastName": "Lopez",
            "type": "RESIDENTIAL",
        },
    ),
    "no e-mail, and a phone with an extension": (
        a_record(PrimaryEmailAddr={}, PrimaryPhone={"FreeFormNumber": "8135550199 x4"}, **SHIPPED),
        existing(),
        {"contact/email": None, "contact/phoneNumber": "8135550199", "contact/phoneExt": "4"},
    ),
    "it moved": (
        a_record(BillAddr={"Line1": "9 Bay St"}, **SHIPPED),
        existing(),
        {
            f"{path}/{name}": text
            for path in ("address", "addressList/address[1]")
            for name, text in {
                "address1": "9 Bay St",
                "address2": None,
                "city": None,
                "state": None,
                "zipCode": None,
            }.items()
        },
    ),
    "it is served elsewhere": (
        a_record(ShipAddr=SHIP_PIER | {"Line1": "5 Pier Rd"}),
        existing(),
        {
            "addressList/address[2]/address1": "5 Pier Rd",
            "addressList/address[2]/address2": None,
            "addressList/address[2]/city": "Largo",
            "addressList/address[2]/state": "FL",
            "addressList/address[2]/zipCode": "33770",
        },
    ),
    "it is not served elsewhere any more, but work orders may need the place": (
        a_record(),
        existing(),
        {},
    ),
    "it is served elsewhere for the first time": (
        a_record(**SHIPPED),
        existing(addressList={"address": [CANAL]}),
        {
            "addressList/address[2]/address1": "4 Pier Rd",
            "addressList/address[2]/address2": None,
            "addressList/address[2]/city": "Largo",
            "addressList/address[2]/state": "FL",
            "addressList/address[2]/zipCode": "33770",
            "addressList/address[2]/name": "Shipping Address",
        },
    ),
}


@pytest.mark.parametrize(("record", "element", "changes"), MERGED.values(), ids=MERGED)
def test_what_a_customer_takes_over(
    record: Body, element: Element, changes: dict[str, str | None]
) -> None:
    assert changes_of(record, element) == changes


NOBODY: dict[str, str | None] = {"contact/firstName": "TBD", "contact/lastName": "TBD"}
FREE = dict.fromkeys(("parentCustomerId", "parentCustomerName", "billTo", "billToCustomerId"))


def sub_of(parent: str, **changes: Any) -> Element:
    """Return a sub-customer that MobiWork has."""
    named = {"isSubCustomer": "true", "parentCustomerId": parent, "companyName": "Kitchen"}
    return existing(**named | changes)


MOVED: dict[str, tuple[Body, Element, dict[str, Any], dict[str, str | None]]] = {
    "a sub-customer that stays where it is": (
        under("Kitchen", "Harbor Cafe", **SHIPPED),
        sub_of("700900", billTo="SUB_CUSTOMER"),
        {},
        {},
    ),
    "a sub-customer that another customer pays for, in MobiWork's own words": (
        under("Kitchen", "Harbor Cafe", BillWithParent=True, **SHIPPED),
        sub_of("700900", billToCustomerId="700900"),
        {},
        {},
    ),
    "it became a sub-customer": (
        under("Kitchen", "Harbor Cafe", **SHIPPED),
        existing(companyName="Kitchen"),
        {},
        {
            "isSubCustomer": "true",
            "parentCustomerId": "700900",
            "parentCustomerName": "Harbor Cafe",
            "billTo": "SUB_CUSTOMER",
        },
    ),
    "it became a sub-customer whose parent is billed": (
        under("Kitchen", "Harbor Cafe", BillWithParent=True, **SHIPPED),
        existing(companyName="Kitchen"),
        {},
        {
            "isSubCustomer": "true",
            "parentCustomerId": "700900",
            "parentCustomerName": "Harbor Cafe",
            "billTo": "PARENT",
            "billToCustomerId": None,
        },
    ),
    "it is no sub-customer any more": (
        a_record(DisplayName="Kitchen", **SHIPPED),
        sub_of("700900"),
        {},
        {"isSubCustomer": "false", **FREE},
    ),
    "it moved to another parent": (
        under("Kitchen", "Harbor Cafe", **SHIPPED),
        sub_of("700901"),
        {},
        {
            "isSubCustomer": "true",
            "parentCustomerId": "700900",
            "parentCustomerName": "Harbor Cafe",
        },
    ),
    "its parent is billed from now on": (
        under("Kitchen", "Harbor Cafe", BillWithParent=True, **SHIPPED),
        sub_of("700900"),
        {},
        {"billTo": "PARENT", "billToCustomerId": None},
    ),
    "its parent is not billed any more": (
        under("Kitchen", "Harbor Cafe", **SHIPPED),
        sub_of("700900", billTo="PARENT"),
        {},
        {"billTo": "SUB_CUSTOMER", "billToCustomerId": None},
    ),
    "it moved below a sub-customer": (
        deep("Kitchen", **SHIPPED),
        sub_of("700800"),
        {},
        {"companyName": "Kitchen refit:Kitchen", **NOBODY},
    ),
    "it moved up to the customer at the top": (
        under("Kitchen", "Harbor Cafe", **SHIPPED),
        sub_of("700900", companyName="Bath:Kitchen"),
        {},
        {"companyName": "Kitchen", **NOBODY},
    ),
    "another name of one that is named after its parent": (
        under("Annex", "Harbor Cafe", **SHIPPED),
        existing(companyName="Harbor Cafe:Kitchen"),
        {"sub_customers_as": NAMED},
        {"companyName": "Harbor Cafe:Annex", **NOBODY},
    ),
    "another name of the parent that it is named after": (
        under("Kitchen", "Harbor Bistro", **SHIPPED),
        existing(companyName="Harbor Cafe:Kitchen"),
        {"sub_customers_as": NAMED},
        {"companyName": "Harbor Bistro:Kitchen", **NOBODY},
    ),
    "a parent at last for one that is named after it": (
        under("Kitchen", "Harbor Cafe", **SHIPPED),
        existing(companyName="Kitchen"),
        {"sub_customers_as": NAMED},
        {"companyName": "Harbor Cafe:Kitchen", **NOBODY},
    ),
    "no parent any more for one that is named after it": (
        a_record(DisplayName="Kitchen", **SHIPPED),
        existing(companyName="Harbor Cafe:Kitchen"),
        {"sub_customers_as": NAMED},
        {"companyName": "Kitchen", **NOBODY},
    ),
}


@pytest.mark.parametrize(("record", "element", "chosen", "changes"), MOVED.values(), ids=MOVED)
def test_what_a_customer_takes_over_of_its_place(
    record: Body, element: Element, chosen: dict[str, Any], changes: dict[str, str | None]
) -> None:
    assert changes_of(record, element, **chosen) == changes


@pytest.mark.parametrize(
    ("before", "after", "moved"),
    [
        pytest.param(
            under("Kitchen", "Harbor Cafe"),
            under("Kitchen", "Harbor Bistro"),
            False,
            id="another name of the parent",
        ),
        pytest.param(
            under("Kitchen", "Harbor Cafe"),
            under("Kitchen", "Harbor Cafe", ParentRef={"value": "8"}),
            True,
            id="another parent",
        ),
        pytest.param(
            under("Sink", "Harbor Cafe", "Kitchen"),
            under("Sink", "Dock Cafe", "Kitchen"),
            True,
            id="another parent of the parent",
        ),
        pytest.param(under("Kitchen", "Harbor Cafe"), a_record(), True, id="no parent any more"),
    ],
)
def test_what_counts_as_a_move(before: Body, after: Body, moved: bool) -> None:
    place = next(one for one in PULL.fields if one.name == "parent customer")
    values = [place.compared(place.quickbooks(record)) for record in (before, after)]
    assert (values[0] != values[1]) is moved
