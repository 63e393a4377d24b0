"""The scoring tables: which facts tell records apart, and how much each counts.

docs/matching.md shows them; a test keeps both the same.
"""

from collections.abc import Set as AbstractSet
from itertools import product

from connector.model.matching.evidence import (
    EXTERNAL_ID,
    LEGAL_FORM,
    TITLE,
    Keys,
    Rule,
    Table,
    address_alike,
    address_key,
    amount_key,
    courtesy_title,
    day_alike,
    day_key,
    days_around,
    found_as,
    legal_form_key,
    name_alike,
    number_alike,
    number_key,
    number_tail,
    order_key,
    phone_key,
    sorted_words,
    thing_alike,
    thing_key,
    thing_words,
)

NAME, EMAIL, PHONE, ADDRESS = "name", "e-mail", "phone", "address"
SKU, PRICE, CATEGORY, KIND = "SKU", "price", "category", "kind"
TOTAL, PARTY, DAY, NUMBER = "total", "customer or vendor", "date", "number"
REFERENCE, PAID_INVOICE, TEXT, PAID_BY = "reference", "invoice", "description", "paid by"
CURRENCY, PAID_FROM = "currency", "paid from"
NET = "total without tax"
"""What a document comes to without sales tax, where it has some; it counts for nothing, but tells
which may have been typed without it (`dated_apart`)."""

_SAID_BY_ID = Rule(same=3, other=2, strong=True)
_NAMED = Rule(same=3, other=3, near=1, strong=True, key=order_key, alike=name_alike)
_PARTY = Rule(same=3, other=4, near=2, strong=True, key=order_key, alike=name_alike, elsewhere=8)
_DAY = Rule(same=3, other=4, near=2, strong=True, key=day_key, alike=day_alike)
_TOTAL = Rule(same=3, other=6, strong=True, key=amount_key)
_CURRENCY = Rule(same=0, other=4, strong=True)
_NUMBER = Rule(same=3, other=1, near=2, key=number_key, alike=number_alike)


def _by(*facts: str) -> "_Finder":
    return _Finder(facts)


class _Finder:
    """Finds records by each of some facts."""

    def __init__(self, facts: tuple[str, ...]) -> None:
        self._facts = facts

    def __call__(self, keys: Keys) -> tuple[list[str], list[str]]:
        found = [f"{fact} {key}" for fact in self._facts for key in sorted(keys.get(fact, ()))]
        return found, found


def _person(keys: Keys) -> tuple[list[str], list[str]]:
    """Find a person or a company by name in any order, by e-mail and by phone."""
    names = tuple({one for key in keys.get(NAME, ()) for one in found_as(key)})
    return _by(NAME, EMAIL, PHONE)({**keys, NAME: names})


def _thing(keys: Keys) -> tuple[list[str], list[str]]:
    """Find a product by the words of its name and by its SKU."""
    return _by(NAME, SKU)({**keys, NAME: tuple({*map(thing_words, keys.get(NAME, ()))})})


def _document(keys: Keys) -> tuple[list[str], list[str]]:
    """Find a document as money is found, and by whose it is, too.

    By its party on its very day, whatever its total, for somebody may have typed it without the
    tax; and by what its number ends with, whatever stands in front of that.
    """
    parties = sorted({sorted_words(key) for key in keys.get(PARTY, ()) if not key.startswith("#")})
    days, numbers = keys.get(DAY, ()), keys.get(NUMBER, ())
    ends = sorted({*days, *map(number_tail, numbers)})
    of_party = [f"{one} {party}" for one, party in product(ends, parties)]
    found, sought = _money(keys)
    return found + of_party, sought + of_party


def _money(keys: Keys) -> tuple[list[str], list[str]]:
    """Find what was paid by its number or reference, and by its total on a day near its own.

    Then with its party too: on one day there may be many of one total.
    """
    named, _ = _by(NUMBER, REFERENCE, PAID_INVOICE)(keys)
    days = sorted(keys.get(DAY, ()))
    around = [near for day in days for near in days_around(day)]
    return named + _totals_on(keys, days), named + _totals_on(keys, around)


