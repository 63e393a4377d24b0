"""What payments do to invoices: the balance left, and the status that follows from it."""

from decimal import Decimal

from simulators.mobiwork.billing import amount, cents
from simulators.mobiwork.model import Record
from simulators.mobiwork.store import Store

PAYMENT_TYPES = ("PAYMENT", "REFUND", "CREDIT", "DEPOSIT", "WRITE_OFF")
FAILED = "FAILED"
VOID = "VOID"

# Statuses of payments that brought no money, or none yet, as far as MobiWork is concerned. Which
# statuses there are is not published: any other text counts as money (section 6 row 12).
NO_MONEY = frozenset(
    {
        *(FAILED, VOID, "DECLINED", "BOUNCED", "NSF", "CHARGEBACK", "REFUNDED", "CANCELLED"),
        *("SCHEDULED", "PENDING", "AUTHORIZED"),
    }
)


def shares(payment: Record) -> list[tuple[str, Decimal]]:
    """The invoices that a payment names, each with its share as it is written."""
    listed = payment.get("invoicePayments")
    if isinstance(listed, list) and listed:
        parts = [part for part in listed if isinstance(part, dict)]
        return [(str(part.get("invoiceId")), amount(part.get("amount"))) for part in parts]
    invoice_id = payment.get("invoiceId")
    return [(str(invoice_id), amount(payment.get("amount")))] if invoice_id else []


def paid(store: Store, invoice_id: str) -> Decimal:
    """What came in for an invoice; a failed payment counts nothing, a refund goes out again.

    What was refunded of a payment without a record of its own is taken off that payment.
    """
    result = Decimal(0)
    for payment in store.records["payment"].values():
        if payment.get("invoiceId") != invoice_id and not payment.get("invoicePayments"):
            continue
        if str(payment.get("status")).upper() in NO_MONEY:
            continue
        sign = -1 if payment.get("paymentType") == "REFUND" else 1
        parts = [part for number, part in shares(payment) if number == invoice_id]
        given_back = amount(payment.get("refundedAmount")) if parts else 0
        result += sign * (sum(parts) - given_back)
    return result


def settle(store: Store, invoice_id: str) -> None:
    """Compute what is left to pay of an invoice; nothing is owed on a void one."""
    invoice = store.get("invoice", invoice_id)
    if invoice is None:
        return
    left = amount(invoice.get("total")) - paid(store, invoice_id)
    invoice["balance"] = cents(Decimal(0) if invoice.get("status") == VOID else left)
    store.forget("invoice", invoice_id)


def mark_paid(store: Store, invoice_id: str) -> None:
    """Set the status that a payment, or its end, gives to an invoice; a void one stays void."""
    invoice = store.get("invoice", invoice_id)
    if invoice is None or invoice.get("status") == VOID:
        return
    if amount(invoice.get("balance")) <= 0 < amount(invoice.get("total")):
        invoice["status"] = "Paid"
    elif invoice.get("status") == "Paid":
        invoice["status"] = "Customer Invoiced"
    store.forget("invoice", invoice_id)


def settle_all(store: Store, payment: Record) -> None:
    """Bring every invoice that a payment names up to date."""
    for invoice_id in {number: None for number, _ in shares(payment)}:
        settle(store, invoice_id)
        mark_paid(store, invoice_id)
