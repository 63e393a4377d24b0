"""Keeps balances, statuses and LinkedTxn of documents in step with the links between them."""

from decimal import Decimal
from typing import Any

from simulators.quickbooks.company import Company
from simulators.quickbooks.links import Link, doc_key, split_key
from simulators.quickbooks.wire import ZERO, Record, money

OPEN_FORMS = frozenset({"Invoice", "Bill", "CreditMemo", "VendorCredit"})
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
    values = linked_values(company, key, record)
    if any(record.get(name) != value for name, value in values.items()):
        changed = record | values
        if token:
            company.touch(entity, number, token=True, **values)
        else:
            company.stores[entity].put(number, changed)


def linked_values(company: Company, key: str, record: Record) -> dict[str, Any]:
    """Return the properties of a document that follow from its links."""
    entity = split_key(key)[0]
    values: dict[str, Any] = {}
    if entity in OPEN_FORMS:
        values["Balance"] = money(open_balance(company, key))
    if entity == "CreditMemo":
        values["RemainingCredit"] = values["Balance"]
    if entity == "Payment":
        values["UnappliedAmt"] = money(unapplied(company, key, record))
    if "LinkedTxn" in record or entity in OPEN_FORMS | {"Estimate", "PurchaseOrder"}:
        values["LinkedTxn"] = company.links.linked(key)
    if entity == "Estimate" and company.links.holders(key):
        values["TxnStatus"] = "Closed"
    return values


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
            company.touch(entity, number, token=True, **values)
        else:
            refresh_document(company, source)


def _names(line: Record, key: str) -> bool:
    return any(
        doc_key(t.get("TxnType", ""), t.get("TxnId", "")) == key for t in line.get("LinkedTxn", [])
    )


__all__ = ["Link", "linked_values", "open_balance", "refresh_document", "release", "unapplied"]
