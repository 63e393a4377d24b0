"""What a payment of MobiWork is in QuickBooks already: it is booked once, whatever it became.

Its type, or what the settings say of it, may change after it was booked. Then it would be a
payment received and a credit, or a credit and a refund, for the same money.
"""

from collections.abc import Mapping

from connector.entities.payments.model import Payment
from connector.errors import NotYetError, RecordError
from connector.model.body import spoken
from connector.model.flows.context import PushContext
from connector.model.plans import Reference
from connector.model.worklist.causes import Kind

PAYMENT, CREDIT, REFUND, PAYOUT = "payment", "credit", "refund", "payout"
TARGETS: Mapping[str, str] = {
    PAYMENT: "Payment",
    CREDIT: "CreditMemo",
    REFUND: "RefundReceipt",
    PAYOUT: "Purchase",
}
"""What a payment can be in QuickBooks, by the name that its link goes by."""


def as_anything(payment: Payment) -> tuple[Reference, ...]:
    """Name all that a payment may be in QuickBooks, so that its links are read."""
    number = payment.id or ""
    return tuple(Reference(one, number, f"{one} {number}") for one in TARGETS)


def check_once(payment: Payment, own: str, known: PushContext) -> None:
    """See that a payment which is to be booked as `own` is booked as nothing else.

    What was voided or deleted there does not count any more.

    Raises:
        NotYetError: it was sent as something else, and nobody knows yet whether it arrived.
        RecordError: it is there as something else.
    """
    number = payment.id or ""
    if (own, number) in known.links:
        return
    for other in (one for one in TARGETS if one != own):
        if (other, number) in known.unsettled:
            raise NotYetError(
                f"It was sent to QuickBooks as a {other} before, and it is not certain yet that it "
                "is there. It continues automatically when that is known.",
                cause=Kind.BEING_SENT,
            )
        link = known.links.get((other, number))
        if link is not None and not link.gone:
            raise RecordError(
                f"It was booked as a {other} and is a {own} now: "
                f"{spoken(TARGETS[other])} {link.quickbooks_id} in QuickBooks stands for the same "
                "money. Void or delete that there, then try again; or make MobiWork and the "
                "settings say again what it was.",
                cause=Kind.BOOKED,
            )
