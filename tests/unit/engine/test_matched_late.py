"""What is posted only later is compared with what QuickBooks held before it."""

from decimal import Decimal
from typing import Any

import pytest

from connector.model.connection import Mode, Phase
from connector.model.outcomes import Outcome
from tests.builders import CONNECTION, a_payment
from tests.unit.engine.test_compared_first import compared, due
from tests.unit.engine.test_matched import looked
from tests.unit.engine.test_matched_entries import a_line, deposited, journalled, posting
from tests.unit.engine.test_matched_together import asked, candidates, visit
from tests.unit.engine.test_matched_voids import VOID, an_invoice_there, entered, posted
from tests.unit.engine.two_sides import TwoSides

STARTED = "2025-11-10T15:00:00+00:00"
FINAL = {"status": "Customer Invoiced"}
OTHER_KINDS = ("sales receipt", "journal entry", "void", "sum")


@pytest.fixture
def sides() -> TwoSides:
    return TwoSides()


def in_the_books(sides: TwoSides, kind: str) -> str:
    """Let QuickBooks hold an invoice of 100.00 in one way; return how it is named."""
    an_invoice_there(sides, TotalAmt=Decimal("12345.00"), TxnDate="2025-10-06", DocNumber="9999")
    whom = dict(sides.quickbooks.records["Invoice"][0]["CustomerRef"])
    day, total = "2025-11-03", Decimal("100.00")
    match kind:
        case "sales receipt":
            own = sides.in_quickbooks(
                "SalesReceipt", CustomerRef=whom, TxnDate=day, TotalAmt=total, DocNumber="9"
            )
            return f"SalesReceipt:{own}"
        case "journal entry":
            lines = (posting("Debit", "100.00", whom), posting("Credit", "100.00"))
            own = journalled(sides, *lines, day=day)
            return f"JournalEntry:{own}/0"
        case "void":
            return an_invoice_there(sides, **VOID, TxnDate=day)
        case _:
            own = an_invoice_there(
                sides, TotalAmt=total + 150, TxnDate="2025-11-10", DocNumber="88"
            )
            return f"Invoice:{own}"


@pytest.mark.case("F4k")
@pytest.mark.parametrize("status", ["New", "Nobody Knows"])
@pytest.mark.parametrize("kind", OTHER_KINDS)
def test_an_invoice_that_was_not_final_at_the_review_is_asked_about_and_not_posted_later(
    sides: TwoSides, kind: str, status: str
) -> None:
    entered(sides, visit("1", "100.00", status=status), visit("2", "150.00", **FINAL))
    there = in_the_books(sides, kind)
    looked(sides)
    assert there in candidates(sides)["1"]
    posted(sides)
    sides.mobiwork.put(visit("1", "100.00", **FINAL))
    before = len(sides.quickbooks.records["Invoice"])
    sides.run_id = "r2"
    sides.look("Customer", "Item")
    sides.push("invoice")
    assert sides.note("push_invoices", "1")[0] is Outcome.WAITING
    assert len(sides.quickbooks.records["Invoice"]) == before


@pytest.mark.case("F4k")
@pytest.mark.parametrize("kind", OTHER_KINDS)
def test_an_invoice_that_never_counts_is_not_asked_about(sides: TwoSides, kind: str) -> None:
    entered(sides, visit("1", "100.00", status="Void"), visit("2", "150.00", **FINAL))
    in_the_books(sides, kind)
    looked(sides)
    assert "1" not in asked(sides)


@pytest.mark.case("F4k")
def test_a_pending_payment_that_is_a_line_of_a_deposit_is_asked_about(sides: TwoSides) -> None:
    paid = {"invoiceId": "1", "amount": "100.00", "paymentDate": "2025/11/10"}
    entered(sides, visit("1", "100.00", **FINAL), a_payment(status="Pending", **paid))
    an_invoice_there(sides, TotalAmt=Decimal("100.00"), TxnDate="2025-11-03", DocNumber="INV-1")
    whom = dict(sides.quickbooks.records["Invoice"][0]["CustomerRef"])
    own = deposited(sides, a_line(whom, "100.00"), day="2025-11-10")
    looked(sides)
    assert candidates(sides, "Payment") == {"901": (f"Deposit:{own}/1",)}
    assert posted(sides) == {"linked": 1}
    sides.mobiwork.put(a_payment(**paid))
    sides.run_id = "r2"
    sides.look("Customer", "Item")
    assert sides.push("payment") == {"waiting": 1}
    assert "Payment" not in sides.quickbooks.records


def started(sides: TwoSides) -> None:
    """Start after a review, with both sides compared once more."""
    looked(sides)
    posted(sides)
    sides.run_id = "r2"
    compared(sides, mode=Mode.EXECUTE, phase=Phase.LIVE)
    posted(sides, "r2")
    assert not due(sides)
    sides.run_id = "r3"


def pushed(sides: TwoSides, *records: Any) -> dict[str, int]:
    """Push what was entered just now in the next run."""
    for one in records:
        sides.mobiwork.put(one)
    sides.look("Customer", "Item")
    return sides.push("invoice")


@pytest.mark.case("F4l")
@pytest.mark.parametrize("number", ["INV-1", "88", ""])
@pytest.mark.parametrize("others", [(), (visit("9", "77.00", "2025/10/03"),)])
def test_what_is_entered_after_the_start_and_dated_before_it_is_compared_before_it_is_posted(
    sides: TwoSides, number: str, others: tuple[Any, ...]
) -> None:
    entered(sides, *(others or (a_payment(),)))
    there = an_invoice_there(
        sides, TotalAmt=Decimal("100.00"), TxnDate="2025-11-03", DocNumber=number
    )
    started(sides)
    before = len(sides.quickbooks.records["Invoice"])
    pushed(sides, visit("1", "100.00"))
    outcome, why = sides.note("push_invoices", "1")
    assert (outcome, due(sides)) == (Outcome.WAITING, True)
    assert "It is dated 2025-11-03, which is not after the start" in why
    sides.run_id = "r4"
    compared(sides, mode=Mode.EXECUTE, phase=Phase.LIVE)
    assert there in candidates(sides)["1"]
    sides.push("invoice")
    assert len(sides.quickbooks.records["Invoice"]) == before


@pytest.mark.case("F4l")
def test_what_is_entered_late_and_like_nothing_there_is_posted_once_that_is_known(
    sides: TwoSides,
) -> None:
    entered(sides, visit("9", "77.00", "2025/10/03"))
    started(sides)
    assert pushed(sides, visit("1", "100.00")) == {"waiting": 1}
    sides.run_id = "r4"
    compared(sides, mode=Mode.EXECUTE, phase=Phase.LIVE)
    assert sides.push("invoice") == {"created": 1}
    assert not due(sides)


@pytest.mark.case("F4l")
def test_what_is_dated_after_the_start_is_posted_at_once(sides: TwoSides) -> None:
    entered(sides, visit("9", "77.00", "2025/10/03"))
    started(sides)
    look = sides.store.matches.look(CONNECTION)
    began = {"started": "2025-11-02T12:00:00+00:00"}
    sides.store.matches.save_look(CONNECTION, look | began)
    assert pushed(sides, visit("1", "100.00")) == {"created": 1}
    assert not due(sides)
