"""Product (reference section 3.3): parts, products and services, told apart by `type`."""

from simulators.mobiwork.model import Entity, Field, Filter, Kind, read_only, texts

TYPES = (
    ("PRODUCT", "PRODUCT"),
    ("PARTS_MATERIALS", "PARTS_MATERIALS"),
    ("SERVICES", "SERVICES"),
)

PRODUCT = Entity(
    name="product",
    section="3.3",
    identity="mobiworkProductId",
    first_id=307001,
    list_name="productList",
    fields=(
        read_only("mobiworkProductId", Kind.LONG),
        Field(name="externalId"),
        Field(name="name", required=True),
        Field(name="description"),
        Field(name="type", choices=TYPES, default="PRODUCT"),
        Field(name="price", kind=Kind.DOUBLE, required=True),
        Field(name="cost", kind=Kind.DOUBLE),
        Field(name="quantity", kind=Kind.LONG, required=True),
        *texts("sku", "modelNumber"),
        Field(name="hasSerialNumbers", kind=Kind.BOOLEAN, default="false"),
        Field(name="priceIncludesTax", kind=Kind.BOOLEAN, default="false"),
        Field(name="taxable", kind=Kind.BOOLEAN, default="false"),
        Field(name="tax", kind=Kind.DOUBLE),
        Field(name="enabled", kind=Kind.BOOLEAN, default="true"),
        Field(name="category"),
        Field(
            name="customFields",
            kind=Kind.ITEMS,
            item="customField",
            fields=(
                Field(name="apiName"),
                Field(name="fieldType", kind=Kind.LONG),
                *texts("value", "name"),
            ),
        ),
    ),
    filters=(
        Filter("productId", ("mobiworkProductId",), "exact"),
        Filter("name", ("name",)),
        Filter("productType", ("type",), "choice"),
        Filter("externalId", ("externalId",)),
        Filter("sku", ("sku",)),
        Filter("modelNumber", ("modelNumber",)),
        Filter("hasSerialNumbers", ("hasSerialNumbers",), "boolean"),
        Filter("disabled", ("enabled",), "disabled"),
        Filter("category", ("category",), "exact"),
    ),
)