def _totals_on(keys: Keys, days: list[str]) -> list[str]:
    parties = ["", *sorted({*map(sorted_words, keys.get(PARTY, ()))})]
    totals = sorted(keys.get(TOTAL, ()))
    return [f"{total} on {day} {party}" for total, day, party in product(totals, days, parties)]


def _name_or_reach(same: AbstractSet[str]) -> bool:
    return bool(same & {NAME, EMAIL, SKU})


def _party_day_and_total(same: AbstractSet[str]) -> bool:
    return {PARTY, DAY, TOTAL} <= same


def _money_day_and_whose(same: AbstractSet[str]) -> bool:
    return {DAY, TOTAL} <= same and bool(same & {PARTY, PAID_INVOICE})


PEOPLE = Table(
    rules={
        NAME: _NAMED,
        LEGAL_FORM: Rule(same=0, other=0, key=legal_form_key),
        TITLE: Rule(same=0, other=0, strong=True, key=courtesy_title),
        EMAIL: Rule(same=4, other=3, strong=True, key=lambda text: text.strip().casefold()),
        PHONE: Rule(same=3, other=2, strong=True, key=phone_key),
        ADDRESS: Rule(same=2, other=2, near=1, key=address_key, alike=address_alike),
        CURRENCY: _CURRENCY,
        EXTERNAL_ID: _SAID_BY_ID,
    },
    found_by=_person,
    certain=6,
    alone=3,
    likely=3,
    named=frozenset({NAME}),
    confirms=_name_or_reach,
)
"""Customers and vendors."""

PRODUCTS = Table(
    rules={
        NAME: Rule(same=3, other=3, near=2, strong=True, key=thing_key, alike=thing_alike),
        SKU: Rule(same=3, other=3, strong=True),
        PRICE: Rule(same=2, other=2, key=amount_key),
        CATEGORY: Rule(same=2, other=1, key=thing_key),
        KIND: Rule(same=0, other=4, strong=True),
        EXTERNAL_ID: _SAID_BY_ID,
    },
    found_by=_thing,
    certain=6,
    alone=3,
    likely=3,
    named=frozenset({NAME}),
    confirms=_name_or_reach,
)

DOCUMENTS = Table(
    rules={
        TOTAL: _TOTAL,
        PARTY: _PARTY,
        DAY: _DAY,
        NUMBER: _NUMBER,
        CURRENCY: _CURRENCY,
        EXTERNAL_ID: _SAID_BY_ID,
    },
    found_by=_document,
    certain=9,
    likely=4,
    floor=-1,
    confirms=_party_day_and_total,
    recurs=(PARTY, TOTAL),
    tells_apart=frozenset({NUMBER, EXTERNAL_ID}),
    counted_by=NUMBER,
)
"""Invoices, quotes, sales orders, purchase orders and bills."""

PAYMENTS = Table(
    rules={
        TOTAL: _TOTAL,
        PARTY: _PARTY,
        DAY: _DAY,
        REFERENCE: _NUMBER,
        PAID_INVOICE: Rule(same=3, other=4, strong=True, key=str, whole=True),
        CURRENCY: _CURRENCY,
        EXTERNAL_ID: _SAID_BY_ID,
    },
    found_by=_money,
    certain=9,
    likely=4,
    confirms=_money_day_and_whose,
    recurs=(PARTY, TOTAL),
    tells_apart=frozenset({REFERENCE, PAID_INVOICE, EXTERNAL_ID}),
)

EXPENSES = Table(
    rules={
        TOTAL: _TOTAL,
        DAY: _DAY,
        PARTY: _PARTY,
        NUMBER: _NUMBER,
        TEXT: Rule(same=3, other=0),
        PAID_BY: Rule(same=1, other=2, strong=True),
        PAID_FROM: Rule(same=0, other=2, strong=True),
        CURRENCY: _CURRENCY,
        EXTERNAL_ID: _SAID_BY_ID,
    },
    found_by=_money,
    certain=9,
    likely=4,
    confirms=lambda same: {DAY, TOTAL} <= same,
    recurs=(PARTY, TOTAL),
    tells_apart=frozenset({NUMBER, EXTERNAL_ID}),
)
"""Expenses; and credits, write-offs and refunds, of which some are an expense there."""
