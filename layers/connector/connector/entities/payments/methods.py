"""Payment methods: the one of a payment, and one that is made in QuickBooks by choice."""

from connector.entities.payments.model import Payment
from connector.model.body import Json
from connector.model.company import Company
from connector.model.flows.push_flow import ListEntry
from connector.model.policy.accounts import method_choice
from connector.model.policy.postable import (
    Standing,
    letters_and_digits,
    money_verdict,
    same_texts,
    unnumbered,
)
from connector.model.policy.posting_words import CARDS
from connector.model.policy.settings import Settings

METHOD = "PaymentMethod"
NAME_LENGTH = 31
"""Longer names are refused (reference 6.6)."""


def method_id(payment: Payment, settings: Settings, company: Company) -> str | None:
    """Return the id of the method the settings choose, else of the one of the same name."""
    methods = company.payment_methods
    for name in (payment.method_name, payment.type):
        wanted = method_choice(settings.payment_methods, name)
        if wanted in methods.values():
            return wanted
        if found := methods.get(wanted or "") or method_choice(methods, name):
            return found
    return None


def to_be_made(payment: Payment, settings: Settings, company: Company) -> ListEntry | None:
    """Return the method of a payment received that QuickBooks does not have, if it may be made."""
    name = unnumbered(payment.method_name) or " ".join(payment.method_name.split())
    if settings.missing_payment_methods != "create" or not 0 < len(name) <= NAME_LENGTH:
        return None
    chosen = any(method_choice(settings.payment_methods, one) for one in (name, payment.type))
    received = money_verdict(payment.type, payment.method, settings, company)
    if chosen or received.standing is not Standing.POSTED or method_id(payment, settings, company):
        return None
    card = "card" in letters_and_digits(name) or letters_and_digits(name) in same_texts(CARDS)
    kind = "CREDIT_CARD" if card else "NON_CREDIT_CARD"
    return ListEntry(METHOD, {"Name": name, "Type": kind}, _learned)


def _learned(company: Company, row: Json) -> Company:
    known = {**company.payment_methods, str(row["Name"]): str(row["Id"])}
    return company.model_copy(update={"payment_methods": known})
