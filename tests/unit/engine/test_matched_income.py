"""A bank deposit booked straight to income is an invoice with its payment: nothing of it twice."""

from typing import Any

import pytest

from connector.model.matching.matches import MatchDecision
from tests.builders import a_payment, an_invoice
from tests.unit.engine.test_matched import looked, say
from tests.unit.engine.test_matched_entries import a_line, deposited
from tests.unit.engine.test_matched_together import asked
from tests.unit.engine.test_matched_voids import an_invoice_there, entered, posted
from tests.unit.engine.two_sides import TwoSides

ACCOUNTS = {"income": "Services", "receivable": "Accounts Receivable (A/R)"}


@pytest.fixture
def sides() -> TwoSides:
    found = TwoSides()
    entered(found, an_invoice(), a_payment())
    an_invoice_there(found, DocNumber="9", TotalAmt=500, TxnDate="2024-01-05")
    return found


def booked(line: dict[str, Any], account: str) -> dict[str, Any]:
    detail = {**line["DepositLineDetail"], "AccountRef": {"value": "84", "name": ACCOUNTS[account]}}
    return {**line, "DepositLineDetail": detail}


def banked(sides: TwoSides, account: str, *, named: bool) -> str:
    customer = sides.quickbooks.records["Customer"][0]["Id"]
    whom = {"value": customer, "name": "Blue Heron Plumbing"} if named else None
    own = deposited(sides, booked(a_line(whom), account), day="2025-11-05")
    return f"Deposit:{own}/1"


@pytest.mark.case("F17f")
@pytest.mark.parametrize("named", [True, False])
def test_an_invoice_that_is_a_deposit_of_income_is_asked_about_and_left_out_with_its_payment(
    sides: TwoSides, *, named: bool
) -> None:
    line = banked(sides, "income", named=named)
    looked(sides)
    [found] = asked(sides).values()
    assert found.quickbooks_ids == (line,)
    assert posted(sides) == {"waiting": 1}
    assert "a deposit of income, has its payment in it" in sides.note("push_invoices", "5501")[1]
    say(sides, found, MatchDecision.SAME, line)
    sides.run_id = "r2"
    looked(sides)
    assert (sides.push("invoice"), sides.push("payment")) == ({"left out": 1}, {"left out": 1})


@pytest.mark.case("F17f")
def test_what_was_deposited_on_what_customers_owe_is_the_payment_alone(sides: TwoSides) -> None:
    line = banked(sides, "receivable", named=True)
    looked(sides)
    assert asked(sides) == {}
    assert posted(sides) == {"created": 1}
    [found] = asked(sides, "Payment").values()
    assert found.quickbooks_ids == (line,)
