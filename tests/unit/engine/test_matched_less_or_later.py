"""Money paid down and the balance months later, bills less a credit, one number: asked about."""

from decimal import Decimal
from typing import Any

import pytest

from connector.model.matching.comparison import Grade
from tests.builders import a_payment
from tests.unit.engine.test_matched import looked
from tests.unit.engine.test_matched_entries import a_line, deposited, journalled, posting
from tests.unit.engine.test_matched_kinds import a_bill_there
from tests.unit.engine.test_matched_money import a_purchase, an_order
from tests.unit.engine.test_matched_together import (
    a_payment_there,
    a_receipt,
    asked,
    candidates,
    heron,
    visit,
)
from tests.unit.engine.test_matched_voids import an_invoice_there, entered, posted
from tests.unit.engine.two_sides import TwoSides

DOWN, BALANCE = ("300.00", "2025/11/03"), ("700.00", "2026/03/10")
JOB = {"TotalAmt": Decimal("1000.00"), "TxnDate": "2025-11-03", "DocNumber": "INV-1"}


@pytest.fixture
def sides() -> TwoSides:
    return TwoSides()


def paid(sides: TwoSides, own: str, amount: str, day: str) -> None:
    told = {"amount": amount, "paymentDate": day, "invoiceId": "1", "paymentReference": ""}
    sides.mobiwork.put(a_payment(own, **told))


def a_job(sides: TwoSides) -> dict[str, Any]:
    """Have an invoice of 1,000.00 on both sides; return what pays it there."""
    entered(sides, visit("1", "1000.00"))
    own = an_invoice_there(sides, **JOB)
    return {"Amount": Decimal("1000.00"), "LinkedTxn": [{"TxnId": own, "TxnType": "Invoice"}]}


@pytest.mark.case("F18a")
def test_a_retainer_and_the_balance_of_months_later_that_are_one_payment_are_asked_about(
    sides: TwoSides,
) -> None:
    line = a_job(sides)
    paid(sides, "901", *DOWN)
    paid(sides, "902", *BALANCE)
    whole = a_payment_there(sides, "1000.00", TxnDate="2026-03-12", Line=[line])
    looked(sides)
    assert candidates(sides, "Payment") == dict.fromkeys(("901", "902"), (f"Payment:{whole}",))
    assert posted(sides) == {"linked": 1}
    assert sides.push("payment") == {"waiting": 2}


@pytest.mark.case("F18a")
def test_a_payment_that_is_a_retainer_and_the_balance_there_is_asked_about(
    sides: TwoSides,
) -> None:
    line = a_job(sides)
    paid(sides, "900", "5.00", "2025/11/20")
    paid(sides, "901", "1000.00", BALANCE[1])
    some = [
        a_payment_there(sides, amount, TxnDate=day.replace("/", "-"), Line=[line])
        for amount, day in (DOWN, BALANCE)
    ]
    looked(sides)
    [found, *_] = candidates(sides, "Payment")["901"]
    assert found == f"Payment:{'+'.join(sorted(some))}"


@pytest.mark.case("F18a")
@pytest.mark.parametrize("kind", ["Invoice", "SalesReceipt"])
def test_an_invoice_that_was_typed_as_down_payment_and_balance_is_asked_about(
    sides: TwoSides, kind: str
) -> None:
    entered(sides, visit("1", "1000.00", BALANCE[1]), visit("2", "5.00", "2025/11/20"))
    whom = heron(sides)
    some = [
        sides.in_quickbooks(
            kind, CustomerRef=whom, TotalAmt=Decimal(amount), TxnDate=day.replace("/", "-")
        )
        for amount, day in (DOWN, BALANCE)
    ]
    looked(sides)
    assert candidates(sides)["1"][0] == f"{kind}:{'+'.join(sorted(some))}"


@pytest.mark.case("F18a")
def test_two_far_from_the_day_of_a_third_are_no_reason_to_ask(sides: TwoSides) -> None:
    line = a_job(sides)
    paid(sides, "901", "300.00", "2025/11/03")
    paid(sides, "902", "700.00", "2025/11/10")
    paid(sides, "903", "45.00", "2025/11/12")
    a_payment_there(sides, "1000.00", TxnDate="2026-03-12", Line=[line])
    looked(sides)
    assert candidates(sides, "Payment") == {}


