"""Quotes and sales orders (reference sections 3.8 and 3.9; lines are section 6 rows 26-27)."""

from simulators.mobiwork.entities.shared import (
    ADDRESS,
    ADJUSTMENTS,
    DOCUMENT_FIELDS,
    DOCUMENT_FILTERS,
    LINE_ITEMS,
    TOTALS,
)
from simulators.mobiwork.model import READ_ONLY, Entity, Field, Filter, Kind, read_only, texts

ESTIMATE = Entity(
    name="estimate",
    section="3.8",
    identity="mobiworkEstimateId",
    first_id=41001,
    list_name="estimateList",
    references=(("customerId", "customer"),),
    stamps=("createdDate", "estimateDate"),
    creator=("", "createdBy"),
    fields=(
        read_only("mobiworkEstimateId", Kind.LONG),
        Field(name="externalId", required=True),
        Field(name="description"),
        Field(name="status", default="Draft"),
        Field(name="categoryId", kind=Kind.LONG, add="category", edit="category"),
        read_only("category"),
        Field(name="address", kind=Kind.GROUP, fields=ADDRESS, kept=True),
        read_only("createdBy"),
        read_only("createdDate", Kind.JAVA_DATE),
        Field(name="customerId", kind=Kind.LONG, add="customer", edit=READ_ONLY, required=True),
        Field(name="dueDate", kind=Kind.JAVA_DATE, required=True),
        Field(name="estimateDate", kind=Kind.JAVA_DATE, kept=True),
        Field(name="approvedDate", kind=Kind.JAVA_DATE, kept=True),
        Field(name="expirationDate", kind=Kind.JAVA_DATE, kept=True, assumed="6 row 27"),
        Field(name="locationId", kind=Kind.LONG),
        Field(name="assignedTo"),
        LINE_ITEMS,
        *ADJUSTMENTS,
        *TOTALS,
        DOCUMENT_FIELDS,
    ),
    filters=DOCUMENT_FILTERS,
)

# The documented values; a sales order has no numbers for them.
ORDER_STATUSES = (
    "OPEN_SHOPPING_CART",
    "CHECKOUT_SUBMITTED",
    "COMPLETED",
    "ORDER_FAILED",
    "ORDER_WAITING_TO_BE_DELIVERED",
    "ORDER_DELIVERED",
    "THIRDPARTY_COMMUNICATION_FAILED",
    "CANCELLED",
    "WAITING_FOR_STOCK",
    "WAITING_FOR_DELIVERY",
)

SALES_ORDER = Entity(
    name="salesOrder",
    section="3.9",
    identity="salesOrderId",
    first_id=61001,
    list_name="salesOrderList",
    references=(("customerId", "customer"),),
    stamps=("createdDate",),
    creator=("", "createdBy"),
    numbered=("orderNumber", "SO-"),
    fields=(
        read_only("salesOrderId", Kind.LONG),
        Field(name="type", required=True),
        Field(name="customerId", kind=Kind.LONG, required=True),
        *texts("customerName", "externalId"),
        Field(name="customStatus", kind=Kind.LONG),
        Field(
            name="status",
            choices=tuple((name, name) for name in ORDER_STATUSES),
            default="OPEN_SHOPPING_CART",
        ),
        *texts("rebate"),
        Field(name="rebatePercent", kind=Kind.DOUBLE),
        Field(name="shippingCost", kind=Kind.DOUBLE),
        read_only("orderNumber"),
        read_only("createdBy"),
        read_only("createdDate", Kind.JAVA_DATE),
        LINE_ITEMS,
        *TOTALS,
    ),
    filters=(
        Filter("customerId", ("customerId",), "exact"),
        Filter("status", ("status",), "choice"),
        Filter("externalId", ("externalId",)),
        Filter("createdDateFrom", ("createdDate",), "from"),
        Filter("createdDateTo", ("createdDate",), "to"),
    ),
)
