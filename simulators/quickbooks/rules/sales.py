"""Rules of sales forms: lines, discount, tax, totals and what they post (6.8, 6.10 to 6.12)."""

from decimal import Decimal

from simulators.quickbooks import vat
from simulators.quickbooks.draft import Draft, Effects
from simulators.quickbooks.ledger import Posting
from simulators.quickbooks.links import Link, doc_key
from simulators.quickbooks.rules.accounts import account_of, check_money_account
from simulators.quickbooks.rules.customfields import custom_fields
from simulators.quickbooks.rules.earnings import goods, income_of, sold_lines, tax_of
from simulators.quickbooks.rules.forms import (
    FormRule,
    cents,
    check_total,
    detail,
    due_date,
    ordered_line,
    priced,
)
from simulators.quickbooks.rules.payments import open_invoices
from simulators.quickbooks.rules.stems import check_stems, mark_lines, stems
from simulators.quickbooks.sent_tax import remember
from simulators.quickbooks.tax import check_line_code, tax_lines
from simulators.quickbooks.wire import ZERO, Record, money

SALES = "SalesItemLineDetail"
MOST_TAXABLE_LINES = 750
DEFAULT_DAYS = 30


class SalesRule(FormRule):
    """A sales form; `sign` is +1 where the customer owes and -1 where he gets."""

    sign = Decimal(1)
    posts = True
    cash = False

    def fill(self, draft: Draft) -> None:
        """Check the customer and lines, then compute subtotal, discount, tax and total."""
        self.head(draft)
        if vat.applies(draft.company):
            vat.prepare(draft)
        taxable, subtotal = self._lines(draft)
        discount = _discount(draft, subtotal)
        tax = _tax(draft, taxable, subtotal, discount)
        draft.new.pop("TxnTaxDetail", None)
        if tax is not None:
            draft.new["TxnTaxDetail"] = tax
        _append_subtotal(draft, subtotal)
        total = subtotal - discount + (tax or {}).get("TotalTax", ZERO)
        draft.new["TotalAmt"] = money(total)
        check_total(draft)
        check_stems(draft)
        self.finish(draft)

    def head(self, draft: Draft) -> None:
        """Check the header and copy defaults from the customer."""
        customer = draft.company.get("Customer", draft.ref("CustomerRef"))
        if customer is None and not self.cash:
            draft.missing("CustomerRef")
        for name in ("BillAddr", "ShipAddr"):
            if name in draft.entity.shape.fields:
                draft.default(name, (customer or {}).get(name))
        if draft.new.get("EmailStatus") == "NeedToSend" and not draft.new.get("BillEmail"):
            draft.refuse("6420", "An e-mail address is required to send the form", "BillEmail")
        draft.default("PrintStatus", "NeedToPrint")
        draft.default("EmailStatus", "NotSet")
        draft.default("ApplyTaxAfterDiscount", value=False)
        draft.default("ShipFromAddr", ship_from(draft))
        custom_fields(draft, "sales")

    def finish(self, draft: Draft) -> None:
        """Compute what only this entity has."""

    def after(self, draft: Draft) -> None:
        """Remember the tax that the form was made to have."""
        remember(draft)

    def _lines(self, draft: Draft) -> tuple[Decimal, Decimal]:
        taxable = subtotal = ZERO
        counted = 0
        for line in draft.new["Line"]:
            kind = line["DetailType"]
            if kind == SALES:
                self._sales_line(draft, line)
                taxed = check_line_code(draft, line)
                amount = line.get("Amount") or ZERO
                subtotal += amount
                if taxed:
                    taxable += amount
                    counted += 1
            elif kind == "GroupLineDetail":
                from simulators.quickbooks.rules.bundles import expand  # noqa: PLC0415 - cycle

                group_taxable, amount = expand(draft, line)
                taxable, subtotal = taxable + group_taxable, subtotal + amount
        if counted and len(draft.new["Line"]) > MOST_TAXABLE_LINES:
            draft.business(f"A taxable transaction has at most {MOST_TAXABLE_LINES} lines", "Line")
        return taxable, subtotal

    def _sales_line(self, draft: Draft, line: Record) -> None:
        inner = detail(line)
        item_id = (inner.get("ItemRef") or {}).get("value", "")
        if not item_id:
            _text_only(line)
            return
        item = draft.company.get("Item", item_id) or {}
        if item.get("Type") == "Category":
            draft.business("A category cannot be sold", "ItemRef")
        start = item.get("InvStartDate") if item.get("Type") == "Inventory" else None
        if start and self.posts and draft.date < start:
            draft.refuse(
                "6270",
                f"Transaction date is prior to start date for inventory item ({start})",
                "TxnDate",
            )
        self._check_stock(draft, item, inner)
        income = (item.get("IncomeAccountRef") or {}).get("value", "")
        if income:
            inner["ItemAccountRef"] = draft.company.ref("Account", income)
        priced(draft, line)

    def _check_stock(self, draft: Draft, item: Record, inner: Record) -> None:
        counted = item.get("Type") == "Inventory" and self.posts and self.sign > 0
        if not counted or draft.company.switches.negative_stock:
            return
        if draft.company.stock.on_hand[item["Id"]] < (inner.get("Qty") or ZERO):
            draft.business(f"There is not enough of {item['Name']} on hand", "Qty")

    def effects(self, draft: Draft) -> Effects:
        """Post the form, link it to what it stems from, move its goods."""
        links = [
            Link(doc_key(t["TxnType"], t["TxnId"]))
            for t in stems(draft.new)
            if t["TxnType"] in draft.company.stores
        ]
        if not self.posts:
            return Effects(links=links)
        postings = [Posting(a, -self.sign * v) for a, v in income_of(draft)]
        postings += [Posting(a, -self.sign * v) for a, v in tax_of(draft)]
        postings += self.against(draft)
        return Effects(postings, links, goods(draft, -self.sign))

    def against(self, draft: Draft) -> list[Posting]:
        """Return the other side: receivables, or the account the money goes to."""
        total = self.sign * draft.amount("TotalAmt")
        name = doc_key("Customer", draft.ref("CustomerRef"))
        if self.cash:
            return [Posting(draft.ref("DepositToAccountRef"), total)]
        deposit = draft.amount("Deposit")
        receivable = account_of(draft.company, "AccountsReceivable")
        rows = [Posting(receivable, total - deposit, name)]
        if deposit:
            rows.append(Posting(draft.ref("DepositToAccountRef"), deposit))
        return rows


