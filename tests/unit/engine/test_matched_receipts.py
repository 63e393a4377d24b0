"""A sales receipt of QuickBooks is an invoice with its payment: nothing of it is posted unasked."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from connector.errors import RequestError
from connector.model.matching.comparison import Grade
from connector.model.matching.matches import MatchDecision, told_as
from connector.model.worklist.fixes import FixKind
from tests.builders import CONNECTION, a_payment, an_invoice
from tests.unit.api.desk import Desk
from tests.unit.engine.test_matched import looked, match_of, say
from tests.unit.engine.test_matched_voids import VOID, an_invoice_there, entered, posted
from tests.unit.engine.two_sides import TwoSides


@pytest.fixture
def sides() -> TwoSides:
    found = TwoSides()
    entered(found, an_invoice(), a_payment())
    return found


def a_receipt(sides: TwoSides, **members: Any) -> str:
    an_invoice_there(sides, DocNumber="9", TotalAmt=Decimal("500"), TxnDate="2024-01-05")
    customer = sides.quickbooks.records["Customer"][0]["Id"]
    whom = {"CustomerRef": {"value": customer, "name": "Blue Heron Plumbing"}}
    told = {"TxnDate": "2025-11-03", "DocNumber": "77", "TotalAmt": Decimal("9.63")}
    return "SalesReceipt:" + sides.in_quickbooks("SalesReceipt", **(whom | told | members))


@pytest.mark.case("F1i")
@pytest.mark.parametrize("there", [{}, {"TxnDate": "2025-12-09", "DocNumber": "INV-5501"}])
def test_an_invoice_that_is_a_sales_receipt_there_is_asked_about_and_never_certain(
    sides: TwoSides, there: dict[str, str]
) -> None:
    receipt = a_receipt(sides, **there)
    looked(sides)
    found = match_of(sides, "Invoice", "invoice", "5501")
    assert (found.grade, found.quickbooks_ids) == (Grade.LIKELY, (receipt,))
    assert posted(sides) == {"waiting": 1}
    why = sides.note("push_invoices", "5501")[1]
    assert "sales receipt" in why
    assert f"({told_as(receipt)})" in why
    assert sides.push("payment") == {"waiting": 1}


@pytest.mark.case("F1i")
@pytest.mark.parametrize(
    ("decision", "invoice", "payment"),
    [
        (MatchDecision.SAME, "left out", "left out"),
        (MatchDecision.LEFT_OUT, "left out", "left out"),
        (MatchDecision.DIFFERENT, "created", "created"),
    ],
)
def test_of_an_invoice_that_a_person_says_is_a_sales_receipt_nothing_is_posted(
    sides: TwoSides, decision: MatchDecision, invoice: str, payment: str
) -> None:
    receipt = a_receipt(sides)
    looked(sides)
    found = match_of(sides, "Invoice", "invoice", "5501")
    say(sides, found, decision, receipt if decision is MatchDecision.SAME else None)
    looked(sides)
    assert posted(sides, "r2") == {invoice: 1}
    assert sides.push("payment") == {payment: 1}
    if decision is MatchDecision.SAME:
        assert "sales receipt" in sides.note("push_invoices", "5501")[1]
        assert "with what was paid" in sides.note("push_invoices", "5501")[1]


@pytest.mark.case("F1i")
@pytest.mark.parametrize("fix", [FixKind.LINK, FixKind.DONE_BY_HAND])
def test_who_wants_to_link_an_invoice_to_a_sales_receipt_is_sent_to_the_list_of_matches(
    sides: TwoSides, fix: FixKind
) -> None:
    receipt = a_receipt(sides)
    looked(sides)
    assert posted(sides) == {"waiting": 1}
    desk = Desk(sides.store, sides.quickbooks)
    [entry] = [one.id for one in desk.entries() if one.flow == "push_invoices"]
    with pytest.raises(RequestError) as refused:
        desk.fix(fix, entry, target=receipt)
    assert str(refused.value) == (
        f"{told_as(receipt)} of QuickBooks is a different kind of record than invoice "
        "INV-5501 of Blue Heron Plumbing, so they cannot be linked. If they are the "
        "same, say so in the list of matches, and nothing is posted."
    )
    for other in ("SalesReceipt:999", "Heron"):
        with pytest.raises(RequestError, match="is not a QuickBooks ID"):
            desk.fix(fix, entry, target=other)


@pytest.mark.case("F1i")
def test_a_void_invoice_that_was_entered_again_as_a_sales_receipt_is_shown_with_it(
    sides: TwoSides,
) -> None:
    void = an_invoice_there(sides, **VOID)
    receipt = a_receipt(sides)
    looked(sides)
    found = match_of(sides, "Invoice", "invoice", "5501")
    assert (found.grade, found.quickbooks_ids) == (Grade.SEVERAL, (receipt, void))


@pytest.mark.case("F1i")
@pytest.mark.parametrize(
    ("here", "there"),
    [
        ({"status": "Void"}, {}),
        ({}, {"CustomerRef": {"value": "99", "name": "Other Co"}}),
        ({}, {"TotalAmt": Decimal("80")}),
        ({}, VOID),
    ],
    ids=["void", "another customer", "another total", "voided there"],
)
def test_a_sales_receipt_that_doubles_nothing_is_not_asked_about(
    sides: TwoSides, here: dict[str, str], there: dict[str, Any]
) -> None:
    entered(sides, an_invoice(**here))
    a_receipt(sides, **there)
    looked(sides)
    assert [*sides.store.matches.read_all(CONNECTION, "Invoice")] == []


@pytest.mark.case("F1i")
def test_an_invoice_of_before_the_start_date_is_compared_for_that_may_be_moved_back(
    sides: TwoSides,
) -> None:
    sides.save(sides.settings.model_copy(update={"start_date": date(2026, 1, 1)}))
    receipt = a_receipt(sides)
    looked(sides)
    assert posted(sides) == {"left out": 1}
    sides.save(sides.settings.model_copy(update={"start_date": None}))
    sides.store.left_out.replay_some(CONNECTION, "push_invoices", ["5501"])
    assert posted(sides, "r2") == {"waiting": 1}
    assert told_as(receipt) in sides.note("push_invoices", "5501")[1]


@pytest.mark.case("F1i")
def test_sales_receipts_are_read_only_where_an_invoice_is_like_none_there(sides: TwoSides) -> None:
    an_invoice_there(sides)
    looked(sides)
    assert "SalesReceipt" not in sides.store.matches.look(CONNECTION)["read"]
