"""What both sides say of a record, for telling which ones are the same: sums and parties."""

from connector.entities.shared.documents import HOME_CURRENCY, tax_of
from connector.entities.shared.quickbooks_values import number_in
from connector.entities.shared.wire import cents
from connector.model.body import Json
from connector.model.matching.scoring import CURRENCY, PARTY

type FactTexts = dict[str, tuple[str, ...]]
"""Texts by their fact."""

HOME: FactTexts = {CURRENCY: (HOME_CURRENCY,)}
"""MobiWork says no currency: all of its records are in the home one."""


def without_nothing(said: FactTexts) -> FactTexts:
    """Return the facts that say something, each text once."""
    kept = {fact: tuple(dict.fromkeys(filter(None, some))) for fact, some in said.items()}
    return {fact: some for fact, some in kept.items() if some}


def total_of(record: Json, *, voided: bool) -> tuple[str, ...]:
    """Return what a QuickBooks document comes to; nothing of one that was voided.

    In another currency also what it is in the home one, as MobiWork may have it.
    """
    if voided:
        return ()
    rate = number_in(record, "ExchangeRate") if currency_of(record) else 0
    home = (str(cents(number_in(record, "TotalAmt") * rate)),) if rate else ()
    return (str(record.get("TotalAmt", "")), *home)


def net_of(record: Json, *, voided: bool = False) -> tuple[str, ...]:
    """Return what a QuickBooks document comes to without its sales tax, where it has some."""
    tax = tax_of(record)
    return (str(number_in(record, "TotalAmt") - tax),) if tax and not voided else ()


def foreign_currency(record: Json) -> FactTexts:
    """Return the currency of a QuickBooks record where it is not the home one, as MobiWork's is."""
    found = currency_of(record)
    return {CURRENCY: (found,)} if found else {}


def currency_of(record: Json) -> str | None:
    """Return the currency of a QuickBooks record; None where it is the home one."""
    found = str((record.get("CurrencyRef") or {}).get("value") or HOME_CURRENCY)
    return None if found == HOME_CURRENCY else found


def quickbooks_party(record: Json, member: str) -> tuple[FactTexts, dict[str, tuple[str, ...]]]:
    """Return the customer or vendor of a QuickBooks document: the name, and the id."""
    found = record.get(member) or {}
    name, own = str(found.get("name") or ""), str(found.get("value") or "")
    return {PARTY: (name,)}, {PARTY: (own,)} if own else {}
