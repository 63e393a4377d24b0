"""Rules of purchase forms: orders, bills, credits, expenses (sections 6.13 to 6.15)."""

from decimal import Decimal

from simulators.quickbooks import vat
from simulators.quickbooks.draft import Draft, Effects, Move
from simulators.quickbooks.ledger import Posting
from simulators.quickbooks.links import Link, doc_key
from simulators.quickbooks.rules.accounts import account_of, type_of
from simulators.quickbooks.rules.customfields import custom_fields
from simulators.quickbooks.rules.earnings import tax_of
from simulators.quickbooks.rules.forms import (
    FormRule,
    check_total,
    detail,
    due_date,
    ordered_line,
    priced,
)
from simulators.quickbooks.switches import PLUS
from simulators.quickbooks.wire import ZERO, Record, money

ITEMS = "ItemBasedExpenseLineDetail"
ACCOUNTS = "AccountBasedExpenseLineDetail"


class ExpenseRule(FormRule):
    """A form with expense lines; `sign` is +1 where costs rise."""

    sign = Decimal(1)
    posts = True

    def fill(self, draft: Draft) -> None:
        """Check the lines and add them up."""
        self.head(draft)
        taxed = vat.applies(draft.company)
        if taxed:
            vat.prepare(draft)
        costs = [line for line in draft.new["Line"] if line["DetailType"] in {ITEMS, ACCOUNTS}]
        for line in costs:
            self._line(draft, line)
            if taxed:
                vat.check_line(draft, line, vat.PURCHASES)
        total = sum((line.get("Amount") or ZERO for line in costs), ZERO)
        draft.new["Line"] = [ordered_line(line) for line in draft.new["Line"]]
        draft.new.pop("TxnTaxDetail", None)
        if taxed:
            tax = vat.tax_of_lines(draft, costs, vat.PURCHASES, Decimal(1))
            draft.new["TxnTaxDetail"] = tax
            total += tax["TotalTax"]
        draft.new["TotalAmt"] = money(total)
        check_total(draft)
        self.finish(draft)

    def head(self, draft: Draft) -> None:
        """Check the header."""

    def finish(self, draft: Draft) -> None:
        """Compute what only this entity has."""

    def _line(self, draft: Draft, line: Record) -> None:
        inner = detail(line)
        wanted = "ItemRef" if line["DetailType"] == ITEMS else "AccountRef"
        if not inner.get(wanted):
            draft.refuse(
                "6440" if wanted == "ItemRef" else "2020",
                f"Required parameter {wanted} is missing",
                wanted,
            )
            return
        if wanted == "ItemRef":
            self._check_item(draft, inner["ItemRef"]["value"])
        inner.setdefault("BillableStatus", "NotBillable")
        if draft.company.switches.country == "US":
            inner.setdefault("TaxCodeRef", {"value": "NON"})
        if inner["BillableStatus"] == "Billable" and not inner.get("CustomerRef"):
            draft.refuse(
                "6310", "When you check Billable you also need to select a customer", "CustomerRef"
            )
        if inner["BillableStatus"] == "HasBeenBilled" and draft.old is None:
            draft.refuse(
                "2120", "BillableStatus HasBeenBilled is set by QuickBooks", "BillableStatus"
            )
        priced(draft, line)

    def _check_item(self, draft: Draft, key: str) -> None:
        item = draft.company.get("Item", key) or {}
        if item.get("Type") != "Inventory" and not item.get("ExpenseAccountRef"):
            draft.business(f"The item {item.get('Name')} has no expense account", "ItemRef")
        start = item.get("InvStartDate") if item.get("Type") == "Inventory" else None
        if start and self.posts and draft.date < start:
            draft.refuse(
                "6270",
                f"Transaction date is prior to start date for inventory item ({start})",
                "TxnDate",
            )

    def effects(self, draft: Draft) -> Effects:
        """Post costs against what is owed or paid, and take the goods in."""
        links = po_links(draft.new)
        if not self.posts:
            return Effects(links=links)
        incoming = self.sign > 0 and not draft.new.get("Credit")
        rows: list[Posting] = []
        moves: list[Move] = []
        for line in draft.new["Line"]:
            if line["DetailType"] in {ITEMS, ACCOUNTS}:
                account = cost_account(draft, line, incoming=incoming)
                rows.append(Posting(account, self.sign * line["Amount"], owed_by(draft, account)))
                moves += self._goods(draft, line)
        rows += [Posting(account, self.sign * amount) for account, amount in tax_of(draft)]
        return Effects([*rows, *self.against(draft)], links, moves)

    def _goods(self, draft: Draft, line: Record) -> list[Move]:
        inner = detail(line)
        item = draft.company.get("Item", (inner.get("ItemRef") or {}).get("value", ""))
        quantity = inner.get("Qty") or ZERO
        if not item or item["Type"] != "Inventory" or not quantity:
            return []
        cost = Decimal(line["Amount"]) / quantity
        return [Move(item["Id"], self.sign * quantity, cost if self.sign > 0 else None, line["Id"])]

    def against(self, draft: Draft) -> list[Posting]:
        """Return the other side: payables."""
        name = doc_key("Vendor", draft.ref("VendorRef"))
        return [Posting(draft.ref("APAccountRef"), -self.sign * draft.amount("TotalAmt"), name)]


