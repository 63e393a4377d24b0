from dataclasses import dataclass
from decimal import Decimal

import pytest

from connector.entities.registry import BY_ENTITY, NAMES
from connector.jobs.against_plan import Compared, compare
from connector.jobs.report import summarize
from connector.model.connection import Mode
from connector.model.review.planned import REVIEW, PlannedRecord
from tests.builders import CONNECTION, a_customer, a_payment, a_product, an_invoice
from tests.fakes import FakeQuickBooks, Record
from tests.unit.engine.world import World

SOURCES = ("customer", "product", "invoice", "payment")


@dataclass
class ACentMore(FakeQuickBooks):
    """A company that makes every total a cent more."""

    def _stored(self, entity: str, body: Record) -> Record:
        record: Record = super()._stored(entity, body)
        if entity == "Invoice":
            record["TotalAmt"] += Decimal("0.01")
        return record


def reviewed(quickbooks: FakeQuickBooks | None = None) -> World:
    world = World(quickbooks=quickbooks or FakeQuickBooks())
    world.find(a_customer(), a_product(), an_invoice(), a_payment())
    world.push(*SOURCES, mode=Mode.REVIEW)
    return world


def start(world: World) -> Compared:
    for source in SOURCES:
        for record_id, state in world.left(source).items():
            if state == "planned":
                world.store.pending.replay(CONNECTION, BY_ENTITY[source].name, record_id)
    world.run_id = "r2"
    world.push(*SOURCES)
    return compare(world.run(), NAMES)


def plan_of(world: World, source: str, record_id: str) -> PlannedRecord:
    name = BY_ENTITY[source].name
    return world.store.plans.read_many(CONNECTION, REVIEW, name, [record_id])[record_id]


@pytest.mark.case("F1q")
def test_what_is_executed_is_what_was_shown() -> None:
    world = reviewed()
    assert start(world) == Compared(outcomes=4, unlike=0)
    assert plan_of(world, "payment", "901").outcome == "created"


@pytest.mark.case("F1q")
def test_money_that_comes_out_otherwise_is_told_on_the_outcome_and_on_the_plan() -> None:
    world = reviewed(ACentMore())
    assert start(world).unlike == 1
    told = "Its total was planned as 9.63 and is 9.64 in QuickBooks."
    assert plan_of(world, "invoice", "5501").unlike == told
    [outcome] = world.store.runs.outcomes(CONNECTION, "r2", "push_invoices")
    assert outcome.unlike_plan == told


@pytest.mark.case("F1q")
def test_another_body_is_told_with_what_is_other_in_it() -> None:
    world = reviewed()
    dated = an_invoice(invoiceDate="Mon Nov 03 00:00:00 EST 2025")
    world.find(a_customer(), a_product(), dated, a_payment())
    assert start(world).unlike == 1
    told = "What was sent is not what was planned (TxnDate)."
    assert plan_of(world, "invoice", "5501").unlike == told


@pytest.mark.case("F1q")
def test_another_decision_is_told() -> None:
    world = reviewed()
    void = an_invoice(status="Void")
    world.find(a_customer(), a_product(), void, a_payment())
    start(world)
    told = "Planned: create. It is left out."
    assert plan_of(world, "invoice", "5501").unlike == told


def test_what_is_changed_after_it_was_posted_is_no_difference_from_its_plan() -> None:
    world = reviewed()
    start(world)
    world.run_id = "r3"
    world.find(a_customer(companyName="Blue Heron Pipes"), a_product(), an_invoice(), a_payment())
    world.push(*SOURCES)
    [outcome] = world.store.runs.outcomes(CONNECTION, "r3", "push_customers")
    assert outcome.outcome == "updated"
    assert compare(world.run(), NAMES) == Compared()
    assert plan_of(world, "customer", "700001").unlike is None


def test_a_run_that_is_finished_again_is_held_against_its_plans_again() -> None:
    world = reviewed()
    assert (start(world), compare(world.run(), NAMES)) == (Compared(4, 0), Compared(4, 0))


def test_the_report_adds_up_what_is_planned_and_what_came_of_it() -> None:
    world = reviewed()
    start(world)
    report = summarize(CONNECTION, REVIEW, world.store.plans, world.store.matches)
    [invoices] = [one for one in report.flows if one.flow == "push_invoices"]
    assert (invoices.to_write.count, invoices.to_write.worth) == (1, Decimal("9.63"))
    assert [(one.name, one.count, one.total) for one in invoices.months] == [
        ("2025-11", 1, Decimal("9.63"))
    ]
    assert [(one.name, one.total) for one in invoices.accounts] == [
        ("Sales", Decimal("9.00")),
        ("Sales tax", Decimal("0.63")),
    ]
    assert [one.label for one in invoices.largest] == ["invoice INV-5501 of Blue Heron Plumbing"]
    assert [(one.name, one.count) for one in invoices.results] == [("created", 1)]
