"""What the comparison of both sides asks about by its total, daily life asks about."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.entities.books import SaidThere
from connector.entities.typed import NUMBERS_APART, NewDocument, may_be
from connector.entities.typed_apart import dated_apart
from connector.entities.typed_beside import DEPOSIT, may_be_beside
from connector.model.flows.push_flow import TypedAlike
from connector.model.matching.assignment import match
from connector.model.matching.beside import match_beside
from connector.model.matching.dated_apart import match_dated_apart
from connector.model.matching.evidence import Facts, Table
from connector.model.matching.scoring import (
    DAY,
    DOCUMENTS,
    EXPENSES,
    NUMBER,
    PARTY,
    PAYMENTS,
    REFERENCE,
    TOTAL,
)

SHOWN_DAY, AMOUNT, WHOM = date(2025, 3, 2), Decimal("99.00"), "58"
NUMBERS = st.sampled_from(
    ("", "Cash", "cash", "Zelle", "chk 1044", "Check 1044", "1044", "1044-A", "1045", "GS-5531")
) | st.text("AZ-09", max_size=6)
OWN_KIND = (("Invoice", DOCUMENTS), ("Bill", DOCUMENTS), ("Payment", PAYMENTS))
OTHER_KIND = (
    ("Invoice", "SalesReceipt", DOCUMENTS),
    ("Payment", "Deposit", PAYMENTS),
    ("Bill", "Purchase", DOCUMENTS),
    ("Purchase", "Bill", EXPENSES),
)


def facts(own: str, number: str, day: date, table: Table, party: str | None) -> Facts:
    named = REFERENCE if REFERENCE in table.rules else NUMBER
    said = {TOTAL: (str(AMOUNT),), DAY: (day.isoformat(),), named: (number,) if number else ()}
    return Facts(own, own, said, {PARTY: (party,)} if party else {})


def new(target: str, number: str) -> NewDocument:
    return NewDocument(
        target=target,
        amount=AMOUNT,
        net=AMOUNT,
        day=SHOWN_DAY,
        party=WHOM,
        number=number,
        typed=TypedAlike(nameless=target == "Purchase"),
    )


def there(number: str, day: date, party: str | None) -> SaidThere:
    return SaidThere(
        amount=AMOUNT,
        tax=Decimal(0),
        day=day.isoformat(),
        party=party,
        name=None,
        number=number or None,
    )


@pytest.mark.case("M6m")
@given(
    kind=st.sampled_from(OWN_KIND),
    ours=NUMBERS,
    theirs=NUMBERS,
    days=st.integers(-NUMBERS_APART, NUMBERS_APART),
)
def test_what_was_typed_as_its_own_kind(
    kind: tuple[str, Table], ours: str, theirs: str, days: int
) -> None:
    target, table = kind
    day = SHOWN_DAY + timedelta(days=days)
    left, right = facts("1", ours, SHOWN_DAY, table, WHOM), facts("2", theirs, day, table, WHOM)
    compared = match([left], [right], table) or match_dated_apart([left], [right], (), table)
    about, said = new(target, ours), there(theirs, day, WHOM)
    if compared:
        assert may_be(about, said) or dated_apart(about, {"2": said})


@pytest.mark.case("M6m")
@given(
    kinds=st.sampled_from(OTHER_KIND),
    ours=NUMBERS,
    theirs=NUMBERS,
    days=st.integers(-NUMBERS_APART, NUMBERS_APART),
    named=st.booleans(),
)
def test_what_was_typed_as_another_kind(
    kinds: tuple[str, str, Table], ours: str, theirs: str, days: int, *, named: bool
) -> None:
    target, other, table = kinds
    day, party = SHOWN_DAY + timedelta(days=days), WHOM if named or other != DEPOSIT else None
    left, right = facts("1", ours, SHOWN_DAY, table, WHOM), facts("2", theirs, day, table, party)
    about, said = new(target, ours), there(theirs, day, party)
    if match_beside([left], [right], table):
        assert may_be_beside(about, other, said) or dated_apart(about, {"2": said})
