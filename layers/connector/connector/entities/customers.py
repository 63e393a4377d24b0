"""Customers: MobiWork's residential and business customers as QuickBooks Customers."""

from collections.abc import Mapping
from typing import Any

from pydantic import AliasChoices, Field

from connector.entities.wire import (
    NAME_LENGTH,
    Address,
    Wire,
    legal_name,
    meaningful,
    without_empty,
)
from connector.flow import Body, Flow, Known, always
from connector.mobiwork.values import MobiWorkBool, MobiWorkId
from connector.quickbooks.query import select
from connector.settings import Settings

DISPLAY_NAME_LENGTH = 500


class Contact(Wire):
    """The main contact (reference 2.2); its names are mandatory in MobiWork, hence the filler."""

    first_name: str = Field(default="", alias="firstname")
    last_name: str = Field(default="", alias="lastname")
    email: str = ""
    phone: str = Field(default="", alias="phonenumber")
    other_phone: str = Field(
        default="", validation_alias=AliasChoices("altphonenumber", "altphone")
    )
    fax: str = ""

    @property
    def full_name(self) -> str:
        """First and last name without filler."""
        return " ".join(
            part for part in (meaningful(self.first_name), meaningful(self.last_name)) if part
        )


class Customer(Wire):
    """A MobiWork customer (reference 3.1)."""

    id: MobiWorkId = Field(
        default=None, validation_alias=AliasChoices("mobiworkcustomerid", "customerid")
    )
    company_name: str = Field(default="", alias="companyname")
    type: str = Field(default="BUSINESS", validation_alias=AliasChoices("type", "typeid"))
    enabled: MobiWorkBool = True
    prospect: MobiWorkBool = Field(default=False, alias="prospectflag")
    contact: Contact = Field(
        default=Contact(), validation_alias=AliasChoices("contact", "primarycontact")
    )
    address: Address = Address()

    @property
    def name(self) -> str:
        """Company name of a business, else the person; each stands in for the other."""
        company = meaningful(self.company_name)
        person = self.contact.full_name
        if self.type.upper() == "RESIDENTIAL":
            return person or company
        return company or person


def label(customer: Customer) -> str:
    """Name a customer to a person."""
    return f'customer "{customer.name or "(no name)"}" ({customer.id})'


def why_not(customer: Customer, settings: Settings) -> str:
    """Say why a customer is not for QuickBooks."""
    if customer.prospect and not settings.push_prospects:
        return "It is a prospect, not a customer yet."
    return ""


def problems(customer: Customer) -> list[str]:
    """Say what is wrong with a customer."""
    name = legal_name(customer.name, length=DISPLAY_NAME_LENGTH + 1)
    if not any(character.isalnum() for character in name):
        return [
            "It has neither a company name nor a contact name that QuickBooks could show "
            f'(found "{customer.company_name}" and "{customer.contact.first_name} '
            f'{customer.contact.last_name}"). Enter a name in MobiWork.'
        ]
    if len(name) > DISPLAY_NAME_LENGTH:
        return [
            f"Its name is longer than the {DISPLAY_NAME_LENGTH} characters that QuickBooks allows. "
            "Shorten it in MobiWork."
        ]
    return []


def to_qbo(customer: Customer, _known: Known) -> Body:
    """Translate to a QuickBooks Customer (reference 6.2)."""
    contact = customer.contact
    return without_empty(
        {
            "DisplayName": legal_name(customer.name, length=DISPLAY_NAME_LENGTH),
            "CompanyName": legal_name(meaningful(customer.company_name), length=NAME_LENGTH),
            "GivenName": legal_name(meaningful(contact.first_name), length=NAME_LENGTH),
            "FamilyName": legal_name(meaningful(contact.last_name), length=NAME_LENGTH),
            "BillAddr": customer.address.to_qbo(),
            "PrimaryPhone": _phone(contact.phone),
            "AlternatePhone": _phone(contact.other_phone),
            "Fax": _phone(contact.fax),
            "PrimaryEmailAddr": _email(contact.email),
            "Active": customer.enabled,
        }
    )


def remarks(customer: Customer, _answer: Mapping[str, Any]) -> list[str]:
    """Say what of a customer QuickBooks does not get."""
    email = customer.contact.email
    if email and not _email(email):
        return [f'The e-mail "{email[:60]}" was left out: it is not an address.']
    return []


def _phone(number: str) -> Body:
    return {"FreeFormNumber": number[:30]} if meaningful(number) else {}


def _email(address: str) -> Body:
    """Return the e-mail, or nothing when QuickBooks would refuse it (fault 2210)."""
    name, _, host = address.strip().partition("@")
    legal = name and "." in host and " " not in address.strip() and len(address) <= NAME_LENGTH
    return {"Address": address.strip()} if legal else {}


def twin_query(body: Body) -> str:
    """Find customers of the same name, inactive ones too."""
    return select("Customer", DisplayName=body["DisplayName"], Active=(True, False))


def is_twin(body: Body, found: Mapping[str, Any]) -> bool:
    """Compare names as QuickBooks does: case does not matter, and only active records count."""
    same = str(found.get("DisplayName", "")).casefold() == str(body["DisplayName"]).casefold()
    return same and bool(found.get("Active", True))


PUSH = Flow(
    name="push_customers",
    source="customer",
    target="Customer",
    model=Customer,
    label=label,
    why_not=why_not,
    problems=problems,
    translate=to_qbo,
    twin_query=twin_query,
    is_twin=is_twin,
    remarks=remarks,
    updates=always,
)
