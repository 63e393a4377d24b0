"""No money goes to somebody who only has the name, and nothing that may be there is posted."""

from decimal import Decimal
from typing import Any

import pytest

from connector.entities.recognitions import RECOGNITIONS
from connector.model.matching.comparison import Grade
from connector.model.matching.matches import MatchDecision
from tests.builders import CONNECTION, a_customer, a_product, an_invoice
from tests.unit.engine.test_matched import history, looked, match_of, say
from tests.unit.engine.test_matched_voids import an_invoice_there, entered, posted
from tests.unit.engine.two_sides import TwoSides

MIAMI = {
    "PrimaryPhone": {"FreeFormNumber": "(305) 555-0199"},
    "PrimaryEmailAddr": {"Address": "owner@heron-miami.example"},
}


@pytest.fixture
def sides() -> TwoSides:
    return TwoSides()


@pytest.mark.case("F8c")
@pytest.mark.parametrize(
    "decision", [None, MatchDecision.DIFFERENT, MatchDecision.LEFT_OUT], ids=str
)
def test_documents_of_one_who_only_has_the_name_are_never_certain(
    sides: TwoSides, decision: MatchDecision | None
) -> None:
    history(sides)
    sides.quickbooks.records["Customer"][0] |= MIAMI
    sides.mobiwork.put(an_invoice(invoiceNumber="77"))
    looked(sides)
    customer = match_of(sides, "Customer", "customer", "700001")
    assert customer.grade is Grade.CONTRADICTS
    if decision:
        say(sides, customer, decision)
        sides.run_id = "r2"
        looked(sides)
    for target, entity, own in (("Invoice", "invoice", "5501"), ("Payment", "payment", "901")):
        assert match_of(sides, target, entity, own).grade is not Grade.CERTAIN


@pytest.mark.case("F8e")
@pytest.mark.parametrize(
    "there",
    [
        {"TotalAmt": Decimal("9.00"), "DocNumber": "88"},
        {"TxnDate": "2025-11-06", "DocNumber": "88"},
        {"TxnDate": "2025-11-09", "DocNumber": "5501"},
    ],
    ids=["without the tax", "four days later", "of its number"],
)
def test_what_differs_a_little_there_is_asked_about_before_it_is_posted(
    sides: TwoSides, there: dict[str, Any]
) -> None:
    entered(sides)
    number = an_invoice_there(sides, **there)
    looked(sides)
    found = match_of(sides, "Invoice", "invoice", "5501")
    assert (found.quickbooks_ids, found.grade is Grade.CERTAIN) == ((number,), False)


@pytest.mark.case("F8e")
@pytest.mark.parametrize("reference", ["c1", "c0"], ids=["ours", "of a former connection"])
def test_what_bears_the_mark_of_the_record_is_asked_about_whatever_became_of_it(
    sides: TwoSides, reference: str
) -> None:
    entered(sides)
    mark = f"(MobiWork invoice 5501, ref. {reference})"
    moved = {"TotalAmt": Decimal("12.00"), "TxnDate": "2025-12-09", "DocNumber": "88"}
    number = an_invoice_there(sides, PrivateNote=f"Thank you {mark}", **moved)
    looked(sides)
    assert match_of(sides, "Invoice", "invoice", "5501").quickbooks_ids == (number,)


@pytest.mark.case("F8d")
def test_what_is_void_in_mobiwork_and_counts_in_quickbooks_is_shown_and_not_certain(
    sides: TwoSides,
) -> None:
    for one in (a_customer(), a_product(), an_invoice(status="Void")):
        sides.mobiwork.put(one)
    number = an_invoice_there(sides)
    looked(sides)
    [found] = sides.store.matches.read_all(CONNECTION, "Invoice")
    assert (found.grade, found.quickbooks_ids) == (Grade.LIKELY, (number,))
    assert found.candidates[0].other["standing"] == ("does not count", "counts")


@pytest.mark.case("F8e")
def test_a_document_is_asked_about_though_its_twin_may_be_another_ones(sides: TwoSides) -> None:
    """Only what is certain takes a document of QuickBooks away from others that it may be."""
    zeta = a_customer("700002", companyName="Zeta Dental", address={}, phone="", email="")
    theirs = {"customerId": "700002", "customer": {"companyName": "Zeta Dental"}}
    later = {"invoiceDate": "Wed Nov 05 00:00:00 EST 2025"}
    documents = an_invoice("5601", **theirs), an_invoice("5602", **later)
    entered(sides, a_customer(), zeta, a_product(), *documents)
    number = an_invoice_there(sides, DocNumber="1")
    looked(sides)
    assert match_of(sides, "Invoice", "invoice", "5602").quickbooks_ids == (number,)
    assert match_of(sides, "Invoice", "invoice", "5601").quickbooks_ids == (number,)


@pytest.mark.case("F1e")
def test_what_an_older_version_read_is_read_again(sides: TwoSides) -> None:
    entered(sides)
    an_invoice_there(sides)
    looked(sides)
    kept = dict(sides.store.matches.look(CONNECTION))
    sides.store.matches.save_look(CONNECTION, kept | {"read_as": 1})
    sides.store.matches.drop_facts(CONNECTION, "Invoice")
    sides.run_id = "r2"
    looked(sides)
    assert match_of(sides, "Invoice", "invoice", "5501").quickbooks_ids


@pytest.mark.case("F4c")
@pytest.mark.parametrize(
    ("alike", "more"),
    [
        (8, "And 3 more may be meant, as the list of matches shows"),
        (25, "And 15 more may be meant, or another one: that is linked by its id"),
    ],
)
def test_of_many_alike_each_can_be_chosen(sides: TwoSides, alike: int, more: str) -> None:
    entered(sides, an_invoice())
    there = [an_invoice_there(sides, DocNumber=f"77{own}") for own in range(alike)]
    looked(sides)
    found = match_of(sides, "Invoice", "invoice", "5501")
    assert found.grade is Grade.SEVERAL
    assert {*found.quickbooks_ids} <= {*there}
    assert len(found.candidates) == min(alike, 20)
    assert posted(sides) == {"waiting": 1}
    why = sides.note("push_invoices", "5501")[1]
    assert more in why
    assert why.count("invoice 77") == 5
    say(sides, found, MatchDecision.SAME, there[7])
    assert posted(sides, "r2") == {"linked": 1}


@pytest.mark.case("F4d")
def test_each_side_is_shown_as_it_writes_what_both_say(sides: TwoSides) -> None:
    entered(sides, an_invoice(invoiceNumber="inv-0042"))
    an_invoice_there(sides, DocNumber="INV 0042", TxnDate="2025-11-03")
    looked(sides)
    [shown] = match_of(sides, "Invoice", "invoice", "5501").candidates
    assert shown.label == "invoice INV 0042 of Blue Heron Plumbing"
    assert (shown.same["number"], shown.spelled["number"]) == ("INV 0042", "inv-0042")
    assert shown.spelled.keys() == {"number"}


@pytest.mark.case("F4d")
def test_a_sales_order_is_shown_as_what_it_is_there() -> None:
    recognition = RECOGNITIONS["push_sales_orders"]
    for more, noun in (({"TxnStatus": "Pending"}, "estimate"), ({"Balance": 0}, "invoice")):
        found = recognition.there({"Id": "7", "DocNumber": "1001", "TotalAmt": 5, **more})
        assert found is not None
        assert found.label == f"{noun} 1001"
