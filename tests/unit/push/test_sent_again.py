"""What is left of a record whose answer was lost, and what its repetition may do."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from connector.entities.registry import BY_ENTITY
from connector.errors import RejectedError
from connector.model.links import Intent, Link, Linking, Origin, RecordKey, Released
from connector.model.outcomes import Outcome, RecordOutcome
from connector.model.plans import Update, Wait
from connector.model.worklist.causes import Kind
from connector.push.create import ADOPT_STEPS, LOOKED_FOR_EVERY, settle
from connector.push.link import Work
from connector.push.matching.sent import ARRIVES
from tests.builders import (
    CONNECTION,
    a_company,
    a_customer,
    a_line,
    a_link,
    a_product,
    an_invoice,
    nothing_known,
    settings,
)
from tests.fakes import Record, lost_answer
from tests.memory.store import in_memory
from tests.unit.engine.world import World

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
REFUSAL = RejectedError("An account is being merged.", code="6000")


@pytest.fixture
def world() -> World:
    """Return a world with an invoice that can be posted, and queries that show nothing."""
    world = World()
    world.find(a_customer(), a_product(), an_invoice())
    world.push("customer", "product")
    world.quickbooks.hidden = True
    return world


def lost(world: World, source: str, at: datetime = NOON) -> None:
    """Lose the call of a record before it is carried out, in a run that cannot wait for it."""
    world.quickbooks.before = lost_answer
    push(world, source, at, settle_seconds=100.0, claim_seconds=0.0, remaining=lambda: 80.0)


def refused(world: World, source: str, at: datetime) -> None:
    def refuses(_entity: str, _body: Record) -> None:
        raise REFUSAL

    world.quickbooks.before = refuses
    push(world, source, at)


def push(world: World, source: str, at: datetime, **choices: Any) -> None:
    world.run_id = f"r{at:%d%H%M%S}"
    world.push(source, now=lambda: at, **choices)


def stands(world: World, entity: str, record_id: str) -> Linking | None:
    return world.store.links.read(CONNECTION, entity, record_id)


@pytest.mark.case("X21")
def test_a_record_deleted_in_mobiwork_is_not_sent_anew_once_its_name_is_free_again(
    world: World,
) -> None:
    there = a_customer("700003", companyName="Kite")
    world.find(a_customer(), a_product(), an_invoice(), there)
    lost(world, "customer")
    world.quickbooks.hidden, world.quickbooks.before = False, lambda _entity, _body: None
    twin = world.quickbooks.create("Customer", {"DisplayName": "Kite"}, requestid="by hand")
    other = a_link(RecordKey("customer", "700009"), quickbooks_id=twin["Id"])
    told = RecordOutcome(
        run_id="r0", flow="push_customers", record_id="700009", outcome=Outcome.CREATED, label="x"
    )
    assert world.store.links.save(CONNECTION, other, told)
    world.find(a_customer(), a_product(), an_invoice())
    push(world, "customer", NOON + timedelta(minutes=5))
    del world.quickbooks.records["Customer"][1:]
    for item in list(world.store.pending.worklist(CONNECTION, "push_customers")):
        world.store.pending.replay(CONNECTION, "push_customers", item.record_id)
    push(world, "customer", NOON + timedelta(minutes=10))
    assert [one["DisplayName"] for one in world.quickbooks.records["Customer"]] == [
        "Blue Heron Plumbing"
    ]
    assert not list(world.store.pending.read_all(CONNECTION, "push_customers"))


def test_a_document_refused_when_it_is_sent_again_keeps_its_request_id(world: World) -> None:
    lost(world, "invoice")
    first = stands(world, "invoice", "5501")
    assert isinstance(first, Intent)
    refused(world, "invoice", NOON + timedelta(seconds=ARRIVES - 1))
    kept = stands(world, "invoice", "5501")
    assert isinstance(kept, Intent)
    assert (kept.request_id, kept.generation, kept.claim) == (first.request_id, 1, None)
    assert world.left("invoice") == {"5501": "refused"}


def test_once_its_first_call_cannot_arrive_any_more_it_gets_the_next_request_id(
    world: World,
) -> None:
    lost(world, "invoice")
    refused(world, "invoice", NOON + timedelta(seconds=ARRIVES))
    assert stands(world, "invoice", "5501") == Released(generation=2)


def test_what_has_a_unique_name_gets_it_at_once() -> None:
    world = World()
    world.find(a_customer())
    world.quickbooks.hidden = True
    lost(world, "customer")
    refused(world, "customer", NOON + timedelta(seconds=60))
    assert stands(world, "customer", "700001") == Released(generation=2)


def test_what_was_refused_the_first_time_gets_it_at_once(world: World) -> None:
    refused(world, "invoice", NOON)
    assert stands(world, "invoice", "5501") == Released(generation=2)


def test_an_intent_knows_when_it_was_begun_whatever_becomes_of_its_body(world: World) -> None:
    lost(world, "invoice")
    world.find(a_customer(), a_product(), an_invoice(dueDate="Wed Dec 10 00:00:00 EST 2025"))
    later = NOON + timedelta(hours=1)
    lost(world, "invoice", later)
    intent = stands(world, "invoice", "5501")
    assert isinstance(intent, Intent)
    assert (intent.generation, intent.begun, intent.claimed) == (
        2,
        int(NOON.timestamp()),
        int(later.timestamp()),
    )


def test_what_may_be_there_and_is_not_to_be_sent_is_looked_for_in_some_hours(world: World) -> None:
    lost(world, "invoice")
    world.save(settings(invoice_statuses=["Paid"], left_out_statuses={"invoice": ["x"]}))
    world.find(a_customer(), a_product(), an_invoice(status="Draft"))
    later = NOON + timedelta(seconds=1)
    push(world, "invoice", later)
    (item,) = world.store.pending.read_all(CONNECTION, "push_invoices")
    assert item.not_before == (later + LOOKED_FOR_EVERY).isoformat()
    assert item.reason is not None
    assert item.reason.startswith("It was already sent to QuickBooks and may be there, although ")


def test_before_it_is_sent_again_it_is_looked_for_by_when_it_was_made(world: World) -> None:
    asked: list[str] = []
    lost(world, "invoice")
    world.quickbooks.before = lambda _entity, _body: None
    world.quickbooks.query = lambda statement: iter(asked.append(statement) or ())  # type: ignore[method-assign,func-returns-value]
    push(world, "invoice", NOON + timedelta(minutes=1))
    by_day, by_time = (one for one in asked if "FROM Invoice" in one)
    assert "TxnDate = '2025-11-02'" in by_day
    assert by_time == (
        "SELECT * FROM Invoice WHERE MetaData.CreateTime >= '2026-03-02T11:55:00+00:00'"
    )


def test_until_then_it_is_told_as_being_sent_or_as_deleted_where_it_was(world: World) -> None:
    lost(world, "invoice")
    closed = {"read_at": "2036-01-01T00:00:00+00:00", "closed_until": "2025-12-31"}
    world.store.settings.save_company(CONNECTION, a_company(**closed))
    push(world, "invoice", NOON + timedelta(seconds=1))
    assert told(world) == ("waiting", Kind.BEING_SENT)
    world.find(a_customer(), a_product())
    push(world, "invoice", NOON + timedelta(seconds=2))
    assert told(world) == ("waiting", Kind.DELETED_HERE)


def told(world: World) -> tuple[str, str | None]:
    (item,) = world.store.pending.read_all(CONNECTION, "push_invoices")
    return item.state, item.cause


def test_what_is_there_twice_is_told_with_both_ids(world: World) -> None:
    world.quickbooks.after, world.quickbooks.hidden = lost_answer, False
    push(world, "invoice", NOON, settle_seconds=100.0, remaining=lambda: 80.0)
    (posted,) = world.quickbooks.records["Invoice"]
    world.quickbooks.records["Invoice"].append(posted | {"Id": "99"})
    push(world, "invoice", NOON + timedelta(seconds=1))
    (item,) = world.store.pending.read_all(CONNECTION, "push_invoices")
    assert (item.state, item.cause) == ("refused", Kind.TWICE)
    assert f"(Invoice {posted['Id']}, 99)" in str(item.reason)


def test_what_is_to_be_an_update_by_now_waits_without_a_word_too_many(world: World) -> None:
    lost(world, "invoice")
    begun = stands(world, "invoice", "5501")
    assert isinstance(begun, Intent)
    (item,) = world.store.pending.read_all(CONNECTION, "push_invoices")
    flow: Any = BY_ENTITY["invoice"]
    work = Work(flow, item, None, "", "invoice", "5501", "Invoice", nothing_known())
    waits = settle(world.run(), work, Update({}, {}, ""), begun)
    assert isinstance(waits, Wait)
    assert waits.reason.endswith("shows up yet. It is not sent again for now.")


def test_what_is_found_as_it_was_sent_is_compared_with_later_changes(world: World) -> None:
    world.quickbooks.after, world.quickbooks.hidden = lost_answer, False
    push(world, "invoice", NOON)
    link = stands(world, "invoice", "5501")
    assert isinstance(link, Link)
    assert (link.facts["amount"], link.generation) == ("9.63", 1)


def test_what_is_found_void_says_which_document_it_is(world: World) -> None:
    world.quickbooks.after, world.quickbooks.hidden = lost_answer, False
    push(world, "invoice", NOON, settle_seconds=100.0, remaining=lambda: 80.0)
    (posted,) = world.quickbooks.records["Invoice"]
    note = f"Voided {posted['PrivateNote']}"
    world.quickbooks.edit("Invoice", posted["Id"], TotalAmt=Decimal(0), PrivateNote=note)
    push(world, "invoice", NOON + timedelta(seconds=1))
    link = stands(world, "invoice", "5501")
    assert isinstance(link, Link)
    assert f"(Invoice {posted['Id']})" in str(link.gone)


def test_what_was_sent_without_an_amount_is_not_taken_for_voided_when_it_is_found(
    world: World,
) -> None:
    free = {"lineItem": [a_line(price="0.00", quantity="0", total="0.00", taxable="false")]}
    nothing = {"subTotal": "0.00", "taxAmount": "0.00", "total": "0.00"}
    world.find(a_customer(), a_product(), an_invoice(lineItems=free, **nothing))
    world.quickbooks.after, world.quickbooks.hidden = lost_answer, False
    push(world, "invoice", NOON)
    link = stands(world, "invoice", "5501")
    assert isinstance(link, Link)
    assert (link.gone, link.total) == (None, Decimal(0))


def test_after_a_restoration_a_document_is_linked_as_it_stands_step_by_step(world: World) -> None:
    world.quickbooks.hidden = False
    push(world, "invoice", NOON)
    (posted,) = world.quickbooks.records["Invoice"]
    world.quickbooks.edit("Invoice", posted["Id"], DueDate="2025-12-24")
    world.store = in_memory()
    world.__post_init__()
    world.find(a_customer(), a_product(), an_invoice())
    for source in ("customer", "product"):
        push(world, source, NOON, restored_to=NOON)
    steps: list[str] = []
    world.checkpoint = steps.append
    push(world, "invoice", NOON, restored_to=NOON)
    link = stands(world, "invoice", "5501")
    assert isinstance(link, Link)
    assert (link.base["DueDate"], link.origin, steps) == (
        "2025-12-24",
        Origin.LINKED,
        list(ADOPT_STEPS),
    )
