"""Several documents that the office entered as one of another kind, or one as several: asked."""

from dataclasses import replace
from decimal import Decimal

import pytest

from connector.model.matching.comparison import Grade
from connector.model.matching.matches import MatchDecision, told_as
from tests.builders import CONNECTION, a_payment, an_invoice, settings
from tests.unit.engine.test_matched import looked, say
from tests.unit.engine.test_matched_credits import BOOKED, a_credit, typed
from tests.unit.engine.test_matched_entries import (
    a_line,
    deposited,
    invoiced,
    journalled,
    posting,
)
from tests.unit.engine.test_matched_kinds import gulf
from tests.unit.engine.test_matched_money import a_purchase, an_expense, an_order
from tests.unit.engine.test_matched_together import (
    a_receipt,
    asked,
    candidates,
    heron,
    two_visits,
    visit,
)
from tests.unit.engine.test_matched_voids import an_invoice_there, entered, posted
from tests.unit.engine.two_sides import TwoSides


@pytest.fixture
def sides() -> TwoSides:
    return TwoSides()


@pytest.mark.case("F7a")
def test_two_invoices_that_were_typed_as_one_sales_receipt_are_asked_about(
    sides: TwoSides,
) -> None:
    two_visits(sides)
    receipt = a_receipt(sides, "250.00")
    looked(sides)
    assert {
        own: (one.grade, one.quickbooks_ids) for own, one in asked(sides).items()
    } == dict.fromkeys(("1", "2"), (Grade.SEVERAL, (f"{receipt}+",)))
    assert posted(sides) == {"waiting": 2}
    why = sides.note("push_invoices", "1")[1]
    assert "in which it may be with invoice INV-2 of Blue Heron Plumbing" in why
    assert f"({told_as(receipt)})" in why
    assert (
        "then nothing is posted, for a sales receipt, or a deposit of income, has its payment in it"
        in why
    )


@pytest.mark.case("F7a")
def test_one_invoice_that_was_typed_as_two_sales_receipts_is_asked_about(sides: TwoSides) -> None:
    entered(sides, visit("1", "250.00"))
    first, second = a_receipt(sides, "100.00"), a_receipt(sides, "150.00", "2025-11-20")
    looked(sides)
    together = f"{first}+{second.removeprefix('SalesReceipt:')}"
    [found] = asked(sides).values()
    assert (found.grade, found.quickbooks_ids) == (Grade.SEVERAL, (together,))
    say(sides, found, MatchDecision.SAME, together)
    sides.run_id = "r2"
    looked(sides)
    assert posted(sides, "r2") == {"left out": 1}


@pytest.mark.case("F7a")
def test_what_was_said_to_be_two_receipts_is_no_third_one(sides: TwoSides) -> None:
    entered(sides, visit("1", "250.00"))
    first, second = a_receipt(sides, "100.00"), a_receipt(sides, "150.00", "2025-11-20")
    together = f"{first}+{second.removeprefix('SalesReceipt:')}"
    looked(sides)
    say(sides, asked(sides)["1"], MatchDecision.SAME, together)
    sides.mobiwork.put(visit("2", "100.00", "2025/11/10"))
    sides.run_id = "r2"
    looked(sides)
    assert [*asked(sides)] == ["1"]


@pytest.mark.case("F7a")
def test_two_invoices_that_are_one_line_of_a_journal_entry_are_asked_about(
    sides: TwoSides,
) -> None:
    two_visits(sides)
    charged = posting("Debit", "250.00", heron(sides))
    entry = journalled(sides, charged, posting("Credit", "250.00"), day="2025-11-12")
    looked(sides)
    assert candidates(sides) == dict.fromkeys(("1", "2"), (f"JournalEntry:{entry}/0+",))


