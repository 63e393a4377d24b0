"""A month of card expenses that the office booked as one check for the statement: asked about."""

from decimal import Decimal

import pytest

from connector.model.matching.matches import MatchDecision
from tests.builders import raw
from tests.unit.engine.test_matched import looked, say
from tests.unit.engine.test_matched_money import a_purchase
from tests.unit.engine.test_matched_together import asked
from tests.unit.engine.two_sides import TwoSides

AMOUNTS = ("42.10", "17.55", "120.00", "8.99", "63.20", "42.10")
DAYS = (1, 6, 11, 16, 21, 28)
WHOLE = sum(map(Decimal, AMOUNTS), Decimal(0))


@pytest.fixture
def sides() -> TwoSides:
    found = TwoSides()
    for own, (amount, day) in enumerate(zip(AMOUNTS, DAYS, strict=True), start=301):
        told = {
            "expenseId": str(own),
            "expenseDate": f"2025/10/{day:02}",
            "dateCreated": f"2025/10/{day:02}",
            "amount": amount,
            "description": f"Diesel {own}",
            "paymentType": "Credit Card",
            "status": "Approved",
        }
        found.mobiwork.put(raw("expense", str(own), told))
    return found


def a_check(sides: TwoSides, amount: Decimal = WHOLE, day: str = "2025-11-12") -> str:
    """Let the office pay the statement, of another party than any of its expenses."""
    bank = {"value": "57", "name": "First Card Services", "type": "Vendor"}
    line = [{"Amount": amount, "Description": "Statement of October"}]
    return a_purchase(
        sides, TotalAmt=amount, TxnDate=day, PaymentType="Check", EntityRef=bank, Line=line
    )


@pytest.mark.case("F17m")
def test_the_expenses_of_a_statement_that_is_one_check_are_asked_about(sides: TwoSides) -> None:
    check = a_check(sides)
    looked(sides)
    found = asked(sides, "Purchase")
    assert {own: one.quickbooks_ids for own, one in found.items()} == {
        str(own): (f"Purchase:{check}",) for own in range(301, 307)
    }
    assert "in which it may be with" in found["301"].candidates[0].label
    for one in found.values():
        say(sides, one, MatchDecision.SAME, f"Purchase:{check}")
    sides.run_id = "r2"
    looked(sides)
    assert {one.said_to_be for one in asked(sides, "Purchase").values()} == {"Purchase"}


@pytest.mark.case("F17m")
@pytest.mark.parametrize(
    ("amount", "day"),
    [(WHOLE - Decimal("0.01"), "2025-11-12"), (WHOLE, "2026-01-12"), (WHOLE, "2025-10-20")],
)
def test_another_check_is_no_statement(sides: TwoSides, amount: Decimal, day: str) -> None:
    a_check(sides, amount, day)
    looked(sides)
    assert asked(sides, "Purchase") == {}


@pytest.mark.case("F17m")
def test_another_check_of_the_same_amount_hides_none(sides: TwoSides) -> None:
    a_check(sides, day="2025-10-20")
    check = a_check(sides)
    a_check(sides, day="2025-10-25")
    looked(sides)
    found = asked(sides, "Purchase")
    assert {one.quickbooks_ids for one in found.values()} == {(f"Purchase:{check}",)}
