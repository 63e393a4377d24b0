"""An invoice that the office typed less a credit of it: asked about, never linked or posted."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from connector.model.matching.comparison import Grade
from connector.model.matching.matches import MatchDecision
from connector.model.policy.settings import Settings
from tests.builders import a_payment, settings
from tests.unit.engine.test_matched import looked, say
from tests.unit.engine.test_matched_credits import BOOKED, a_credit
from tests.unit.engine.test_matched_entries import journalled, posting
from tests.unit.engine.test_matched_together import a_receipt, asked, candidates, heron, visit
from tests.unit.engine.test_matched_voids import an_invoice_there, entered, posted
from tests.unit.engine.two_sides import TwoSides

POSTED = settings(**BOOKED, refund_account="Checking")


@pytest.fixture
def sides() -> TwoSides:
    return TwoSides()


def credited(sides: TwoSides, amount: str = "50.00", **more: Any) -> None:
    told = {"amount": amount, "invoiceId": "1", "customerId": "", "paymentDate": "2025/11/20"}
    sides.mobiwork.put(a_credit(**(told | more)))


@pytest.mark.case("F7f")
@pytest.mark.parametrize("chosen", [settings(), POSTED], ids=["not posted", "posted"])
@pytest.mark.parametrize("whose", [{}, {"invoiceId": "", "customerId": "700001"}])
def test_an_invoice_that_was_typed_less_its_credit_is_asked_about(
    sides: TwoSides, chosen: Settings, whose: dict[str, str]
) -> None:
    sides.save(chosen)
    entered(sides, visit("1", "500.00"))
    credited(sides, **whose)
    whole = an_invoice_there(sides, TotalAmt=Decimal("450.00"), TxnDate="2025-11-20")
    looked(sides)
    [found] = asked(sides).values()
    assert (found.grade, found.quickbooks_ids) == (Grade.SEVERAL, (f"Invoice:{whole}",))
    assert found.candidates[0].other["total"] == ("500.00 - 50.00", "450.00")
    assert posted(sides) == {"waiting": 1}
    assert "in which it may be with credit 905" in sides.note("push_invoices", "1")[1]
    say(sides, found, MatchDecision.SAME, f"Invoice:{whole}")
    sides.run_id = "r2"
    assert posted(sides, "r2") == {"left out": 1}


@pytest.mark.case("F7f")
def test_two_invoices_less_a_credit_that_are_one_sales_receipt_are_asked_about(
    sides: TwoSides,
) -> None:
    entered(sides, visit("1", "500.00"), visit("2", "150.00", "2025/11/10"))
    credited(sides)
    receipt = a_receipt(sides, "600.00", "2025-11-20")
    looked(sides)
    assert candidates(sides) == dict.fromkeys(("1", "2"), (f"{receipt}+",))


@pytest.mark.case("F7f")
@pytest.mark.parametrize(
    "more",
    [
        {"amount": "49.00"},
        {"invoiceId": "2"},
        {"status": "Void"},
        {"paymentType": "REFUND"},
        {"paymentDate": "2026/02/20"},
    ],
    ids=["another amount", "another invoice", "void", "refund", "another season"],
)
def test_a_credit_that_does_not_make_the_difference_is_no_reason_to_ask(
    sides: TwoSides, more: dict[str, str]
) -> None:
    entered(sides, visit("1", "500.00"), visit("2", "70.00", "2025/08/10"))
    credited(sides, **more)
    an_invoice_there(sides, TotalAmt=Decimal("450.00"), TxnDate="2025-11-20")
    looked(sides)
    assert asked(sides) == {}


@pytest.mark.case("F7f")
def test_who_says_that_it_is_not_less_its_credit_has_it_posted(sides: TwoSides) -> None:
    entered(sides, visit("1", "500.00"))
    credited(sides)
    an_invoice_there(sides, TotalAmt=Decimal("450.00"), TxnDate="2025-11-20")
    looked(sides)
    [found] = asked(sides).values()
    say(sides, found, MatchDecision.DIFFERENT)
    sides.run_id = "r2"
    looked(sides)
    assert posted(sides, "r2") == {"created": 1}
    assert replace(found, decision=MatchDecision.DIFFERENT).quickbooks_ids == found.quickbooks_ids


def paid(sides: TwoSides, own: str, amount: str, day: str = "2025/11/10", **more: Any) -> None:
    told = {"amount": amount, "paymentDate": day, "invoiceId": "1", "customerId": ""}
    sides.mobiwork.put(a_payment(own, **(told | more)))


@pytest.mark.case("F7f")
@pytest.mark.parametrize(
    ("amounts", "label"),
    [(["500.00"], "payment 901"), (["300.00", "200.00"], "what was paid of it")],
)
def test_an_invoice_that_was_typed_as_what_was_left_of_it_is_asked_about(
    sides: TwoSides, amounts: list[str], label: str
) -> None:
    entered(sides, visit("1", "2000.00", "2025/11/20"))
    for own, amount in enumerate(amounts, start=901):
        paid(sides, str(own), amount)
    whole = an_invoice_there(sides, TotalAmt=Decimal("1500.00"), TxnDate="2025-11-22")
    looked(sides)
    [found] = asked(sides).values()
    assert (found.grade, found.quickbooks_ids) == (Grade.SEVERAL, (f"Invoice:{whole}",))
    assert label in found.candidates[0].label
    assert posted(sides) == {"waiting": 1}


@pytest.mark.case("F7f")
def test_what_was_left_of_an_invoice_at_the_end_of_a_year_is_asked_about(sides: TwoSides) -> None:
    entered(sides, visit("1", "500.00"))
    paid(sides, "901", "200.00")
    charged = posting("Debit", "300.00", heron(sides))
    entry = journalled(sides, charged, posting("Credit", "300.00"), day="2026-12-31")
    looked(sides)
    assert candidates(sides) == {"1": (f"JournalEntry:{entry}/0+",)}


@pytest.mark.case("F7f")
@pytest.mark.parametrize(
    "more",
    [{"amount": "499.00"}, {"invoiceId": "2"}, {"status": "Bounced"}, {"paymentType": "REFUND"}],
    ids=["another amount", "another invoice", "bounced", "refund"],
)
def test_what_was_not_paid_of_an_invoice_is_no_reason_to_ask(
    sides: TwoSides, more: dict[str, str]
) -> None:
    entered(sides, visit("1", "2000.00", "2025/11/20"), visit("2", "70.00", "2025/11/20"))
    paid(sides, "901", **({"amount": "500.00"} | more))
    an_invoice_there(sides, TotalAmt=Decimal("1500.00"), TxnDate="2025-11-22")
    looked(sides)
    assert asked(sides) == {}
