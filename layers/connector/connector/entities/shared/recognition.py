"""What both sides say of a person or a company, for telling which ones are the same."""

import re

from connector.entities.parties.addresses import Address, mobiwork_address, quickbooks_address
from connector.entities.parties.contact_fields import quickbooks_people
from connector.entities.parties.contacts import Contact
from connector.entities.shared.documents import HOME_CURRENCY, tax_of
from connector.entities.shared.quickbooks_values import display_name, number_in, quickbooks_text
from connector.entities.shared.wire import meaningful
from connector.model.body import Json
from connector.model.matching.scoring import ADDRESS, CURRENCY, EMAIL, PARTY, PHONE

type FactTexts = dict[str, tuple[str, ...]]
"""Texts by their fact."""

HOME: FactTexts = {CURRENCY: (HOME_CURRENCY,)}
"""MobiWork says no currency: all of its records are in the home one."""
_PHONES = ("PrimaryPhone", "AlternatePhone", "Mobile")


def without_nothing(said: FactTexts) -> FactTexts:
    """Return the facts that say something, each text once."""
    kept = {fact: tuple(dict.fromkeys(filter(None, some))) for fact, some in said.items()}
    return {fact: some for fact, some in kept.items() if some}


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


def total_of(record: Json, *, voided: bool) -> tuple[str, ...]:
    """Return what a QuickBooks document comes to; nothing of one that was voided."""
    return () if voided else (str(record.get("TotalAmt", "")),)


def net_of(record: Json, *, voided: bool = False) -> tuple[str, ...]:
    """Return what a QuickBooks document comes to without its sales tax, where it has some."""
    tax = tax_of(record)
    return (str(number_in(record, "TotalAmt") - tax),) if tax and not voided else ()


def foreign_currency(record: Json) -> FactTexts:
    """Return the currency of a QuickBooks record where it is not the home one, as MobiWork's is."""
    found = str((record.get("CurrencyRef") or {}).get("value") or HOME_CURRENCY)
    return {} if found == HOME_CURRENCY else {CURRENCY: (found,)}


def called(company: str, person: str) -> tuple[str, ...]:
    """Return what somebody may be called: by company, by both, by the person without a company."""
    both = f"{company} {person}" if company and person else ""
    return (company, both, "" if company else person)


def quickbooks_party(record: Json, member: str) -> tuple[FactTexts, dict[str, tuple[str, ...]]]:
    """Return the customer or vendor of a QuickBooks document: the name, and the id."""
    found = record.get(member) or {}
    name, own = str(found.get("name") or ""), str(found.get("value") or "")
    return {PARTY: (name,)}, {PARTY: (own,)} if own else {}


def _addresses_in(text: str) -> tuple[str, ...]:
    return tuple(meaningful(one) for one in re.split(r"[;,\s]+", text))


def _place(address: dict[str, str]) -> str:
    lines = (address["line 1"], address["city"], address["ZIP code"])
    return "\n".join(lines) if any(lines) else ""
