"""Payments that were entered in QuickBooks, shown on their invoices in MobiWork (mission B11).

They are only ever added: deleting a payment in MobiWork refunds the customer's card. What changes
of them later in QuickBooks is told to a person. A payment of several invoices becomes one in
MobiWork for each of them. Only money that came in is shown: what a credit settled, and what stays
with the customer as a credit, is not.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from connector.entities.payments.model import PAYMENTS, Payment
from connector.entities.shared.documents import is_voided
from connector.entities.shared.quickbooks_values import number_in, plain_text, text_in
from connector.entities.shared.wire import cents, dollars
from connector.mobiwork.values import format_date, format_decimal
from connector.model.body import Body, Json
from connector.model.flows.context import PullContext
from connector.model.flows.field import Changes, Field
from connector.model.flows.pull_flow import (
    PullEligibility,
    PullFlow,
    PullMatching,
    PullSplitting,
    PullTranslation,
)
from connector.model.plans import Reference
from connector.model.policy.settings import Settings

INVOICE = "Invoice"
PIECE = "ForInvoice"
KIND = "PAYMENT"
DOLLARS = "USD"
REFERENCE = "txnReferenceNumber"


def split(payment: Body) -> dict[str, Body]:
    """Return a piece for each invoice; a payment of none is one piece of its own (6.9)."""
    own = str(payment["Id"])
    pieces = {f"{own}-{one}": payment | {PIECE: one} for one in _applied(payment)}
    return pieces or {own: payment}


def _applied(payment: Json) -> dict[str, Decimal]:
    """Return what goes to each invoice, credits included, by its QuickBooks id."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for line in payment.get("Line", ()):
        for invoice in _invoices(line):
            found[invoice] += number_in(line, "Amount")
    return found


def _invoices(line: Json) -> list[str]:
    linked = line.get("LinkedTxn", ())
    return [str(one["TxnId"]) for one in linked if one.get("TxnType") == INVOICE]


def _settled_by_credit(payment: Json) -> Decimal:
    """Return how much of its invoices it settles with credits instead of money."""
    applied = sum(_applied(payment).values(), Decimal(0))
    return max(applied - number_in(payment, "TotalAmt"), Decimal(0))


def _amount(piece: Json) -> Decimal:
    """Return the money that came in for the piece's invoice."""
    return cents(_applied(piece)[piece[PIECE]] - _settled_by_credit(piece))


def worth(piece: Body) -> Decimal:
    """Return what a payment amounts to: for its invoice, else as a whole."""
    shown = piece.get(PIECE) in _applied(piece)
    return _amount(piece) if shown else number_in(piece, "TotalAmt")


def label(piece: Body) -> str:
    """Name a payment to a person, with what a credit settled of its invoice."""
    amount = worth(piece)
    customer = text_in(piece.get("CustomerRef") or {}, "name")
    by = f" by {customer}" if customer else ""
    credit = _settled_by_credit(piece)
    rest = f" ({dollars(credit)} more was settled by a credit)" if credit else ""
    return f"payment of {dollars(amount)}{by} on {piece['TxnDate']}{rest}"


def skip_reason(piece: Body, _settings: Settings) -> str | None:
    """Say why a payment is not for MobiWork: voided, which is told elsewhere, or for no invoice."""
    if is_voided(piece):
        return "It was voided in QuickBooks."
    if not piece.get(PIECE):
        return (
            "It is not applied to an invoice: it is a credit on the customer's account in "
            "QuickBooks."
        )
    return None


def skip_create_reason(piece: Body) -> str | None:
    """Say why a payment is not shown: no money that can be told."""
    currency = str((piece.get("CurrencyRef") or {}).get("value", DOLLARS))
    if currency != DOLLARS:
        return f"It is in {currency}, and MobiWork supports only one currency."
    if number_in(piece, "TotalAmt") <= 0:
        return "No money was received: it only applies a customer credit to the invoice."
    return _unclear(piece)


