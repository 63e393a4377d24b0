"""Rules of payments to vendors and of banking: deposits, transfers, journal entries."""

from decimal import Decimal

from simulators.quickbooks.company import NAMES
from simulators.quickbooks.draft import Draft, Effects
from simulators.quickbooks.ledger import Posting
from simulators.quickbooks.links import Link, doc_key
from simulators.quickbooks.rules.accounts import account_of, check_money_account, type_of
from simulators.quickbooks.rules.forms import FormRule, cents, ordered_line
from simulators.quickbooks.rules.payments import settle, settlement_line, settlements
from simulators.quickbooks.rules.purchases import payee
from simulators.quickbooks.wire import ZERO, Record, money

SETTLED_BY_BILL_PAYMENT = frozenset({"Bill", "VendorCredit", "JournalEntry"})
BALANCE_SHEET_TYPES = frozenset(
    {"Bank", "Credit Card", "Other Current Asset", "Other Asset", "Fixed Asset",
     "Other Current Liability", "Long Term Liability", "Equity"}
)  # fmt: skip


class BillPaymentRule(FormRule):
    """Payments of bills, by check or card."""

    def fill(self, draft: Draft) -> None:
        """Check account and lines."""
        account = account_of(draft.company, "AccountsPayable")
        draft.default("APAccountRef", draft.company.ref("Account", account))
        draft.new["TotalAmt"] = money(cents(draft.amount("TotalAmt")))
        if not draft.new.get("Line") and (draft.old is None or draft.changed(["Line"])):
            draft.missing("Line")
        draft.new["Line"] = [settlement_line(line) for line in draft.new.get("Line", [])]
        self._account(draft)
        draft.stop_on_errors()
        settle(draft, SETTLED_BY_BILL_PAYMENT, "VendorCredit", "VendorRef")

    def _account(self, draft: Draft) -> None:
        member, name, wanted = (
            ("CheckPayment", "BankAccountRef", "Bank")
            if draft.new["PayType"] == "Check"
            else ("CreditCardPayment", "CCAccountRef", "Credit Card")
        )
        inner = draft.new.get(member) or {}
        if not inner.get(name):
            draft.missing(f"{member}.{name}")
            return
        if type_of(draft.company, inner[name]["value"]) != wanted:
            draft.refuse("6430", f"Invalid account type used in {name}", name)
        if member == "CheckPayment":
            inner.setdefault("PrintStatus", "NotSet")

    def effects(self, draft: Draft) -> Effects:
        """Post the money and settle the bills."""
        member, name = (
            ("CheckPayment", "BankAccountRef")
            if draft.new["PayType"] == "Check"
            else ("CreditCardPayment", "CCAccountRef")
        )
        total, vendor = draft.amount("TotalAmt"), doc_key("Vendor", draft.ref("VendorRef"))
        postings = [
            Posting(draft.ref("APAccountRef"), total, vendor),
            Posting(draft.new[member][name]["value"], -total),
        ]
        return Effects(postings, settlements(draft.new))


class DepositRule(FormRule):
    """Bank deposits: undeposited payments and other lines."""

    def fill(self, draft: Draft) -> None:
        """Check every line and add up."""
        check_money_account(draft)
        total = ZERO
        for line in draft.new["Line"]:
            total += self._line(draft, line)
        back = (draft.new.get("CashBack") or {}).get("Amount", ZERO)
        draft.new["Line"] = [ordered_line(line) for line in draft.new["Line"]]
        draft.new["TotalAmt"] = money(total - back)
        draft.new["TxnTaxDetail"] = {}

    def _line(self, draft: Draft, line: Record) -> Decimal:
        linked = line.get("LinkedTxn", [])
        if linked:
            return self._linked(draft, line, linked[0])
        inner = line.get("DepositLineDetail") or {}
        line["DetailType"] = "DepositLineDetail"
        if not inner.get("AccountRef"):
            draft.missing("AccountRef")
        if line.get("Amount") is None:
            draft.missing("Line.Amount")
            return ZERO
        payee(draft, inner.get("Entity"), "Entity")
        line["Amount"] = money(cents(line["Amount"]))
        return Decimal(line["Amount"])

    def _linked(self, draft: Draft, line: Record, target: Record) -> Decimal:
        key = doc_key(target.get("TxnType", ""), target.get("TxnId", ""))
        known = target.get("TxnType") in {"Payment", "SalesReceipt"}
        record = draft.company.of_key(key) if known else None
        line.pop("DetailType", None)
        if not target.get("TxnLineId"):
            draft.missing("TxnLineId")
        if record is None:
            draft.refuse("610", f"Object Not Found : {key} does not exist", "LinkedTxn")
            return ZERO
        others = [h for h in draft.company.links.holders(key) if h.startswith("Deposit:")]
        undeposited = account_of(draft.company, "UndepositedFunds")
        if [h for h in others if h != draft.key] or record["DepositToAccountRef"][
            "value"
        ] != undeposited:
            draft.refuse("620", f"{key} is already deposited", "LinkedTxn")
        line["Amount"] = record["TotalAmt"]
        return Decimal(record["TotalAmt"])

    def effects(self, draft: Draft) -> Effects:
        """Move the money to the bank and freeze what was deposited."""
        rows, links = [], []
        undeposited = account_of(draft.company, "UndepositedFunds")
        for line in draft.new["Line"]:
            if line.get("LinkedTxn"):
                target = line["LinkedTxn"][0]
                links.append(Link(doc_key(target["TxnType"], target["TxnId"]), ZERO, line["Id"]))
                rows.append(Posting(undeposited, -line["Amount"]))
            else:
                rows.append(
                    Posting(line["DepositLineDetail"]["AccountRef"]["value"], -line["Amount"])
                )
        back = draft.new.get("CashBack") or {}
        if back.get("Amount") and back.get("AccountRef"):
            rows.append(Posting(back["AccountRef"]["value"], back["Amount"]))
        total = -sum((row.amount for row in rows), ZERO)
        return Effects([*rows, Posting(draft.ref("DepositToAccountRef"), total)], links)