@pytest.mark.case("F18b")
@pytest.mark.parametrize(("total", "grade"), [("7.50", "contradicts"), ("12.00", "contradicts")])
@pytest.mark.parametrize("day", ["2025-11-06", "2025-11-01"])
def test_a_bill_that_was_typed_less_a_credit_of_the_vendor_is_asked_about(
    sides: TwoSides, total: str, grade: str, day: str
) -> None:
    sides.mobiwork.put(an_order(vendorReference=""))
    own = a_bill_there(sides, TotalAmt=Decimal(total), TxnDate=day).removeprefix("Bill:")
    looked(sides)
    [found] = asked(sides, "Bill").values()
    assert (found.grade, found.quickbooks_ids) == (Grade(grade), (own,))


@pytest.mark.case("F18b")
def test_a_check_for_a_bill_less_a_credit_of_the_vendor_is_asked_about(sides: TwoSides) -> None:
    sides.mobiwork.put(an_order())
    bill = a_bill_there(sides, TxnDate="2024-01-04").removeprefix("Bill:")
    [row] = [one for one in sides.quickbooks.records["Bill"] if one["Id"] == bill]
    vendor = {**row["VendorRef"], "type": "Vendor"}
    check = a_purchase(sides, TotalAmt=Decimal("7.50"), TxnDate="2025-11-06", EntityRef=vendor)
    looked(sides)
    [found] = asked(sides, "Bill").values()
    assert found.quickbooks_ids == (f"Purchase:{check}",)


@pytest.mark.case("F18b")
@pytest.mark.parametrize(
    "there",
    [{"TotalAmt": Decimal("2.00")}, {"TxnDate": "2025-11-20"}],
    ids=["less than half", "another week"],
)
def test_another_bill_of_the_vendor_is_no_reason_to_ask(
    sides: TwoSides, there: dict[str, Any]
) -> None:
    sides.mobiwork.put(an_order(vendorReference=""))
    a_bill_there(sides, **({"TotalAmt": Decimal("7.50"), "TxnDate": "2025-11-06"} | there))
    looked(sides)
    assert asked(sides, "Bill") == {}


@pytest.mark.case("F18b")
def test_of_several_bills_of_the_vendor_none_is_this_one_less_a_credit(sides: TwoSides) -> None:
    sides.mobiwork.put(an_order(vendorReference=""))
    for total in ("7.50", "8.10"):
        a_bill_there(sides, TotalAmt=Decimal(total), TxnDate="2025-11-06")
    looked(sides)
    assert asked(sides, "Bill") == {}


@pytest.mark.case("F18c")
@pytest.mark.parametrize("day", ["2025-11-20", "2025-12-03"])
def test_what_bears_the_number_of_its_customer_is_asked_about_whatever_day_and_total(
    sides: TwoSides, day: str
) -> None:
    entered(sides, visit("1", "1000.00"))
    own = an_invoice_there(sides, TotalAmt=Decimal("880.00"), TxnDate=day, DocNumber="INV-1")
    looked(sides)
    [found] = asked(sides).values()
    assert (found.grade, found.quickbooks_ids) == (Grade.CONTRADICTS, (own,))


@pytest.mark.case("F18c")
def test_a_receipt_that_bears_the_number_is_asked_about_too(sides: TwoSides) -> None:
    entered(sides, visit("1", "1000.00"))
    own = a_receipt(sides, "880.00", "2025-11-20", DocNumber="1")
    sides.quickbooks.records["SalesReceipt"][0]["DocNumber"] = "INV-1"
    looked(sides)
    assert candidates(sides) == {"1": (own,)}


@pytest.mark.case("F18c")
@pytest.mark.parametrize(
    "there",
    [{"TxnDate": "2026-02-20"}, {"DocNumber": "INV-2"}, {"CustomerRef": {"value": "99"}}],
    ids=["another season", "another number", "another customer"],
)
def test_another_number_customer_or_season_is_no_reason_to_ask(
    sides: TwoSides, there: dict[str, Any]
) -> None:
    entered(sides, visit("1", "1000.00"))
    told = {"TotalAmt": Decimal("880.00"), "TxnDate": "2025-11-20", "DocNumber": "INV-1"}
    an_invoice_there(sides, **(told | there))
    looked(sides)
    assert asked(sides) == {}


