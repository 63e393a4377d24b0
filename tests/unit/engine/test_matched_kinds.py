"""An expense may be a bill in QuickBooks, and a bill an expense: asked about, never linked."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from connector.changes.matching.records import match_records
from connector.model.connection import Mode
from connector.model.matching.comparison import Grade
from connector.model.matching.matches import MatchDecision
from tests.builders import CONNECTION
from tests.unit.changes.looked import PagedBooks
from tests.unit.engine.test_matched import looked, match_of, say
from tests.unit.engine.test_matched_money import a_purchase, an_expense, an_order
from tests.unit.engine.two_sides import TwoSides
from tests.unit.entities.purchases.buying import buying_settings


@pytest.fixture
def sides() -> TwoSides:
    return TwoSides()


def gulf(sides: TwoSides) -> dict[str, str]:
    own = sides.in_quickbooks("Vendor", DisplayName="Gulf Supply")
    return {"value": own, "name": "Gulf Supply"}


def a_bill_there(sides: TwoSides, **members: Any) -> str:
    told = {
        "VendorRef": gulf(sides),
        "TxnDate": "2025-11-04",
        "TotalAmt": Decimal("42.10"),
        "Line": [{"Amount": Decimal("42.10"), "Description": "Diesel"}],
    }
    return "Bill:" + sides.in_quickbooks("Bill", **(told | members))


@pytest.mark.case("F2b")
def test_an_expense_that_is_a_bill_there_is_asked_about_and_never_certain(sides: TwoSides) -> None:
    sides.mobiwork.put(an_expense(vendorName="Gulf Supply"))
    bill = a_bill_there(sides, TxnDate="2025-11-03")
    looked(sides)
    found = match_of(sides, "Purchase", "expense", "301")
    assert (found.grade, found.quickbooks_ids) == (Grade.LIKELY, (bill,))
    sides.save(buying_settings())
    assert sides.push("expense") == {"waiting": 1}
    why = sides.note("push_expenses", "301")[1]
    assert bill.replace(":", " ") in why
    assert "it stays what it is in QuickBooks" in why


@pytest.mark.case("F2b")
def test_a_bill_that_an_order_hardly_is_may_still_be_the_expense(sides: TwoSides) -> None:
    sides.mobiwork.put(an_expense(vendorName="Gulf Supply"))
    sides.mobiwork.put(an_order())
    bill = a_bill_there(sides, TxnDate="2025-11-03")
    looked(sides)
    assert match_of(sides, "Purchase", "expense", "301").quickbooks_ids == (bill,)
    sides.save(buying_settings())
    assert sides.push("expense") == {"waiting": 1}


@pytest.mark.case("F2b")
@pytest.mark.parametrize("decision", [MatchDecision.SAME, MatchDecision.LEFT_OUT])
def test_of_an_expense_that_a_person_says_is_a_bill_nothing_is_posted(
    sides: TwoSides, decision: MatchDecision
) -> None:
    sides.mobiwork.put(an_expense())
    bill = a_bill_there(sides)
    looked(sides)
    found = match_of(sides, "Purchase", "expense", "301")
    say(sides, found, decision, bill if decision is MatchDecision.SAME else None)
    looked(sides)
    assert sides.push("expense") == {"left out": 1}
    assert sides.quickbooks.records.get("Purchase", []) == []
    assert "what was paid" not in sides.note("push_expenses", "301")[1]


@pytest.mark.case("F2b")
def test_a_bill_that_is_an_expense_there_is_asked_about(sides: TwoSides) -> None:
    sides.mobiwork.put(an_order())
    paid = {"TotalAmt": Decimal("9.00"), "EntityRef": gulf(sides) | {"type": "Vendor"}}
    purchase = "Purchase:" + a_purchase(sides, **paid)
    looked(sides)
    [found] = sides.store.matches.read_all(CONNECTION, "Bill")
    assert (found.grade, found.quickbooks_ids) == (Grade.LIKELY, (purchase,))


@pytest.mark.case("F2b")
@pytest.mark.parametrize(
    ("here", "there"),
    [
        ({}, {"TotalAmt": Decimal("42.20")}),
        ({}, {"TxnDate": "2025-12-20"}),
        ({}, {"TotalAmt": Decimal(0), "PrivateNote": "Voided", "TxnDate": "2025-11-03"}),
        ({"vendorName": "Shell"}, {}),
        ({"status": "Rejected"}, {}),
    ],
    ids=["another total", "another day", "void", "another vendor", "rejected"],
)
def test_a_bill_that_doubles_nothing_is_not_asked_about(
    sides: TwoSides, here: dict[str, str], there: dict[str, Any]
) -> None:
    sides.mobiwork.put(an_expense(**here))
    a_bill_there(sides, **there)
    looked(sides)
    assert [*sides.store.matches.read_all(CONNECTION, "Purchase")] == []


@pytest.mark.case("F2b")
def test_what_is_a_record_of_its_own_kind_on_both_sides_is_nobody_elses(sides: TwoSides) -> None:
    """The bill of an order, and an expense of the same amount that only MobiWork has."""
    sides.mobiwork.put(an_order())
    sides.mobiwork.put(an_expense(amount="9.00"))
    a_bill_there(sides, TxnDate="2025-11-03", TotalAmt=Decimal("9.00"))
    looked(sides)
    assert [one.label for one in sides.store.matches.read_all(CONNECTION, "Purchase")] == []
    assert len([*sides.store.matches.read_all(CONNECTION, "Bill")]) == 1


@pytest.mark.case("F2b")
def test_bills_are_read_from_the_day_of_the_oldest_expense_on(sides: TwoSides) -> None:
    """Bills are read first, for orders that are younger."""
    sides.mobiwork.put(an_order())
    sides.mobiwork.put(an_expense(expenseDate="2025/03/03", dateCreated="2025/03/03"))
    bill = a_bill_there(sides, TxnDate="2025-03-03")
    looked(sides)
    assert match_of(sides, "Purchase", "expense", "301").quickbooks_ids == (bill,)


@pytest.mark.case("F2b")
@pytest.mark.case("F1i")
def test_what_was_typed_as_another_kind_since_the_review_is_found_by_the_first_run(
    sides: TwoSides,
) -> None:
    sides.mobiwork.put(an_expense())
    looked(sides)
    assert [*sides.store.matches.read_all(CONNECTION, "Purchase")] == []
    bill = a_bill_there(sides)
    sides.run_id = "r2"
    books = PagedBooks({}, changed=dict(sides.quickbooks.records))
    later = datetime.now(UTC) + timedelta(hours=1)
    match_records(sides.run(open_pages=lambda: books, mode=Mode.REVIEW, now=lambda: later))
    assert match_of(sides, "Purchase", "expense", "301").quickbooks_ids == (bill,)
    assert books.calls == 1