@pytest.mark.case("F7a")
def test_two_payments_that_are_one_line_of_a_deposit_are_asked_about(sides: TwoSides) -> None:
    whom = invoiced(sides)
    for one, amount in (("901", "5.00"), ("902", "4.63")):
        sides.mobiwork.put(a_payment(one, amount=amount))
    own = deposited(sides, a_line(whom))
    looked(sides)
    assert candidates(sides, "Payment") == dict.fromkeys(("901", "902"), (f"Deposit:{own}/1+",))
    posted(sides)
    assert sides.push("payment") == {"waiting": 2}


@pytest.mark.case("F7a")
def test_several_expenses_that_are_one_bill_are_asked_about(sides: TwoSides) -> None:
    for own, amount in (("301", "42.10"), ("302", "7.90")):
        given = {"expenseId": own, "vendorName": "Gulf Supply", "amount": amount}
        sides.mobiwork.put(replace(an_expense(**given), id=own))
    told = {"VendorRef": gulf(sides), "TxnDate": "2025-11-20", "TotalAmt": Decimal("50.00")}
    bill = sides.in_quickbooks("Bill", **told)
    looked(sides)
    assert candidates(sides, "Purchase") == dict.fromkeys(("301", "302"), (f"Bill:{bill}+",))


@pytest.mark.case("F7a")
def test_a_bill_that_is_two_expenses_there_is_asked_about(sides: TwoSides) -> None:
    sides.mobiwork.put(an_order())
    whom = {"EntityRef": gulf(sides) | {"type": "Vendor"}}
    some = [a_purchase(sides, TotalAmt=Decimal(one), **whom) for one in ("4.00", "5.00")]
    looked(sides)
    [found] = asked(sides, "Bill").values()
    assert found.quickbooks_ids == (f"Purchase:{'+'.join(sorted(some))}",)


@pytest.mark.case("F7a")
def test_a_receipt_of_its_very_amount_is_that_one_and_no_part(sides: TwoSides) -> None:
    two_visits(sides)
    one, _ = a_receipt(sides, "100.00", "2025-11-03"), a_receipt(sides, "250.00")
    looked(sides)
    assert candidates(sides)["1"] == (one,)
    assert sides.store.matches.of_quickbooks(CONNECTION, "Invoice", [one]).keys() == {one}


@pytest.mark.case("F7b")
@pytest.mark.parametrize(
    ("here", "there"),
    [(["4.00"], ["1.50", "2.50"]), (["1.50", "2.50"], ["4.00"])],
    ids=["one typed as two", "two typed as one"],
)
@pytest.mark.parametrize(
    ("kind", "target"), [("CREDIT", "CreditMemo"), ("REFUND", "RefundReceipt")]
)
def test_a_credit_or_refund_that_was_typed_as_two_and_two_that_were_typed_as_one_are_asked_about(
    here: list[str], there: list[str], kind: str, target: str
) -> None:
    sides = TwoSides(settings=settings(**BOOKED, refund_account="Checking"))
    entered(sides, an_invoice())
    for own, amount in enumerate(here):
        told = a_credit(kind, paymentId=f"91{own}", amount=amount)
        sides.mobiwork.put(replace(told, id=f"91{own}"))
    for own, amount in enumerate(there):
        typed(sides, target, TotalAmt=Decimal(amount), TxnDate=f"2025-11-1{own + 2}", DocNumber="")
    looked(sides)
    found = asked(sides, target)
    assert len(found) == len(here)
    assert {one.grade for one in found.values()} == {Grade.SEVERAL}
    posted(sides)
    assert sides.push("credit") == {"waiting": len(here)}
    assert "then nothing is posted" in sides.note("push_credits", "910")[1]


QUARTER = ("2025/07/03", "2025/08/05", "2025/09/04")


