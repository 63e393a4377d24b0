from decimal import Decimal
from typing import Any

import pytest

from connector.model.matching.comparison import Grade
from connector.model.matching.matches import MatchDecision
from tests.builders import CONNECTION, a_customer, a_payment, a_product, an_invoice
from tests.unit.engine.test_matched import ELBOW, HERON, counts, looked, match_of, say
from tests.unit.engine.two_sides import TwoSides

VOID: dict[str, Any] = {
    "TotalAmt": Decimal(0),
    "Balance": Decimal(0),
    "PrivateNote": "Voided",
    "Line": [{"Amount": Decimal(0), "SalesItemLineDetail": {"Qty": Decimal(0)}}],
}


@pytest.fixture
def sides() -> TwoSides:
    return TwoSides()


def an_invoice_there(sides: TwoSides, **members: Any) -> str:
    """Let QuickBooks have the customer, the product and an invoice of them."""
    if not sides.quickbooks.records.get("Customer"):
        sides.in_quickbooks("Customer", **HERON)
        sides.in_quickbooks("Item", **ELBOW)
    customer = sides.quickbooks.records["Customer"][0]["Id"]
    whom = {"CustomerRef": {"value": customer, "name": "Blue Heron Plumbing"}}
    told = {"TxnDate": "2025-11-02", "DocNumber": "1001", "TotalAmt": Decimal("9.63")}
    return sides.in_quickbooks("Invoice", **(whom | told | members))


def entered(sides: TwoSides, *records: Any) -> None:
    for one in (a_customer(), a_product(), *(records or (an_invoice(),))):
        sides.mobiwork.put(one)


def posted(sides: TwoSides, run_id: str = "r1") -> dict[str, int]:
    """Push invoices and return their outcomes, with customer and product linked before."""
    sides.run_id = run_id
    sides.store.matches.decide_certain("c1", by="ann", at="2999-01-01T00:00:00+00:00")
    for flow in ("pull_customers", "pull_products"):
        sides.pull(flow)
    for source in ("customer", "product"):
        sides.push(source)
    return sides.push("invoice")


@pytest.mark.case("F1e")
@pytest.mark.parametrize(
    "there",
    [{}, {"DocNumber": "5501", "TxnDate": "2025-11-04"}],
    ids=["of one day", "of one number"],
)
def test_an_invoice_that_was_voided_in_quickbooks_is_asked_about_before_it_is_posted(
    sides: TwoSides, there: dict[str, str]
) -> None:
    entered(sides)
    an_invoice_there(sides, **VOID, **there)
    before = counts(sides)
    looked(sides)
    assert posted(sides) == {"waiting": 1}
    assert counts(sides)["Invoice"] == before["Invoice"]
    _, why = sides.note("push_invoices", "5501")
    assert '"9.63" in MobiWork and "voided" in QuickBooks' in why


@pytest.mark.case("F1e")
@pytest.mark.parametrize(
    ("decision", "outcome"),
    [
        (MatchDecision.SAME, "linked"),
        (MatchDecision.DIFFERENT, "created"),
        (MatchDecision.LEFT_OUT, "left out"),
    ],
)
def test_a_person_says_whether_what_was_voided_there_is_linked_posted_or_left_out(
    sides: TwoSides, decision: MatchDecision, outcome: str
) -> None:
    entered(sides)
    void = an_invoice_there(sides, **VOID)
    looked(sides)
    found = match_of(sides, "Invoice", "invoice", "5501")
    assert (found.grade, found.quickbooks_ids) == (Grade.CONTRADICTS, (void,))
    say(sides, found, decision, void if decision is MatchDecision.SAME else None)
    looked(sides)
    assert posted(sides, "r2") == {outcome: 1}
    if decision is MatchDecision.SAME:
        assert sides.link("invoice", "5501").gone


@pytest.mark.case("F1e")
def test_a_voided_invoice_beside_the_one_that_was_entered_again_is_not_asked_about(
    sides: TwoSides,
) -> None:
    entered(sides)
    an_invoice_there(sides, **VOID)
    again = an_invoice_there(sides)
    looked(sides)
    found = match_of(sides, "Invoice", "invoice", "5501")
    assert (found.grade, found.quickbooks_ids) == (Grade.CERTAIN, (again,))


@pytest.mark.case("F1e")
@pytest.mark.parametrize(
    ("here", "there"),
    [
        ({"status": "Void"}, {}),
        ({}, {"DocNumber": "77", "TxnDate": "2025-11-03"}),
        ({}, {"CustomerRef": {"value": "99", "name": "Other Co"}}),
        ({}, {"TxnDate": "2024-11-02"}),
    ],
    ids=["void on both sides", "nothing but the customer", "another customer", "another year"],
)
def test_what_was_voided_there_and_is_nothing_of_mobiwork_is_not_asked_about(
    sides: TwoSides, here: dict[str, str], there: dict[str, Any]
) -> None:
    entered(sides, an_invoice(**here))
    an_invoice_there(sides, **VOID, **there)
    looked(sides)
    assert [*sides.store.matches.read_all("c1", "Invoice")] == []


@pytest.mark.case("F1e")
@pytest.mark.parametrize("reference", ["1044", ""])
def test_a_payment_that_was_voided_in_quickbooks_is_asked_about_before_it_is_posted(
    sides: TwoSides, reference: str
) -> None:
    entered(sides, an_invoice(), a_payment())
    an_invoice_there(sides)
    customer = sides.quickbooks.records["Customer"][0]["Id"]
    sides.in_quickbooks(
        "Payment",
        CustomerRef={"value": customer, "name": "Blue Heron Plumbing"},
        TxnDate="2025-11-10",
        PaymentRefNum=reference,
        TotalAmt=Decimal(0),
        UnappliedAmt=Decimal(0),
        PrivateNote="Voided",
        Line=[],
    )
    looked(sides)
    assert match_of(sides, "Payment", "payment", "901").grade is Grade.CONTRADICTS
    posted(sides)
    assert sides.push("payment") == {"waiting": 1}


def test_quickbooks_is_read_from_a_month_before_the_oldest_document_of_mobiwork_on(
    sides: TwoSides,
) -> None:
    entered(sides, an_invoice(invoiceDate="2025/11/02"))
    days = ("2025-10-01", "2025-10-02", "2026-11-20")
    _, *read = [an_invoice_there(sides, TxnDate=day, TotalAmt=Decimal("7")) for day in days]
    looked(sides)
    kept = sides.store.matches.read_facts(CONNECTION, "Invoice")
    assert [one["id"] for one in kept] == read
