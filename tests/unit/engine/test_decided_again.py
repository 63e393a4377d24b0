"""What is asked again after it was decided: what changed meanwhile, and what appears later."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from connector.model.links import Link, RecordKey
from connector.model.matching.comparison import Grade
from connector.model.matching.matches import MatchDecision
from connector.model.worklist.causes import Kind
from connector.push.later_changes import NEVER_SAID
from tests.builders import CONNECTION, a_customer, a_line, a_product, an_intent, an_invoice
from tests.unit.engine.test_matched import HERON, history, looked, match_of, run_all, say
from tests.unit.engine.two_sides import TwoSides

MATCHED = (
    ("Customer", "customer", "700001"),
    ("Item", "product", "307001"),
    ("Invoice", "invoice", "5501"),
)


@pytest.fixture
def sides() -> TwoSides:
    return TwoSides()


@pytest.mark.case("F1x")
@pytest.mark.parametrize("whose", ["MobiWork", "QuickBooks", "customer"])
@pytest.mark.parametrize("together", [True, False])
def test_what_changes_after_it_was_decided_is_asked_about_again_before_it_is_linked(
    sides: TwoSides, whose: str, together: bool
) -> None:
    history(sides)
    looked(sides)
    if together:
        sides.store.matches.decide_certain(CONNECTION, by="ann", at=datetime.now(UTC).isoformat())
    for target, entity, own in MATCHED if not together else ():
        found = match_of(sides, target, entity, own)
        say(sides, found, MatchDecision.SAME, found.quickbooks_ids[0])
    [invoice] = sides.quickbooks.records["Invoice"]
    if whose == "MobiWork":
        sides.mobiwork.put(an_invoice(invoiceDate="Sun Nov 23 00:00:00 EST 2025"))
        sides.look()
    else:
        other = {"CustomerRef": {"value": "99", "name": "Other Co"}}
        invoice |= other if whose == "customer" else {"TotalAmt": Decimal("900.00")}
    assert run_all(sides)["invoice"] == {"refused": 1}
    why = sides.note("push_invoices", "5501")[1]
    assert "Since it was decided, this has changed" in why
    sides.store.pending.replay(CONNECTION, "push_invoices", "5501")
    sides.run_id = "r2"
    assert sides.push("invoice") == {"waiting": 1}
    say(
        sides, match_of(sides, "Invoice", "invoice", "5501"), MatchDecision.SAME, str(invoice["Id"])
    )
    sides.run_id = "r3"
    assert sides.push("invoice") == {"linked": 1}


@pytest.mark.case("F20")
@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("stands", [True, False])
def test_what_was_opened_again_is_asked_about_until_somebody_decides_whatever_its_date(
    sides: TwoSides, *, together: bool, stands: bool
) -> None:
    sides.save(sides.settings.model_copy(update={"start_date": date(2026, 1, 1)}))
    history(sides)
    looked(sides)
    found = match_of(sides, "Invoice", "invoice", "5501")
    if together:
        sides.store.matches.decide_certain(CONNECTION, by="ann", at=datetime.now(UTC).isoformat())
    else:
        say(sides, found, MatchDecision.SAME, found.quickbooks_ids[0])
    [invoice] = sides.quickbooks.records["Invoice"]
    invoice |= {"TotalAmt": Decimal("900.00")}
    assert run_all(sides)["invoice"] == {"refused": 1}
    if not stands:
        sides.quickbooks.records["Invoice"].clear()
    for sides.run_id in ("r2", "r3"):
        sides.store.pending.replay(CONNECTION, "push_invoices", "5501")
        assert sides.push("invoice") == {"waiting": 1}
        told = 'the total is "9.63" in MobiWork and "900.00" in QuickBooks'
        assert told in sides.note("push_invoices", "5501")[1]
        sides.store.matches.save_look(CONNECTION, {})  # so that all of QuickBooks is read
        looked(sides)
    say(sides, match_of(sides, "Invoice", "invoice", "5501"), MatchDecision.DIFFERENT)
    sides.run_id = "r4"
    assert sides.push("invoice") == {"left out": 1}


@pytest.mark.case("F1h")
@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize(
    ("target", "entity", "own", "changed"),
    [
        ("Customer", "customer", "700001", {"DisplayName": "Egret Roofing"}),
        ("Customer", "customer", "700001", None),
        ("Item", "product", "307001", {"Name": "Brass valve"}),
    ],
    ids=["customer there", "customer here", "item there"],
)
def test_a_master_that_changes_after_it_was_decided_is_asked_about_again_before_it_is_linked(  # noqa: PLR0913, PLR0917 - what differs
    sides: TwoSides,
    together: bool,
    target: str,
    entity: str,
    own: str,
    changed: dict[str, str] | None,
) -> None:
    history(sides)
    looked(sides)
    found = match_of(sides, target, entity, own)
    if together:
        sides.store.matches.decide_certain(CONNECTION, by="ann", at=datetime.now(UTC).isoformat())
    else:
        say(sides, found, MatchDecision.SAME, found.quickbooks_ids[0])
    if changed:
        sides.quickbooks.records[target][0] |= changed
    else:
        sides.mobiwork.put(a_customer(companyName="Egret Roofing"))
    sides.look(target)
    pull = {"Customer": "pull_customers", "Item": "pull_products"}[target]
    assert sides.pull(pull) == {"refused": 1}
    assert "Since it was decided, this has changed" in sides.note(pull, found.quickbooks_ids[0])[1]
    assert sides.push(entity) == {"waiting": 1}
    assert len(sides.quickbooks.records[target]) == len(sides.mobiwork.records_of[entity]) == 1
    say(sides, match_of(sides, target, entity, own), MatchDecision.SAME, found.quickbooks_ids[0])
    for flow, number in ((pull, found.quickbooks_ids[0]), (f"push_{entity}s", own)):
        sides.store.pending.replay(CONNECTION, flow, number)
    sides.run_id = "r2"
    assert sides.pull(pull) == {"refused": 1}
    assert "was changed on both sides" in sides.note(pull, found.quickbooks_ids[0])[1]
    assert sides.owner(target, found.quickbooks_ids[0]) == own


@pytest.mark.case("F1y")
def test_what_is_none_of_those_shown_is_asked_about_when_another_one_appears(
    sides: TwoSides,
) -> None:
    history(sides)
    looked(sides)
    say(sides, match_of(sides, "Invoice", "invoice", "5501"), MatchDecision.DIFFERENT)
    for again in (True, False):
        if again:
            first = sides.quickbooks.records["Invoice"][0]
            new = sides.in_quickbooks("Invoice", **{**first, "Id": "", "DocNumber": "1099"})
        run = sides.run()
        run.store.matches.save_look(run.connection_id, {})  # so that all of QuickBooks is read
        looked(sides)
        found = match_of(sides, "Invoice", "invoice", "5501")
        assert new in found.quickbooks_ids
        assert found.decision is MatchDecision.UNDECIDED


def test_what_mobiwork_cannot_say_any_more_is_linked_with_what_quickbooks_holds_of_it(
    sides: TwoSides,
) -> None:
    history(sides)
    of_before = a_line(productId="307009", quantity="1", price="9.63", total="9.63")
    sides.mobiwork.put(an_invoice(lineItems={"lineItem": [of_before]}))
    looked(sides)
    sides.store.matches.decide_certain(CONNECTION, by="ann", at="2999-01-01T00:00:00+00:00")
    assert run_all(sides)["invoice"] == {"linked": 1}
    base = sides.link("invoice", "5501").base
    assert (base["DocNumber"], base["TotalAmt"]) == ("1001", Decimal("9.63"))
    assert not base.keys() & {"Id", "SyncToken", "MetaData"}


def test_what_mobiwork_can_say_is_linked_with_that_and_not_with_all_of_quickbooks(
    sides: TwoSides,
) -> None:
    history(sides)
    looked(sides)
    sides.store.matches.decide_certain(CONNECTION, by="ann", at="2999-01-01T00:00:00+00:00")
    assert run_all(sides)["invoice"] == {"linked": 1}
    assert "TotalAmt" not in sides.link("invoice", "5501").base


def test_what_was_decided_on_and_is_gone_from_quickbooks_is_a_question_of_sameness(
    sides: TwoSides,
) -> None:
    history(sides)
    looked(sides)
    sides.store.matches.decide_certain(CONNECTION, by="ann", at="2999-01-01T00:00:00+00:00")
    sides.quickbooks.records["Invoice"].clear()
    assert run_all(sides)["invoice"] == {"refused": 1}
    (item,) = sides.store.pending.read_all(CONNECTION, "push_invoices")
    assert item.cause == Kind.SAME


def test_what_was_refused_before_is_linked_under_a_generation_that_no_request_had(
    sides: TwoSides,
) -> None:
    history(sides)
    looked(sides)
    sides.store.matches.decide_certain(CONNECTION, by="ann", at="2999-01-01T00:00:00+00:00")
    refused = an_intent(RecordKey("invoice", "5501"), target="Invoice", generation=4)
    assert sides.store.links.claim(CONNECTION, refused, before=None)
    sides.store.links.release(CONNECTION, refused)
    assert run_all(sides)["invoice"] == {"linked": 1}
    assert sides.link("invoice", "5501").generation == 5


@pytest.mark.case("F19")
def test_an_invoice_of_a_site_whose_bills_go_to_the_parent_is_linked_though_sites_are_not_pushed(
    sides: TwoSides,
) -> None:
    """A connection whose links were erased, made again without the setting that pushed sites."""
    egret = {"firstName": "TBD", "lastName": "TBD", "email": "office@egret.example"}
    below = {"parentCustomerId": "700001", "isSubCustomer": "true", "contact": egret}
    sides.mobiwork.put(a_customer())
    sides.mobiwork.put(a_customer("700002", companyName="Egret Preschool", **below))
    bills = {"customer": {"companyName": "Egret Preschool"}, "billToCustomerId": "700001"}
    whose: dict[str, Any] = bills | {"customerId": "700002"}
    sides.mobiwork.put(an_invoice(**whose))
    parent = sides.in_quickbooks("Customer", **HERON)
    site = sides.in_quickbooks(
        "Customer",
        DisplayName="Blue Heron Plumbing - Egret Preschool",
        CompanyName="Egret Preschool",
        Job=True,
        ParentRef={"value": parent},
        BillWithParent=True,
        PrimaryEmailAddr={"Address": "office@egret.example"},
    )
    sides.in_quickbooks(
        "Invoice",
        CustomerRef={"value": site, "name": "Blue Heron Plumbing - Egret Preschool"},
        TxnDate="2025-11-02",
        DocNumber="INV-5501",
        TotalAmt=Decimal("9.63"),
    )
    looked(sides)
    sides.store.matches.decide_certain(CONNECTION, by="ann", at=datetime.now(UTC).isoformat())
    found = match_of(sides, "Invoice", "invoice", "5501")
    assert (found.decision, found.grade) == (MatchDecision.SAME, Grade.CERTAIN)
    assert run_all(sides)["invoice"] == {"linked": 1}


FREE_TEXT = {"lineItem": [a_line(productId="null", productName="Free text")]}


@pytest.mark.case("R17")
@pytest.mark.parametrize("lines", [FREE_TEXT, {"lineItem": []}], ids=["free text", "no lines"])
def test_a_matched_invoice_that_could_not_be_posted_is_linked_and_all_others_go_on(
    sides: TwoSides, lines: dict[str, Any]
) -> None:
    history(sides)
    sides.mobiwork.put(an_invoice(lineItems=lines))
    sides.mobiwork.put(an_invoice("5502", invoiceDate="Mon Mar 02 00:00:00 EST 2026"))
    looked(sides)
    sides.store.matches.decide_certain(CONNECTION, by="ann", at=datetime.now(UTC).isoformat())
    found = match_of(sides, "Invoice", "invoice", "5501")
    say(sides, found, MatchDecision.SAME, found.quickbooks_ids[0])
    assert run_all(sides)["invoice"] == {"linked": 1, "created": 1}
    sides.mobiwork.put(an_invoice(lineItems=lines, comments="Edited"))
    sides.look()
    sides.run_id = "r2"
    assert sides.push("invoice") == {"unchanged": 1}


@pytest.mark.case("R17a")
def test_what_was_linked_before_its_product_was_there_is_not_told_as_another_later(
    sides: TwoSides,
) -> None:
    history(sides)
    del sides.mobiwork.records_of["product"], sides.quickbooks.records["Item"]
    looked(sides)
    sides.store.matches.decide_certain(CONNECTION, by="ann", at=datetime.now(UTC).isoformat())
    found = match_of(sides, "Invoice", "invoice", "5501")
    say(sides, found, MatchDecision.SAME, found.quickbooks_ids[0])
    run_all(sides)
    sides.mobiwork.put(a_product())
    sides.look()
    sides.run_id = "r2"
    assert run_all(sides)["product"] == {"created": 1}
    sides.mobiwork.put(an_invoice(comments="Edited"))
    sides.look()
    sides.run_id = "r3"
    assert sides.push("invoice") == {"unchanged": 1}
    link = sides.store.links.read(CONNECTION, "invoice", "5501")
    assert isinstance(link, Link)
    assert (link.content_hash, link.drift) == (NEVER_SAID, None)
