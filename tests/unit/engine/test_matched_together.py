"""Several documents of one side that are one on the other: asked about, never linked or posted."""

from decimal import Decimal
from typing import Any

import pytest

from connector.model.matching.comparison import Grade
from connector.model.matching.matches import Match, MatchDecision
from tests.builders import CONNECTION, a_line, a_payment, an_invoice
from tests.unit.engine.test_matched import counts, looked, say
from tests.unit.engine.test_matched_kinds import a_bill_there
from tests.unit.engine.test_matched_money import an_order
from tests.unit.engine.test_matched_voids import an_invoice_there, entered, posted
from tests.unit.engine.two_sides import TwoSides


@pytest.fixture
def sides() -> TwoSides:
    return TwoSides()


def visit(own: str, total: str, day: str = "2025/11/03", **more: Any) -> Any:
    line = a_line(quantity="1", price=total, total=total, taxable="false")
    whole = {"lineItems": {"lineItem": [line]}, "taxAmount": "0", "total": total}
    return an_invoice(own, invoiceNumber=f"INV-{own}", invoiceDate=day, **whole, **more)


def asked(sides: TwoSides, target: str = "Invoice") -> dict[str, Match]:
    some = sides.store.matches.read_all(CONNECTION, target)
    return {one.owner.mobiwork_id: one for one in some}


def candidates(sides: TwoSides, target: str = "Invoice") -> dict[str, tuple[str, ...]]:
    return {own: one.quickbooks_ids for own, one in asked(sides, target).items()}


def heron(sides: TwoSides) -> dict[str, str]:
    """Have the customer in QuickBooks, with an invoice of another year."""
    an_invoice_there(sides, TotalAmt=Decimal("500"), TxnDate="2024-01-05")
    customer = sides.quickbooks.records["Customer"][0]["Id"]
    return {"value": customer, "name": "Blue Heron Plumbing"}


def a_receipt(sides: TwoSides, total: str, day: str = "2025-11-10", **more: Any) -> str:
    told = {"CustomerRef": heron(sides), "TotalAmt": Decimal(total), "TxnDate": day, **more}
    return "SalesReceipt:" + sides.in_quickbooks("SalesReceipt", **told)


def two_visits(sides: TwoSides) -> None:
    entered(sides, visit("1", "100.00"), visit("2", "150.00", "2025/11/10"))


def a_whole(sides: TwoSides, kind: str, **more: Any) -> str:
    """Let the office have typed both visits as one; return how a part of it is named.

    A part of another kind has a plus behind its id, so that it is not taken for that one itself.
    """
    told = {"CustomerRef": heron(sides), "TotalAmt": Decimal("250.00"), "TxnDate": "2025-11-30"}
    own = sides.in_quickbooks(kind, **(told | more))
    return f"{kind}:{own}" if kind == "Invoice" else f"{kind}:{own}+"


OF_EITHER_KIND = pytest.mark.parametrize("kind", ["Invoice", "SalesReceipt"])


@pytest.mark.case("F4a")
@pytest.mark.case("F7a")
@pytest.mark.parametrize(
    ("kind", "decision", "payment"),
    [
        ("Invoice", MatchDecision.SAME, "refused"),
        ("Invoice", MatchDecision.LEFT_OUT, "left out"),
        ("SalesReceipt", MatchDecision.SAME, "left out"),
        ("SalesReceipt", MatchDecision.LEFT_OUT, "left out"),
    ],
)
def test_who_says_of_one_that_it_is_part_of_another_is_still_asked_about_the_rest(
    sides: TwoSides, kind: str, decision: MatchDecision, payment: str
) -> None:
    two_visits(sides)
    entered(sides, a_payment(invoiceId="1", amount="100.00"))
    part = a_whole(sides, kind, TxnDate="2025-11-10")
    looked(sides)
    say(sides, asked(sides)["1"], decision, part if decision is MatchDecision.SAME else None)
    sides.run_id = "r2"
    looked(sides)
    rest = asked(sides)["2"]
    assert (rest.decision, part in rest.quickbooks_ids) == (MatchDecision.UNDECIDED, True)
    assert posted(sides, "r2") == {"left out": 1, "waiting": 1}
    assert sides.push("payment") == {payment: 1}


@pytest.mark.case("F4a")
@pytest.mark.case("F7a")
@OF_EITHER_KIND
def test_who_says_that_it_is_no_part_of_another_has_it_posted(sides: TwoSides, kind: str) -> None:
    two_visits(sides)
    a_whole(sides, kind)
    looked(sides)
    say(sides, asked(sides)["1"], MatchDecision.DIFFERENT)
    sides.run_id = "r2"
    looked(sides)
    assert [*asked(sides)] == ["1"]
    assert posted(sides, "r2") == {"created": 2}


