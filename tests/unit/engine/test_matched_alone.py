"""What alone is left on both sides may be one, though it is dated or written otherwise."""

from decimal import Decimal
from typing import Any

import pytest

from connector.model.matching.comparison import Grade
from tests.unit.engine.test_matched import looked
from tests.unit.engine.test_matched_together import asked, candidates, heron, visit
from tests.unit.engine.test_matched_voids import an_invoice_there, entered, posted
from tests.unit.engine.two_sides import TwoSides
from tests.unit.entities.purchases.buying import an_expense


@pytest.fixture
def sides() -> TwoSides:
    return TwoSides()


@pytest.mark.case("F20h")
@pytest.mark.parametrize(
    ("day", "others", "found"),
    [
        ("2026-01-04", (), True),
        ("2026-10-04", (), True),
        ("2027-01-04", (), False),
        ("2026-01-04", ("2025-12-24",), False),
    ],
)
def test_the_only_document_of_a_customer_and_amount_is_asked_about_a_year_off(
    sides: TwoSides, day: str, others: tuple[str, ...], *, found: bool
) -> None:
    entered(sides, visit("1", "127.35"))
    own, *_ = [
        an_invoice_there(sides, TotalAmt=Decimal("127.35"), TxnDate=one, DocNumber=f"7{one[5:7]}")
        for one in (day, *others)
    ]
    looked(sides)
    assert candidates(sides) == ({"1": (own,)} if found else {})
    assert posted(sides) == ({"waiting": 1} if found else {"created": 1})


@pytest.mark.case("F20h")
@pytest.mark.parametrize(
    ("day", "twice", "found"), [("25", False, True), ("25", True, False), ("02", False, True)]
)
def test_an_expense_without_a_vendor_is_asked_about_by_its_amount_alone_a_month_off(
    sides: TwoSides, day: str, *, twice: bool, found: bool
) -> None:
    for own in ("1", "2") if twice else ("1",):
        sides.mobiwork.put(an_expense(own, **NOBODYS))
    number = sides.in_quickbooks(
        "Purchase",
        PaymentType="CreditCard",
        AccountRef={"value": "42"},
        TxnDate=f"2026-03-{day}",
        TotalAmt=Decimal("47.83"),
    )
    looked(sides)
    some = asked(sides, "Purchase")
    assert [one.quickbooks_ids for one in some.values()] == ([(number,)] if found else [])
    assert all(one.grade is not Grade.CERTAIN for one in some.values())


NOBODYS: dict[str, Any] = {
    "vendorId": "",
    "vendorName": "",
    "amount": "47.83",
    "expenseDate": "2026/03/02",
    "number": "",
    "reference": "",
}


@pytest.mark.case("F20i")
@pytest.mark.parametrize(("there", "found"), [("4783", True), ("478.30", False)])
def test_an_amount_without_its_decimal_point_is_asked_about(
    sides: TwoSides, there: str, *, found: bool
) -> None:
    entered(sides, visit("1", "47.83"))
    own = an_invoice_there(sides, TotalAmt=Decimal(there), TxnDate="2025-11-05", DocNumber="77")
    looked(sides)
    assert candidates(sides) == ({"1": (own,)} if found else {})


@pytest.mark.case("F20j")
@pytest.mark.parametrize("third", [False, True])
def test_two_invoices_that_are_all_there_is_are_an_opening_balance_months_later(
    sides: TwoSides, *, third: bool
) -> None:
    more = [visit("3", "80.00", "2025/10/02")] if third else []
    entered(sides, visit("1", "100.00", "2025/09/03"), visit("2", "150.00", "2025/10/01"), *more)
    told = {"CustomerRef": heron(sides), "TotalAmt": Decimal(250), "TxnDate": "2025-12-31"}
    own = sides.in_quickbooks("Invoice", **told, DocNumber="OPEN")
    looked(sides)
    some = candidates(sides)
    assert some == ({} if third else dict.fromkeys(("1", "2"), (f"Invoice:{own}",)))
