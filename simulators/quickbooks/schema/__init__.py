"""The entities of the API as data: every property, its type and limits, and every operation."""

from simulators.quickbooks.schema import company, lists, names, purchases, sales
from simulators.quickbooks.schema.table import Entity, Field, Shape, read_field, read_shape

NAME_OPERATIONS = "create read update deactivate query cdc"
FORM_OPERATIONS = "create read update delete query cdc"
_SALES_LINES = (
    "SalesItemLineDetail",
    "DiscountLineDetail",
    "SubTotalLineDetail",
    "DescriptionOnly",
    "GroupLineDetail",
)
_EXPENSE_LINES = (
    "AccountBasedExpenseLineDetail",
    "ItemBasedExpenseLineDetail",
    "DescriptionOnly",
    "SubTotalLineDetail",
)
_META = [read_field("MetaData.CreateTime time f"), read_field("MetaData.LastUpdatedTime time f")]

ENTITIES: dict[str, Entity] = {}
PATHS: dict[str, Entity] = {}


def _entity(  # noqa: PLR0913 - one row of a table
    name: str,
    kind: str,
    table: str,
    operations: str,
    *,
    ignored: str = "",
    order: str = "MetaData.LastUpdatedTime desc",
    lines: tuple[str, ...] = (),
    number: str = "",
    label: str = "DocNumber",
    edition: str = "",
    filters: str = "",
) -> None:
    shape = read_shape(name, table, ignored)
    extra = [read_field(line) for line in filters.split(";") if line.strip()]
    filterable = [row for row in shape.fields.values() if row.filterable]
    entity = Entity(
        name=name,
        kind=kind,
        shape=shape,
        operations=frozenset(operations.split()),
        path=name.lower(),
        order=order,
        lines=lines,
        number=number,
        label=label,
        edition=edition,
        filters={row.name.lower(): row for row in [*filterable, *_META, *extra]},
    )
    ENTITIES[name] = PATHS[entity.path] = entity


def _list(name: str, table: str, operations: str = NAME_OPERATIONS, **more: str) -> None:
    settings = {"label": "Name", "order": "Name", "ignored": "status AttachableRef", **more}
    _entity(name, "list", table + lists.TAIL, operations, **settings)  # type: ignore[arg-type]


_entity(
    "Customer", "name", names.CUSTOMER, NAME_OPERATIONS,
    ignored=names.CUSTOMER_IGNORED, order="FullyQualifiedName", label="DisplayName",
)  # fmt: skip
_entity(
    "Vendor", "name", names.VENDOR, NAME_OPERATIONS,
    ignored=names.VENDOR_IGNORED, order="DisplayName", label="DisplayName",
)  # fmt: skip
_entity(
    "Employee", "name", names.EMPLOYEE, NAME_OPERATIONS,
    ignored=names.EMPLOYEE_IGNORED, order="DisplayName", label="DisplayName",
)  # fmt: skip
_list(
    "Item", lists.ITEM, ignored=lists.ITEM_IGNORED, order="FullyQualifiedName",
    label="FullyQualifiedName", filters="Sku text f",
)  # fmt: skip
_list("Account", lists.ACCOUNT, ignored=lists.ACCOUNT_IGNORED, label="FullyQualifiedName")
_list("Term", lists.TERM, ignored="status AttachableRef SalesTermEx DueDays DiscountDate")
_list("PaymentMethod", lists.PAYMENT_METHOD)
_list(
    "Class", lists.CLASS, order="FullyQualifiedName", label="FullyQualifiedName", edition="classes"
)
_list(
    "Department", lists.DEPARTMENT, order="FullyQualifiedName", label="FullyQualifiedName",
    edition="departments",
)  # fmt: skip
_list("CustomerType", lists.CUSTOMER_TYPE, "read query")
_list("TaxCode", lists.TAX_CODE, "read query", order="Id", ignored="status AttachableRef TaxCodeEx")
_list("TaxRate", lists.TAX_RATE, "read query", ignored="status AttachableRef TaxRateEx")
_list("TaxAgency", lists.TAX_AGENCY, "create read query", order="DisplayName", label="DisplayName")
_list("CompanyCurrency", lists.COMPANY_CURRENCY, NAME_OPERATIONS, order="Code", label="Name")
_list("ExchangeRate", lists.EXCHANGE_RATE, "read update query", order="Id")
_list("JournalCode", lists.JOURNAL_CODE, "read query")
_list("Budget", lists.BUDGET, "read query cdc", ignored="status AttachableRef BudgetEx")

