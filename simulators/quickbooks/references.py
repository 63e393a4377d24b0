"""Resolves every reference of a request: it must exist and be active (sections 1.8, 7.6)."""

from collections.abc import Iterator

from simulators.quickbooks.company import Company
from simulators.quickbooks.draft import Draft
from simulators.quickbooks.schema.table import SCALARS, Field, Shape
from simulators.quickbooks.schema.types import LINE, TYPES
from simulators.quickbooks.seed.company import CURRENCIES
from simulators.quickbooks.wire import Record

INACTIVE = (
    "Object Not Found : Something you're trying to use has been made inactive."
    " Check the fields with accounts, customers, items, vendors or employees."
)
WORDS = {"Customer": "Names", "Vendor": "Names", "Employee": "Names", "Item": "Items",
         "Account": "Accounts", "Term": "SalesTerms"}  # fmt: skip
SPECIAL_ITEMS = {"SHIPPING_ITEM_ID": "Shipping", "GRATUITY_ITEM_ID": "Gratuity"}
NAMELESS = frozenset({"TxnTaxCodeRef", "TaxRateRef", "SalesTermRef", "ParentRef"})


def resolve(draft: Draft) -> None:
    """Check every reference of a draft and give it the label of its target."""
    before = {(f.name, r["value"]) for f, r in references(draft.entity.shape, draft.old or {})}
    for field, reference in references(draft.entity.shape, draft.new):
        _resolve_one(draft, field, reference, known=(field.name, reference["value"]) in before)


def references(shape: Shape, record: Record) -> Iterator[tuple[Field, Record]]:
    """Walk over every reference of a record, lines included."""
    for name, value in record.items():
        field = shape.fields.get(name) if value and isinstance(value, (dict, list)) else None
        if field is None or (field.kind in SCALARS and field.kind not in {"ref", "lines"}):
            continue
        if field.kind == "ref":
            yield field, value
        elif isinstance(value, list):
            inner = LINE if field.kind == "lines" else TYPES[field.kind[1:-1]]
            for row in value:
                yield from references(inner, row)
        else:
            yield from references(TYPES[field.kind], value)


def _resolve_one(draft: Draft, field: Field, reference: Record, *, known: bool) -> None:
    key = reference["value"]
    if field.choices == ("CompanyCurrency",):
        _currency(draft, reference)
        return
    if key in SPECIAL_ITEMS and field.choices == ("Item",):
        reference["name"] = SPECIAL_ITEMS[key]
        return
    target = next((c for c in field.choices if draft.company.get(c, key)), None)
    if target is None:
        word = WORDS.get(field.choices[0], field.choices[0])
        draft.refuse(
            "2500", f"Invalid Reference Id : {word} element id {key} not found", field.name
        )
        return
    record = draft.company.get(target, key) or {}
    if record.get("Active") is False and not known:
        draft.refuse("610", INACTIVE, field.name)
    if not (field.choices == ("TaxCode",) and not key.isdigit()) and field.name not in NAMELESS:
        reference["name"] = draft.company.ref(target, key)["name"]


def _currency(draft: Draft, reference: Record) -> None:
    code = reference["value"].upper()
    if code not in CURRENCIES:
        draft.refuse("2220", f"Currency {code} is not supported", "CurrencyRef")
        return
    if reference.get("name") != CURRENCIES[code]:
        reference.update(value=code, name=CURRENCIES[code])


def relabel(company: Company, entity: str, key: str) -> str:
    """Return the label that references to a record carry."""
    label: str = company.ref(entity, key).get("name", "")
    return label
