"""What a sales form stems from: the estimate, time or charges that it bills (6.8, 6.10)."""

from simulators.quickbooks.draft import Draft
from simulators.quickbooks.wire import Record

LINKABLE = frozenset({"Estimate", "TimeActivity", "ReimburseCharge", "Charge", "StatementCharge"})


def stems(record: Record) -> list[Record]:
    """Return the links that a form may set itself."""
    return [
        t for t in record.get("LinkedTxn", []) if t.get("TxnType") in LINKABLE and t.get("TxnId")
    ]


def check_stems(draft: Draft) -> None:
    """Check what a form is made from; an estimate: one, by an invoice, open, same customer."""
    old = {t["TxnId"] for t in stems(draft.old or {})}
    estimates = [t for t in stems(draft.new) if t["TxnType"] == "Estimate"]
    check_others(draft)
    if estimates and draft.entity.name != "Invoice":
        draft.refuse("620", "Only an invoice can be linked to an estimate", "LinkedTxn")
        return
    if len(estimates) > 1:
        draft.refuse("620", "An invoice can be linked to one estimate only", "LinkedTxn")
    for link in estimates:
        record = draft.company.get("Estimate", link["TxnId"])
        if record is None:
            draft.refuse("610", f"Object Not Found : estimate {link['TxnId']}", "LinkedTxn")
        elif link["TxnId"] not in old and record.get("TxnStatus") in {"Closed", "Rejected"}:
            draft.refuse("620", "The estimate is closed", "LinkedTxn")
        elif record.get("CustomerRef", {}).get("value") != draft.ref("CustomerRef"):
            draft.refuse("620", "The estimate belongs to another customer", "LinkedTxn")


def check_others(draft: Draft) -> None:
    """Check that billed time and charges exist."""
    for link in stems(draft.new):
        kind, key = link["TxnType"], link["TxnId"]
        store = draft.company.stores.get(kind)
        if kind != "Estimate" and store is not None and store.get(key) is None:
            draft.refuse("610", f"Object Not Found : {kind} {key}", "LinkedTxn")


def mark_lines(draft: Draft) -> None:
    """Let the lines of an invoice made from an estimate carry the link, as recorded."""
    links = [t for t in stems(draft.new) if t["TxnType"] == "Estimate"]
    for line in draft.new["Line"]:
        if links and line["DetailType"] == "SalesItemLineDetail":
            line["LinkedTxn"] = [{"TxnId": t["TxnId"], "TxnType": "Estimate"} for t in links]
