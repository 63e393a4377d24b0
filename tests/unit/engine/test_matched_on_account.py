"""What a customer paid on account may be a sales receipt there: asked about before it is posted."""

from decimal import Decimal

import pytest

from tests.builders import a_payment
from tests.unit.engine.test_matched import looked
from tests.unit.engine.test_matched_entries import invoiced
from tests.unit.engine.test_matched_together import candidates
from tests.unit.engine.two_sides import TwoSides


@pytest.fixture
def sides() -> TwoSides:
    return TwoSides()


@pytest.mark.case("F7l")
@pytest.mark.parametrize(("invoice", "is_asked"), [("", True), ("5501", False)])
def test_money_on_account_that_was_typed_as_a_sales_receipt_is_asked_about(
    sides: TwoSides, invoice: str, *, is_asked: bool
) -> None:
    whom = invoiced(sides)
    told = {"invoiceId": invoice, "customerId": "700001", "paymentReference": ""}
    sides.mobiwork.put(a_payment("901", amount="500.00", paymentType="DEPOSIT", **told))
    receipt = sides.in_quickbooks(
        "SalesReceipt", CustomerRef=whom, TotalAmt=Decimal("500.00"), TxnDate="2025-11-11"
    )
    looked(sides)
    expected = {"901": (f"SalesReceipt:{receipt}",)} if is_asked else {}
    assert candidates(sides, "Payment") == expected
