"""Elements that several entities share (reference section 2)."""

from simulators.mobiwork.model import READ_ONLY, Field, Filter, Kind, read_only, texts

ADDRESS = (
    read_only("addressId", Kind.LONG),
    *texts("address1", "address2", "city"),
    Field(name="state", kind=Kind.STATE),
    *texts("zipCode"),
    Field(name="countryId", kind=Kind.LONG),
    Field(name="latitude", kind=Kind.DOUBLE),
    Field(name="longitude", kind=Kind.DOUBLE),
    *texts("name"),
    read_only("baseDistance", Kind.LONG),
)

CONTACT = (
    read_only("contactId", Kind.LONG),
    read_only("customerId", Kind.LONG),
    Field(name="firstName", required=True),
    Field(name="lastName", required=True),
    *texts("title", "email", "phoneNumber", "phoneExt", "altPhoneNumber", "altPhoneExt", "fax"),
    Field(name="pin", shown=False),
    Field(name="enabled", kind=Kind.BOOLEAN, shown=False),
    Field(name="admin", kind=Kind.BOOLEAN, shown=False),
)

CUSTOM_FIELDS = Field(
    name="customFields",
    kind=Kind.ITEMS,
    item="customField",
    fields=(
        Field(name="apiName"),
        Field(name="index", kind=Kind.LONG),
        Field(name="value"),
    ),
)

# A document's own fields: the elements of the product's, without the number of their type.
DOCUMENT_FIELDS = Field(
    name="customFields",
    kind=Kind.ITEMS,
    item="customField",
    fields=texts("apiName", "value", "name"),
    assumed="2.3",
)

# What people filled in on forms, beside the custom fields; only the name `mobiForms` is documented.
MOBI_FORMS = Field(
    name="mobiForms",
    kind=Kind.ITEMS,
    item="mobiForm",
    add=READ_ONLY,
    edit=READ_ONLY,
    fields=(
        *texts("name"),
        Field(
            name="formFields",
            kind=Kind.ITEMS,
            item="formField",
            fields=texts("apiName", "value", "name"),
        ),
    ),
)

LINE = (
    read_only("lineItemId", Kind.LONG),
    Field(name="productId", kind=Kind.LONG),
    *texts("productExternalId", "productName", "description"),
    Field(name="quantity", kind=Kind.DOUBLE, required=True),
    Field(name="price", kind=Kind.DOUBLE, required=True),
    Field(name="taxable", kind=Kind.BOOLEAN),
    read_only("total", Kind.DOUBLE),
)

LINE_ITEMS = Field(name="lineItems", kind=Kind.ITEMS, item="lineItem", fields=LINE)

# The customer inside an invoice: other names, other order, fewer elements than the customer itself.
NESTED_CUSTOMER = Field(
    name="customer",
    kind=Kind.GROUP,
    add=READ_ONLY,
    edit=READ_ONLY,
    fields=(
        read_only("status", Kind.LONG),
        Field(
            name="address",
            kind=Kind.GROUP,
            fields=(
                *texts("address1", "address2", "city"),
                Field(name="countryId", kind=Kind.LONG),
                Field(name="latitude", kind=Kind.DOUBLE),
                Field(name="longitude", kind=Kind.DOUBLE),
                *texts("name"),
                Field(name="state", kind=Kind.STATE),
                *texts("zipCode"),
            ),
        ),
        *texts("assignedTo", "companyName", "externalCustomerId"),
        Field(
            name="primaryContact",
            kind=Kind.GROUP,
            fields=texts(
                "altPhoneExt",
                "altPhoneNumber",
                "email",
                "fax",
                "firstName",
                "lastName",
                "PhoneExt",
                "PhoneNumber",
                "title",
            ),
        ),
        Field(name="taxable", kind=Kind.BOOLEAN),
        *texts("typeId"),
    ),
)

# Of the whole document, an amount or a percentage each (3.6, the rules from the web help).
ADJUSTMENTS = tuple(
    field
    for what in ("discount", "markup")
    for field in (
        Field(name=f"{what}Amount", kind=Kind.DOUBLE, default="0", assumed="6 row 8"),
        Field(name=f"{what}Percent", kind=Kind.DOUBLE, default="0", assumed="6 row 8"),
        Field(name=f"{what}AfterTax", kind=Kind.BOOLEAN, default="false", assumed="6 row 8"),
    )
)

TOTALS = (
    read_only("subTotal", Kind.DOUBLE),
    read_only("taxAmount", Kind.DOUBLE),
    read_only("total", Kind.DOUBLE),
)

# The filters of the parameter table that the help repeats on every document's page (3.6).
DOCUMENT_FILTERS = (
    Filter("description", ("description",)),
    Filter("status", ("status",), "exact"),
    Filter("externalId", ("externalId",)),
    Filter("category", ("category", "categoryId"), "exact"),
    Filter("createdDateFrom", ("createdDate",), "from"),
    Filter("createdDateTo", ("createdDate",), "to"),
    Filter("dueDateFrom", ("dueDate",), "from"),
    Filter("dueDateTo", ("dueDate",), "to"),
)