class InvoiceRule(SalesRule):
    """Invoices."""

    def finish(self, draft: Draft) -> None:
        """Set due date, online payment flags and balance."""
        default = draft.company.switches.online_payments_default
        for name in ("AllowIPNPayment", "AllowOnlinePayment"):
            draft.default(name, value=False)
        for name in ("AllowOnlineCreditCardPayment", "AllowOnlineACHPayment"):
            draft.default(name, value=default)
        set_due(draft)
        if draft.amount("Deposit"):
            funds = account_of(draft.company, "UndepositedFunds")
            draft.default("DepositToAccountRef", draft.company.ref("Account", funds))
            check_money_account(draft)
            if draft.amount("Deposit") > draft.amount("TotalAmt"):
                draft.business("The deposit is larger than the total", "Deposit")
        draft.new["Balance"] = (draft.old or {}).get("Balance", draft.new["TotalAmt"])
        if draft.old is not None and stems(draft.new) == stems(draft.old):
            draft.new["LinkedTxn"] = draft.old["LinkedTxn"]
        mark_lines(draft)
        draft.new.setdefault("LinkedTxn", [])


class EstimateRule(SalesRule):
    """Estimates: nothing is posted, no stock moves."""

    posts = False

    def finish(self, draft: Draft) -> None:
        """Set the status."""
        draft.default("TxnStatus", "Pending")


class CreditMemoRule(SalesRule):
    """Credit memos."""

    sign = Decimal(-1)

    def finish(self, draft: Draft) -> None:
        """Set what is left of the credit."""
        for name in ("Balance", "RemainingCredit"):
            draft.new[name] = (draft.old or {}).get(name, draft.new["TotalAmt"])

    def after(self, draft: Draft) -> None:
        """Settle open invoices by itself where the company wants it (section 6.12)."""
        super().after(draft)
        if draft.old is None and draft.company.switches.auto_apply_credit:
            lines = open_invoices(draft, draft.amount("TotalAmt"))
            if lines:
                used = sum((line["Amount"] for line in lines), ZERO)
                link = {"TxnId": draft.id, "TxnType": "CreditMemo"}
                lines.append({"Amount": used, "LinkedTxn": [link]})
                body = {"CustomerRef": draft.new["CustomerRef"], "TotalAmt": 0, "Line": lines}
                draft.follow_ups.append(("Payment", body))


