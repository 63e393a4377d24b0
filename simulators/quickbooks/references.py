"""Resolves every reference of a request: it must exist and be active (sections 1.8, 7.6).

What a person does, or what follows from a write by itself, may name what is inactive.
"""

from collections.abc import Iterator
from functools import cache

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
NAMELESS = frozenset({"SalesTermRef", "ParentRef"})
NAMELESS_HERE = frozenset({("Payment", "DepositToAccountRef")})
NAMELESS_TARGETS = frozenset({"TaxCode", "TaxRate"})


def resolve(draft: Draft) -> None:
    """Check every reference of a draft and give it the label of its target."""
    shape = draft.entity.shape
    before = {(f.name, r["value"]) for f, r in references(shape, draft.old)} if draft.old else ()
    for field, reference in references(shape, draft.new):
        _resolve_one(draft, field, reference, known=(field.name, reference["value"]) in before)


def references(shape: Shape, record: Record) -> Iterator[tuple[Field, Record]]:
    """Walk over every reference of a record, lines included."""
    referring = _referring(shape)
    for name, value in record.items():
        if name not in referring or not value:
            continue
        field, inner = referring[name]
        if inner is None:
            yield field, value
        elif isinstance(value, dict):
            yield from references(inner, value)
        elif isinstance(value, list):
            for row in value:
                yield from references(inner, row)


@cache
def _referring(shape: Shape) -> dict[str, tuple[Field, Shape | None]]:
    """Find the properties that are a reference, or hold one: then with the shape inside."""
    found: dict[str, tuple[Field, Shape | None]] = {}
    for name, field in shape.fields.items():
        if field.kind in {"ref", "lines"}:
            found[name] = (field, LINE if field.kind == "lines" else None)
        elif field.kind not in SCALARS:
            inner = TYPES[field.kind.strip("[]")]
            if inner is shape or _referring(inner):
                found[name] = (field, inner)
    return found


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
    if record.get("Active") is False and not (known or draft.by_hand):
        draft.refuse("610", INACTIVE, field.name)
    if _has_name(draft, field, target):
        reference["name"] = draft.company.ref(target, key)["name"]
    else:
        reference.pop("name", None)


def _has_name(draft: Draft, field: Field, target: str) -> bool:
    """Tell whether answers carry the label of a reference, as recorded."""
    if target in NAMELESS_TARGETS or field.name in NAMELESS:
        return False
    return (draft.entity.name, field.name) not in NAMELESS_HERE


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
