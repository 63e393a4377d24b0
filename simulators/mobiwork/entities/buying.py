"""Vendors, purchase orders and expenses (section 3.10; section 6 rows 18, 19, 25)."""

from simulators.mobiwork.entities.shared import (
    ADDRESS,
    CONTACT,
    CUSTOM_FIELDS,
    DOCUMENT_FIELDS,
    LINE,
)
from simulators.mobiwork.model import READ_ONLY, Entity, Field, Filter, Kind, read_only, texts

VENDOR = Entity(
    name="vendor",
    section="6 row 18",
    identity="mobiworkVendorId",
    first_id=51001,
    list_name="vendorList",
    fields=(
        read_only("mobiworkVendorId", Kind.LONG),
        Field(name="externalId"),
        Field(name="name", required=True),
        Field(name="terms"),
        Field(name="contact", kind=Kind.GROUP, fields=CONTACT),
        Field(name="address", kind=Kind.GROUP, fields=ADDRESS),
        Field(name="enabled", kind=Kind.BOOLEAN, default="true"),
        CUSTOM_FIELDS,
    ),
    filters=(Filter("name", ("name",)), Filter("externalId", ("externalId",))),
)

PURCHASE_ORDER = Entity(
    name="purchaseOrder",
    section="6 row 19",
    identity="mobiworkPurchaseOrderId",
    first_id=71001,
    list_name="purchaseOrderList",
    references=(("vendorId", "vendor"),),
    stamps=("createdDate",),
    numbered=("number", "PO-"),
    fields=(
        read_only("mobiworkPurchaseOrderId", Kind.LONG),
        Field(name="externalId"),
        read_only("number"),
        Field(name="vendorId", kind=Kind.LONG, required=True),
        read_only("vendorName"),
        Field(name="status", default="OPEN"),
        read_only("createdDate", Kind.JAVA_DATE),
        Field(name="expectedDate", kind=Kind.JAVA_DATE),
        read_only("receivedDate", Kind.JAVA_DATE, assumed="6 row 19"),
        read_only("vendorInvoiceNumber", assumed="6 row 19"),
        Field(
            name="lineItems",
            kind=Kind.ITEMS,
            item="lineItem",
            fields=(*LINE, read_only("receivedQuantity", Kind.DOUBLE, assumed="6 row 19")),
        ),
        read_only("taxAmount", Kind.DOUBLE, assumed="6 row 19"),
        read_only("total", Kind.DOUBLE),
        DOCUMENT_FIELDS,
    ),
    filters=(
        Filter("vendorId", ("vendorId",), "exact"),
        Filter("status", ("status",), "exact"),
        Filter("externalId", ("externalId",)),
        Filter("createdDateFrom", ("createdDate",), "from"),
        Filter("createdDateTo", ("createdDate",), "to"),
    ),
)

EXPENSE = Entity(
    name="expense",
    section="3.10",
    identity="expenseId",
    first_id=31001,
    list_name="expenseList",
    references=(("vendorId", "vendor"),),
    stamps=("createdDate", "expenseDate"),
    creator=("createdById", "createdByName"),
    fields=(
        read_only("expenseId", Kind.LONG),
        Field(name="externalId"),
        Field(name="amount", kind=Kind.DOUBLE, required=True),
        *texts("categoryName", "customStatusName"),
        Field(name="createdById", kind=Kind.LONG, add=READ_ONLY, edit=READ_ONLY),
        read_only("createdByName"),
        read_only("createdDate", Kind.JAVA_DATE),
        *texts("entityType", "entityId", "entityName"),
        *texts("entityReferenceId", "entityReferenceName", "description", "paymentType"),
        Field(name="expenseDate", kind=Kind.JAVA_DATE, assumed="6 row 25"),
        Field(name="vendorId", kind=Kind.LONG, assumed="6 row 25"),
        Field(name="vendorName", assumed="6 row 25"),
        Field(name="reimbursementDueDate", kind=Kind.JAVA_DATE, assumed="3.10"),
        DOCUMENT_FIELDS,
    ),
    filters=(
        Filter("createdFromDate", ("createdDate",), "from"),
        Filter("createdToDate", ("createdDate",), "to"),
        Filter("externalId", ("externalId",)),
        Filter("userId", ("createdById",), "exact"),
        Filter("userName", ("createdByName",)),
    ),
)
