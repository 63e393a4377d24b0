import pytest

from connector.changes.enqueue import put_merges
from connector.changes.matching.records import match_records
from connector.entities.registry import BY_ENTITY, PULL_OF
from connector.errors import SKIP
from connector.model.connection import Mode
from connector.model.cursor import MergedRecord
from connector.model.pending import Deletion
from connector.model.review.planned import REVIEW, Decision, PlannedRecord
from connector.model.review.taken import takings
from tests.builders import (
    CONNECTION,
    a_customer,
    a_payment,
    a_product,
    an_invoice,
    settings,
)
from tests.unit.changes.looked import PagedBooks
from tests.unit.engine.two_sides import TwoSides
from tests.unit.engine.world import World

NAME = "Blue Heron Plumbing"


def plan_of(world: World | TwoSides, source: str, record_id: str) -> PlannedRecord:
    name = BY_ENTITY[source].name
    return world.store.plans.read_many(CONNECTION, REVIEW, name, [record_id])[record_id]


def reviewed(*records: object, **chosen: object) -> World:
    world = World()
    world.save(settings(**chosen))
    world.find(a_customer(), a_product(), *records)  # type: ignore[arg-type]
    world.push("customer", "product", "invoice", mode=Mode.REVIEW)
    return world


@pytest.mark.case("F1u")
def test_two_documents_of_one_number_are_warned_of() -> None:
    twice = an_invoice("5502", invoiceNumber="INV-5501")
    plan = plan_of(reviewed(an_invoice(), twice), "invoice", "5502")
    assert plan.decision is Decision.CREATE
    assert plan.warnings == (
        'The number "INV-5501" is taken by invoice INV-5501 of Blue Heron Plumbing (5501) of '
        "MobiWork: QuickBooks is likely to refuse it. Give one of the two another one.",
    )


@pytest.mark.case("F1u")
def test_what_refers_to_a_document_that_is_warned_of_says_so_too() -> None:
    twice = an_invoice("5502", invoiceNumber="INV-5501")
    payments = (a_payment(), a_payment("902", invoiceId="5502"))
    world = reviewed(an_invoice(), twice, *payments)
    world.push("payment", mode=Mode.REVIEW)
    assert plan_of(world, "payment", "901").warnings == ()
    [warning] = plan_of(world, "payment", "902").warnings
    assert warning.startswith(
        'It waits if invoice 5502 is refused. The number "INV-5501" is taken by invoice INV-5501'
    )


@pytest.mark.case("F1u")
def test_planned_once_more_a_record_is_not_in_its_own_way() -> None:
    world = reviewed(an_invoice())
    world.run_id = "r2"
    for source in ("customer", "product", "invoice"):
        for own in world.left(source):
            world.store.pending.replay(CONNECTION, BY_ENTITY[source].name, own)
    world.push("customer", "product", "invoice", mode=Mode.REVIEW)
    assert plan_of(world, "invoice", "5501").warnings == ()


@pytest.mark.case("F1u")
def test_a_name_that_quickbooks_has_for_a_vendor_is_warned_of() -> None:
    sides = TwoSides()
    sides.mobiwork.put(a_customer())
    sides.in_quickbooks("Vendor", DisplayName=NAME, CompanyName=NAME)
    sides.look("Vendor")
    sides.pull("pull_vendors", mode=Mode.REVIEW)
    sides.push("customer", mode=Mode.REVIEW)
    [warning] = plan_of(sides, "customer", "700001").warnings
    assert warning.startswith(f'The name "{NAME}" is taken by vendor "{NAME}" of QuickBooks (Id 1)')


@pytest.mark.case("F1u")
def test_a_customer_that_is_not_in_use_any_more_is_warned_of() -> None:
    world = World()
    world.find(a_customer(), a_product())
    world.push("customer", "product")
    own = world.link("customer", "700001")
    told = Deletion(
        record_id=str(own),
        label=NAME,
        reason="It was made inactive in QuickBooks.",
        fixes=(SKIP,),
        found_at="2026-11-29T09:00:00+00:00",
    )
    world.store.pending.put_deleted(CONNECTION, PULL_OF["push_customers"].name, told)
    world.find(a_customer(), a_product(), an_invoice())
    world.run_id = "r2"
    world.push("invoice", mode=Mode.REVIEW)
    [warning] = plan_of(world, "invoice", "5501").warnings
    assert warning == f'Customer "{NAME}": It was made inactive in QuickBooks.'


def test_people_share_their_names_and_a_document_takes_its_number() -> None:
    person = {"DisplayName": "Ann  Lee"}
    assert list(takings("Vendor", person)) == list(takings("Customer", person))
    assert list(takings("Invoice", {"DocNumber": "7"})) == [("Invoice", "number:7")]
    assert takings("Payment", {}) == {}


@pytest.mark.case("F5")
def test_an_external_id_of_a_record_that_was_merged_is_refused_in_review() -> None:
    sides = TwoSides()
    survivor = sides.in_quickbooks("Customer", DisplayName="Totally Other Inc")
    sides.mobiwork.put(a_customer(externalCustomerId="77,QBO"))
    sides.look("Customer", "Vendor", "Item")
    books = PagedBooks(dict(sides.quickbooks.records))
    match_records(sides.run(open_pages=lambda: books, mode=Mode.REVIEW))
    merged = MergedRecord(entity="Customer", loser="77", survivor=survivor)
    sides.store.merged_records.note(CONNECTION, merged)
    put_merges(CONNECTION, [PULL_OF["push_customers"]], sides.store)
    assert sides.push("customer", mode=Mode.REVIEW) == {"refused": 1}