@pytest.mark.case("F7c")
@pytest.mark.parametrize("day", ["2025-09-30", "2025-07-01", "2025-12-31"])
def test_the_visits_of_a_quarter_that_were_typed_as_one_invoice_are_asked_about(
    sides: TwoSides, day: str
) -> None:
    visits = (visit(str(own), "99.00", at) for own, at in enumerate(QUARTER, start=1))
    entered(sides, *visits)
    whole = an_invoice_there(sides, TotalAmt=Decimal("297.00"), TxnDate=day, DocNumber="88")
    looked(sides)
    assert candidates(sides) == dict.fromkeys(("1", "2", "3"), (f"Invoice:{whole}",))
    assert posted(sides) == {"waiting": 3}


@pytest.mark.case("F17i")
def test_a_year_that_was_billed_before_the_oldest_visit_is_asked_about(sides: TwoSides) -> None:
    days = ("2025/03/10", "2025/06/10", "2025/09/10", "2025/12/10")
    entered(sides, *(visit(str(own), "100.00", day) for own, day in enumerate(days, 1)))
    whole = an_invoice_there(sides, TotalAmt=Decimal("400.00"), TxnDate="2025-01-01")
    looked(sides)
    assert candidates(sides) == {str(own): (f"Invoice:{whole}",) for own in range(1, 5)}


@pytest.mark.case("F7c")
def test_a_visit_with_an_invoice_of_its_amount_is_no_part_of_a_quarter(sides: TwoSides) -> None:
    entered(sides, *(visit(str(own), "99.00", at) for own, at in enumerate(QUARTER, start=1)))
    an_invoice_there(sides, TotalAmt=Decimal("99.00"), TxnDate="2025-08-06", DocNumber="7")
    an_invoice_there(sides, TotalAmt=Decimal("297.00"), TxnDate="2025-10-31", DocNumber="88")
    looked(sides)
    assert [*candidates(sides)] == ["2"]


@pytest.mark.case("F7d")
@pytest.mark.parametrize("day", ["2025-12-31", "2026-12-31", "2024-12-31"])
def test_an_invoice_that_is_a_journal_entry_of_the_end_of_a_year_is_asked_about(
    sides: TwoSides, day: str
) -> None:
    entered(sides, visit("1", "100.00", "2025/03/03"))
    charged = posting("Debit", "100.00", heron(sides))
    entry = journalled(sides, charged, posting("Credit", "100.00"), day=day)
    sides.quickbooks.records["Invoice"].clear()
    looked(sides)
    there = candidates(sides)
    assert there == ({} if day < "2025" else {"1": (f"JournalEntry:{entry}/0",)})


@pytest.mark.case("F7d")
def test_what_a_customer_owed_at_the_end_of_a_year_is_asked_about_with_each_of_its_invoices(
    sides: TwoSides,
) -> None:
    entered(sides, visit("1", "100.00", "2025/03/03"), visit("2", "150.00", "2025/08/10"))
    charged = posting("Debit", "250.00", heron(sides))
    entry = journalled(sides, charged, posting("Credit", "250.00"), day="2025-12-31")
    looked(sides)
    assert candidates(sides) == dict.fromkeys(("1", "2"), (f"JournalEntry:{entry}/0+",))


@pytest.mark.case("F7d")
def test_a_bill_that_is_a_journal_entry_of_the_end_of_a_year_is_asked_about(
    sides: TwoSides,
) -> None:
    sides.mobiwork.put(an_order())
    owed = posting("Credit", "9.00", gulf(sides), "Vendor")
    entry = journalled(sides, posting("Debit", "9.00"), owed, day="2026-12-31")
    looked(sides)
    [found] = asked(sides, "Bill").values()
    assert found.quickbooks_ids == (f"JournalEntry:{entry}/1",)


@pytest.mark.case("F7d")
def test_a_payment_is_no_journal_entry_of_another_season(sides: TwoSides) -> None:
    paid = posting("Credit", whom=invoiced(sides))
    journalled(sides, posting("Debit"), paid, day="2026-12-31")
    looked(sides)
    assert candidates(sides, "Payment") == {}
