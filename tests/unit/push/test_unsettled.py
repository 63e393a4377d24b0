from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from connector.entities.registry import BY_ENTITY
from connector.entities.stages import flows_to_run
from connector.errors import (
    DuplicateNameError,
    DuplicateNumberError,
    RateLimitedError,
    RejectedError,
    RemoteDownError,
    UnreadableAnswerError,
)
from connector.model.outcomes import Outcome
from tests.builders import CONNECTION, a_customer, a_payment, a_product, an_invoice, settings
from tests.fakes import Record, lost_answer, unreachable
from tests.memory.store import in_memory
from tests.unit.engine.world import World

MASTERS = ("customer", "product")
BACKUP = datetime(2025, 11, 1, tzinfo=UTC)


class KilledError(Exception):
    """The worker died."""


def killed(_step: str) -> None:
    raise KilledError


def calm(_step: str) -> None:
    """Do nothing."""


def each(*calls: Any) -> Any:
    """Do one thing after the other at the calls of QuickBooks, and then nothing."""
    left: Iterator[Any] = iter(calls)

    def hook(entity: str, body: Record) -> None:
        if call := next(left, None):
            call(entity, body)

    return hook


def raising(error: Exception) -> Any:
    def hook(_entity: str, _body: Record) -> None:
        raise error

    return hook


@pytest.fixture
def world() -> World:
    return World()


def test_a_worker_killed_with_many_sends_under_way_leaves_none_of_them_stuck(world: World) -> None:
    world.find(*[a_customer(str(700000 + n), companyName=f"Customer {n}") for n in range(8)])
    world.checkpoint, world.workers = killed, 8
    with pytest.raises(KilledError):
        world.push("customer")
    world.checkpoint, world.workers, world.run_id = calm, 1, "r2"
    assert world.push("customer") == {"customer": {"created": 8}}


def test_a_waiting_record_that_meets_an_outage_starts_the_next_run(world: World) -> None:
    world.find(a_customer(), a_product(), an_invoice(), a_payment())
    world.push("payment", *MASTERS, "invoice")
    world.quickbooks.before = unreachable
    world.run_id = "r2"
    assert world.push("payment") == {"payment": {"waiting": 1}}
    assert flows_to_run(CONNECTION, world.store)


def test_a_waiting_record_whose_worker_was_killed_starts_the_next_run(world: World) -> None:
    world.find(a_customer(), a_product(), an_invoice(), a_payment())
    world.push("payment", *MASTERS, "invoice")
    world.checkpoint, world.run_id = killed, "r2"
    with pytest.raises(KilledError):
        world.push("payment")
    assert flows_to_run(CONNECTION, world.store)


@pytest.mark.parametrize(
    "refusal",
    [
        RateLimitedError("Slow down.", retry_after=1),
        RemoteDownError("QuickBooks cannot be reached.", unknown_outcome=False),
    ],
)
def test_a_repetition_that_was_not_sent_keeps_its_request_id(
    world: World, refusal: Exception
) -> None:
    world.find(a_customer(), a_product(), an_invoice())
    world.push(*MASTERS)
    world.quickbooks.hidden = True
    world.quickbooks.before = each(None, raising(refusal))
    world.quickbooks.after = each(lost_answer)
    world.push("invoice")
    world.run_id = "r2"
    world.push("invoice")
    assert (len(world.quickbooks.records["Invoice"]), world.left("invoice")) == (1, {})


def test_a_repetition_that_quickbooks_throttles_rests_and_then_goes_on(world: World) -> None:
    world.find(a_customer())
    world.quickbooks.before = each(None, raising(RateLimitedError("Slow down.", retry_after=60)))
    world.quickbooks.after = each(lost_answer)
    world.quickbooks.hidden = True
    assert world.push("customer") == {"customer": {"created": 1}}


def test_an_adoption_by_id_whose_worker_was_killed_is_made_good(world: World) -> None:
    world.quickbooks.create("Customer", {"DisplayName": "Heron, Blue"}, requestid="x")
    world.find(a_customer(externalId="1,QBO"))
    world.checkpoint = killed
    with pytest.raises(KilledError):
        world.push("customer")
    world.checkpoint, world.run_id = calm, "r2"
    assert world.push("customer") == {"customer": {"linked": 1}}


def test_an_amended_payment_is_looked_up_under_the_customer_it_was_sent_for(world: World) -> None:
    world.find(a_customer(), a_product(), an_invoice(), a_payment())
    world.push(*MASTERS, "invoice")
    world.quickbooks.edit("Invoice", "3", Balance=Decimal("9.63"))
    world.quickbooks.edit("Customer", "1", BillWithParent=True, ParentRef={"value": "77"})
    world.quickbooks.before = each(raising(RejectedError("The parent pays.", code="6000")))
    world.quickbooks.after = lost_answer
    world.quickbooks.honours_request_ids = False
    asked: list[str] = []
    query = world.quickbooks.query
    world.quickbooks.query = lambda text: asked.append(text) or query(text)  # type: ignore
    assert world.push("payment") == {"payment": {"created": 1}}
    assert ["CustomerRef = '77'" in text for text in asked] == [True]


