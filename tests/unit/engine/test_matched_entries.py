"""What the office entered as a line of a deposit or journal entry, or as a bill payment: asked."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from connector.changes.matching.records import match_records
from connector.model.connection import Mode
from connector.model.matching.comparison import Grade
from connector.model.matching.matches import Match, MatchDecision
from tests.builders import CONNECTION, a_payment, an_invoice
from tests.unit.changes.looked import PagedBooks
from tests.unit.engine.test_matched import looked, say
from tests.unit.engine.test_matched_kinds import gulf
from tests.unit.engine.test_matched_money import an_expense, an_order
from tests.unit.engine.test_matched_voids import an_invoice_there, entered, posted
from tests.unit.engine.two_sides import TwoSides


@pytest.fixture
def sides() -> TwoSides:
    return TwoSides()


def invoiced(sides: TwoSides) -> dict[str, str]:
    """Have an invoice on both sides and its payment in MobiWork; return the customer there."""
    entered(sides, an_invoice(), a_payment())
    an_invoice_there(sides, DocNumber="INV-5501")
    customer = sides.quickbooks.records["Customer"][0]["Id"]
    return {"value": customer, "name": "Blue Heron Plumbing"}


def deposited(sides: TwoSides, *lines: dict[str, Any], day: str = "2025-11-11") -> str:
    return sides.in_quickbooks("Deposit", TxnDate=day, Line=[*lines], TotalAmt=Decimal("99"))


def a_line(
    whom: dict[str, str] | None, amount: str = "9.63", check: str = "1044", **more: Any
) -> dict[str, Any]:
    entity = {"Entity": {**whom, "type": "CUSTOMER"}} if whom else {}
    detail = {"AccountRef": {"value": "84"}, "CheckNum": check, **entity}
    line = {"Id": "1", "Amount": Decimal(amount), "DetailType": "DepositLineDetail"}
    return {**line, "DepositLineDetail": detail, **more}


def journalled(sides: TwoSides, *lines: dict[str, Any], day: str = "2025-11-11") -> str:
    numbered = [{"Id": str(own), **line} for own, line in enumerate(lines)]
    return sides.in_quickbooks("JournalEntry", TxnDate=day, Line=numbered, DocNumber="7")


def posting(
    side: str, amount: str = "9.63", whom: dict[str, str] | None = None, kind: str = "Customer"
) -> dict[str, Any]:
    entity = {"Entity": {"Type": kind, "EntityRef": whom}} if whom else {}
    detail = {"PostingType": side, "AccountRef": {"value": "84"}, **entity}
    return {"Amount": Decimal(amount), "JournalEntryLineDetail": detail}


def asked(sides: TwoSides, target: str) -> list[Match]:
    some = sides.store.matches.read_all(CONNECTION, target)
    return [one for one in some if one.grade is not Grade.CERTAIN]


@pytest.mark.case("F4b")
def test_a_payment_that_is_a_line_of_a_deposit_there_is_asked_about(sides: TwoSides) -> None:
    whom = invoiced(sides)
    other = {"value": "99", "name": "Other Co"}
    own = deposited(sides, a_line(other, "500", Id="7"), a_line(whom, Id="2"))
    looked(sides)
    [found] = asked(sides, "Payment")
    assert (found.grade, found.quickbooks_ids) == (Grade.LIKELY, (f"Deposit:{own}/2",))
    assert posted(sides) == {"linked": 1}
    assert sides.push("payment") == {"waiting": 1}
    why = sides.note("push_payments", "901")[1]
    assert (
        f"line of 9.63 of Blue Heron Plumbing in deposit {own} on 2025-11-11 (Deposit {own} line 2)"
    ) in why
    assert "then nothing is posted, and it stays what it is in QuickBooks" in why
    say(sides, found, MatchDecision.SAME, f"Deposit:{own}/2")
    sides.run_id = "r2"
    looked(sides)
    assert sides.push("payment") == {"left out": 1}
    assert "Payment" not in sides.quickbooks.records


@pytest.mark.case("F4b")
def test_two_payments_of_one_deposit_are_asked_about_by_its_lines(sides: TwoSides) -> None:
    whom = invoiced(sides)
    entered(sides, a_payment("902", amount="20.00"))
    own = deposited(sides, a_line(whom, Id="1"), a_line(whom, "20.00", Id="2"))
    looked(sides)
    assert [one.quickbooks_ids[0] for one in asked(sides, "Payment")] == [
        f"Deposit:{own}/1",
        f"Deposit:{own}/2",
    ]


@pytest.mark.case("F4b")
@pytest.mark.parametrize(
    "there",
    [
        {"whom": {"value": "99", "name": "Other Co"}},
        {"amount": "11.64", "check": "1045"},
        {"LinkedTxn": [{"TxnId": "9", "TxnType": "Payment", "TxnLineId": "0"}]},
        {"amount": "-9.63"},
    ],
    ids=["another customer", "another amount", "a payment of its own", "taken out"],
)
def test_a_line_of_a_deposit_that_doubles_nothing_is_not_asked_about(
    sides: TwoSides, there: dict[str, Any]
) -> None:
    told: dict[str, Any] = {"whom": invoiced(sides)} | there
    deposited(sides, a_line(**told))
    looked(sides)
    assert asked(sides, "Payment") == []


@pytest.mark.case("F4b")
def test_a_payment_that_is_a_journal_entry_there_is_asked_about(sides: TwoSides) -> None:
    whom = invoiced(sides)
    own = journalled(sides, posting("Debit"), posting("Credit", whom=whom))
    looked(sides)
    [found] = asked(sides, "Payment")
    assert found.quickbooks_ids == (f"JournalEntry:{own}/1",)
    assert "journal entry 7" in found.candidates[0].label


@pytest.mark.case("F4b")
def test_an_invoice_that_is_a_journal_entry_there_is_asked_about(sides: TwoSides) -> None:
    entered(sides)
    an_invoice_there(sides, TotalAmt=Decimal("500"), TxnDate="2024-01-05")
    customer = sides.quickbooks.records["Customer"][0]["Id"]
    whom = {"value": customer, "name": "Blue Heron Plumbing"}
    own = journalled(sides, posting("Debit", whom=whom), posting("Credit"), day="2025-11-02")
    looked(sides)
    [found] = asked(sides, "Invoice")
    assert found.quickbooks_ids == (f"JournalEntry:{own}/0",)
    assert posted(sides) == {"waiting": 1}


@pytest.mark.case("F4b")
def test_a_bill_that_is_a_journal_entry_there_is_asked_about(sides: TwoSides) -> None:
    sides.mobiwork.put(an_order())
    owed = posting("Credit", "9.00", gulf(sides), "Vendor")
    own = journalled(sides, posting("Debit", "9.00"), owed, day="2025-11-04")
    looked(sides)
    [found] = asked(sides, "Bill")
    assert found.quickbooks_ids == (f"JournalEntry:{own}/1",)


@pytest.mark.case("F4b")
@pytest.mark.parametrize("other", [None, "customer"])
def test_an_expense_that_is_a_journal_entry_there_is_asked_about(
    sides: TwoSides, other: str | None
) -> None:
    """What is debited to cash for a customer's payment is no expense."""
    sides.mobiwork.put(an_expense())
    whom = {"value": "5", "name": "Blue Heron Plumbing"} if other else None
    own = journalled(
        sides, posting("Debit", "42.10"), posting("Credit", "42.10", whom), day="2025-11-03"
    )
    looked(sides)
    found = [one.quickbooks_ids for one in asked(sides, "Purchase")]
    assert found == ([] if other else [(f"JournalEntry:{own}/0",)])


