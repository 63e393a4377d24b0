"""What pushing chosen payments would do, told before it is done; nothing is written or called."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from connector.api.payment_list import PaymentRow
from connector.api.plans.payments_with_invoices import held_back
from connector.model.tracking.tracked import StandsAs

AGAINST = "It is posted against its invoice."
WITH_INVOICE = "Its invoice is posted first, then the payment."
STAYS = "It waits because its invoice is not posted."


@dataclass(frozen=True)
class ToBePushed:
    """What becomes of one chosen payment.

    Attributes:
        payment_id: MobiWork's id.
        invoice: The number of its invoice, or of several.
        amount: In dollars; null where MobiWork sent what cannot be read.
        goes: Whether it is pushed.
        tells: What happens to it, and why it stays where it does.
    """

    payment_id: str
    invoice: str
    amount: Decimal | None
    goes: bool
    tells: str


def foretold(
    connection_id: str, known: Iterable[PaymentRow], *, include_invoices: bool
) -> tuple[ToBePushed, ...]:
    """Return what becomes of payments that may be chosen, as far as what is stored tells it."""
    rows = list(known)
    waiting = [one for one in rows if one.state is StandsAs.WAITING]
    stays = {one.payment_id: one.reason or STAYS for one in waiting}
    if include_invoices and waiting:
        stays = held_back(connection_id, [*stays])
    return tuple(
        ToBePushed(
            payment_id=one.payment_id,
            invoice=one.invoice,
            amount=one.amount,
            goes=one.payment_id not in stays,
            tells=stays.get(one.payment_id) or (WITH_INVOICE if one in waiting else AGAINST),
        )
        for one in rows
    )