@pytest.mark.case("F18d")
@pytest.mark.parametrize("kept", ["8.00", "10.00", "5.00"])
def test_a_transfer_that_came_to_the_bank_less_its_fee_is_asked_about(
    sides: TwoSides, kept: str
) -> None:
    """Of 0.8 % at most 5.00, or without a limit, and 1 %."""
    a_job(sides)
    paid(sides, "901", "1000.00", "2025/11/10")
    line = a_line(None, str(Decimal("1000.00") - Decimal(kept)))
    line["DepositLineDetail"].pop("CheckNum")
    deposit = deposited(sides, line, day="2025-11-12")
    looked(sides)
    assert candidates(sides, "Payment") == {"901": (f"Deposit:{deposit}/1",)}


@pytest.mark.case("F18d")
@pytest.mark.parametrize("kept", ["3.20", "1.00"])
def test_a_payment_whose_payout_was_journalled_net_is_asked_about(
    sides: TwoSides, kept: str
) -> None:
    entered(sides, visit("1", "100.00"), a_payment(invoiceId="1", amount="100.00"))
    an_invoice_there(sides, TotalAmt=Decimal("100.00"), TxnDate="2025-11-03", DocNumber="INV-1")
    customer = sides.quickbooks.records["Customer"][0]["Id"]
    net = str(Decimal("100.00") - Decimal(kept))
    credit = posting("Credit", net, {"value": customer, "name": "Blue Heron Plumbing"})
    entry = journalled(sides, posting("Debit", net), credit, day="2025-11-12")
    looked(sides)
    assert candidates(sides, "Payment") == {"901": (f"JournalEntry:{entry}/1",)}


@pytest.mark.case("F18h")
@pytest.mark.parametrize("total", ["950.00", "1030.00", "1150.00"])
def test_the_only_invoice_of_its_customer_about_the_day_is_asked_about_a_little_less_or_more(
    sides: TwoSides, total: str
) -> None:
    """Less a discount, with a surcharge, or with a digit typed wrongly."""
    entered(sides, visit("1", "1000.00"))
    own = an_invoice_there(sides, TotalAmt=Decimal(total), TxnDate="2025-11-06", DocNumber="88")
    looked(sides)
    [found] = asked(sides).values()
    assert (found.grade, found.quickbooks_ids) == (Grade.CONTRADICTS, (own,))


@pytest.mark.case("F18h")
@pytest.mark.parametrize(
    "there",
    [{"TotalAmt": Decimal("700.00")}, {"TxnDate": "2025-11-20"}],
    ids=["another amount", "another week"],
)
def test_what_differs_more_or_is_of_another_week_is_no_reason_to_ask(
    sides: TwoSides, there: dict[str, Any]
) -> None:
    entered(sides, visit("1", "1000.00"))
    told = {"TotalAmt": Decimal("950.00"), "TxnDate": "2025-11-06", "DocNumber": "88"}
    an_invoice_there(sides, **(told | there))
    looked(sides)
    assert asked(sides) == {}


@pytest.mark.case("F18h")
def test_where_two_are_left_neither_is_another_one_less_a_discount(sides: TwoSides) -> None:
    entered(sides, visit("1", "1000.00"), visit("2", "1010.00", "2025/11/04"))
    an_invoice_there(sides, TotalAmt=Decimal("950.00"), TxnDate="2025-11-06", DocNumber="88")
    looked(sides)
    assert asked(sides) == {}


@pytest.mark.case("F18h")
def test_a_payout_of_a_lender_is_asked_about_where_it_names_the_customer(sides: TwoSides) -> None:
    a_job(sides)
    paid(sides, "901", "1000.00", "2025/11/10")
    line = a_line(heron(sides), "920.00", "")
    deposit = deposited(sides, line, day="2025-11-14")
    looked(sides)
    assert candidates(sides, "Payment") == {"901": (f"Deposit:{deposit}/1",)}


