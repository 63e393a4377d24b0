"""Payments that were entered in QuickBooks, shown on their invoices in MobiWork (mission B11).

They are only ever added: deleting a payment in MobiWork refunds the customer's card. A payment of
several invoices becomes one in MobiWork for each of them. Only money that came in is shown: what a
credit settled, and what stays with the customer as a credit, is not.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from connector.entities.native import native_id
from connector.entities.payment_records import Payment
from connector.entities.quickbooks_values import number_in, text_in
from connector.entities.wire import cents, dollars
from connector.field import Changes
from connector.flow import Body, Reference
from connector.mobiwork.values import format_date, format_decimal
from connector.pulling import Known, Pull
from connector.settings import Settings

INVOICE = "Invoice"
PIECE = "ForInvoice"
KIND = "PAYMENT"
DOLLARS = "USD"


def base_id(piece_id: str) -> str:
    """Return the QuickBooks id of the payment that a piece is of: 77 for 77-120."""
    return piece_id.partition("-")[0]


def split(payment: Body) -> dict[str, Body]:
    """Return a piece for each invoice; a payment of none is one piece of its own (6.9)."""
    own = str(payment["Id"])
    pieces = {f"{own}-{one}": payment | {PIECE: one} for one in _applied(payment)}
    return pieces or {own: payment}


def _applied(payment: Mapping[str, Any]) -> dict[str, Decimal]:
    """Return what goes to each invoice, credits included, by its QuickBooks id."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for line in payment.get("Line", ()):
        for invoice in _invoices(line):
            found[invoice] += number_in(line, "Amount")
    return found


def _invoices(line: Mapping[str, Any]) -> list[str]:
    linked = line.get("LinkedTxn", ())
    return [str(one["TxnId"]) for one in linked if one.get("TxnType") == INVOICE]


def _settled_by_credit(payment: Mapping[str, Any]) -> Decimal:
    """Return how much of its invoices it settles with credits instead of money."""
    applied = sum(_applied(payment).values(), Decimal(0))
    return max(applied - number_in(payment, "TotalAmt"), Decimal(0))


def _amount(piece: Mapping[str, Any]) -> Decimal:
    """Return the money that came in for the piece's invoice."""
    return cents(_applied(piece)[piece[PIECE]] - _settled_by_credit(piece))


def label(piece: Body) -> str:
    """Name a payment to a person, with what a credit settled of its invoice."""
    amount = _amount(piece) if piece.get(PIECE) else number_in(piece, "TotalAmt")
    customer = text_in(piece.get("CustomerRef") or {}, "name")
    by = f" by {customer}" if customer else ""
    credit = _settled_by_credit(piece)
    rest = f" ({dollars(credit)} more was settled by a credit)" if credit else ""
    return f"payment of {dollars(amount)}{by} on {piece['TxnDate']}{rest}"


def why_not(piece: Body, _settings: Settings) -> str:
    """Say why a payment is not shown: voided, for no invoice, or no money that can be told."""
    currency = str((piece.get("CurrencyRef") or {}).get("value", DOLLARS))
    total = number_in(piece, "TotalAmt")
    if not total and text_in(piece, "PrivateNote").startswith("Voided"):
        return "It was voided in QuickBooks."
    if not piece.get(PIECE):
        return "It is for no invoice: it stands as a credit of the customer in QuickBooks."
    if currency != DOLLARS:
        return f"It is in {currency}, and MobiWork knows one currency."
    if total <= 0:
        return "No money came in: it only applies a credit of the customer to the invoice."
    return _unclear(piece)


def _unclear(piece: Body) -> str:
    """Say that nobody can tell how much money is for which of its invoices."""
    several = any(len(_invoices(line)) > 1 for line in piece["Line"])
    mixed = len(_applied(piece)) > 1 and _settled_by_credit(piece)
    if several or mixed or _amount(piece) <= 0:
        return (
            "It settles its invoices with money and credits together, and QuickBooks does not say "
            "which got how much. Enter it in MobiWork by hand."
        )
    return ""


def refers_to(piece: Body, _settings: Settings) -> tuple[Reference, ...]:
    """Name the invoice that MobiWork must have."""
    one = str(piece.get(PIECE) or "")
    return (Reference(INVOICE, one, f"invoice {one} of QuickBooks"),) if one else ()


def new(piece: Body, known: Known) -> Changes:
    """Return a MobiWork payment (reference 3.7, 6 row 13): `PAYMENT` is the one documented kind."""
    reference = text_in(piece, "PaymentRefNum")
    method = _method(piece, known.settings)
    return {
        "invoiceId": known.links[INVOICE, piece[PIECE]],
        "amount": format_decimal(_amount(piece)),
        "paymentDate": format_date(date.fromisoformat(piece["TxnDate"])),
        "paymentType": KIND,
        **({"paymentReference": reference} if reference else {}),
        **({"paymentMethod": method} if method else {}),
    }


def is_twin(payment: Payment, changes: Changes) -> bool:
    """Tell pieces of one payment apart: each is for an invoice of its own."""
    return payment.invoice_id == changes["invoiceId"]


def _method(piece: Body, settings: Settings) -> str:
    """Return MobiWork's payment type for the method, by the settings, else QuickBooks' own name."""
    found = piece.get("PaymentMethodRef") or {}
    own = {text_in(found, "value"), text_in(found, "name")} - {""}
    chosen = (ours for ours, theirs in settings.payment_methods.items() if theirs in own)
    return next(chosen, text_in(found, "name"))


PULL = Pull(
    name="pull_payments",
    source="Payment",
    entity="payment",
    model=Payment,
    fields=(),
    label=label,
    there_key=lambda _piece, _settings: "",
    here_key=lambda _payment: "",
    why_not=why_not,
    refers_to=refers_to,
    orphan="Its invoice did not come from MobiWork, so there is nothing to show it on.",
    new=new,
    split=split,
    is_twin=is_twin,
    native_id=lambda payment, form: native_id(payment.external_id, form),
    push="push_payments",
    on=lambda settings: settings.show_payments,
)
