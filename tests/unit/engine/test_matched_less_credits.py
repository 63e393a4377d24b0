"""An invoice that the office typed less a credit of it: asked about, never linked or posted."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from connector.model.matching.comparison import Grade
from connector.model.matching.matches import MatchDecision
from connector.model.policy.settings import Settings
from tests.builders import settings
from tests.unit.engine.test_matched import looked, say
from tests.unit.engine.test_matched_credits import BOOKED, a_credit
from tests.unit.engine.test_matched_sums_elsewhere import a_receipt
from tests.unit.engine.test_matched_together import asked, candidates, visit
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
        {"paymentType": "PAYMENT"},
        {"paymentDate": "2026/02/20"},
    ],
    ids=["another amount", "another invoice", "void", "refund", "payment", "another season"],
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
