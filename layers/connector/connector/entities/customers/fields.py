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

from connector.entities.customers.places import PLACES, path_there, shown_under
from connector.entities.shared import display_names
from connector.entities.shared.addresses import (
    address_changes,
    address_cleared,
    address_here,
    address_there,
)
from connector.entities.shared.contact_fields import (
    called,
    compared_name,
    contact_fields,
    people_there,
    person_changes,
)
from connector.entities.shared.contacts import Contact
from connector.entities.shared.quickbooks_values import display_name, plain_text, text_there
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
    name, title = display_name(record), text_there(record, "Title")
    untitled = name.removeprefix(f"{title} ") if title else name
    plain = display_names.plain_names(name) if record.get("ParentRef") else ()
    return tuple(dict.fromkeys([name, untitled, *plain]))


def is_made_of(name: str, parts: display_names.Parts, form: str) -> bool:
    """Tell whether a display name is these parts in this format."""
    return any(
        display_names.same(display_names.display_name(replace(parts, home=home), form), name)
        for home in (False, True)
    )


def parts_there(record: Json) -> display_names.Parts:
    """Return the names of a QuickBooks customer; its company is empty if it is a person."""
    company = text_there(record, "CompanyName")
    for person in people_there(record):
        parts = display_names.Parts(company, person.first, person.last)
        called = own_names(record)
        if any(is_made_of(name, parts, form) for name in called for form in FORMATS):
            return parts
    person = next(people_there(record))
    return display_names.Parts(display_name(record), person.first, person.last)


def _name_there(record: Json) -> Value:
    parts = parts_there(record)
    return _name_value(parts.company, parts, ":".join(path_there(record)))


def _name_meant(record: Json) -> Value:
    parts = parts_there(record)
    return _name_value(parts.company, parts, shown_under(record))


def _name_here(customer: "Customer") -> Value:
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
        company = f"{value['under']}:{called(value)}"
    changes: dict[str, str | None] = {
        "companyName": company or None,
        **person_changes(value, contact, listed=True),
    }
    business = bool(meaningful(company))
    if customer is None or bool(meaningful(customer.company_name)) != business:
        changes["type"] = "BUSINESS" if business else "RESIDENTIAL"
    return changes


def _shipping_here(customer: "Customer") -> Value:
    service = customer.service_address
    if service is None:
        return {}
    return _unless_the_same(address_here(service), address_here(customer.address))


def shipping_there(record: Json) -> Value:
    """Return the shipping address of a QuickBooks customer; nothing if it is the billing one."""
    return _unless_the_same(address_there(record, "ShipAddr"), address_there(record, "BillAddr"))


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
        main = address_here(customer.address) if customer else {}
        changes, listed = address_changes(main, LISTED.format(1)), 1
    path = LISTED.format(listed + 1)
    return changes | address_changes(value, path) | {f"{path}/name": name}


def _contact(customer: "Customer") -> Contact:
    return customer.contact


FIELDS: "tuple[Field[Customer], ...]" = (
    Field(
        name="name",
        mobiwork=_name_here,
        quickbooks=_name_there,
        in_mobiwork_terms=_name_meant,
        write=_write_name,
        members=("DisplayName", "CompanyName", "GivenName", "FamilyName", "FullyQualifiedName"),
        clears={"CompanyName": "", "GivenName": "", "FamilyName": ""},
        compared=compared_name,
    ),
    *PLACES,
    *contact_fields(_contact, listed=True),
    Field(
        name="shipping address",
        mobiwork=_shipping_here,
        quickbooks=shipping_there,
        write=_write_shipping,
        members=("ShipAddr",),
        clears=address_cleared("ShipAddr"),
    ),
    Field(
        name="billing address",
        mobiwork=lambda customer: address_here(customer.address),
        quickbooks=lambda record: address_there(record, "BillAddr"),
        write=_write_billing,
        members=("BillAddr",),
        clears=address_cleared("BillAddr"),
    ),
)