def test_a_payment_that_was_approved_is_not_sent_in_another_form_after_a_refusal(
    world: World,
) -> None:
    world.find(a_customer(), a_product(), an_invoice(), a_payment())
    world.push(*MASTERS, "invoice")
    world.save(settings(approve_before_post=frozenset({"push_payments"})))
    assert world.push("payment") == {"payment": {"planned": 1}}
    scope = world.store.plans.scope(CONNECTION)
    plan = world.store.plans.read_many(CONNECTION, scope, "push_payments", ["901"])["901"]
    world.store.pending.approve(CONNECTION, "push_payments", "901", plan.content_hash or "")
    world.quickbooks.edit("Invoice", "3", Balance=Decimal("9.63"))
    world.quickbooks.edit("Customer", "1", BillWithParent=True, ParentRef={"value": "77"})
    world.quickbooks.before = each(raising(RejectedError("The parent pays.", code="6000")))
    world.run_id = "r2"
    assert world.push("payment") == {"payment": {"refused": 1}}
    assert "another customer, but that is not what was approved" in world.note("payment", "901")[1]
    assert "Payment" not in world.quickbooks.records


def test_an_update_that_quickbooks_knows_already_is_taken_over(world: World) -> None:
    world.find(a_customer())
    world.push("customer")
    update = world.quickbooks.update

    def twice(entity: str, body: Record, *, requestid: str) -> Record:
        update(entity, body, requestid=requestid)
        raise UnreadableAnswerError("QuickBooks already has this request.", unknown_outcome=True)

    world.quickbooks.update = twice  # type: ignore
    world.find(a_customer(companyName="Blue Heron LLC"))
    world.run_id = "r2"
    assert world.push("customer") == {"customer": {"updated": 1}}
    assert world.quickbooks.records["Customer"][0]["SyncToken"] == "1"


def test_an_update_that_did_not_arrive_is_sent_again_in_the_next_run(world: World) -> None:
    world.find(a_customer())
    world.push("customer")
    update = world.quickbooks.update
    world.quickbooks.update = raising_update  # type: ignore
    world.find(a_customer(companyName="Blue Heron LLC"))
    world.run_id = "r2"
    assert world.push("customer") == {"customer": {"waiting": 1}}
    world.quickbooks.update = update  # type: ignore
    world.run_id = "r3"
    assert world.push("customer") == {"customer": {"updated": 1}}


def raising_update(_entity: str, _body: Record, *, requestid: str) -> Record:
    raise RemoteDownError("QuickBooks did not answer.", unknown_outcome=True)


def test_a_name_found_after_an_unknown_outcome_that_differs_is_adopted_as_it_stands(
    world: World,
) -> None:
    world.find(a_customer())
    world.checkpoint = killed
    with pytest.raises(KilledError):
        world.push("customer")
    theirs = {"DisplayName": "Blue Heron Plumbing", "CompanyName": "Heron & Sons"}
    world.quickbooks.create("Customer", theirs, requestid="x")
    world.checkpoint, world.run_id = calm, "r2"
    assert world.push("customer") == {"customer": {"linked": 1}}


def test_what_quickbooks_fails_on_again_and_again_is_refused_in_words(world: World) -> None:
    world.find(a_customer())
    world.quickbooks.before = raising(
        RemoteDownError("QuickBooks had an internal error.", unknown_outcome=True)
    )
    runs = 0
    while flows_to_run(CONNECTION, world.store):
        runs += 1
        world.run_id = f"r{runs}"
        world.push("customer")
        assert runs < 20
    outcome, reason = world.note("customer", "700001")
    assert outcome is Outcome.REFUSED
    assert "QuickBooks had an internal error." in reason
    (item,) = world.store.pending.worklist(CONNECTION, BY_ENTITY["customer"].name)
    assert [fix.action for fix in item.fixes] == ["retry", "skip"]


def test_what_was_refused_after_many_failures_goes_when_a_person_tries_again(world: World) -> None:
    world.find(a_customer())
    world.quickbooks.before = raising(RemoteDownError("Failed inside.", unknown_outcome=True))
    for number in range(20):
        world.run_id = f"r{number}"
        world.push("customer")
    world.quickbooks.before = each()
    world.store.pending.replay(CONNECTION, "push_customers", "700001")
    world.run_id = "r21"
    assert world.push("customer") == {"customer": {"created": 1}}


def test_an_update_that_quickbooks_fails_on_again_and_again_is_refused(world: World) -> None:
    world.find(a_customer())
    world.push("customer")
    world.quickbooks.update = raising_update  # type: ignore
    world.find(a_customer(companyName="Blue Heron LLC"))
    runs = 0
    while flows_to_run(CONNECTION, world.store):
        runs += 1
        world.run_id = f"s{runs}"
        world.push("customer")
        assert runs < 30
    assert world.note("customer", "700001")[0] is Outcome.REFUSED


def test_an_outage_is_not_held_against_a_record_however_long_it_lasts(world: World) -> None:
    world.find(a_customer())
    world.quickbooks.before = lost_before
    world.quickbooks.query = silent  # type: ignore
    for number in range(40):
        world.run_id = f"r{number}"
        assert world.push("customer") == {"customer": {"waiting": 1}}


