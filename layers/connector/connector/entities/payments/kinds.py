"""What a payment of MobiWork stands for that is no money received: a credit, write-off or refund.

MobiWork lists them among the payments, by their type or below zero; how is published nowhere
(reference 3.7), so a company can say it of any type or method.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Final, Literal

from connector.entities.payments.model import Payment, facts
from connector.model.policy.postable import comparable, letters_and_digits, same_texts, says
from connector.model.policy.posting_words import CASH, MONEY_KINDS
from connector.model.policy.settings import Settings

type PaymentKind = Literal["credit", "write-off", "refund"]

IGNORED: Final = "ignore"
CREDIT: Final = "credit"
WRITE_OFF: Final = "write-off"
REFUND: Final = "refund"
WORDS: tuple[tuple[PaymentKind, tuple[str, ...]], ...] = (
    (WRITE_OFF, ("writeoff", "writtenoff", "wroteoff", "baddebt")),
    (REFUND, ("refund",)),
    (CREDIT, ("credit",)),
)
"""What a type must say, anywhere inside, the strongest first; a credit card is no credit."""


GIVEN_BACK = "payment given back"
"""What a refund says of the payment that it is of."""


def kind_of(payment: Payment, settings: Settings) -> PaymentKind | None:
    """Return what a payment stands for that brings no money; None where it is a payment.

    What the company chose for its type or method comes first, then what its type says; one below
    zero gives money back, and stays a refund whatever else was chosen.
    """
    said = said_kind(payment)
    chosen = {comparable(text): kind for text, kind in settings.payments_without_money.items()}
    for kind in (chosen.get(comparable(text)) for text in _texts(payment)):
        if kind is not None:
            return None if kind == IGNORED else said if said == REFUND else kind
    money = same_texts((*settings.payment_methods, *settings.deposit_accounts))
    return None if said == CREDIT and letters_and_digits(payment.type) in money else said


def said_kind(payment: Payment) -> PaymentKind | None:
    """Return what a payment's own type and sign say that it stands for."""
    said = letters_and_digits(payment.type)
    found = (kind for kind, words in WORDS if says(said, words))
    return next(found, REFUND if payment.amount < 0 else None)


def may_bring_no_money(payment: Payment) -> bool:
    """Tell whether a payment is other than plainly money received, whatever the settings say."""
    texts = same_texts(_texts(payment))
    return payment.amount < 0 or not texts <= same_texts((*MONEY_KINDS, *CASH))


def _texts(payment: Payment) -> Iterable[str]:
    return (text for text in (payment.type, payment.method) if letters_and_digits(text))


def without_sign(payment: Payment) -> Payment:
    """Return a payment with all its amounts above zero; what it stands for says the direction."""
    parts = [
        part.model_copy(update={"amount": _size(part.amount)}) if part.amount is not None else part
        for part in payment.parts
    ]
    return payment.model_copy(update={"amount": abs(payment.amount), "parts": parts})


def _size(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else abs(amount)


def takes_of(payment: Payment) -> Callable[[Mapping[str, str]], bool] | None:
    """Tell what takes of the same as a refund or write-off: the payment given back, or invoices."""
    own = _taken_of(said_of_credit(payment))
    return None if own is None else lambda facts: _taken_of(facts) == own


def _taken_of(facts: Mapping[str, str]) -> tuple[str, str] | None:
    """Return what a record is, by its type or what may be chosen for its method, and what of."""
    what = letters_and_digits(facts.get("type", ""))
    chosen = letters_and_digits(facts.get("method", ""))
    kind: str = next((kind for kind, words in WORDS if says(what, words)), chosen)
    if facts.get("amount", "").startswith("-"):
        kind = REFUND
    if kind in {"", CREDIT}:
        return None
    if kind == REFUND and (back := facts.get(GIVEN_BACK)):
        return REFUND, f"payment {back}"
    invoices = sorted(one.partition(" ")[0] for one in facts.get("invoice", "").split(", "))
    return (kind, ", ".join(invoices)) if any(invoices) else None


def said_of_credit(payment: Payment) -> dict[str, str]:
    """Return what a credit says of money, party and date, and which payment it gives back."""
    return {"type": payment.type, **facts(payment), GIVEN_BACK: payment.refunded_id or ""}
