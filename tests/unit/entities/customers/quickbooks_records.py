"""Customers as QuickBooks returns them, and as MobiWork has them."""

from typing import Any
from xml.etree.ElementTree import Element

from connector.mobiwork.xml import read as parsed
from connector.model.body import Body
from tests.builders import a_customer

LINKS = {("Customer", "7"): "700900", ("Customer", "6"): "700800"}
ADDRESS = "address of the parent"


def a_record(**changes: Any) -> Body:
    """Return a customer as QuickBooks' API returns it."""
    return {
        "Taxable": True,
        "BillAddr": {
            "Id": "2",
            "Line1": "12 Canal St",
            "City": "Tampa",
            "CountrySubDivisionCode": "FL",
            "PostalCode": "33602",
            "Lat": "27.9506",
            "Long": "-82.4572",
        },
        "Job": False,
        "BillWithParent": False,
        "Balance": 239.00,
        "BalanceWithJobs": 239.00,
        "CurrencyRef": {"value": "USD", "name": "United States Dollar"},
        "PreferredDeliveryMethod": "Print",
        "domain": "QBO",
        "sparse": False,
        "Id": "58",
        "SyncToken": "3",
        "MetaData": {
            "CreateTime": "2026-01-11T16:48:43-08:00",
            "LastUpdatedTime": "2026-02-18T10:43:11-08:00",
        },
        "CompanyName": "Blue Heron Plumbing",
        "FullyQualifiedName": "Blue Heron Plumbing",
        "DisplayName": "Blue Heron Plumbing",
        "PrintOnCheckName": "Blue Heron Plumbing",
        "Active": True,
        "PrimaryPhone": {"FreeFormNumber": "(813) 555-0100"},
        "PrimaryEmailAddr": {"Address": "office@blueheron.example"},
    } | changes


def a_person(**changes: Any) -> Body:
    names = {"GivenName": "Ana", "FamilyName": "Lopez", "DisplayName": "Ana Lopez"}
    record = a_record(FullyQualifiedName="Ana Lopez", PrintOnCheckName="Ana Lopez") | names
    return {name: value for name, value in record.items() if name != "CompanyName"} | changes


def under(name: str, *above: str, **changes: Any) -> Body:
    record = a_record(
        DisplayName=name,
        FullyQualifiedName=":".join([*above, name]),
        ParentRef={"value": "7"},
        Job=True,
        Level=len(above),
    )
    return {name: value for name, value in record.items() if name != "CompanyName"} | changes


def deep(name: str, **changes: Any) -> Body:
    """Return a sub-customer of sub-customer 7, which belongs to customer 6."""
    return under(name, "Harbor Cafe", "Kitchen refit", Top="6", **changes)


CANAL = {"address1": "12 Canal St", "city": "Tampa", "state": "FL", "zipCode": "33602"}
PIER = {"address1": "4 Pier Rd", "city": "Largo", "state": "FL", "zipCode": "33770"}
SHIP_PIER = {
    "Id": "3",
    "Line1": "4 Pier Rd",
    "City": "Largo",
    "CountrySubDivisionCode": "Florida",
    "PostalCode": "33770",
}
MAIN = CANAL | {"name": "Primary Address", "countryId": "1"}
REACHED = {"email": "office@blueheron.example", "phoneNumber": "(813) 555-0100"}


def existing(**changes: Any) -> Element:
    """Return a business that MobiWork has, with another location."""
    listed = {"address": [CANAL | {"addressId": "81001"}, PIER | {"addressId": "81002"}]}
    return parsed(a_customer(**{"addressList": listed} | changes).xml, call="test")


SHIPPED = {"ShipAddr": SHIP_PIER}
