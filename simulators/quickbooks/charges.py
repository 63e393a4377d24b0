"""Keeps a ReimburseCharge for each billable line of an expense, by which it reaches an invoice."""

from simulators.quickbooks.company import Company
from simulators.quickbooks.links import Link, doc_key, split_key
from simulators.quickbooks.schema import ENTITIES
from simulators.quickbooks.settle import refresh_document, release
from simulators.quickbooks.wire import ZERO, Record

CHARGE = ENTITIES["ReimburseCharge"]
CHARGED = frozenset({"Bill", "Purchase"})
LINE = "ReimburseLineDetail"


def keep(company: Company, key: str) -> None:
    """Let an expense have a charge for each of its billable lines, and no other."""
    record = company.of_key(key)
    lines = {line["Id"]: line for line in (record or {}).get("Line", []) if _billable(line)}
    for charge, line in _charges(company, key).items():
        if line in lines:
            _put(company, key, charge, lines.pop(line))
        elif not (company.of_key(charge) or {}).get("HasBeenInvoiced"):
            _drop(company, charge)
    for line in lines.values():
        charge = doc_key(CHARGE.name, company.next_id(CHARGE))
        company.links.replace(charge, [Link(key, ZERO, "", line["Id"])])
        _put(company, key, charge, line)


def forget(company: Company, key: str) -> None:
    """Drop the charges of an expense that is going to be voided or deleted."""
    for charge in _charges(company, key):
        _drop(company, charge)


def mark(company: Company, charge: str) -> None:
    """Tell the line of an expense whether its charge is on an invoice."""
    record = company.of_key(charge)
    for link in company.links.held.get(charge, []) if charge.startswith(CHARGE.name) else []:
        expense = company.of_key(link.target)
        if record is None or expense is None:
            continue
        status = "HasBeenBilled" if record["HasBeenInvoiced"] else "Billable"
        rows = [
            _marked(row, status) if row.get("Id") == link.source_line else row
            for row in expense["Line"]
        ]
        if rows != expense["Line"]:
            entity, number = split_key(link.target)
            company.touch(entity, number, {"Line": rows}, token=True)


def _billable(line: Record) -> bool:
    inner = line.get(line.get("DetailType", "")) or {}
    return inner.get("BillableStatus") == "Billable" and bool(line.get("Amount"))


def _marked(line: Record, status: str) -> Record:
    kind = line["DetailType"]
    return line | {kind: line[kind] | {"BillableStatus": status}}


def _charges(company: Company, key: str) -> dict[str, str]:
    """Return the charges of an expense with the line that each is for."""
    return {
        holder: link.source_line
        for holder in company.links.holders(key)
        for link in company.links.held[holder]
        if holder.startswith(f"{CHARGE.name}:") and link.target == key
    }


def _put(company: Company, key: str, charge: str, line: Record) -> None:
    expense, number = company.of_key(key) or {}, split_key(charge)[1]
    inner = line[line["DetailType"]]
    detail = {name: inner[name] for name in ("ItemRef", "MarkupInfo") if name in inner}
    row = {"Id": "1", "LineNum": 1, "Amount": line["Amount"], "DetailType": LINE, LINE: detail}
    if line.get("Description"):
        row["Description"] = line["Description"]
    values = {
        "TxnDate": expense["TxnDate"],
        "CustomerRef": inner["CustomerRef"],
        "HasBeenInvoiced": False,
        "Amount": line["Amount"],
        "Line": [row],
        "LinkedTxn": company.links.linked(charge),
        "CurrencyRef": expense["CurrencyRef"],
        "domain": "QBO",
        "sparse": False,
        "Id": number,
    }
    old = company.get(CHARGE.name, number)
    if old is None or any(old.get(name) != value for name, value in values.items()):
        new = {name: values[name] for name in CHARGE.shape.fields if name in values}
        company.put(CHARGE, new, operation="Update" if old else "Create")


def _drop(company: Company, charge: str) -> None:
    release(company, charge)
    for target in company.links.replace(charge, []):
        refresh_document(company, target, token=False)
    company.drop(*split_key(charge))
