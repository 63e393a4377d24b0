"""Payments that a bookkeeper looks at twice: failed, for several invoices, on account, refunds."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import cycle

from simulators.mobiwork.billing import amount, cents
from simulators.mobiwork.model import Record
from simulators.mobiwork.sample.invoices import LAST_DAY
from simulators.mobiwork.settling import FAILED, settle_all
from simulators.mobiwork.store import Store

CHANGES: tuple[Record, ...] = (
    {"status": FAILED},
    {"paymentType": "DEPOSIT"},
    {"paymentType": "CREDIT"},
)
_JOINED = 2
_ON_ACCOUNT = "200.00"
_REFUNDED = Decimal("15.00")


def change(store: Store, whole: list[Record], times: int) -> None:
    """Change some payments that each settle one invoice; there are as many of them as before.

    Two pairs become one payment of two invoices each; a refund and a payment on account make up
    for those. The first payment, which is an overpayment, stays.
    """
    pairs = _pairs(store, whole[1:])[: _JOINED * times]
    joined = {id(payment) for pair in pairs for payment in pair}
    rest = iter([one for one in whole[1:] if id(one) not in joined])
    for changes, payment in zip(CHANGES * times, rest, strict=False):
        payment.update(changes)
        settle_all(store, payment)
    makers = cycle((_refund, _on_account))
    for (first, second), payment, make in zip(pairs, rest, makers, strict=False):
        _join(store, first, second)
        settle_all(store, make(store, payment))


def _pairs(store: Store, payments: list[Record]) -> list[tuple[Record, Record]]:
    """Payments two by two of one customer, none of them twice."""
    waiting: dict[str, Record] = {}
    found = []
    for payment in payments:
        other = waiting.pop(customer_id := _payer(store, payment), None)
        if other:
            found.append((other, payment))
        else:
            waiting[customer_id] = payment
    return found


def _payer(store: Store, payment: Record) -> str:
    invoice = store.get("invoice", str(payment["invoiceId"])) or {}
    return str(invoice.get("billToCustomerId"))


def _join(store: Store, first: Record, second: Record) -> None:
    """Make one payment of two."""
    store.delete("payment", str(second["paymentId"]))
    parts: list[Record] = [
        {"invoiceId": one["invoiceId"], "amount": one["amount"]} for one in (first, second)
    ]
    day = max(str(one["paymentDate"]) for one in (first, second))
    first.update(
        {
            "customerId": _payer(store, first),
            "invoiceId": None,
            "invoicePayments": list(parts),
            "amount": cents(amount(first["amount"]) + amount(second["amount"])),
            "paymentDate": day,
            "createdDate": day,
        }
    )


def _refund(store: Store, payment: Record) -> Record:
    """Give back a little of a payment, a few days later."""
    little = min(_REFUNDED, amount(payment["amount"]) / 2)
    return _another(store, payment, {"paymentType": "REFUND", "amount": cents(little)})


def _on_account(store: Store, payment: Record) -> Record:
    """Let the payer of another payment pay something in advance."""
    for_nothing_yet: Record = {"customerId": _payer(store, payment), "invoiceId": None}
    return _another(store, payment, {**for_nothing_yet, "amount": _ON_ACCOUNT})


def _another(store: Store, payment: Record, changes: Record) -> Record:
    paid_on = date.fromisoformat(str(payment["paymentDate"]))
    day = min(paid_on + timedelta(days=3), LAST_DAY.date()).isoformat()
    other = {**payment, **changes, "paymentId": None, "paymentDate": day, "createdDate": day}
    store.put("payment", other)
    return other
