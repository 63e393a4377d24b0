from decimal import Decimal
from typing import Any

import pytest

from connector.engine.read_only import ReadOnlyQuickBooks, WrittenInReviewError
from connector.entities.registry import BY_ENTITY
from connector.errors import RecordError
from connector.jobs.planned_replay import replay
from connector.model.connection import Mode
from connector.model.pending import Need, PendingState
from connector.model.review.planned import REVIEW, Decision, PlannedRecord
from tests.builders import CONNECTION, a_customer, a_payment, a_product, an_invoice, settings
from tests.unit.engine.two_sides import TwoSides
from tests.unit.engine.world import World

SOURCES = ("customer", "product", "invoice", "payment")


@pytest.fixture
def world() -> World:
    found = World()
    found.find(a_customer(), a_product(), an_invoice(), a_payment())
    return found


def review(world: World, *sources: str) -> dict[str, dict[str, int]]:
    return world.push(*(sources or SOURCES), mode=Mode.REVIEW)


def kept(world: World, source: str, record_id: str, scope: str = REVIEW) -> PlannedRecord:
    flow = BY_ENTITY[source].name
    return world.store.plans.read_many(CONNECTION, scope, flow, [record_id])[record_id]


def approve(world: World, source: str, record_id: str) -> bool:
    content_hash = kept(world, source, record_id).content_hash or ""
    flow = BY_ENTITY[source].name
    return world.store.pending.approve(CONNECTION, flow, record_id, content_hash)


@pytest.mark.case("F1p")
def test_in_review_everything_is_planned_and_nothing_is_written(world: World) -> None:
    assert review(world) == {source: {"planned": 1} for source in SOURCES}
    assert (world.quickbooks.records, world.quickbooks.queries) == ({}, 0)
    assert {one: list(world.left(one).values()) for one in SOURCES} == {
        one: ["planned"] for one in SOURCES
    }


@pytest.mark.case("F1p")
def test_a_planned_item_starts_no_run_of_its_own(world: World) -> None:
    review(world)
    flows = [BY_ENTITY[one].name for one in SOURCES]
    assert all(world.store.pending.need(CONNECTION, one) is not Need.START for one in flows)


def test_what_refers_to_planned_records_gets_an_exact_body_that_names_them(world: World) -> None:
    review(world)
    invoice = kept(world, "invoice", "5501")
    assert invoice.body is not None
    assert invoice.body["CustomerRef"] == {"value": "new:customer:700001"}
    line = invoice.body["Line"][0]["SalesItemLineDetail"]
    assert line["ItemRef"] == {"value": "new:product:307001"}
    payment = kept(world, "payment", "901")
    assert payment.body is not None
    assert payment.body["CustomerRef"] == {"value": "new:customer:700001"}
    linked = payment.body["Line"][0]["LinkedTxn"]
    assert linked == [{"TxnId": "new:invoice:5501", "TxnType": "Invoice"}]


def test_a_plan_tells_total_tax_day_and_accounts(world: World) -> None:
    review(world)
    invoice = kept(world, "invoice", "5501")
    assert (invoice.decision, invoice.total, invoice.tax) == (
        Decision.CREATE,
        Decimal("9.63"),
        Decimal("0.63"),
    )
    assert str(invoice.day) == "2025-11-02"
    assert invoice.accounts == {"Sales": Decimal("9.00")}
    assert kept(world, "payment", "901").accounts == {"Undeposited Funds": Decimal("9.63")}


def test_what_is_refused_or_waits_is_kept_with_its_reason(world: World) -> None:
    world.find(a_customer(), a_product(), an_invoice(customerId="700009"), a_payment())
    review(world)
    invoice, payment = kept(world, "invoice", "5501"), kept(world, "payment", "901")
    assert invoice.decision is Decision.WAIT
    assert invoice.waits_for == ('customer "Blue Heron Plumbing"',)
    assert payment.decision is Decision.WAIT
    assert world.left("invoice") == {"5501": "waiting"}


def test_a_started_review_posts_what_was_planned(world: World) -> None:
    review(world)
    for source in SOURCES:
        for record_id in world.left(source):
            assert world.store.pending.replay(CONNECTION, BY_ENTITY[source].name, record_id)
    world.run_id = "r2"
    assert world.push(*SOURCES) == {source: {"created": 1} for source in SOURCES}


def test_a_run_that_only_plans_gets_clients_that_refuse_to_write(world: World) -> None:
    run = world.run(mode=Mode.REVIEW)
    assert isinstance(run.quickbooks, ReadOnlyQuickBooks)
    with pytest.raises(WrittenInReviewError, match="create Invoice"):
        run.quickbooks.create("Invoice", {}, requestid="r", before_sending=lambda: None)
    with pytest.raises(WrittenInReviewError, match="update Invoice"):
        run.quickbooks.update("Invoice", {}, requestid="r")
    assert world.quickbooks.records == {}


def test_a_record_that_changes_in_review_is_planned_again(world: World) -> None:
    review(world)
    dated = an_invoice(invoiceDate="Mon Nov 03 00:00:00 EST 2025")
    world.find(a_customer(), a_product(), dated, a_payment())
    assert world.left("invoice") == {"5501": "changed"}
    world.run_id = "r2"
    review(world)
    assert str(kept(world, "invoice", "5501").day) == "2025-11-03"


@pytest.fixture
def sides() -> TwoSides:
    return TwoSides()


def reviewed(sides: TwoSides, name: str) -> dict[str, PlannedRecord]:
    sides.pull(name, mode=Mode.REVIEW)
    found = sides.store.plans.read_some(CONNECTION, REVIEW, name, after="", limit=99)
    return {one.record_id: one for one in found}