for _name, _table, _operations, _number in (
    ("Invoice", sales.INVOICE, "void send pdf", "sales"),
    ("Estimate", sales.ESTIMATE, "send pdf", "estimate"),
    ("CreditMemo", sales.CREDIT_MEMO, "void send pdf", "sales"),
    ("SalesReceipt", sales.SALES_RECEIPT, "void send pdf", "sales"),
    ("RefundReceipt", sales.SALES_RECEIPT, "void send pdf", "sales"),
):
    _entity(
        _name, "form", _table, f"{FORM_OPERATIONS} {_operations}",
        ignored=sales.SALES_IGNORED, lines=_SALES_LINES, number=_number,
    )  # fmt: skip
_entity(
    "Payment", "form", sales.PAYMENT, f"{FORM_OPERATIONS} void send pdf",
    ignored=sales.SALES_IGNORED, lines=("",), label="PaymentRefNum",
)  # fmt: skip
for _name, _table, _operations, _number in (
    ("PurchaseOrder", purchases.PURCHASE_ORDER, "send pdf", "purchase"),
    ("Bill", purchases.BILL, "", "bill"),
    ("VendorCredit", purchases.VENDOR_CREDIT, "", "bill"),
    ("Purchase", purchases.PURCHASE, "void", "bill"),
):
    _entity(
        _name, "form", _table, f"{FORM_OPERATIONS} {_operations}",
        ignored=purchases.PURCHASE_IGNORED, lines=_EXPENSE_LINES, number=_number,
    )  # fmt: skip
for _name, _table, _operations, _lines in (
    ("BillPayment", purchases.BILL_PAYMENT, "void", ("",)),
    ("Deposit", purchases.DEPOSIT, "", ("", "DepositLineDetail")),
    ("JournalEntry", purchases.JOURNAL_ENTRY, "", ("JournalEntryLineDetail", "DescriptionOnly")),
    ("Transfer", purchases.TRANSFER, "void", ()),
    ("CreditCardPayment", purchases.CARD_PAYMENT, "", ()),
    ("TimeActivity", purchases.TIME_ACTIVITY, "", ()),
):
    _entity(
        _name, "form", _table, f"{FORM_OPERATIONS} {_operations}",
        ignored=purchases.PURCHASE_IGNORED, lines=_lines,
    )  # fmt: skip
_entity(
    "InventoryAdjustment", "form", purchases.INVENTORY_ADJUSTMENT, FORM_OPERATIONS,
    ignored=purchases.PURCHASE_IGNORED, lines=("ItemAdjustmentLineDetail",), number="adjustment",
    edition="inventory",
)  # fmt: skip
_entity(
    "Attachable", "list", company.ATTACHABLE, FORM_OPERATIONS,
    ignored=company.ATTACHABLE_IGNORED,
    filters="AttachableRef.EntityRef.type text f;AttachableRef.EntityRef.value text f;Tag text f;"
    "Category text f;ContentType text f",
)  # fmt: skip
_entity(
    "CompanyInfo", "single", company.COMPANY_INFO, "read update query cdc",
    ignored=company.COMPANY_IGNORED,
)  # fmt: skip
_entity(
    "Preferences", "single", company.PREFERENCES, "read update query cdc",
    ignored=company.PREFERENCES_IGNORED,
)  # fmt: skip
_entity(
    "ReimburseCharge", "form", sales.REIMBURSE_CHARGE, "read query cdc", lines=("",),
)  # fmt: skip
_entity(
    "RecurringTransaction", "list", company.RECURRING, "create read update delete query",
    label="Name",
)  # fmt: skip
NO_CDC = frozenset({"JournalCode", "TaxAgency", "TaxCode", "TaxRate", "TimeActivity"})

__all__ = ["ENTITIES", "NO_CDC", "PATHS", "Entity", "Field", "Shape"]