class VendorFormRule(ExpenseRule):
    """A form of a vendor."""

    def head(self, draft: Draft) -> None:
        """Fill in the payables account and the vendor's address."""
        account = account_of(draft.company, "AccountsPayable")
        draft.default("APAccountRef", draft.company.ref("Account", account))
        if self.posts and type_of(draft.company, draft.ref("APAccountRef")) != "Accounts Payable":
            draft.refuse("6430", "APAccountRef must be an Accounts Payable account", "APAccountRef")
        if "VendorAddr" in draft.entity.shape.fields:
            vendor = draft.company.get("Vendor", draft.ref("VendorRef")) or {}
            draft.default("VendorAddr", vendor.get("BillAddr"))

    def check_update(self, draft: Draft, *, sparse: bool) -> None:
        """Even a sparse update of a bill needs its vendor (section 7.1)."""
        super().check_update(draft, sparse=sparse)
        if draft.entity.name == "Bill" and "VendorRef" not in draft.sent:
            draft.missing("VendorRef")


class OrderRule(VendorFormRule):
    """Purchase orders: nothing is posted."""

    posts = False

    def finish(self, draft: Draft) -> None:
        """Set the status."""
        if draft.company.switches.edition not in PLUS:
            draft.refuse(
                "5030", "Purchase orders are not available in this company", "PurchaseOrder"
            )
        draft.default("POStatus", "Open")
        draft.default("EmailStatus", "NotSet")
        if draft.new["EmailStatus"] == "NeedToSend" and not draft.new.get("POEmail"):
            draft.refuse("6420", "An e-mail address is required to send the form", "POEmail")
        draft.new.setdefault("LinkedTxn", [])
        custom_fields(draft, "purchase")


class BillRule(VendorFormRule):
    """Bills, also those made from purchase orders."""

    def finish(self, draft: Draft) -> None:
        """Set due date and balance; check the orders that lines are linked to."""
        if draft.new.get("DueDate") is None or (
            "DueDate" not in draft.sent
            and ("SalesTermRef" in draft.sent or "TxnDate" in draft.sent)
        ):
            vendor = draft.company.get("Vendor", draft.ref("VendorRef")) or {}
            if draft.old is None:
                draft.default("SalesTermRef", vendor.get("TermRef"))
            draft.new["DueDate"] = due_date(draft, draft.ref("SalesTermRef"), 0)
        draft.new["Balance"] = (draft.old or {}).get("Balance", draft.new["TotalAmt"])
        draft.new.pop("LinkedTxn", None)
        if "LinkedTxn" in (draft.old or {}):
            draft.new["LinkedTxn"] = (draft.old or {})["LinkedTxn"]
        for line in draft.new["Line"]:
            line.setdefault("LinkedTxn", [])
        draft.new["Line"] = [ordered_line(line) for line in draft.new["Line"]]
        check_orders(draft)


class VendorCreditRule(VendorFormRule):
    """Vendor credits."""

    sign = Decimal(-1)

    def finish(self, draft: Draft) -> None:
        """Set what is left of the credit."""
        draft.new["Balance"] = (draft.old or {}).get("Balance", draft.new["TotalAmt"])


