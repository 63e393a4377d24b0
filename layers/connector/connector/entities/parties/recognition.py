"""What both sides say of a person or a company, for telling which ones are the same."""

import re

from connector.entities.parties.addresses import Address, mobiwork_address, quickbooks_address
from connector.entities.parties.contact_fields import quickbooks_people
from connector.entities.parties.contacts import Contact
from connector.entities.shared.quickbooks_values import display_name, quickbooks_text
from connector.entities.shared.recognition import FactTexts
from connector.entities.shared.wire import meaningful
from connector.model.body import Json
from connector.model.matching.scoring import ADDRESS, EMAIL, PHONE

_PHONES = ("PrimaryPhone", "AlternatePhone", "Mobile")


def mobiwork_reached(contact: Contact, *addresses: Address | None) -> FactTexts:
    """Return how somebody is reached, as MobiWork says it."""
    return {
        EMAIL: _addresses_in(contact.email),
        PHONE: tuple(map(meaningful, (contact.phone, contact.other_phone, contact.mobile))),
        ADDRESS: tuple(_place(mobiwork_address(one)) for one in addresses if one),
    }


def quickbooks_reached(record: Json) -> FactTexts:
    """Return how somebody is reached, as QuickBooks says it."""
    return {
        EMAIL: _addresses_in(quickbooks_text(record, "PrimaryEmailAddr", "Address")),
        PHONE: tuple(meaningful(quickbooks_text(record, one, "FreeFormNumber")) for one in _PHONES),
        ADDRESS: tuple(_place(quickbooks_address(record, one)) for one in ("BillAddr", "ShipAddr")),
    }


def quickbooks_names(record: Json) -> tuple[str, ...]:
    """Return what somebody is called in QuickBooks: a person's name only where there is no company.

    Several companies may have one contact.
    """
    company = quickbooks_text(record, "CompanyName")
    person = next(quickbooks_people(record)).person
    return (display_name(record), company, "" if company else person)


def called(company: str, person: str) -> tuple[str, ...]:
    """Return what somebody may be called: by company, by both, by the person without a company."""
    both = f"{company} {person}" if company and person else ""
    return (company, both, "" if company else person)


def _addresses_in(text: str) -> tuple[str, ...]:
    return tuple(meaningful(one) for one in re.split(r"[;,\s]+", text))


def _place(address: dict[str, str]) -> str:
    lines = (address["line 1"], address["city"], address["ZIP code"])
    return "\n".join(lines) if any(lines) else ""
