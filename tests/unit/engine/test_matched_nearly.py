"""What the office rounded to whole dollars or typed with two digits exchanged is asked about."""

from decimal import Decimal
from typing import Any

import pytest

from connector.model.matching.comparison import Grade
from tests.builders import a_payment
from tests.unit.engine.test_matched import looked
from tests.unit.engine.test_matched_entries import invoiced
from tests.unit.engine.test_matched_together import (
    a_payment_there,
    a_receipt,
    asked,
    candidates,
    visit,
)
from tests.unit.engine.test_matched_voids import an_invoice_there, entered, posted
from tests.unit.engine.two_sides import TwoSides


@pytest.fixture
def sides() -> TwoSides:
    return TwoSides()


@pytest.mark.case("F7j")
@pytest.mark.parametrize("total", ["1325.00", "1326.00", "1352.40", "1235.40"])
def test_an_invoice_that_was_typed_nearly_alike_days_later_is_asked_about(
    sides: TwoSides, total: str
) -> None:
    entered(sides, visit("1", "1325.40"))
    own = an_invoice_there(sides, TotalAmt=Decimal(total), TxnDate="2025-11-07", DocNumber="88")
    looked(sides)
    [found] = asked(sides).values()
    assert (found.grade, found.quickbooks_ids) == (Grade.CONTRADICTS, (own,))
    assert posted(sides) == {"waiting": 1}


@pytest.mark.case("F7j")
@pytest.mark.parametrize(
    "there",
    [
        {"TotalAmt": Decimal("1325.50")},
        {"TotalAmt": Decimal("1327.00")},
        {"TotalAmt": Decimal("1523.40")},
        {"TotalAmt": Decimal("1325.00"), "TxnDate": "2025-11-20"},
        {"TotalAmt": Decimal("1325.00"), "CustomerRef": {"value": "99", "name": "Other Co"}},
        {"TotalAmt": Decimal("1325.00"), "CurrencyRef": {"value": "CAD"}},
    ],
    ids=["cents", "dollars", "far digits", "another week", "another customer", "Canadian"],
)
def test_another_amount_is_no_reason_to_ask(sides: TwoSides, there: dict[str, Any]) -> None:
    """Nor is it the only one that is left."""
    entered(sides, visit("1", "1325.40"))
    for total in ("1400.10", "1410.10"):
        an_invoice_there(sides, TotalAmt=Decimal(total), TxnDate="2025-11-06", DocNumber="87")
    an_invoice_there(sides, **({"TxnDate": "2025-11-07", "DocNumber": "88"} | there))
    looked(sides)
    assert asked(sides) == {}


@pytest.mark.case("F7j")
def test_what_is_another_visits_for_certain_is_not_taken_for_it(sides: TwoSides) -> None:
    entered(sides, visit("1", "1325.40"), visit("2", "1325.00", "2025/11/07"))
    own = an_invoice_there(
        sides, TotalAmt=Decimal("1325.00"), TxnDate="2025-11-07", DocNumber="INV-2"
    )
    looked(sides)
    assert candidates(sides) == {"2": (own,)}


@pytest.mark.case("F7j")
def test_a_payment_that_was_rounded_is_asked_about(sides: TwoSides) -> None:
    invoiced(sides)
    sides.mobiwork.put(a_payment(amount="9.63", paymentReference=""))
    own = a_payment_there(sides, "10.00", TxnDate="2025-11-11")
    looked(sides)
    assert candidates(sides, "Payment") == {"901": (own,)}


@pytest.mark.case("F7j")
def test_what_was_rounded_as_another_kind_is_asked_about(sides: TwoSides) -> None:
    entered(sides, visit("1", "535.40"))
    receipt = a_receipt(sides, "535.00", "2025-11-05")
    looked(sides)
    assert candidates(sides) == {"1": (receipt,)}
