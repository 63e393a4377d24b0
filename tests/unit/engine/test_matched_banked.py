"""Payments that the office took from the bank's statement: less a fee, or several under no name."""

from decimal import Decimal
from typing import Any

import pytest

from connector.model.matching.matches import MatchDecision
from tests.builders import a_payment
from tests.unit.engine.test_matched import looked, say
from tests.unit.engine.test_matched_entries import a_line, deposited, invoiced
from tests.unit.engine.test_matched_together import asked, candidates
from tests.unit.engine.test_matched_voids import posted
from tests.unit.engine.two_sides import TwoSides

CARD = {"paymentMethod": "Credit card", "paymentReference": ""}


@pytest.fixture
def sides() -> TwoSides:
    return TwoSides()


def paid(sides: TwoSides, own: str, amount: str, day: str = "2025/11/10", **more: Any) -> None:
    told = {"amount": amount, "paymentDate": day, **CARD}
    sides.mobiwork.put(a_payment(own, **(told | more)))


def a_deposit(sides: TwoSides, amount: str, day: str = "2025-11-12", *, named: bool = False) -> str:
    customer = sides.quickbooks.records["Customer"][0]["Id"]
    whom = {"value": customer, "name": "Blue Heron Plumbing"}
    line = a_line(whom if named else None, amount)
    line["DepositLineDetail"].pop("CheckNum")
    return f"Deposit:{deposited(sides, line, day=day)}/1"


@pytest.mark.case("F7g")
@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("kept", ["3.20", "2.90", "1.75", "3.79"])
def test_a_payment_that_came_to_the_bank_less_a_fee_is_asked_about_and_never_certain(
    sides: TwoSides, kept: str, *, named: bool
) -> None:
    invoiced(sides)
    paid(sides, "901", "100.00")
    line = a_deposit(sides, str(Decimal("100.00") - Decimal(kept)), named=named)
    looked(sides)
    assert candidates(sides, "Payment") == {"901": (line,)}
    posted(sides)
    assert sides.push("payment") == {"waiting": 1}
    [found] = asked(sides, "Payment").values()
    say(sides, found, MatchDecision.SAME, line)
    sides.run_id = "r2"
    assert sides.push("payment") == {"left out": 1}


@pytest.mark.case("F7g")
@pytest.mark.parametrize(
    ("amount", "day"),
    [
        ("98.90", "2025-11-12"),
        ("95.40", "2025-11-12"),
        ("97.10", "2025-11-20"),
        ("97.10", "2025-11-07"),
    ],
    ids=["too little", "too much", "too late", "before it"],
)
def test_what_no_processor_keeps_is_no_reason_to_ask(
    sides: TwoSides, amount: str, day: str
) -> None:
    invoiced(sides)
    paid(sides, "901", "100.00")
    a_deposit(sides, amount, day)
    looked(sides)
    assert asked(sides, "Payment") == {}


@pytest.mark.case("F7g")
def test_a_fee_on_what_another_customer_paid_is_no_reason_to_ask(sides: TwoSides) -> None:
    invoiced(sides)
    paid(sides, "901", "100.00")
    deposited(sides, a_line({"value": "99", "name": "Other Co"}, "97.10"), day="2025-11-12")
    looked(sides)
    assert asked(sides, "Payment") == {}


@pytest.mark.case("F7h")
@pytest.mark.parametrize(
    ("amount", "first"),
    [("350.00", "2025/11/08"), ("339.35", "2025/11/09")],
    ids=["whole, of two days", "less a fee, of one"],
)
def test_the_cards_of_a_day_or_some_that_are_one_deposit_are_asked_about(
    sides: TwoSides, amount: str, first: str
) -> None:
    invoiced(sides)
    paid(sides, "901", "100.00", first)
    paid(sides, "902", "130.00", "2025/11/09")
    paid(sides, "903", "120.00", "2025/11/09")
    paid(sides, "904", "75.00", "2025/11/09", paymentMethod="Cash")
    line = a_deposit(sides, amount)
    looked(sides)
    found = candidates(sides, "Payment")
    assert found == dict.fromkeys(("901", "902", "903"), (f"{line}+",))
    assert "customer or vendor" not in asked(sides, "Payment")["901"].candidates[0].same


@pytest.mark.case("F7h")
def test_two_checks_of_a_week_that_are_one_deposit_are_asked_about_until_one_is_said_to_be_none(
    sides: TwoSides,
) -> None:
    invoiced(sides)
    paid(sides, "901", "100.00", "2025/11/06", paymentMethod="Check")
    paid(sides, "902", "130.00", "2025/11/08", paymentMethod="Check")
    paid(sides, "903", "19.99", "2025/11/09", paymentMethod="Check")
    line = a_deposit(sides, "230.00")
    looked(sides)
    assert candidates(sides, "Payment") == dict.fromkeys(("901", "902"), (f"{line}+",))
    say(sides, asked(sides, "Payment")["901"], MatchDecision.SAME, f"{line}+")
    sides.run_id = "r2"
    looked(sides)
    assert candidates(sides, "Payment")["902"] == (f"{line}+",)
    say(sides, asked(sides, "Payment")["901"], MatchDecision.DIFFERENT)
    sides.run_id = "r3"
    looked(sides)
    assert [*asked(sides, "Payment")] == ["901"]


@pytest.mark.case("F7h")
@pytest.mark.parametrize(
    ("amount", "day"),
    [("230.01", "2025-11-12"), ("230.00", "2025-11-18"), ("230.00", "2025-11-06")],
    ids=["another amount", "too late", "before them"],
)
def test_a_deposit_that_two_payments_do_not_come_to_is_no_reason_to_ask(
    sides: TwoSides, amount: str, day: str
) -> None:
    invoiced(sides)
    paid(sides, "901", "100.00", "2025/11/08")
    paid(sides, "902", "130.00", "2025/11/10")
    a_deposit(sides, amount, day)
    looked(sides)
    assert asked(sides, "Payment") == {}