class TransferRule(FormRule):
    """Transfers between balance sheet accounts, and payments of a credit card."""

    def __init__(
        self, source: str, target: str, wanted: tuple[frozenset[str], frozenset[str]]
    ) -> None:
        self.source, self.target, self.wanted = source, target, wanted

    def fill(self, draft: Draft) -> None:
        """Check both accounts and the amount."""
        for name, kinds in zip((self.source, self.target), self.wanted, strict=True):
            if type_of(draft.company, draft.ref(name)) not in kinds:
                draft.refuse("6430", f"Invalid account type used in {name}", name)
        if draft.ref(self.source) == draft.ref(self.target):
            draft.business("Money cannot be transferred to the same account", self.target)
        if draft.amount("Amount") < 0:
            draft.refuse("2290", "The amount cannot be negative", "Amount")
        draft.new["Amount"] = money(cents(draft.amount("Amount")))

    def effects(self, draft: Draft) -> Effects:
        """Post both sides."""
        amount = draft.amount("Amount")
        return Effects(
            [Posting(draft.ref(self.source), -amount), Posting(draft.ref(self.target), amount)]
        )

    def voided(self, draft: Draft) -> Record:
        """Zero the amount."""
        return super().voided(draft) | {"Amount": ZERO}


class JournalEntryRule(FormRule):
    """Journal entries: debits equal credits; receivables and payables need a name."""

    def fill(self, draft: Draft) -> None:
        """Check every line and that the entry balances."""
        total = ZERO
        for line in draft.new["Line"]:
            if line["DetailType"] != "JournalEntryLineDetail":
                continue
            total += self._line(draft, line)
        if total:
            draft.business("The debits and credits of a journal entry must be equal", "Line")
        draft.default("Adjustment", value=False)
        draft.new["TotalAmt"] = ZERO
        draft.new["TxnTaxDetail"] = {}
        draft.new["Line"] = [ordered_line(line) for line in draft.new["Line"]]

    def _line(self, draft: Draft, line: Record) -> Decimal:
        inner = line["JournalEntryLineDetail"]
        for name in ("PostingType", "AccountRef"):
            if not inner.get(name):
                draft.missing(name)
                return ZERO
        if line.get("Amount") is None:
            draft.missing("Line.Amount")
            return ZERO
        if line["Amount"] < 0:
            draft.refuse("2290", "Negative amount is not supported", "Amount")
        self._entity(draft, inner)
        line["Amount"] = money(cents(line["Amount"]))
        return Decimal(line["Amount"]) * (1 if inner["PostingType"] == "Debit" else -1)

    def _entity(self, draft: Draft, inner: Record) -> None:
        account = type_of(draft.company, inner["AccountRef"]["value"])
        wanted = {"Accounts Receivable": "Customer", "Accounts Payable": "Vendor"}.get(account)
        entity = inner.get("Entity") or {}
        kind, key = entity.get("Type", ""), (entity.get("EntityRef") or {}).get("value", "")
        if wanted and (kind != wanted or not key):
            draft.business(
                f"When you use {account}, you must choose a {wanted.lower()} in the Name field",
                "Entity",
            )
        elif kind and key and (kind not in NAMES or draft.company.get(kind, key) is None):
            draft.refuse(
                "2500", f"Invalid Reference Id : Names element id {key} not found", "Entity"
            )

    def effects(self, draft: Draft) -> Effects:
        """Post every line."""
        lines = [r for r in draft.new["Line"] if r["DetailType"] == "JournalEntryLineDetail"]
        return Effects([self._posting(draft, line) for line in lines])

    def _posting(self, draft: Draft, line: Record) -> Posting:
        inner = line["JournalEntryLineDetail"]
        sign = 1 if inner["PostingType"] == "Debit" else -1
        account = inner["AccountRef"]["value"]
        named = type_of(draft.company, account) in {"Accounts Receivable", "Accounts Payable"}
        name = (
            doc_key(inner["Entity"]["Type"], inner["Entity"]["EntityRef"]["value"]) if named else ""
        )
        return Posting(account, sign * line["Amount"], name)
