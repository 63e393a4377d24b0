"""What the office typed days after the visit is asked about before it is posted a second time."""

from decimal import Decimal
from typing import Any

import pytest

from connector.model.matching.matches import MatchDecision
from tests.builders import a_line, a_payment, an_invoice
from tests.unit.engine.test_matched import counts, looked, say
from tests.unit.engine.test_matched_kinds import a_bill_there, gulf
from tests.unit.engine.test_matched_money import a_purchase, an_expense, an_order
from tests.unit.engine.test_matched_together import asked, candidates, visit
from tests.unit.engine.test_matched_voids import an_invoice_there, entered, posted
from tests.unit.engine.two_sides import TwoSides
from tests.unit.entities.purchases.buying import buying_settings


@pytest.fixture
def sides() -> TwoSides:
    return TwoSides()


def there(sides: TwoSides, day: str, **members: Any) -> str:
    return an_invoice_there(sides, TotalAmt=Decimal("1234.56"), TxnDate=day, **members)


@pytest.mark.case("F4i")
@pytest.mark.parametrize("day", ["2025-11-09", "2025-12-04", "2025-10-20"])
def test_an_invoice_that_was_typed_six_days_later_is_asked_about_before_it_is_posted(
    sides: TwoSides, day: str
) -> None:
    entered(sides, visit("1", "1234.56"))
    own = there(sides, day, DocNumber="88")
    before = counts(sides)["Invoice"]
    looked(sides)
    assert candidates(sides) == {"1": (own,)}
    assert posted(sides) == {"waiting": 1}
    assert counts(sides)["Invoice"] == before
    _, why = sides.note("push_invoices", "1")
    assert f'the date is "2025-11-03" in MobiWork and "{day}" in QuickBooks' in why
    assert "whether they are the same" in why


@pytest.mark.case("F4i")
@pytest.mark.parametrize(
    ("decision", "outcome"),
    [(MatchDecision.DIFFERENT, "created"), (MatchDecision.SAME, "linked")],
)
def test_what_a_person_says_of_it_holds(
    sides: TwoSides, decision: MatchDecision, outcome: str
) -> None:
    entered(sides, visit("1", "1234.56"))
    own = there(sides, "2025-11-09", DocNumber="88")
    looked(sides)
    say(sides, asked(sides)["1"], decision, own if decision is MatchDecision.SAME else None)
    sides.run_id = "r2"
    looked(sides)
    assert posted(sides, "r2") == {outcome: 1}


@pytest.mark.case("F17j")
def test_what_is_likely_another_visit_is_asked_about_where_that_one_may_be_of_nobodys_document(
    sides: TwoSides,
) -> None:
    visits = (visit("1", "180.00", "2025/04/04"), visit("2", "180.00", "2025/04/29"))
    entered(sides, *visits)
    early, late = (
        an_invoice_there(sides, TotalAmt=Decimal("180.00"), TxnDate=day, DocNumber=number)
        for day, number in (("2025-04-24", "700"), ("2025-05-10", "701"))
    )
    looked(sides)
    assert candidates(sides) == {"1": (early,), "2": (early, late)}
    assert posted(sides) == {"waiting": 2}


@pytest.mark.case("F17j")
def test_what_is_likely_another_visit_is_its_own_where_nobody_elses_may_be_that(
    sides: TwoSides,
) -> None:
    entered(sides, visit("1", "180.00", "2025/04/04"), visit("2", "180.00", "2025/04/29"))
    own = an_invoice_there(sides, TotalAmt=Decimal("180.00"), TxnDate="2025-04-26", DocNumber="700")
    looked(sides)
    assert candidates(sides) == {"2": (own,)}


@pytest.mark.case("F4i")
def test_an_invoice_whose_sales_receipt_was_typed_later_is_asked_about(sides: TwoSides) -> None:
    entered(sides, visit("1", "1234.56"))
    there(sides, "2024-01-05", DocNumber="9")
    customer = {"value": sides.quickbooks.records["Customer"][0]["Id"]}
    told = {"CustomerRef": customer, "TxnDate": "2025-11-15", "TotalAmt": Decimal("1234.56")}
    receipt = sides.in_quickbooks("SalesReceipt", **told)
    looked(sides)
    assert candidates(sides) == {"1": (f"SalesReceipt:{receipt}",)}
    assert posted(sides) == {"waiting": 1}


@pytest.mark.case("F4i")
@pytest.mark.parametrize("linked", [True, False])
def test_a_payment_that_was_typed_two_weeks_later_is_asked_about(
    sides: TwoSides, *, linked: bool
) -> None:
    entered(sides, visit("1", "1234.56"))
    paid = {"invoiceId": "1", "amount": "1234.56", "paymentDate": "2025/11/10"}
    entered(sides, a_payment("901", **paid))
    invoice = there(sides, "2025-11-03", DocNumber="INV-1")
    line = {"Amount": Decimal("1234.56"), "LinkedTxn": [{"TxnId": invoice, "TxnType": "Invoice"}]}
    payment = sides.in_quickbooks(
        "Payment",
        CustomerRef={"value": sides.quickbooks.records["Customer"][0]["Id"]},
        TxnDate="2025-11-25",
        TotalAmt=Decimal("1234.56"),
        Line=[line] if linked else [],
    )
    looked(sides)
    assert candidates(sides, "Payment") == {"901": (payment,)}
    posted(sides)
    assert sides.push("payment") == {"waiting": 1}


@pytest.mark.case("F4i")
def test_an_expense_that_was_typed_later_is_asked_about(sides: TwoSides) -> None:
    sides.save(buying_settings())
    sides.mobiwork.put(an_expense(vendorName="Gulf Supply"))
    vendor = gulf(sides) | {"type": "Vendor"}
    expense = a_purchase(sides, TxnDate="2025-11-15", EntityRef=vendor)
    looked(sides)
    assert candidates(sides, "Purchase") == {"301": (expense,)}
    assert sides.push("expense") == {"waiting": 1}


@pytest.mark.case("F4i")
def test_a_bill_that_was_typed_later_is_asked_about(sides: TwoSides) -> None:
    sides.save(buying_settings())
    sides.mobiwork.put(an_order())
    told = {"TotalAmt": Decimal("9.00"), "TxnDate": "2025-11-15", "DocNumber": "V-7781"}
    bill = a_bill_there(sides, **told).removeprefix("Bill:")
    looked(sides)
    assert candidates(sides, "Bill") == {"41-1": (bill,)}


@pytest.mark.case("F5f")
@pytest.mark.parametrize(
    ("ours", "there"),
    [(("1234.56", "80.76"), ("1153.80", "0")), (("1153.80", "0"), ("1234.56", "80.76"))],
)
@pytest.mark.parametrize("day", ["2025-11-04", "2025-11-20"])
def test_an_invoice_that_was_typed_without_its_tax_on_another_day_is_asked_about(
    sides: TwoSides, ours: tuple[str, str], there: tuple[str, str], day: str
) -> None:
    line = a_line(quantity="1", price="1153.80", total="1153.80")
    whole = {"lineItems": {"lineItem": [line]}, "invoiceDate": "2025/11/03"}
    entered(sides, an_invoice("1", **whole, total=ours[0], taxAmount=ours[1], subTotal="1153.80"))
    told = {"TotalAmt": Decimal(there[0]), "TxnDate": day, "DocNumber": "88"}
    own = an_invoice_there(sides, **told, TxnTaxDetail={"TotalTax": Decimal(there[1])})
    looked(sides)
    assert candidates(sides) == {"1": (own,)}
    assert posted(sides) == {"waiting": 1}
