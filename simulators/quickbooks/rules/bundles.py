"""Expands a bundle (GroupLineDetail) of a sales form into the lines of its components."""

from decimal import Decimal

from simulators.quickbooks import vat
from simulators.quickbooks.draft import Draft
from simulators.quickbooks.rules.forms import times
from simulators.quickbooks.tax import check_line_code
from simulators.quickbooks.wire import ZERO, Record, money


def expand(draft: Draft, line: Record) -> tuple[Decimal, Decimal]:
    """Fill in the component lines; return what of them is taxable and their sum."""
    inner = line["GroupLineDetail"]
    inner.pop("Line", None)
    item = draft.company.get("Item", (inner.get("GroupItemRef") or {}).get("value", "")) or {}
    if item.get("Type") != "Group":
        draft.refuse("2500", "GroupItemRef must name a bundle", "GroupItemRef")
        return ZERO, ZERO
    quantity = inner.setdefault("Quantity", Decimal(1))
    rows = [
        _component(draft, component, quantity, f"{line['Id']}{place:02}")
        for place, component in enumerate(item["ItemGroupDetail"]["ItemGroupLine"], 1)
    ]
    taxable = sum((row["Amount"] for row in rows if check_line_code(draft, row)), ZERO)
    inner["Line"] = rows
    total = sum((row["Amount"] for row in rows), ZERO)
    line["Amount"] = money(total)
    return taxable, total


def _component(draft: Draft, component: Record, quantity: Decimal, key: str) -> Record:
    part = draft.company.get("Item", component["ItemRef"]["value"]) or {}
    count = quantity * component["Qty"]
    inner: Record = {
        "ItemRef": draft.company.ref("Item", component["ItemRef"]["value"]),
        "UnitPrice": part.get("UnitPrice", ZERO),
        "Qty": count,
        "TaxCodeRef": _code(draft, part),
    }
    if part.get("IncomeAccountRef"):
        inner["ItemAccountRef"] = part["IncomeAccountRef"]
    return {
        "Id": key,
        "Amount": money(times(draft, count, part.get("UnitPrice", ZERO))),
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": inner,
    }


def _code(draft: Draft, part: Record) -> Record:
    if vat.applies(draft.company):
        return vat.code_of_item(draft.company, part)
    return {"value": "TAX" if part.get("Taxable") else "NON"}