def test_what_mobiwork_would_get_is_planned_and_nothing_is_added(sides: TwoSides) -> None:
    top = sides.in_quickbooks("Customer", DisplayName="Heron", CompanyName="Heron")
    low = sides.in_quickbooks(
        "Customer",
        DisplayName="Kitchen",
        CompanyName="Kitchen",
        Job=True,
        ParentRef={"value": top},
        FullyQualifiedName="Heron:Kitchen",
        Level=1,
    )
    sides.look("Customer")
    plans = reviewed(sides, "pull_customers")
    assert {one.decision for one in plans.values()} == {Decision.CREATE}
    body = plans[low].body or {}
    assert body["parentCustomerId"] == f"new:Customer:{top}"
    assert sides.left("pull_customers") == {top: "planned", low: "planned"}
    assert sides.mobiwork.records_of.get("customer", {}) == {}


def test_a_twin_is_planned_to_be_linked_from_both_sides_and_created_on_none(
    sides: TwoSides,
) -> None:
    raw = a_customer()
    sides.mobiwork.put(raw)
    own = sides.in_quickbooks(
        "Customer", DisplayName="Blue Heron Plumbing", CompanyName="Blue Heron Plumbing"
    )
    before = sides.mobiwork.find("customer", raw.own_id)
    sides.look("Customer")
    pulled = reviewed(sides, "pull_customers")[own]
    assert (pulled.decision, pulled.other_id) == (Decision.LINK, raw.id)
    assert sides.push("customer", mode=Mode.REVIEW) == {"planned": 1}
    plans = sides.store.plans.read_many(CONNECTION, REVIEW, "push_customers", [raw.own_id])
    pushed = plans[raw.own_id]
    assert (pushed.decision, pushed.other_id) == (Decision.LINK, own)
    assert sides.mobiwork.find("customer", raw.own_id) == before
    assert len(sides.quickbooks.records["Customer"]) == 1


def test_what_a_review_held_is_let_go_when_the_connection_is_started(world: World) -> None:
    review(world)
    assert replay(CONNECTION, world.store)
    assert set(world.left("invoice").values()) == {"planned"}
    world.store.plans.hold(CONNECTION)
    assert not replay(CONNECTION, world.store, lambda: True)
    assert replay(CONNECTION, world.store)
    assert {next(iter(world.left(one).values())) for one in SOURCES} == {"changed"}
    assert not world.store.plans.holds(CONNECTION)


def approving(world: World, **choices: Any) -> dict[str, int]:
    world.save(settings(approve_before_post=["push_invoices"], **choices))
    return world.push("customer", "product", "invoice")["invoice"]


def test_a_flow_that_needs_approval_holds_its_plans_and_the_others_go_on(world: World) -> None:
    assert approving(world) == {"planned": 1}
    assert sorted(world.quickbooks.records) == ["Customer", "Item"]
    assert world.left("invoice") == {"5501": PendingState.PLANNED}


def test_what_is_approved_goes_out_as_it_was_shown(world: World) -> None:
    approving(world)
    shown = kept(world, "invoice", "5501").body
    assert approve(world, "invoice", "5501")
    world.run_id = "r2"
    assert world.push("invoice") == {"invoice": {"created": 1}}
    [invoice] = world.quickbooks.records["Invoice"]
    assert shown is not None
    assert {name: invoice[name] for name in shown} == shown


@pytest.mark.case("F1r")
def test_a_record_that_changes_after_its_approval_is_asked_about_again(world: World) -> None:
    approving(world)
    approve(world, "invoice", "5501")
    dated = an_invoice(invoiceDate="Mon Nov 03 00:00:00 EST 2025")
    world.find(a_customer(), a_product(), dated, a_payment())
    world.run_id = "r2"
    assert world.push("invoice") == {"invoice": {"planned": 1}}
    assert "Invoice" not in world.quickbooks.records
    assert str(kept(world, "invoice", "5501").day) == "2025-11-03"


@pytest.mark.case("F1r")
def test_a_plan_that_changes_by_settings_after_its_approval_is_asked_about_again(
    world: World,
) -> None:
    approving(world)
    approve(world, "invoice", "5501")
    world.run_id = "r2"
    assert approving(world, online_card_payment=True) == {"planned": 1}
    assert "Invoice" not in world.quickbooks.records


def test_a_payment_pushed_by_hand_that_needs_approval_is_told_to_wait_for_it(world: World) -> None:
    world.save(settings(approve_before_post=["push_payments"]))
    world.push("customer", "product", "invoice")
    chosen = {"payment": ("901",)}
    with pytest.raises(
        RecordError, match=r"was not pushed\. It waits until its plan is approved\."
    ):
        world.push("payment", by_hand=True, selection=chosen)
    assert world.left("payment") == {"901": PendingState.PLANNED}


@pytest.mark.case("F1r")
def test_an_opening_quantity_that_changes_after_its_approval_is_asked_about_again() -> None:
    world, product = World(), a_product(quantity="12")
    stock = {"handle_inventory": True, "asset_account": "Inventory Asset"}
    chosen = settings(
        approve_before_post=["push_products"], inventory_start_date="2025-01-01", **stock
    )
    world.save(chosen)
    world.find(product)
    world.push("product")
    approve(world, "product", product.own_id)
    world.find(a_customer(), product, an_invoice())
    world.run_id = "r2"
    assert world.push("product") == {"product": {"planned": 1}}
    approve(world, "product", product.own_id)
    world.run_id = "r3"
    assert world.push("product") == {"product": {"created": 1}}
    [item] = world.quickbooks.records["Item"]
    assert item["QtyOnHand"] > 12
