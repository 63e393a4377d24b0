"""Payments of an invoice that is part of a document which may be open: told, never lost."""

from decimal import Decimal

import pytest

from connector.model.matching.matches import MatchDecision
from connector.model.worklist.causes import Kind
from tests.builders import CONNECTION
from tests.unit.engine.test_matched import looked, say
from tests.unit.engine.test_matched_entries import journalled, posting
from tests.unit.engine.test_matched_less_credits import paid
from tests.unit.engine.test_matched_together import a_receipt, asked, heron, visit
from tests.unit.engine.test_matched_voids import an_invoice_there, entered, posted
from tests.unit.engine.two_sides import TwoSides


@pytest.fixture
def sides() -> TwoSides:
    return TwoSides()


def as_one_invoice(sides: TwoSides) -> None:
    an_invoice_there(sides, TotalAmt=Decimal("250.00"), TxnDate="2025-11-10", DocNumber="88")


def as_charges_of_december(sides: TwoSides) -> None:
    lines = [posting("Debit", amount, heron(sides)) for amount in ("100.00", "150.00")]
    journalled(sides, *lines, posting("Credit", "250.00"), day="2025-12-31")


def as_one_receipt(sides: TwoSides) -> None:
    a_receipt(sides, "250.00", "2025-11-10")


def said_same(sides: TwoSides) -> None:
    looked(sides)
    for one in asked(sides).values():
        say(sides, one, MatchDecision.SAME, one.quickbooks_ids[0])
    posted(sides)
    sides.run_id = "r2"


def reason_of(sides: TwoSides, own: str) -> str:
    [entry] = sides.store.pending.read_many(CONNECTION, "push_payments", [own]).values()
    assert entry.cause == Kind.BOOKED
    return entry.reason or ""


@pytest.mark.case("F7k")
@pytest.mark.parametrize("there", [as_one_invoice, as_charges_of_december])
def test_a_payment_of_what_is_part_of_a_document_that_may_be_open_is_told(
    sides: TwoSides, there: object
) -> None:
    entered(sides, visit("1", "100.00"), visit("2", "150.00", "2025/11/10"))
    assert callable(there)
    there(sides)
    said_same(sides)
    paid(sides, "901", "100.00", "2026/01/20")
    sides.look("Customer", "Item")
    assert sides.push("payment") == {"refused": 1}
    kind = "Invoice" if there is as_one_invoice else "Journal entry"
    assert f"somebody said is, or is part of, {kind} " in reason_of(sides, "901")
    assert "enter it there by hand. Then leave it out here." in reason_of(sides, "901")


@pytest.mark.case("F7k")
def test_a_payment_of_what_is_part_of_a_sales_receipt_is_left_out(sides: TwoSides) -> None:
    entered(sides, visit("1", "100.00"), visit("2", "150.00", "2025/11/10"))
    as_one_receipt(sides)
    said_same(sides)
    paid(sides, "901", "100.00", "2026/01/20")
    sides.look("Customer", "Item")
    assert sides.push("payment") == {"left out": 1}


@pytest.mark.case("F7k")
def test_what_was_taken_off_an_invoice_is_left_out_with_it_and_what_is_paid_later_is_told(
    sides: TwoSides,
) -> None:
    entered(sides, visit("1", "2000.00", "2025/11/20"))
    paid(sides, "901", "500.00")
    an_invoice_there(sides, TotalAmt=Decimal("1500.00"), TxnDate="2025-11-22")
    said_same(sides)
    paid(sides, "902", "1500.00", "2026/01/20")
    sides.look("Customer", "Item")
    assert sides.push("payment") == {"left out": 1, "refused": 1}
    assert "part of, Invoice" in reason_of(sides, "902")
