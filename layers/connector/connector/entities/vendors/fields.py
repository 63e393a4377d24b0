"""What MobiWork and QuickBooks both know of a vendor.

Terms are not among them: QuickBooks names a vendor's terms by their number and not always by their
name (reference 6.1), so they cannot be compared; see pulled_vendors and push.
"""

from typing import TYPE_CHECKING

from connector.entities.parties import display_names
from connector.entities.parties.addresses import (
    address_changes,
    address_cleared,
    mobiwork_address,
    quickbooks_address,
)
from connector.entities.parties.contact_fields import (
    company_or_person,
    compared_name,
    contact_fields,
    person_changes,
    quickbooks_people,
)
from connector.entities.parties.contacts import Contact
from connector.entities.shared.quickbooks_values import display_name, plain_text, quickbooks_text
from connector.model.body import Json
from connector.model.flows.field import Changes, Field, Value

if TYPE_CHECKING:
    from connector.entities.vendors.model import Vendor


def _mobiwork_name(vendor: "Vendor") -> Value:
    parts = vendor.parts
    return {"company": plain_text(vendor.given_name), "first": parts.first, "last": parts.last}


def quickbooks_name(record: Json) -> Value:
    """Return the names of a QuickBooks vendor; a display name that is its person's is no company.

    MobiWork has one name for a vendor, and that is the one QuickBooks shows.
    """
    name = display_name(record)
    for person in quickbooks_people(record):
        forms = (person.person, ", ".join(one for one in (person.last, person.first) if one))
        if not quickbooks_text(record, "CompanyName") and any(
            display_names.same(name, one) for one in forms
        ):
            return {"company": "", "first": person.first, "last": person.last}
    person = next(quickbooks_people(record))
    return {"company": name, "first": person.first, "last": person.last}


def _write_name(value: Value, vendor: "Vendor | None") -> Changes:
    """Write the name, which MobiWork demands (3.14): of a person that is first and last name."""
    contact = vendor.contact if vendor else None
    return {"name": company_or_person(value), **person_changes(value, contact, listed=False)}


def _contact(vendor: "Vendor") -> Contact:
    return vendor.contact


FIELDS: "tuple[Field[Vendor], ...]" = (
    Field(
        name="name",
        mobiwork=_mobiwork_name,
        quickbooks=quickbooks_name,
        write=_write_name,
        members=("DisplayName", "CompanyName", "GivenName", "FamilyName"),
        clears={"CompanyName": "", "GivenName": "", "FamilyName": ""},
        compared=compared_name,
        shown=company_or_person,
    ),
    *contact_fields(_contact, listed=False),
    Field(
        name="address",
        mobiwork=lambda vendor: mobiwork_address(vendor.address),
        quickbooks=lambda record: quickbooks_address(record, "BillAddr"),
        write=lambda value, _vendor: address_changes(value, "address"),
        members=("BillAddr",),
        clears=address_cleared("BillAddr"),
    ),
)