class SalesReceiptRule(SalesRule):
    """Sales receipts: paid at once."""

    cash = True

    def finish(self, draft: Draft) -> None:
        """Choose where the money goes."""
        draft.default(
            "DepositToAccountRef",
            draft.company.ref("Account", account_of(draft.company, "UndepositedFunds")),
        )
        check_money_account(draft)
        draft.new["Balance"] = ZERO


class RefundReceiptRule(SalesReceiptRule):
    """Refund receipts: money goes back to the customer."""

    sign = Decimal(-1)

    def finish(self, draft: Draft) -> None:
        """The account that pays the refund must be named."""
        if not draft.ref("DepositToAccountRef"):
            draft.missing("DepositToAccountRef")
            return
        super().finish(draft)


def ship_from(draft: Draft) -> Record:
    """Return the company's address in the free form that answers carry."""
    address = (draft.company.get("CompanyInfo", "1") or {}).get("CompanyAddr") or {}
    state, code = address.get("CountrySubDivisionCode", ""), address.get("PostalCode", "")
    town = f"{address.get('City', '')}, {state}  {code}"
    return {"Line1": str(address.get("Line1", "")), "Line2": town}


def set_due(draft: Draft) -> None:
    """Compute DueDate from the term unless it was sent."""
    moved = draft.old is None or not draft.sent.isdisjoint({"SalesTermRef", "TxnDate"})
    if not moved or ("DueDate" in draft.sent and draft.new.get("DueDate") is not None):
        return
    customer = draft.company.get("Customer", draft.ref("CustomerRef")) or {}
    if draft.old is None and customer.get("SalesTermRef"):
        draft.default("SalesTermRef", customer["SalesTermRef"])
    draft.new["DueDate"] = due_date(draft, draft.ref("SalesTermRef"), DEFAULT_DAYS)


def _tax(draft: Draft, taxable: Decimal, subtotal: Decimal, discount: Decimal) -> Record | None:
    if vat.applies(draft.company):
        left = 1 - discount / subtotal if subtotal else Decimal(1)
        return vat.tax_of_lines(draft, sold_lines(draft.new), vat.SALES, left)
    return tax_lines(draft, taxable, discount * taxable / subtotal if subtotal else ZERO)


def _text_only(line: Record) -> None:
    line["DetailType"] = "DescriptionOnly"
    line.pop("Amount", None)
    line.pop(SALES, None)
    line["DescriptionLineDetail"] = {}


def _discount(draft: Draft, subtotal: Decimal) -> Decimal:
    lines = [line for line in draft.new["Line"] if line["DetailType"] == "DiscountLineDetail"]
    if len(lines) > 1:
        draft.business("Only one discount line is allowed", "Line")
    total = ZERO
    for line in lines:
        inner = line["DiscountLineDetail"]
        percent = inner.get("DiscountPercent")
        unclear = inner.get("PercentBased") is True and percent is None
        if unclear or (not inner and line.get("Amount") is None):
            draft.refuse("6090", "A discount needs an amount or a percent", "DiscountLineDetail")
            continue
        by_percent = inner.get("PercentBased") is True
        amount = (
            cents(subtotal * percent / 100) if by_percent else cents(line.get("Amount") or ZERO)
        )
        inner.setdefault("PercentBased", False)
        if not inner.get("DiscountAccountRef"):
            account = account_of(draft.company, "DiscountsRefundsGiven")
            inner["DiscountAccountRef"] = draft.company.ref("Account", account)
        line["Amount"] = money(amount)
        total += amount
    return total


def _append_subtotal(draft: Draft, subtotal: Decimal) -> None:
    row = {"Amount": money(subtotal), "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}}
    lines = [ordered_line(line) for line in draft.new["Line"]]
    after = [line for line in lines if line["DetailType"] == "DiscountLineDetail"]
    draft.new["Line"] = [line for line in lines if line not in after] + [row] + after