def _unclear(piece: Body) -> str | None:
    """Say that nobody can tell how much money is for which of its invoices."""
    if _is_mixed(piece) or _amount(piece) <= 0:
        return (
            "It pays its invoices with both money and credits, and QuickBooks does not say how "
            "much of each went to which invoice. Enter it in MobiWork by hand."
        )
    return None


def _is_mixed(piece: Json) -> bool:
    several = any(len(_invoices(line)) > 1 for line in piece.get("Line", ()))
    return several or bool(len(_applied(piece)) > 1 and _settled_by_credit(piece))


def needed(piece: Body, _settings: Settings) -> tuple[Reference, ...]:
    """Name the invoice that MobiWork must have."""
    one = str(piece.get(PIECE) or "")
    return (Reference(INVOICE, one, f"invoice {one} of QuickBooks"),) if one else ()


def new(piece: Body, known: PullContext) -> Changes:
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


def former(payment: Body, piece_id: str) -> Body | None:
    """Return a piece that was shown, also where nothing is left of it; not of a voided payment."""
    return None if is_voided(payment) else payment | {PIECE: piece_id.partition("-")[2]}


def advice(piece: Body) -> str:
    """Say what a payment is in QuickBooks now, and that MobiWork's stays as it is."""
    called = " and ".join(_invoice_names(piece))
    invoices = f"invoice {called}" if called else "no invoice"
    return (
        f"In QuickBooks it is {dollars(number_in(piece, 'TotalAmt'))} on {piece['TxnDate']} now, "
        f"for {invoices}. MobiWork's payment was not changed: correct it there by hand if needed, "
        "but note that deleting a payment in MobiWork refunds the customer's card."
    )


def _invoice_names(piece: Json) -> list[str]:
    """Return the numbers of the invoices as QuickBooks prints them, else their ids."""
    names: dict[str, None] = {}
    for line in piece.get("Line", ()):
        told = [one.get("value") or {} for one in (line.get("LineEx") or {}).get("any", ())]
        number = [text_in(one, "Value") for one in told if one.get("Name") == REFERENCE]
        names |= dict.fromkeys([*filter(None, number)][:1] or _invoices(line))
    return list(names)


def _quickbooks_amount(piece: Json) -> str:
    applied = _applied(piece).get(str(piece.get(PIECE)), Decimal(0))
    if applied and _is_mixed(piece):
        return f"{cents(applied):.2f}, credits included"
    return f"{cents(max(applied - _settled_by_credit(piece), Decimal(0))):.2f}"


def _shown(
    name: str,
    in_mobiwork: Callable[[Payment], str],
    in_quickbooks: Callable[[Json], str],
) -> Field[Payment]:
    return Field(
        name=name,
        mobiwork=in_mobiwork,
        quickbooks=in_quickbooks,
        write=lambda _value, _payment: {},
        one_way=True,
        report_only=True,
    )


FIELDS = (
    _shown("amount", lambda payment: f"{cents(payment.amount):.2f}", _quickbooks_amount),
    _shown(
        "date", lambda payment: payment.paid_on.isoformat(), lambda piece: text_in(piece, "TxnDate")
    ),
    _shown(
        "reference",
        lambda payment: plain_text(payment.reference),
        lambda piece: plain_text(text_in(piece, "PaymentRefNum")),
    ),
)

SPLITTING = PullSplitting(
    skip_create_reason=skip_create_reason,
    orphan="Its invoice did not come from MobiWork, so there is no invoice there to show it on.",
    split=split,
    former=former,
    advice=advice,
    is_twin=is_twin,
    wanted=lambda settings: settings.show_payments,
)


def whose(payment: Body) -> Reference | None:
    """Return the customer who has paid."""
    named = payment.get("CustomerRef", {})
    return Reference("Customer", str(named["value"]), "its customer") if named else None


PULL = PullFlow(
    name="pull_payments",
    source="Payment",
    records=PAYMENTS,
    label=label,
    eligibility=PullEligibility(skip_reason=skip_reason, needed=needed, whose=whose),
    translation=PullTranslation(fields=FIELDS, new=new),
    matching=PullMatching(),
    worth=worth,
    splitting=SPLITTING,
    push="push_payments",
)