@pytest.mark.case("F4a")
@pytest.mark.case("F7a")
@OF_EITHER_KIND
@pytest.mark.parametrize(
    ("here", "there"),
    [
        ({}, {"CustomerRef": {"value": "99", "name": "Other Co"}}),
        ({}, {"TotalAmt": Decimal("250.02")}),
        ({}, {"TxnDate": "2027-02-20"}),
        ({}, {"CurrencyRef": {"value": "CAD"}}),
        ({}, {"TotalAmt": Decimal(0), "PrivateNote": "Voided"}),
        ({"status": "Void"}, {}),
    ],
    ids=[
        "another customer",
        "another sum",
        "another season",
        "another currency",
        "void",
        "void here",
    ],
)
def test_what_does_not_add_up_is_not_asked_about(
    sides: TwoSides, kind: str, here: dict[str, str], there: dict[str, Any]
) -> None:
    entered(sides, visit("1", "100.00"), visit("2", "150.00", "2025/11/10", **here))
    a_whole(sides, kind, **there)
    looked(sides)
    assert asked(sides) == {}


@pytest.mark.case("F4a")
@pytest.mark.parametrize("day", ["2025-11-03", "2025-11-10", "2025-11-30", "2025-10-31"])
def test_two_invoices_that_were_typed_as_one_are_asked_about_before_they_are_posted(
    sides: TwoSides, day: str
) -> None:
    two_visits(sides)
    whole = an_invoice_there(sides, TotalAmt=Decimal("250.00"), TxnDate=day, DocNumber="88")
    before = counts(sides)["Invoice"]
    looked(sides)
    found = asked(sides)
    assert {own: (one.grade, one.quickbooks_ids[0]) for own, one in found.items()} == {
        "1": (Grade.SEVERAL, f"Invoice:{whole}"),
        "2": (Grade.SEVERAL, f"Invoice:{whole}"),
    }
    assert found["1"].candidates[0].other["total"] == ("100.00 + 150.00", "250.00")
    assert posted(sides) == {"waiting": 2}
    assert counts(sides)["Invoice"] == before
    _, why = sides.note("push_invoices", "1")
    assert f"(Invoice {whole})" in why
    assert "in which it may be with invoice INV-2 of Blue Heron Plumbing" in why
    assert "then nothing is posted, and it stays what it is in QuickBooks" in why


@pytest.mark.case("F4a")
def test_one_invoice_that_was_typed_as_two_is_asked_about(sides: TwoSides) -> None:
    entered(sides, visit("1", "250.00"))
    first = an_invoice_there(sides, TotalAmt=Decimal("100.00"), TxnDate="2025-11-02")
    second = an_invoice_there(sides, TotalAmt=Decimal("150.00"), TxnDate="2025-11-20")
    looked(sides)
    together = f"Invoice:{first}+{second}"
    [found] = asked(sides).values()
    assert (found.grade, together in found.quickbooks_ids) == (Grade.SEVERAL, True)
    assert posted(sides) == {"waiting": 1}
    assert f"(Invoice {first} and {second})" in sides.note("push_invoices", "1")[1]
    say(sides, found, MatchDecision.SAME, together)
    sides.run_id = "r2"
    looked(sides)
    assert posted(sides, "r2") == {"left out": 1}


@pytest.mark.case("F4a")
def test_what_was_typed_as_one_a_cent_of_tax_apart_is_asked_about(sides: TwoSides) -> None:
    two_visits(sides)
    an_invoice_there(sides, TotalAmt=Decimal("250.01"), TxnDate="2025-11-30")
    looked(sides)
    assert len(asked(sides)) == 2


@pytest.mark.case("F4a")
def test_the_visits_of_a_month_that_were_typed_as_one_are_asked_about(sides: TwoSides) -> None:
    days = [f"2025/11/{day:02d}" for day in range(2, 30, 3)]
    entered(sides, *(visit(str(own), "99.00", day) for own, day in enumerate(days, start=1)))
    total = Decimal("99.00") * len(days)
    an_invoice_there(sides, TotalAmt=total, TxnDate="2025-11-30")
    looked(sides)
    assert len(asked(sides)) == len(days)


@pytest.mark.case("F4a")
def test_what_is_there_with_its_very_amount_is_not_taken_for_a_part(sides: TwoSides) -> None:
    two_visits(sides)
    own = an_invoice_there(sides, TotalAmt=Decimal("100.00"), TxnDate="2025-11-03", DocNumber="1")
    an_invoice_there(sides, TotalAmt=Decimal("250.00"), TxnDate="2025-11-30", DocNumber="88")
    looked(sides)
    assert candidates(sides) == {"1": (own,)}