class PurchaseRule(ExpenseRule):
    """Expenses paid at once: cash, check or card; `Credit` turns a card charge into a refund."""

    def check_update(self, draft: Draft, *, sparse: bool) -> None:
        """Every update repeats PaymentType, which never changes (section 7.1)."""
        super().check_update(draft, sparse=sparse)
        if "PaymentType" not in draft.sent:
            draft.missing("PaymentType")
        elif draft.changed(["PaymentType"]):
            draft.business("The payment type of an expense cannot be changed", "PaymentType")

    def head(self, draft: Draft) -> None:
        """Check that the account fits the payment type, and the payee."""
        wanted = "Credit Card" if draft.new["PaymentType"] == "CreditCard" else "Bank"
        if type_of(draft.company, draft.ref("AccountRef")) != wanted:
            draft.refuse(
                "6430",
                f"Invalid account type used : {draft.new['PaymentType']} needs a {wanted} account",
                "AccountRef",
            )
        if draft.new["PaymentType"] != "CreditCard":
            draft.new.pop("Credit", None)
        else:
            draft.default("Credit", value=False)
        if draft.new["PaymentType"] == "Check":
            draft.default("PrintStatus", "NotSet")
        payee(draft, draft.new.get("EntityRef"), "EntityRef")
        for line in draft.new["Line"]:
            self._receivable(draft, line)

    def _receivable(self, draft: Draft, line: Record) -> None:
        """Nothing goes on Accounts Receivable without a customer as the payee."""
        account = (detail(line).get("AccountRef") or {}).get("value", "")
        if is_receivable(draft, account) and not owed_by(draft, account):
            draft.business(
                "When you use Accounts Receivable, you must choose a customer in the Name field",
                "EntityRef",
            )

    def effects(self, draft: Draft) -> Effects:
        """Post the costs against the account that paid."""
        sign = -1 if draft.new.get("Credit") else 1
        done = super().effects(draft)
        rows = [row._replace(amount=sign * row.amount) for row in done.postings]
        moves = [move._replace(quantity=sign * move.quantity) for move in done.moves]
        return Effects(
            rows, done.links, [m if m.quantity > 0 else m._replace(cost=None) for m in moves]
        )

    def against(self, draft: Draft) -> list[Posting]:
        """Return the account that paid."""
        return [Posting(draft.ref("AccountRef"), -draft.amount("TotalAmt"))]


def payee(draft: Draft, reference: Record | None, element: str) -> None:
    """Check a reference that may be a customer, vendor or employee, and label it."""
    if not reference or not reference.get("value"):
        return
    kinds = (
        [reference["type"]]
        if reference.get("type") in {"Customer", "Vendor", "Employee"}
        else ["Vendor", "Customer", "Employee"]
    )
    found = next((k for k in kinds if draft.company.get(k, reference["value"])), None)
    if found is None:
        draft.refuse(
            "2500",
            f"Invalid Reference Id : Names element id {reference['value']} not found",
            element,
        )
        return
    reference.update(draft.company.ref(found, reference["value"]), type=found)


def is_receivable(draft: Draft, account: str) -> bool:
    """Tell whether an account is Accounts Receivable."""
    return bool(account) and type_of(draft.company, account) == "Accounts Receivable"


def owed_by(draft: Draft, account: str) -> str:
    """Return the customer whose balance a line on Accounts Receivable changes, or nothing."""
    party = draft.new.get("EntityRef") or {}
    if not is_receivable(draft, account) or party.get("type") != "Customer":
        return ""
    return doc_key("Customer", party["value"])


def cost_account(draft: Draft, line: Record, *, incoming: bool) -> str:
    """Return the account that a line is charged to: goods that come in are an asset."""
    inner = detail(line)
    if line["DetailType"] == ACCOUNTS:
        return str(inner["AccountRef"]["value"])
    item = draft.company.get("Item", inner["ItemRef"]["value"]) or {}
    stocked = incoming and item.get("Type") == "Inventory" and inner.get("Qty")
    reference = item.get("AssetAccountRef" if stocked else "ExpenseAccountRef") or {}
    return str(reference.get("value", "93"))


def po_links(record: Record) -> list[Link]:
    """Return the links of a bill's lines to the lines of purchase orders."""
    return [
        Link(
            doc_key("PurchaseOrder", t["TxnId"]),
            line.get("Amount", ZERO),
            str(t.get("TxnLineId", "")),
            line["Id"],
        )
        for line in record.get("Line", [])
        for t in line.get("LinkedTxn", [])
        if t.get("TxnType") == "PurchaseOrder"
    ]


def check_orders(draft: Draft) -> None:
    """Check the purchase orders that the lines of a bill name."""
    before = set(po_links(draft.old or {}))
    for link in po_links(draft.new):
        order = draft.company.of_key(link.target)
        if order is None:
            draft.refuse("610", f"Object Not Found : {link.target} does not exist", "LinkedTxn")
            continue
        if link in before:
            continue
        if not link.line:
            draft.refuse(
                "2020", "Required parameter TxnLineId is missing in the request", "TxnLineId"
            )
        elif all(str(line["Id"]) != link.line for line in order["Line"]):
            draft.refuse("620", f"The purchase order has no line {link.line}", "TxnLineId")
        if order["VendorRef"]["value"] != draft.ref("VendorRef"):
            draft.refuse("620", "The purchase order belongs to another vendor", "LinkedTxn")
        if order["POStatus"] == "Closed":
            draft.refuse("620", "The purchase order is closed", "LinkedTxn")
