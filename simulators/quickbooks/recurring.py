"""Recurring transactions: templates of other transactions, which post nothing themselves."""

from typing import Any

from simulators.quickbooks.company import Company
from simulators.quickbooks.draft import Draft
from simulators.quickbooks.faults import fault, unsupported
from simulators.quickbooks.references import resolve
from simulators.quickbooks.rules import rule_of
from simulators.quickbooks.schema import ENTITIES
from simulators.quickbooks.schema.check import check_body
from simulators.quickbooks.wire import Record
from simulators.quickbooks.write import current, ordered

TEMPLATE = ENTITIES["RecurringTransaction"]
KINDS = ("Bill", "Purchase", "CreditMemo", "Deposit", "Estimate", "Invoice", "JournalEntry",
         "RefundReceipt", "SalesReceipt", "Transfer", "VendorCredit", "PurchaseOrder")  # fmt: skip


def save(company: Company, operation: str, body: Any) -> Record:  # noqa: ANN401 - a request body
    """Create, update or delete a template.

    Raises:
        ApiError: the template is refused.
    """
    kind, inner = _inside(body)
    if operation == "delete":
        old = current(company, TEMPLATE, _addressed(inner))
        company.drop("RecurringTransaction", old["Id"])
        return {kind: {"status": "Deleted", "domain": "QBO", "Id": old["Id"]}}
    stored = None
    if inner.get("Id") not in (None, "", "0"):
        stored = current(company, TEMPLATE, _addressed(inner))
    elif operation not in {"", "create"}:
        raise unsupported(f"{operation} RecurringTransaction")
    return present(_store(company, kind, inner, stored))


def present(record: Record) -> Record:
    """Show a template: the transaction inside carries id, token and time stamps."""
    kind = record["Type"]
    inner = record[kind] | {name: record[name] for name in ("Id", "SyncToken", "MetaData")}
    return {kind: ordered(ENTITIES[kind], inner)}


def _inside(body: Any) -> tuple[str, Record]:  # noqa: ANN401 - a request body
    kinds = [kind for kind in KINDS if isinstance(body, dict) and body.get(kind)]
    if len(kinds) != 1 or not isinstance(body[kinds[0]], dict):
        raise fault(
            "2020", "Exactly one transaction is required in the request", "RecurringTransaction"
        )
    return kinds[0], body[kinds[0]]


def _addressed(inner: Record) -> Record:
    return {"Id": str(inner.get("Id") or ""), "SyncToken": inner.get("SyncToken")}


def _store(company: Company, kind: str, inner: Record, stored: Record | None) -> Record:
    entity = ENTITIES[kind]
    clean, errors = check_body(entity, inner)
    merged = dict(stored[kind]) if stored and inner.get("sparse") in (True, "true") else {}
    merged |= {name: value for name, value in clean.items() if value is not None}
    merged["Id"] = "0"
    draft = Draft(company, entity, merged, None, frozenset(clean), errors=errors, by_hand=True)
    info = merged.get("RecurringInfo") or {}
    if not info.get("Name") or not info.get("RecurType"):
        draft.missing("RecurringInfo.Name")
    draft.default("TxnDate", (info.get("ScheduleInfo") or {}).get("StartDate"))
    resolve(draft)
    draft.stop_on_errors()
    rule_of(entity).prepare(draft)
    draft.stop_on_errors()
    draft.new.pop("DocNumber", None)
    draft.new.update(domain="QBO", sparse=False)
    record: Record = {"Type": kind, "Name": info["Name"], "Active": True, kind: draft.new}
    record["Id"] = stored["Id"] if stored else company.next_id(TEMPLATE)
    return company.put(TEMPLATE, record, operation="Update" if stored else "Create")
