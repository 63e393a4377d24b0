"""What MobiWork and QuickBooks both know of a customer.

Whether a customer is taxable is not among them: MobiWork only shows it inside an invoice (reference
3.1), so it can neither be compared nor written.

A name is the company, the first and the last name, whatever the format of display names: where
QuickBooks' display name is made of its other names in one of the formats, those count, else the
display name is the company.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from connector.entities.customers.places import PLACES, quickbooks_path, shown_under
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
from connector.entities.shared.wire import meaningful
from connector.model.body import Json
from connector.model.flows.field import Changes, Field, Value

if TYPE_CHECKING:
    from connector.entities.customers.model import Customer

PERSON_FORMATS = ("first last", "last, first")
FORMATS = ("company", "company else person", *PERSON_FORMATS, "company (first last)")
SHIPPING_NAME = "Shipping Address"
LISTED = "addressList/address[{}]"


def own_names(record: Json) -> tuple[str, ...]:
    """Return what a QuickBooks customer may be called: also without its title or its parent."""
    name, title = display_name(record), quickbooks_text(record, "Title")
    untitled = name.removeprefix(f"{title} ") if title else name
    plain = display_names.plain_names(name) if record.get("ParentRef") else ()
    return tuple(dict.fromkeys([name, untitled, *plain]))


def is_made_of(name: str, parts: display_names.Parts, form: str) -> bool:
    """Tell whether a display name is these parts in this format."""
    return any(
        display_names.same(display_names.composed_name(replace(parts, home=home), form), name)
        for home in (False, True)
    )


def quickbooks_parts(record: Json) -> display_names.Parts:
    """Return the names of a QuickBooks customer; its company is empty if it is a person."""
    company = quickbooks_text(record, "CompanyName")
    for person in quickbooks_people(record):
        parts = display_names.Parts(company, person.first, person.last)
        called = own_names(record)
        if any(is_made_of(name, parts, form) for name in called for form in FORMATS):
            return parts
    person = next(quickbooks_people(record))
    return display_names.Parts(display_name(record), person.first, person.last)


def _quickbooks_name(record: Json) -> Value:
    parts = quickbooks_parts(record)
    return _name_value(parts.company, parts, ":".join(quickbooks_path(record)))


def _name_meant(record: Json) -> Value:
    parts = quickbooks_parts(record)
    return _name_value(parts.company, parts, shown_under(record))


def _mobiwork_name(customer: "Customer") -> Value:
    """Read a name; `Parent:Child` is how a sub-customer of QuickBooks may be called here."""
    company = plain_text(customer.company_name)
    under, _, own = (part.strip() for part in company.rpartition(":"))
    if under and own:
        return _name_value(own, customer.parts, under)
    return _name_value(company, customer.parts, None)


def _name_value(company: str, person: display_names.Parts, under: str | None) -> Value:
    value = {"company": company, "first": person.first, "last": person.last}
    return value | ({"under": under} if under else {})


def _write_name(value: Value, customer: "Customer | None") -> Changes:
    company, contact = value["company"], customer.contact if customer else None
    if value.get("under"):
        company = f"{value['under']}:{company_or_person(value)}"
    changes: dict[str, str | None] = {
        "companyName": company or None,
        **person_changes(value, contact, listed=True),
    }
    business = bool(meaningful(company))
    if customer is None or bool(meaningful(customer.company_name)) != business:
        changes["type"] = "BUSINESS" if business else "RESIDENTIAL"
    return changes


def _mobiwork_shipping(customer: "Customer") -> Value:
    service = customer.service_address
    if service is None:
        return {}
    return _unless_the_same(mobiwork_address(service), mobiwork_address(customer.address))


def quickbooks_shipping(record: Json) -> Value:
    """Return the shipping address of a QuickBooks customer; nothing if it is the billing one."""
    return _unless_the_same(
        quickbooks_address(record, "ShipAddr"), quickbooks_address(record, "BillAddr")
    )


def _unless_the_same(shipping: Mapping[str, str], billing: Mapping[str, str]) -> Value:
    return dict(shipping) if any(shipping.values()) and shipping != billing else {}


def _write_billing(value: Value, customer: "Customer | None") -> Changes:
    """Write the main address, also where it begins the list of all addresses (product b.1)."""
    changes = address_changes(value, "address")
    if customer is None or _begins_with_main(customer):
        changes |= address_changes(value, LISTED.format(1))
    return changes


def _begins_with_main(customer: "Customer") -> bool:
    """Tell whether the list of addresses begins with the main one, or will do so."""
    first = customer.addresses[0] if customer.addresses else customer.address
    return first.to_qbo() == customer.address.to_qbo()


def _write_shipping(value: Value, customer: "Customer | None") -> Changes:
    """Write the first other address; none is emptied, because work orders may need it."""
    if not value:
        return {}
    for position, address in enumerate(customer.addresses if customer else (), start=1):
        if customer and address is customer.service_address:
            return address_changes(value, LISTED.format(position))
    return appended(value, customer, SHIPPING_NAME)


def appended(value: Value, customer: "Customer | None", name: str) -> dict[str, str | None]:
    """Add an address to the list, which begins with the main one."""
    changes: dict[str, str | None] = {}
    listed = len(customer.addresses) if customer else 0
    if not listed:
        main = mobiwork_address(customer.address) if customer else {}
        changes, listed = address_changes(main, LISTED.format(1)), 1
    path = LISTED.format(listed + 1)
    return changes | address_changes(value, path) | {f"{path}/name": name}


def _contact(customer: "Customer") -> Contact:
    return customer.contact


FIELDS: "tuple[Field[Customer], ...]" = (
    Field(
        name="name",
        mobiwork=_mobiwork_name,
        quickbooks=_quickbooks_name,
        in_mobiwork_terms=_name_meant,
        write=_write_name,
        members=("DisplayName", "CompanyName", "GivenName", "FamilyName", "FullyQualifiedName"),
        clears={"CompanyName": "", "GivenName": "", "FamilyName": ""},
        compared=compared_name,
        shown=company_or_person,
    ),
    *PLACES,
    *contact_fields(_contact, listed=True),
    Field(
        name="shipping address",
        mobiwork=_mobiwork_shipping,
        quickbooks=quickbooks_shipping,
        write=_write_shipping,
        members=("ShipAddr",),
        clears=address_cleared("ShipAddr"),
    ),
    Field(
        name="billing address",
        mobiwork=lambda customer: mobiwork_address(customer.address),
        quickbooks=lambda record: quickbooks_address(record, "BillAddr"),
        write=_write_billing,
        members=("BillAddr",),
        clears=address_cleared("BillAddr"),
    ),
)