@pytest.mark.case("F4b")
def test_an_expense_that_paid_a_bill_there_is_asked_about(sides: TwoSides) -> None:
    sides.mobiwork.put(an_expense(vendorName="Gulf Supply"))
    paid = {"VendorRef": gulf(sides), "TotalAmt": Decimal("42.10"), "TxnDate": "2025-11-05"}
    own = sides.in_quickbooks("BillPayment", PayType="Check", DocNumber="2201", **paid)
    looked(sides)
    [found] = asked(sides, "Purchase")
    assert found.quickbooks_ids == (f"BillPayment:{own}",)
    assert "bill payment 2201 of Gulf Supply" in found.candidates[0].label


@pytest.mark.case("F4b")
def test_deposits_and_journal_entries_are_read_only_for_payments_that_are_like_none_there(
    sides: TwoSides,
) -> None:
    whom = invoiced(sides)
    sides.in_quickbooks("Payment", CustomerRef=whom, TotalAmt=Decimal("9.63"), TxnDate="2025-11-10")
    looked(sides)
    assert sides.store.matches.look(CONNECTION)["read"] == ["Invoice", "Payment"]


@pytest.mark.case("F4b")
@pytest.mark.parametrize("gone", ["the line", "the deposit"])
def test_a_line_that_was_taken_out_of_its_deposit_since_is_not_asked_about(
    sides: TwoSides, gone: str
) -> None:
    whom = invoiced(sides)
    own = deposited(sides, a_line(whom, Id="2"))
    looked(sides)
    assert len(asked(sides, "Payment")) == 1
    there = {"Id": own, "TxnDate": "2025-11-11", "Line": [a_line(whom, "5.00", "1045", Id="3")]}
    books = PagedBooks(
        {},
        changed={"Deposit": [there]} if gone == "the line" else {},
        deleted={"Deposit": [own]} if gone == "the deposit" else {},
    )
    sides.run_id, later = "r2", datetime.now(UTC) + timedelta(hours=1)
    match_records(sides.run(open_pages=lambda: books, mode=Mode.REVIEW, now=lambda: later))
    assert asked(sides, "Payment") == []
