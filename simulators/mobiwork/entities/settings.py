"""Users, price lists, taxes, terms and stock (sections 3.5, 3.13; section 6 rows 15, 21, 22)."""

from simulators.mobiwork.entities.shared import ADDRESS
from simulators.mobiwork.model import Entity, Field, Filter, Kind, read_only, texts

USER_STATUSES = (
    ("1", "REGISTRATION_INCOMPLETE"),
    ("2", "ACTIVE"),
    ("3", "DISABLED"),
    ("4", "AWAITING_CONFIRMATION"),
)

USER = Entity(
    name="user",
    section="3.13",
    identity="mobiworkUserId",
    first_id=31,
    list_name="userList",
    counters=True,
    fields=(
        read_only("mobiworkUserId", Kind.LONG),
        Field(name="externalId"),
        Field(name="email"),
        Field(name="loginId", required=True),
        Field(name="firstName", required=True),
        Field(name="lastName", required=True),
        *texts("jobTitle", "reportsToName", "phoneNumber", "altPhoneNumber", "faxNumber"),
        Field(name="status", choices=USER_STATUSES, required=True),
        *texts("userRole"),
        Field(name="address", kind=Kind.GROUP, fields=ADDRESS),
    ),
    filters=(
        Filter("loginId", ("loginId",)),
        Filter("name", ("firstName", "lastName")),
        Filter("phoneNumber", ("phoneNumber",)),
        Filter("email", ("email",)),
        Filter("statusType", ("status",), "exact"),
        Filter("reportsTo", ("reportsToName",)),
    ),
)


def _members(name: str, item: str, own: str, *others: str) -> Field:
    """A list inside a price list; each member repeats the id of the price list."""
    longs = (read_only(own, Kind.LONG), Field(name="productPriceListId", kind=Kind.LONG))
    return Field(name=name, kind=Kind.ITEMS, item=item, fields=(*texts(*others), *longs))


PRICE_LIST = Entity(
    name="pricelist",
    section="3.5",
    identity="mobiworkProductPriceListId",
    first_id=13001,
    request_name="pricelist",
    answer_name="productPriceList",
    list_name="priceLists",
    counters=True,
    missing="empty",
    creator=("createdById", "createdBy"),
    fields=(
        Field(name="createdDate", kind=Kind.US_DATE, kept=True),
        Field(name="categoryId", kind=Kind.LONG, default="0"),
        *texts("categoryName"),
        read_only("createdBy"),
        read_only("createdById", Kind.LONG),
        Field(name="customStatusId", kind=Kind.LONG, default="0"),
        *texts("customStatusName"),
        Field(name="discountAmount", kind=Kind.DOUBLE),
        Field(name="discountPercent", kind=Kind.DOUBLE),
        Field(name="externalId"),
        read_only("mobiworkProductPriceListId", Kind.LONG),
        Field(name="name", required=True),
        Field(name="priceListCustomerType", default="CUSTOMER_LIST"),
        Field(name="priceListPriceType", default="INDIVIDUAL_PRODUCT_PRICE"),
        _members(
            "customerCategoryList",
            "priceListCustomerCategory",
            "productPriceListCustomerCategoryId",
            "customerCategoryId",
            "customerCategoryName",
        ),
        _members(
            "customerList",
            "priceListCustomer",
            "productPriceListCustomerId",
            "customerExternalId",
            "customerId",
            "customerName",
        ),
        _members(
            "productList",
            "priceListProduct",
            "productPriceListProductId",
            "price",
            "productExternalId",
            "productId",
            "productName",
        ),
    ),
    filters=(Filter("externalId", ("externalId",)), Filter("name", ("name",))),
)

TAX = Entity(
    name="tax",
    section="6 row 21",
    identity="taxId",
    first_id=1,
    list_name="taxList",
    fields=(
        read_only("taxId", Kind.LONG),
        Field(name="externalId"),
        Field(name="name", required=True),
        Field(name="rate", kind=Kind.DOUBLE, required=True),
        Field(name="enabled", kind=Kind.BOOLEAN, default="true"),
    ),
    filters=(Filter("name", ("name",)), Filter("externalId", ("externalId",))),
)

TERMS = Entity(
    name="terms",
    section="6 row 22",
    identity="termsId",
    first_id=1,
    list_name="termsList",
    fields=(
        read_only("termsId", Kind.LONG),
        Field(name="externalId"),
        Field(name="name", required=True),
        Field(name="days", kind=Kind.LONG, required=True),
    ),
    filters=(Filter("name", ("name",)), Filter("externalId", ("externalId",))),
)

INVENTORY = Entity(
    name="inventory",
    section="6 row 15",
    identity="inventoryId",
    first_id=1,
    list_name="inventoryList",
    fields=(
        read_only("inventoryId", Kind.LONG),
        read_only("userId", Kind.LONG),
        read_only("warehouseName"),
        read_only("productId", Kind.LONG),
        read_only("productName"),
        read_only("quantity", Kind.LONG),
    ),
    filters=(
        Filter("userId", ("userId",), "exact"),
        Filter("productId", ("productId",), "exact"),
    ),
)

# What hangs on a customer: two documented calls of its own.
SCHEDULE_CONSTRAINT = Entity(
    name="scheduleConstraint",
    section="3.1",
    identity="scheduleConstraintId",
    first_id=91001,
    list_name="scheduleConstraints",
    fields=(
        read_only("scheduleConstraintId", Kind.LONG),
        read_only("customerId", Kind.LONG, shown=False),
        *texts("dayOfWeek"),
        Field(name="fromTime", kind=Kind.HOUR),
        Field(name="toTime", kind=Kind.HOUR),
    ),
)
