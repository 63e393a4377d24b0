"""Keeps balances, statuses and LinkedTxn of documents in step with the links between them."""

from decimal import Decimal
from typing import Any

from simulators.quickbooks.company import Company
from simulators.quickbooks.links import Link, doc_key, split_key
from simulators.quickbooks.wire import ZERO, Record, money

OPEN_FORMS = frozenset({"Invoice", "Bill", "CreditMemo", "VendorCredit"})
LISTING = frozenset({"Invoice", "PurchaseOrder"})
ORDER_LINES = frozenset({"ItemBasedExpenseLineDetail", "AccountBasedExpenseLineDetail"})
SETTLING = frozenset({"Payment", "BillPayment"})


def open_balance(company: Company, key: str, besides: str = "") -> Decimal:
    """Return what is still open of a document, leaving out what one other document settles."""
    record = company.of_key(key) or {}
    total = record.get("TotalAmt", ZERO) - record.get("Deposit", ZERO)
    return Decimal(total) - company.links.settled(key, besides)


def refresh_document(company: Company, key: str, *, token: bool = True) -> None:
    """Recompute the linked values of a document; its SyncToken moves when they changed."""
    entity, number = split_key(key)
    record = company.of_key(key)
    if record is None:
        return
    values = linked_values(company, key, record, by_link=token)
    if any(record.get(name) != value for name, value in values.items()):
        changed = record | values
        if token:
            company.touch(entity, number, values, token=True)
        else:
            company.stores[entity].put(number, changed)


def linked_values(
    company: Company, key: str, record: Record, *, by_link: bool = True
) -> dict[str, Any]:
    """Return the properties of a document that follow from its links."""
    entity = split_key(key)[0]
    values: dict[str, Any] = {}
    if entity in OPEN_FORMS:
        values["Balance"] = money(open_balance(company, key))
    if entity == "CreditMemo":
        values["RemainingCredit"] = values["Balance"]
    if entity == "Payment":
        values["UnappliedAmt"] = money(unapplied(company, key, record))
    linked = company.links.linked(key)
    if linked or entity in LISTING or "LinkedTxn" in record:
        values["LinkedTxn"] = linked
    if by_link and entity in STATUSES:
        values.update(STATUSES[entity](company, key, record))
    return values


def _estimate_status(company: Company, key: str, record: Record) -> dict[str, Any]:
    if company.links.holders(key):
        return {"TxnStatus": "Closed"}
    return {"TxnStatus": "Pending"} if record.get("TxnStatus") == "Closed" else {}


def _order_status(company: Company, key: str, record: Record) -> dict[str, Any]:
    done = all(
        _billed(company, key, line) for line in record["Line"] if line["DetailType"] in ORDER_LINES
    )
    return {"POStatus": "Closed" if done else "Open"}


def _billed(company: Company, key: str, line: Record) -> bool:
    inner = line[line["DetailType"]]
    wanted = inner.get("Qty") or line["Amount"]
    for holder in company.links.holders(key):
        bill = company.of_key(holder) or {}
        places = {
            link.source_line
            for link in company.links.held[holder]
            if link[0::2] == (key, line["Id"])
        }
        for row in bill.get("Line", []):
            if row.get("Id") in places:
                detail = row[row["DetailType"]]
                wanted -= detail.get("Qty", ZERO) if inner.get("Qty") else row["Amount"]
    return bool(wanted <= 0)


def _charge_status(company: Company, key: str, _: Record) -> dict[str, Any]:
    return {"HasBeenInvoiced": bool(company.links.holders(key))}


STATUSES = {
    "Estimate": _estimate_status,
    "PurchaseOrder": _order_status,
    "ReimburseCharge": _charge_status,
}


def unapplied(company: Company, key: str, record: Record) -> Decimal:
    """Return how much of a payment settles nothing yet."""
    total = Decimal(record.get("TotalAmt", ZERO))
    for link in company.links.held.get(key, []):
        sign = 1 if link.target.startswith("CreditMemo:") else -1
        total += sign * link.amount
    return total


def release(company: Company, key: str) -> None:
    """Let go of every document that settles this one, as before its void or delete."""
    for source in company.links.holders(key):
        entity, number = split_key(source)
        record = company.of_key(source)
        kept = [link for link in company.links.held.get(source, []) if link.target != key]
        company.links.replace(source, kept)
        if record is not None and entity in SETTLING:
            lines = [line for line in record.get("Line", []) if not _names(line, key)]
            values = linked_values(company, source, record) | {"Line": lines}
            company.touch(entity, number, values, token=True)
        else:
            refresh_document(company, source)


def free_excess(company: Company, key: str) -> None:
    """Let go of what payments settle of a document beyond its total, the latest first (section 11).

    A credit memo that a payment applied has what it gave beyond the payment's need back.
    """
    for source in reversed(company.links.holders(key)):
        over = -open_balance(company, key)
        record = company.of_key(source)
        if over > 0 and record is not None and source.startswith("Payment:"):
            _loosen(company, source, record, {key: over})
            record = company.of_key(source) or record
            _loosen(company, source, record, _spare_credit(company, source, record))


def _spare_credit(company: Company, source: str, record: Record) -> dict[str, Decimal]:
    spare = unapplied(company, source, record) - record.get("TotalAmt", ZERO)
    found = {}
    for link in company.links.held.get(source, []):
        if link.target.startswith("CreditMemo:") and spare > 0:
            found[link.target] = min(spare, link.amount)
            spare -= found[link.target]
    return found


def _loosen(company: Company, source: str, record: Record, less: dict[str, Decimal]) -> None:
    """Let a payment settle less of some documents."""
    if not less:
        return
    links = [
        link._replace(amount=max(link.amount - less.get(link.target, ZERO), ZERO))
        for link in company.links.held[source]
    ]
    lines = [
        line
        for link in links
        if link.amount
        for line in _shortened(record["Line"], link.target, link.amount)
    ]
    targets = company.links.replace(source, [link for link in links if link.amount])
    values = linked_values(company, source, record) | {"Line": lines}
    company.touch(*split_key(source), values, token=True)
    for target in sorted(targets):
        refresh_document(company, target)


def _shortened(lines: list[Record], target: str, amount: Decimal) -> list[Record]:
    """Return the lines that settle a document, cut off where they reach an amount."""
    kept = []
    for line in lines:
        part = min(line["Amount"], amount)
        if _names(line, target) and part > 0:
            kept.append(line | {"Amount": money(part)})
            amount -= part
    return kept


def _names(line: Record, key: str) -> bool:
    return any(
        doc_key(t.get("TxnType", ""), t.get("TxnId", "")) == key for t in line.get("LinkedTxn", [])
    )


__all__ = ["Link", "linked_values", "open_balance", "refresh_document", "release", "unapplied"]