def lost_before(_entity: str, _body: Record) -> None:
    raise RemoteDownError("QuickBooks did not answer.", unknown_outcome=True)


def silent(_statement: str) -> Iterator[Record]:
    raise RemoteDownError("QuickBooks did not answer.")


@pytest.mark.parametrize(
    ("source", "refusal"),
    [
        ("customer", DuplicateNameError("The name is taken.", code="6240")),
        ("invoice", DuplicateNumberError("The number is taken.", code="6140")),
    ],
)
def test_a_repetition_refused_for_its_own_record_is_linked_to_it(
    world: World, source: str, refusal: Exception
) -> None:
    world.find(a_customer(), a_product(), an_invoice())
    world.push(*(one for one in MASTERS if one != source))
    world.quickbooks.hidden = True

    def look_again_and_refuse(_entity: str, _body: Record) -> None:
        world.quickbooks.hidden = False
        raise refusal

    world.quickbooks.before = each(None, look_again_and_refuse)
    world.quickbooks.after = each(lost_answer)
    assert world.push(source) == {source: {"linked": 1}}
    assert len(world.quickbooks.records[BY_ENTITY[source].target]) == 1


def bring_back_an_empty_table(world: World) -> None:
    """Bring the table to where it was before anything was found or pushed."""
    world.store = replace(in_memory(), settings=world.store.settings)


def test_after_the_table_was_restored_what_is_in_quickbooks_is_found_and_linked(
    world: World,
) -> None:
    every = (*MASTERS, "invoice", "payment")
    records = (a_customer(), a_product(), an_invoice(), a_payment())
    world.find(*records)
    world.push(*every)
    bring_back_an_empty_table(world)
    world.quickbooks.honours_request_ids = False
    world.find(*records)
    world.run_id = "r2"
    assert world.push(*every, restored_to=BACKUP) == {source: {"linked": 1} for source in every}


@pytest.mark.case("X19")
def test_after_a_restoration_a_document_is_found_by_its_mark_under_another_customer_and_day(
    world: World,
) -> None:
    before = (a_customer(), a_product(), an_invoice(), a_payment())
    world.find(*before)
    world.push(*MASTERS, "invoice", "payment")
    bring_back_an_empty_table(world)
    world.quickbooks.honours_request_ids = False
    renamed = a_customer(companyName="Heron Group")
    moved = an_invoice(invoiceDate="Tue Nov 04 00:00:00 EST 2025")
    world.find(renamed, a_product(), moved, a_payment())
    world.run_id = "r2"
    world.push(*MASTERS, "invoice", "payment", restored_to=BACKUP)
    assert [len(world.quickbooks.records[kind]) for kind in ("Invoice", "Payment")] == [1, 1]


@pytest.mark.case("X19")
def test_after_a_restoration_what_was_made_since_is_read_once_a_run(world: World) -> None:
    world.find(a_customer(), a_product(), *(an_invoice(str(5501 + n)) for n in range(20)))
    world.push(*MASTERS)
    asked, query = list[str](), world.quickbooks.query

    def noted(statement: str) -> Iterator[Record]:
        asked.append(statement)
        return query(statement)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world.quickbooks, "query", noted)
        world.workers = 8
        world.push("invoice", restored_to=BACKUP)
    assert len(world.quickbooks.records["Invoice"]) == 20
    assert asked == [
        "SELECT * FROM Invoice WHERE MetaData.CreateTime >= '2025-10-31T23:55:00+00:00'"
    ]


def test_a_record_deleted_in_mobiwork_while_nobody_knew_of_its_post_is_told(world: World) -> None:
    masters = (a_customer(), a_product())
    world.find(*masters, an_invoice())
    world.push(*MASTERS)
    world.checkpoint = killed_after_the_answer
    with pytest.raises(KilledError):
        world.push("invoice")
    world.checkpoint, world.run_id = calm, "r2"
    world.find(*masters)
    world.push("invoice")
    world.find(*masters)
    assert world.left("invoice") == {"5501": "deleted"}


def killed_after_the_answer(step: str) -> None:
    if step == "answer received":
        raise KilledError


def test_a_document_voided_before_its_lost_answer_was_looked_up_is_told(world: World) -> None:
    world.find(a_customer(), a_product(), an_invoice())
    world.push("payment", *MASTERS)
    world.quickbooks.after = lost_answer

    def voided(_seconds: float) -> None:
        world.quickbooks.after = lambda _entity, _body: None
        (made,) = world.quickbooks.records["Invoice"]
        made |= {"TotalAmt": 0, "PrivateNote": f"Voided - {made['PrivateNote']}", "Line": []}

    assert world.push("invoice", sleep=voided) == {"invoice": {"created": 1}}
    (told,) = world.store.pending.worklist(CONNECTION, "push_invoices")
    assert (told.state, "It was voided in QuickBooks" in str(told.reason)) == ("deleted", True)
    assert world.quickbooks.creates == len(MASTERS) + 1
