"""What a plan comes to before it is carried out: total, tax, day and accounts, from its body."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from connector.entities.registry import CREDIT_MEMO
from connector.entities.shared.documents import DISCOUNT
from connector.entities.shared.wire import cents
from connector.model.body import Body, Json
from connector.model.flows.context import PushContext
from connector.model.totals import (
    NUMBERS,
    SAID,
    Difference,
    DifferenceCause,
    said_otherwise,
)

TAXED = "TAX"
ITEM_ACCOUNTS = {
    "SalesItemLineDetail": "IncomeAccountRef",
    "ItemBasedExpenseLineDetail": "ExpenseAccountRef",
}
"""On which account of its item a line is booked, by the kind of the line."""


@dataclass(frozen=True)
class Foreseen:
    """What QuickBooks is going to make of a document; nothing where it has no money.

    Attributes:
        total: What it comes to with its tax, in dollars; nothing where QuickBooks makes the tax.
        tax: How much of that is tax, in dollars.
        day: The date of the document.
        accounts: What goes to which account in dollars, by the account's name.
    """

    total: Decimal | None = None
    tax: Decimal | None = None
    day: date | None = None
    accounts: Mapping[str, Decimal] = field(default_factory=dict)


def foresee(body: Json, known: PushContext) -> Foreseen:
    """Return what a body comes to in QuickBooks."""
    day = date.fromisoformat(str(body["TxnDate"])) if body.get("TxnDate") else None
    if "TotalAmt" not in body and not body.get("Line"):
        return Foreseen(day=day)
    total, accounts = total_of(body), _accounts(body, known)
    accounts = accounts or _whole(body, total, known)
    if known.company.uses_sales_tax and _leaves_tax_open(body):
        return Foreseen(day=day, accounts=accounts)
    return Foreseen(total, _tax(body), day, accounts)


def total_of(body: Json) -> Decimal:
    """Return the total that a document has: its own, else its lines less discounts and with tax.

    QuickBooks takes a percentage of the subtotal by itself (reference 6.8).
    """
    if "TotalAmt" in body:
        return _decimal(body["TotalAmt"])
    lines = body.get("Line") or ()
    subtotal = sum((_amount(line) for line in lines if not _is_discount(line)), Decimal(0))
    off = sum((_discount(line, subtotal) for line in lines if _is_discount(line)), Decimal(0))
    return subtotal - off + _tax(body)


def _tax(body: Json) -> Decimal:
    return _decimal((body.get("TxnTaxDetail") or {}).get("TotalTax"))


def _leaves_tax_open(body: Json) -> bool:
    """Tell whether QuickBooks is to calculate the tax of a body by itself."""
    details = (line.get("SalesItemLineDetail") or {} for line in body.get("Line") or ())
    taxed = any((one.get("TaxCodeRef") or {}).get("value") == TAXED for one in details)
    return taxed and "TotalTax" not in (body.get("TxnTaxDetail") or {})


def not_as_planned(sent: Json, answer: Json) -> Difference | None:
    """Say how QuickBooks' answer differs from what was sent; None where it does not.

    What is not in the answer is not known: a total, a tax, the balance of what is due (a refund has
    none), what of a payment is not applied, a number. A tax that QuickBooks is to calculate comes
    as it does.
    """
    tax = _tax(answer if _leaves_tax_open(sent) else sent)
    wanted = total_of(sent) - _tax(sent) + tax
    applied = sum((_applied(line) for line in sent.get("Line") or ()), Decimal(0))
    figures = (
        ("total", wanted, answer.get("TotalAmt")),
        ("sales tax", tax, (answer.get("TxnTaxDetail") or {}).get("TotalTax")),
        ("open balance", wanted, answer.get("Balance") if "DueDate" in answer else None),
        ("amount that is not applied", wanted - applied, answer.get("UnappliedAmt")),
    )
    found = [
        f"Its {name} was planned as {meant:,.2f} and is {_decimal(made):,.2f} in QuickBooks."
        for name, meant, made in figures
        if made is not None and _decimal(made) != meant
    ]
    said = said_otherwise(sent, answer, SAID | NUMBERS)
    if not found and not said:
        return None
    missing = wanted - _decimal(answer.get("TotalAmt", wanted))
    cause = DifferenceCause.PLAN if found else DifferenceCause.SAID
    return Difference(cause, " ".join([*found, *said]), missing)


def _applied(line: Json) -> Decimal:
    """Return what a line of a payment takes of it; a credit memo adds to it (reference 6.9)."""
    gives = any(one.get("TxnType") == CREDIT_MEMO for one in line.get("LinkedTxn") or ())
    return -_amount(line) if gives else _amount(line)


def _is_discount(line: Json) -> bool:
    return line.get("DetailType") == DISCOUNT


def _amount(line: Json) -> Decimal:
    return _decimal(line.get("Amount"))


def _discount(line: Json, subtotal: Decimal) -> Decimal:
    detail = line.get(DISCOUNT) or {}
    if not detail.get("PercentBased"):
        return _amount(line)
    off = subtotal * _decimal(detail.get("DiscountPercent")) / 100
    return cents(off)


def _decimal(value: object) -> Decimal:
    return Decimal(str(value or 0))


def _accounts(body: Json, known: PushContext) -> dict[str, Decimal]:
    """Sum what each line is booked on, by the name of the account."""
    names = {one.id: one.name for one in known.company.accounts}
    items = {
        link.quickbooks_id: link.base
        for link in known.links.values()
        if any(member in link.base for member in ITEM_ACCOUNTS.values())
    }
    found: defaultdict[str, Decimal] = defaultdict(Decimal)
    for line in body.get("Line") or ():
        for account in _account_of(line, items):
            amount = -_amount(line) if _is_discount(line) else _amount(line)
            found[names.get(account, account)] += amount
    return dict(found)


def _account_of(line: Json, items: Mapping[str, Body]) -> Iterator[str]:
    kind = str(line.get("DetailType") or "")
    detail = line.get(kind) or {}
    if "AccountRef" in detail:
        yield str(detail["AccountRef"]["value"])
    elif kind in ITEM_ACCOUNTS:
        item = items.get(str((detail.get("ItemRef") or {}).get("value")), {})
        yield str((item.get(ITEM_ACCOUNTS[kind]) or {}).get("value") or "account of its item")
    elif kind == DISCOUNT:
        yield "Discounts given"


def _whole(body: Json, total: Decimal, known: PushContext) -> dict[str, Decimal]:
    """Return the account that takes the whole of a payment, or of what has no lines of its own."""
    names = {one.id: one.name for one in known.company.accounts}
    account = body.get("DepositToAccountRef") or body.get("AccountRef")
    if account:
        own = str(account["value"])
        return {names.get(own, own): total}
    return {"Undeposited Funds": total} if "CustomerRef" in body and total else {}
