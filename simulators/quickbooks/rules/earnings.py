"""What a sales form earns and moves: income and tax by account, goods by item."""

from decimal import Decimal

from simulators.quickbooks.draft import Draft, Move
from simulators.quickbooks.rules.accounts import account_of
from simulators.quickbooks.tax import payable_account
from simulators.quickbooks.wire import Record

SALES = "SalesItemLineDetail"


def sold_lines(record: Record) -> list[Record]:
    """Return the item lines of a form, those of bundles included."""
    lines = []
    for line in record["Line"]:
        if line["DetailType"] == SALES:
            lines.append(line)
        elif line["DetailType"] == "GroupLineDetail":
            lines += line["GroupLineDetail"].get("Line", [])
    return lines


def income_of(draft: Draft) -> list[tuple[str, Decimal]]:
    """Return what a form earns, by account, the discount taken off."""
    fallback = account_of(draft.company, "SalesOfProductIncome")
    rows = [
        ((line[SALES].get("ItemAccountRef") or {}).get("value", fallback), line["Amount"])
        for line in sold_lines(draft.new)
    ]
    return rows + [
        (line["DiscountLineDetail"]["DiscountAccountRef"]["value"], -line["Amount"])
        for line in draft.new["Line"]
        if line["DetailType"] == "DiscountLineDetail"
    ]


def tax_of(draft: Draft) -> list[tuple[str, Decimal]]:
    """Return the tax that a form owes, by the agency's account."""
    rows = (draft.new.get("TxnTaxDetail") or {}).get("TaxLine", [])
    return [
        (payable_account(draft.company, row["TaxLineDetail"]["TaxRateRef"]["value"]), row["Amount"])
        for row in rows
    ]


def goods(draft: Draft, sign: Decimal) -> list[Move]:
    """Return the inventory that a form moves: out when sold, back in when credited."""
    moves = []
    for line in sold_lines(draft.new):
        inner = line[SALES]
        item = draft.company.get("Item", (inner.get("ItemRef") or {}).get("value", ""))
        if item and item["Type"] == "Inventory" and inner.get("Qty"):
            moves.append(Move(item["Id"], sign * inner["Qty"], None, str(line.get("Id", ""))))
    return moves
