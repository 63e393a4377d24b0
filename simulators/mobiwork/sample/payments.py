"""Payments of the sample company: whole, in two parts, partial, and one overpayment."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from simulators.mobiwork.billing import amount, cents
from simulators.mobiwork.model import Record
from simulators.mobiwork.sample.invoices import LAST_DAY
from simulators.mobiwork.store import Store

METHODS = (("Check", "chk {}"), ("Credit Card", "cc-{}"), ("Cash", ""), ("ACH", "ach-{}"))
_METHOD_WEIGHTS = (40, 38, 10, 12)
_OVERPAID_BY = Decimal("25.00")


def add(store: Store, rng: Random, invoices: list[Record], count: int) -> list[Record]:
    """Add so many payments: one invoice in twelve has two, one in fifteen is paid in part.

    Returns those that each pay one invoice in full; the first of them is 25.00 too much.
    """
    chosen = rng.sample(invoices, len(invoices))
    doubles, partials = len(invoices) // 12, len(invoices) // 15
    wholes = max(0, min(count - 2 * doubles - partials, len(invoices) - doubles - partials))
    found = []
    for position, invoice in enumerate(chosen[: wholes + doubles + partials]):
        total = amount(invoice["total"])
        if position < wholes:
            amounts = [total + (_OVERPAID_BY if position == 0 else 0)]
        elif position < wholes + doubles:
            amounts = _two_parts(rng, total)
        else:
            amounts = _two_parts(rng, total)[:1]
        made = _pay(store, rng, invoice, amounts)
        if position < wholes:
            found += made
    return found


def _two_parts(rng: Random, total: Decimal) -> list[Decimal]:
    first = Decimal(cents(total * rng.randint(25, 75) / 100))
    return [first, total - first]


def _pay(store: Store, rng: Random, invoice: Record, amounts: list[Decimal]) -> list[Record]:
    day = date.fromisoformat(str(invoice["invoiceDate"])[:10])
    made = []
    for paid in amounts:
        day = min(day + timedelta(days=rng.randrange(25)), LAST_DAY.date())
        made.append(_payment(rng, str(invoice["mobiworkInvoiceId"]), paid, day))
        store.put("payment", made[-1])
    balance = amount(invoice["total"]) - sum(amounts)
    invoice["balance"] = cents(balance)
    invoice["status"] = "Paid" if balance <= 0 else "Customer Invoiced"
    return made


def _payment(rng: Random, invoice_id: str, paid: Decimal, day: date) -> Record:
    method, reference = rng.choices(METHODS, weights=_METHOD_WEIGHTS)[0]
    return {
        "status": "CREATED",
        "amount": cents(paid),
        "createdBy": "31",
        "createdByName": "Office Admin",
        "createdDate": day.isoformat(),
        "externalId": None,
        "invoiceId": invoice_id,
        "paymentDate": day.isoformat(),
        "paymentMethod": method,
        "paymentReference": reference.format(rng.randint(1000, 9999)) if reference else None,
        "paymentType": "PAYMENT",
    }
