"""A tax total that a client sends: whether it is obeyed, and its shares by rate (section 11)."""

from decimal import Decimal

from simulators.quickbooks.draft import Draft
from simulators.quickbooks.rules.forms import cents
from simulators.quickbooks.wire import ZERO, Record, money

PSEUDO_CODES = frozenset({"", "TAX", "NON"})


def sent_total(draft: Draft) -> Decimal | None:
    """Return the total that a form is to have by what was sent, now or before; None for none.

    It outlives sparse updates that do not mention TxnTaxDetail, and answers that are sent back.
    """
    kept = draft.company.sent_taxes.get(draft.key)
    sent: Record | None = draft.new.get("TxnTaxDetail")
    if "TxnTaxDetail" not in draft.sent:
        return None if sent is None else kept
    total = (sent or {}).get("TotalTax")
    if sent is None or total is None:
        return None
    if sent.get("TaxLine"):
        return kept if kept == cents(total) else None
    return cents(total) if _obeyed(draft, sent) else None


def _obeyed(draft: Draft, sent: Record) -> bool:
    switches = draft.company.switches
    if switches.tax_mode == "manual" or switches.tax_override == "alone":
        return True
    code = (sent.get("TxnTaxCodeRef") or {}).get("value", "")
    if switches.tax_override == "with_own_code":
        return code not in PSEUDO_CODES
    return switches.tax_override == "with_code" and code != ""


def remember(draft: Draft) -> None:
    """Keep the total that a form was made to have, or forget that it had one."""
    if draft.sent_tax is None:
        draft.company.sent_taxes.pop(draft.key, None)
    else:
        draft.company.sent_taxes[draft.key] = draft.sent_tax


def prorated(rows: list[Record], total: Decimal) -> list[Record]:
    """Share a total out over tax lines by their percents; the first takes what rounding leaves."""
    whole = sum((row["TaxLineDetail"]["TaxPercent"] for row in rows), ZERO)
    shares = [
        cents(total * row["TaxLineDetail"]["TaxPercent"] / whole) if whole else ZERO for row in rows
    ]
    shares[0] += total - sum(shares, ZERO)
    return [row | {"Amount": money(share)} for row, share in zip(rows, shares, strict=True)]
