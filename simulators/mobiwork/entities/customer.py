"""Customer (reference section 3.1): the one entity with all five calls documented."""

from simulators.mobiwork.entities.shared import ADDRESS, CONTACT, CUSTOM_FIELDS
from simulators.mobiwork.model import Entity, Field, Filter, Kind, read_only

TYPES = (("1", "RESIDENTIAL"), ("2", "BUSINESS"))

CUSTOMER = Entity(
    name="customer",
    section="3.1",
    identity="mobiworkCustomerId",
    external_id="externalCustomerId",
    first_id=700001,
    list_name="customerList",
    counters=True,
    missing="empty",
    stamps=("fromDate",),
    creator=("createdBy", ""),
    fields=(
        read_only("mobiworkCustomerId", Kind.LONG),
        Field(name="externalCustomerId", edit="externalId"),
        Field(name="companyName"),
        Field(name="fromDate", kind=Kind.US_DATE, kept=True),
        Field(name="type", choices=TYPES, default="BUSINESS"),
        Field(name="statusId", kind=Kind.LONG, edit="status"),
        Field(name="customStatus", shown=False),
        Field(name="enabled", kind=Kind.BOOLEAN, default="true"),
        Field(name="assignedTo", kind=Kind.LONG),
        Field(name="closingDate", kind=Kind.US_DATE),
        Field(name="prospectFlag", kind=Kind.BOOLEAN, kept=True, default="false"),
        Field(name="address", kind=Kind.GROUP, fields=ADDRESS, required=True),
        Field(
            name="contact",
            kind=Kind.GROUP,
            fields=CONTACT,
            edit="primaryContact",
            required=True,
        ),
        Field(
            name="addressList",
            kind=Kind.ITEMS,
            item="address",
            fields=ADDRESS,
            kept=True,
            required=True,
        ),
        Field(
            name="contactList",
            kind=Kind.ITEMS,
            item="contact",
            fields=CONTACT,
            kept=True,
            required=True,
        ),
        CUSTOM_FIELDS,
        read_only("mobiForms"),
        read_only("taxable", Kind.BOOLEAN, shown=False),
        read_only("category", shown=False),
        read_only("createdBy", shown=False),
    ),
    filters=(
        Filter("customerType", ("type",), "choice"),
        Filter("name", ("companyName", "contact.firstName", "contact.lastName")),
        Filter("lastName", ("contact.lastName",)),
        Filter("companyName", ("companyName",)),
        Filter("externalId", ("externalCustomerId",)),
        Filter("workOrderId", ("mobiworkCustomerId",), "work order"),
        Filter("assignedTo", ("assignedTo",), "user"),
        Filter("phoneNumber", ("contact.phoneNumber", "contact.altPhoneNumber")),
        Filter("address", ("address.address1", "address.city", "address.zipCode")),
        Filter("category", ("category",), "exact"),
        Filter("createdBy", ("createdBy",), "user"),
    ),
)