@pytest.mark.case("F18h")
@pytest.mark.parametrize("day", ["2025-11-12", "2025-12-05"])
def test_the_only_payments_of_an_invoice_are_asked_about_whatever_they_come_to(
    sides: TwoSides, day: str
) -> None:
    line = a_job(sides)
    paid(sides, "901", "500.00", "2025/11/10")
    own = a_payment_there(sides, "300.00", TxnDate=day, Line=[line | {"Amount": Decimal("300.00")}])
    looked(sides)
    assert candidates(sides, "Payment") == {"901": (own,)}


@pytest.mark.case("F18h")
def test_of_two_payments_that_an_invoice_has_beside_neither_is_asked_about(
    sides: TwoSides,
) -> None:
    line = a_job(sides)
    paid(sides, "901", "500.00", "2025/11/10")
    for amount, day in (("300.00", "2025-11-25"), ("100.00", "2025-11-28")):
        part = line | {"Amount": Decimal(amount)}
        a_payment_there(sides, amount, TxnDate=day, Line=[part])
    looked(sides)
    assert asked(sides, "Payment") == {}


@pytest.mark.case("F18i")
@pytest.mark.parametrize(
    ("day", "there"),
    [("2026/01/05", "2025-01-05"), ("2025/12/29", "2026-12-29"), ("2025/11/03", "2025-03-11")],
    ids=["the year before", "the year after", "the month in front"],
)
def test_a_day_of_another_year_or_with_its_month_in_front_is_asked_about(
    sides: TwoSides, day: str, there: str
) -> None:
    entered(sides, visit("1", "483.17", day), visit("2", "5.00", "2025/01/02"))
    own = an_invoice_there(sides, TotalAmt=Decimal("483.17"), TxnDate=there, DocNumber="88")
    looked(sides)
    [found] = asked(sides).values()
    assert (found.grade, found.quickbooks_ids) == (Grade.CONTRADICTS, (own,))


@pytest.mark.case("F18j")
def test_an_invoice_that_was_typed_less_what_was_paid_months_before_is_asked_about(
    sides: TwoSides,
) -> None:
    entered(sides, visit("1", "2000.00", "2026/01/20"))
    paid(sides, "901", "500.00", "2025/10/01")
    own = an_invoice_there(sides, TotalAmt=Decimal("1500.00"), TxnDate="2026-01-25")
    looked(sides)
    assert candidates(sides) == {"1": (f"Invoice:{own}",)}


@pytest.mark.case("F18k")
def test_a_payment_of_another_customer_is_never_certain_though_the_check_is_the_same(
    sides: TwoSides,
) -> None:
    """MobiWork's payment tells its customer by its invoice alone."""
    a_job(sides)
    told = {"amount": "1000.00", "paymentDate": "2025/11/10", "paymentReference": "1044"}
    sides.mobiwork.put(a_payment("901", invoiceId="1", customerId="", **told))
    spouse = sides.in_quickbooks("Customer", DisplayName="Someone Else")
    whom = {"CustomerRef": {"value": spouse, "name": "Someone Else"}, "PaymentRefNum": "1044"}
    sides.in_quickbooks("Payment", TotalAmt=Decimal("1000.00"), TxnDate="2025-11-10", **whom)
    looked(sides)
    [found] = asked(sides, "Payment").values()
    assert (found.grade, "customer or vendor" in found.candidates[0].other) == (Grade.LIKELY, True)


@pytest.mark.case("F18l")
def test_an_invoice_in_another_currency_is_asked_about_by_what_it_is_in_the_home_one(
    sides: TwoSides,
) -> None:
    entered(sides, visit("1", "528.00"))
    told = {"TotalAmt": Decimal("480.00"), "ExchangeRate": Decimal("1.1"), "DocNumber": "88"}
    own = an_invoice_there(sides, TxnDate="2025-11-03", CurrencyRef={"value": "EUR"}, **told)
    looked(sides)
    [found] = asked(sides).values()
    assert (found.grade, found.quickbooks_ids) == (Grade.LIKELY, (own,))
