"""Invoice (reference section 3.6; everything after `integrationStatus` is section 6 rows 8-9)."""

from simulators.mobiwork.entities.shared import (
    ADDRESS,
    CONTACT,
    LINE_ITEMS,
    NESTED_CUSTOMER,
)
from simulators.mobiwork.model import READ_ONLY, Entity, Field, Filter, Kind, read_only

DOCUMENT_FILTERS = (
    Filter("description", ("description",)),
    Filter("status", ("status",), "exact"),
    Filter("externalId", ("externalId",)),
    Filter("category", ("category",), "exact"),
    Filter("createdDateFrom", ("createdDate",), "from"),
    Filter("createdDateTo", ("createdDate",), "to"),
    Filter("dueDateFrom", ("dueDate",), "from"),
    Filter("dueDateTo", ("dueDate",), "to"),
)

INVOICE = Entity(
    name="invoice",
    section="3.6",
    identity="mobiworkInvoiceId",
    first_id=5501,
    list_name="invoiceList",
    filter_wrapper="invoice",
    fields=(
        Field(name="status", default="OPEN"),
        read_only("balance", Kind.DOUBLE),
        Field(name="comments", kept=True),
        read_only("createdBy"),
        read_only("createdDate", Kind.JAVA_DATE),
        NESTED_CUSTOMER,
        Field(name="customerId", kind=Kind.LONG, add="customer", edit=READ_ONLY, required=True),
        Field(name="externalId", required=True),
        Field(name="integrationStatus", add=READ_ONLY, edit=READ_ONLY),
        read_only("mobiworkInvoiceId", Kind.LONG),
        Field(name="invoiceNumber", kept=True),
        Field(name="invoiceDate", kind=Kind.JAVA_DATE, kept=True),
        Field(name="dueDate", kind=Kind.JAVA_DATE, required=True),
        Field(name="terms", kept=True),
        Field(name="description"),
        Field(name="locationId", kind=Kind.LONG),
        Field(name="category", kind=Kind.LONG),
        Field(name="assignedTo"),
        Field(name="address", kind=Kind.GROUP, fields=ADDRESS, shown=False, kept=True),
        Field(name="contact", kind=Kind.GROUP, fields=CONTACT, shown=False, kept=True),
        LINE_ITEMS,
        read_only("subTotal", Kind.DOUBLE),
        read_only("taxAmount", Kind.DOUBLE),
        read_only("total", Kind.DOUBLE),
        read_only("createdById", shown=False),
        read_only("workOrderId", shown=False),
    ),
    filters=(
        *DOCUMENT_FILTERS,
        Filter("createdBy", ("createdById",), "exact"),
        Filter("integrationStatus", ("integrationStatus",), "exact"),
    ),
)
