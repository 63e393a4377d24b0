"""Customer (reference section 3.1): the one entity with all five calls documented."""

from simulators.mobiwork.entities.shared import ADDRESS, CONTACT, CUSTOM_FIELDS, MOBI_FORMS
from simulators.mobiwork.model import Entity, Field, Filter, Kind, read_only

TYPES = (("1", "RESIDENTIAL"), ("2", "BUSINESS"))

# Who gets the bill of a sub-customer: itself, its parent, or `billToCustomerId`.
BILL_TO = ("SUB_CUSTOMER", "PARENT", "OTHER")
_FAMILY = "6 row 24"

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
    references=(("parentCustomerId", "customer"), ("billToCustomerId", "customer")),
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
        MOBI_FORMS,
        Field(name="isSubCustomer", kind=Kind.BOOLEAN, default="false", assumed=_FAMILY),
        Field(name="parentCustomerId", kind=Kind.LONG, assumed=_FAMILY),
        read_only("parentCustomerName", assumed=_FAMILY),
        Field(name="billTo", choices=tuple((one, one) for one in BILL_TO), assumed=_FAMILY),
        Field(name="billToCustomerId", kind=Kind.LONG, assumed=_FAMILY),
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
