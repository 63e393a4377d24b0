"""What a person approved is linked to what was shown, and nothing else is written by that."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from connector.jobs.settings_replay import replay
from connector.model.matching.matches import MatchDecision
from connector.model.outcomes import Outcome
from tests.builders import CONNECTION, a_customer
from tests.unit.engine.test_matched import HERON, history, looked, match_of, run_all, say
from tests.unit.engine.two_sides import TwoSides
from tests.unit.entities.sales.selling import a_quote


@pytest.fixture
def sides() -> TwoSides:
    return TwoSides()


def approved(sides: TwoSides) -> None:
    """Approve the plan of the invoice as it is kept."""
    store, flow = sides.store, "push_invoices"
    [plan] = store.plans.read_many(CONNECTION, sides.run().scope, flow, ["5501"]).values()
    assert store.pending.approve(CONNECTION, flow, "5501", str(plan.content_hash))


@pytest.mark.case("F3c")
def test_an_approved_link_that_would_be_to_another_record_by_now_asks_again(
    sides: TwoSides,
) -> None:
    sides.save(sides.settings.model_copy(update={"approve_before_post": {"push_invoices"}}))
    history(sides)
    first = sides.quickbooks.records["Invoice"][0]
    other = sides.in_quickbooks("Invoice", **{**first, "Id": "", "TotalAmt": Decimal("9.63")})
    looked(sides)
    sides.store.matches.decide_certain(CONNECTION, by="ann", at=datetime.now(UTC).isoformat())
    found = match_of(sides, "Invoice", "invoice", "5501")
    assert {*found.quickbooks_ids} == {first["Id"], other}
    say(sides, found, MatchDecision.SAME, str(first["Id"]))
    assert run_all(sides)["invoice"] == {"planned": 1}
    approved(sides)
    say(sides, found, MatchDecision.SAME, other)
    sides.run_id = "r2"
    assert sides.push("invoice") == {"planned": 1}
    approved(sides)
    sides.run_id = "r3"
    assert sides.push("invoice") == {"linked": 1}
    assert sides.link("invoice", "5501").quickbooks_id == other
    assert sides.note("push_invoices", "5501")[0] is Outcome.LINKED


@pytest.mark.case("M33b")
@pytest.mark.parametrize(
    ("typed", "becomes"),
    [
        ({**HERON, "Notes": "Pays late"}, {"refused": 1}),
        ({"DisplayName": "Blue Heron Plumbing"}, {"refused": 1}),
        ({}, {"linked": 1}),
    ],
)
def test_an_approved_create_is_linked_only_to_what_is_as_it_was_shown(
    sides: TwoSides, typed: dict[str, Any], becomes: dict[str, int]
) -> None:
    flow = "push_customers"
    sides.save(sides.settings.model_copy(update={"approve_before_post": {flow}}))
    sides.mobiwork.put(a_customer())
    sides.look()
    assert sides.push("customer") == {"planned": 1}
    plans = sides.store.plans.read_many(CONNECTION, sides.run().scope, flow, ["700001"])
    assert sides.store.pending.approve(
        CONNECTION, flow, "700001", str(plans["700001"].content_hash)
    )
    number = sides.in_quickbooks("Customer", **(typed or dict(plans["700001"].body or {})))
    sides.run_id = "r2"
    assert sides.push("customer") == becomes
    if "refused" in becomes:
        assert "What was approved is to create it" in sides.note(flow, "700001")[1]
        [link, *_] = sides.offers(flow, "700001")
        assert (link.action, link.target) == ("link", number)


@pytest.mark.case("F3e")
@pytest.mark.parametrize("there", ["Closed", "Rejected"])
def test_a_quote_that_is_linked_writes_nothing_of_its_status_over_that_of_its_estimate(
    sides: TwoSides, there: str
) -> None:
    history(sides)
    whom = sides.quickbooks.records["Invoice"][0]["CustomerRef"]
    sides.mobiwork.put(a_quote(status="Approved"))
    number = sides.in_quickbooks(
        "Estimate",
        CustomerRef=whom,
        TxnDate="2025-11-01",
        DocNumber="Q-41001",
        TotalAmt=Decimal("9.63"),
        TxnStatus=there,
    )
    looked(sides)
    found = match_of(sides, "Estimate", "estimate", "41001")
    sides.store.matches.decide_certain(CONNECTION, by="ann", at=datetime.now(UTC).isoformat())
    say(sides, found, MatchDecision.SAME, number)
    run_all(sides)
    assert sides.push("estimate") == {"linked": 1}
    estimate = sides.quickbooks.records["Estimate"][0]
    before = dict(estimate)
    for run_id, status in (("r2", "Approved"), ("r3", "Won")):
        sides.run_id = run_id
        sides.mobiwork.put(a_quote(status=status, comments=run_id))
        sides.look()
        assert sides.push("estimate") == {"unchanged": 1}
    assert sides.quickbooks.records["Estimate"] == [before]


@pytest.mark.case("F3d")
@pytest.mark.parametrize("linked", [True, False])
def test_of_a_customer_who_is_excluded_nothing_is_written_on_either_side_though_he_is_matched(
    sides: TwoSides, linked: bool
) -> None:
    history(sides)
    looked(sides)
    sides.store.matches.decide_certain(CONNECTION, by="ann", at=datetime.now(UTC).isoformat())
    if linked:
        run_all(sides)
    sides.save(sides.settings.model_copy(update={"excluded_customers": frozenset({"700001"})}))
    sides.mobiwork.put(a_customer(companyName="Blue Heron Plumbing", website="heron.example"))
    sides.quickbooks.records["Customer"][0] |= {
        "SyncToken": "7",
        "PrimaryPhone": {"FreeFormNumber": "8135550199"},
    }
    there = [dict(one) for one in sides.quickbooks.records["Customer"]]
    here = sides.text("customer", "700001", "contact/phoneNumber")
    sides.look("Customer")
    sides.run_id = "r2"
    outcomes = run_all(sides)
    assert outcomes["pull_customers"] == outcomes["customer"] == {"left out": 1}
    assert sides.quickbooks.records["Customer"] == there
    assert sides.text("customer", "700001", "contact/phoneNumber") == here
    told = 'Its customer is one of the setting "Customers to leave out".'
    assert sides.note("push_customers", "700001")[1] == told
    if not linked:
        assert outcomes["invoice"] == {"left out": 1}


@pytest.mark.case("F3d")
def test_a_customer_who_is_excluded_no_more_gets_what_changed_meanwhile(sides: TwoSides) -> None:
    history(sides)
    looked(sides)
    sides.store.matches.decide_certain(CONNECTION, by="ann", at=datetime.now(UTC).isoformat())
    run_all(sides)
    for run_id, excluded in (("r2", {"700001"}), ("r3", set[str]())):
        chosen = sides.settings.model_copy(update={"excluded_customers": frozenset(excluded)})
        sides.save(chosen)
        sides.run_id = run_id
        replay(CONNECTION, sides.store)
        sides.mobiwork.put(a_customer(companyName="Blue Heron LLC"))
        sides.look()
        sides.push("customer")
        named = sides.quickbooks.records["Customer"][0].get("CompanyName")
        assert (named == "Blue Heron LLC") is not bool(excluded)


@pytest.mark.case("F3e")
def test_an_invoice_that_is_linked_gets_no_rounding_line_where_it_is_a_cent_off(
    sides: TwoSides,
) -> None:
    history(sides)
    rounded = {"on_other_total": "add a rounding line", "rounding_product": "307001"}
    sides.save(sides.settings.model_copy(update=rounded))
    [invoice] = sides.quickbooks.records["Invoice"]
    detail = {"ItemRef": {"value": sides.quickbooks.records["Item"][0]["Id"]}}
    line = {"DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}
    invoice |= {"TotalAmt": Decimal("9.64"), "Line": [line | {"Amount": Decimal("9.64")}]}
    before = dict(invoice)
    looked(sides)
    sides.store.matches.decide_certain(CONNECTION, by="ann", at=datetime.now(UTC).isoformat())
    found = match_of(sides, "Invoice", "invoice", "5501")
    say(sides, found, MatchDecision.SAME, str(invoice["Id"]))
    for run_id in ("r2", "r3"):
        sides.run_id = run_id
        run_all(sides)
        assert sides.link("invoice", "5501").quickbooks_id == invoice["Id"]
        sides.store.pending.replay(CONNECTION, "push_invoices", "5501")
    assert sides.quickbooks.records["Invoice"] == [before]
    [entry] = sides.store.pending.read_all(CONNECTION, "push_invoices")
    assert "9.64" in str(entry.reason)