@pytest.mark.case("F4a")
def test_a_check_that_pays_several_invoices_is_asked_about_by_each_payment(
    sides: TwoSides,
) -> None:
    """Both invoices are there, and the office entered one payment of both."""
    one_each = {"1": "100.00", "2": "150.00"}
    days = {"1": "2025/11/03", "2": "2025/11/10"}
    entered(sides, *(visit(own, total, days[own]) for own, total in one_each.items()))
    lines = []
    for own, total in one_each.items():
        day, number = days[own].replace("/", "-"), f"INV-{own}"
        amount = Decimal(total)
        there = an_invoice_there(sides, TotalAmt=amount, TxnDate=day, DocNumber=number)
        lines.append({"Amount": amount, "LinkedTxn": [{"TxnId": there, "TxnType": "Invoice"}]})
        paid = {"invoiceId": own, "amount": total, "paymentDate": "2025/11/20"}
        sides.mobiwork.put(a_payment(f"90{own}", **paid))
    whole = a_payment_there(sides, "250.00", Line=lines)
    looked(sides)
    found = candidates(sides, "Payment")
    assert {own: ids[0] for own, ids in found.items()} == {
        "901": f"Payment:{whole}",
        "902": f"Payment:{whole}",
    }
    assert posted(sides) == {"linked": 2}
    assert sides.push("payment") == {"waiting": 2}


def a_payment_there(sides: TwoSides, total: str, **members: Any) -> str:
    customer = sides.quickbooks.records["Customer"][0]["Id"]
    whom = {"CustomerRef": {"value": customer, "name": "Blue Heron Plumbing"}}
    told = {"TotalAmt": Decimal(total), "TxnDate": "2025-11-21", **members}
    return sides.in_quickbooks("Payment", **whom, **told)


@pytest.mark.case("F4a")
def test_payments_of_invoices_that_were_typed_as_one_are_asked_about_too(sides: TwoSides) -> None:
    """MobiWork's payments name their invoices only, which are a part of one there."""
    two_visits(sides)
    for own, total in (("1", "100.00"), ("2", "150.00")):
        paid = {"invoiceId": own, "amount": total, "paymentDate": "2025/11/20", "customerId": ""}
        sides.mobiwork.put(a_payment(f"90{own}", **paid))
    invoice = an_invoice_there(sides, TotalAmt=Decimal("250.00"), TxnDate="2025-11-30")
    linked = [{"TxnId": invoice, "TxnType": "Invoice"}]
    whole = a_payment_there(
        sides, "250.00", Line=[{"Amount": Decimal("250.00"), "LinkedTxn": linked}]
    )
    looked(sides)
    assert {ids[0] for ids in candidates(sides, "Payment").values()} == {f"Payment:{whole}"}
    assert len(candidates(sides, "Payment")) == 2


@pytest.mark.case("F4a")
def test_a_payment_that_was_typed_as_two_is_asked_about(sides: TwoSides) -> None:
    entered(sides, visit("1", "250.00"), a_payment(invoiceId="1", amount="250.00"))
    invoice = an_invoice_there(
        sides, TotalAmt=Decimal("250.00"), TxnDate="2025-11-03", DocNumber="INV-1"
    )
    linked = [{"TxnId": invoice, "TxnType": "Invoice"}]
    some = [
        a_payment_there(sides, total, Line=[{"Amount": Decimal(total), "LinkedTxn": linked}])
        for total in ("200.00", "50.00")
    ]
    looked(sides)
    assert candidates(sides, "Payment")["901"][0] == f"Payment:{'+'.join(sorted(some))}"


@pytest.mark.case("F4a")
def test_a_bill_that_was_typed_as_two_is_asked_about(sides: TwoSides) -> None:
    sides.mobiwork.put(an_order())
    some = [
        a_bill_there(sides, TotalAmt=Decimal(total), TxnDate="2025-11-05").removeprefix("Bill:")
        for total in ("4.00", "5.00")
    ]
    looked(sides)
    [found] = asked(sides, "Bill").values()
    assert found.quickbooks_ids[0] == f"Bill:{'+'.join(sorted(some))}"


@pytest.mark.case("F4a")
def test_a_part_is_asked_about_though_the_other_one_is_like_something_else(
    sides: TwoSides,
) -> None:
    """The office typed both visits as one, and has another one of the second's amount."""
    days = ("2025/11/03", "2025/11/10")
    entered(sides, visit("1", "100.00", days[0]), visit("2", "150.00", days[1]))
    whole = an_invoice_there(sides, TotalAmt=Decimal("250.00"), TxnDate="2025-11-10")
    an_invoice_there(sides, TotalAmt=Decimal("150.00"), TxnDate="2025-11-12", DocNumber="7")
    looked(sides)
    found = asked(sides)
    assert found["2"].candidates[0].same["total"] == "150.00"
    assert found["1"].quickbooks_ids[0] == f"Invoice:{whole}"
