"""Rule of Payment: money received and what it settles (section 6.9)."""

from collections import defaultdict
from decimal import Decimal

from simulators.quickbooks.draft import Draft, Effects
from simulators.quickbooks.ledger import Posting
from simulators.quickbooks.links import Link, doc_key
from simulators.quickbooks.rules.accounts import account_of, check_money_account, type_of
from simulators.quickbooks.rules.forms import FormRule, cents
from simulators.quickbooks.settle import open_balance
from simulators.quickbooks.wire import ZERO, Record, money

ENTITY_OF = {"Expense": "Purchase"}
SETTLED_BY_PAYMENT = frozenset({"Invoice", "CreditMemo", "JournalEntry", "Expense"})


class PaymentRule(FormRule):
    """Payments: applied, partly applied or a credit on account."""

    def fill(self, draft: Draft) -> None:
        """Check the account and every line, then compute what stays unapplied."""
        funds = account_of(draft.company, "UndepositedFunds")
        draft.default("DepositToAccountRef", {"value": funds})
        check_money_account(draft)
        owed_to = draft.ref("ARAccountRef")
        if owed_to and type_of(draft.company, owed_to) != "Accounts Receivable":
            draft.refuse("6430", "ARAccountRef must be Accounts Receivable", "ARAccountRef")
        draft.new["TotalAmt"] = money(cents(draft.amount("TotalAmt")))
        if draft.amount("TotalAmt") < 0:
            draft.refuse("2290", "A payment cannot be negative", "TotalAmt")
        draft.default("ProcessPayment", value=False)
        if (
            not draft.new.get("Line")
            and draft.old is None
            and draft.company.switches.auto_apply_payments
        ):
            draft.new["Line"] = open_invoices(draft, draft.amount("TotalAmt"))
        draft.new["Line"] = [settlement_line(line) for line in draft.new.get("Line", [])]
        settle(draft, SETTLED_BY_PAYMENT, "CreditMemo", "CustomerRef")

    def effects(self, draft: Draft) -> Effects:
        """Post the money and settle the documents."""
        name = doc_key("Customer", draft.ref("CustomerRef"))
        receivable = account_of(draft.company, "AccountsReceivable")
        total = draft.amount("TotalAmt")
        postings = [
            Posting(draft.ref("DepositToAccountRef"), total),
            Posting(receivable, -total, name),
        ]
        return Effects(postings, settlements(draft.new))


def settlement_line(line: Record) -> Record:
    """Keep what a payment's line carries: no id, no detail."""
    kept = {
        "Amount": money(cents(line.get("Amount") or ZERO)),
        "LinkedTxn": line.get("LinkedTxn", []),
    }
    for link in kept["LinkedTxn"]:
        link.pop("TxnLineId", None)
    return kept


def settlements(record: Record) -> list[Link]:
    """Return the links of a payment's lines, one for each document."""
    sums: defaultdict[str, Decimal] = defaultdict(lambda: ZERO)
    for line in record.get("Line", []):
        for target in line.get("LinkedTxn", [])[:1]:
            kind = ENTITY_OF.get(target["TxnType"], target["TxnType"])
            sums[doc_key(kind, target["TxnId"])] += line["Amount"]
    return [Link(target, amount) for target, amount in sums.items()]


def settle(draft: Draft, kinds: frozenset[str], credit: str, party: str) -> None:
    """Check what a payment settles: documents exist, are open enough, and the sum fits."""
    left = draft.amount("TotalAmt")
    _check_kinds(draft, kinds)
    draft.stop_on_errors()
    for link in settlements(draft.new):
        _check_target(draft, link, party)
        left += link.amount if link.target.startswith(f"{credit}:") else -link.amount
        if link.amount < 0:
            draft.refuse("2290", "A line cannot be negative", "Amount")
    if left < 0:
        draft.business("The amounts applied are larger than the payment", "TotalAmt")
        return
    if "UnappliedAmt" in draft.entity.shape.fields:
        draft.new["UnappliedAmt"] = money(left)
    elif left:
        draft.business("The lines must add up to the total of the payment", "TotalAmt")


def _check_kinds(draft: Draft, kinds: frozenset[str]) -> None:
    for line in draft.new["Line"]:
        if not line["LinkedTxn"]:
            draft.missing("Line.LinkedTxn")
        if len(line["LinkedTxn"]) > 1:
            draft.business("A line settles one transaction", "LinkedTxn")
        for target in line["LinkedTxn"]:
            kind = target.get("TxnType")
            if kind not in kinds or not target.get("TxnId"):
                draft.refuse("620", f"Transaction of type {kind} cannot be linked", "LinkedTxn")


def _check_target(draft: Draft, link: Link, party: str) -> None:
    entity, _, number = link.target.partition(":")
    record = draft.company.of_key(link.target)
    if record is None:
        draft.refuse("610", f"Object Not Found : {entity} {number} does not exist", "LinkedTxn")
        return
    if party in record and not _same_party(draft, record, party):
        draft.business(
            "The transaction you are trying to link belongs to another name", "LinkedTxn"
        )
    if "Balance" in record and link.amount > open_balance(draft.company, link.target, draft.key):
        draft.business(
            "The amount applied is larger than the open balance of the transaction", "Amount"
        )


def _same_party(draft: Draft, record: Record, party: str) -> bool:
    owner = record[party]["value"]
    if owner == draft.ref(party):
        return True
    customer = draft.company.get("Customer", owner) if party == "CustomerRef" else None
    if customer is None or not customer.get("BillWithParent"):
        return False
    return bool(customer.get("ParentRef", {}).get("value") == draft.ref(party))


def open_invoices(draft: Draft, amount: Decimal) -> list[Record]:
    """Return payment lines that settle the customer's oldest invoices with an amount."""
    lines: list[Record] = []
    own = [
        i
        for i in draft.company.all("Invoice")
        if i["CustomerRef"]["value"] == draft.ref("CustomerRef") and i.get("Balance")
    ]
    for invoice in sorted(own, key=lambda i: (i["TxnDate"], int(i["Id"]))):
        part = min(amount, invoice["Balance"])
        if part > 0:
            link = {"TxnId": invoice["Id"], "TxnType": "Invoice"}
            lines.append({"Amount": part, "LinkedTxn": [link]})
            amount -= part
    return lines
