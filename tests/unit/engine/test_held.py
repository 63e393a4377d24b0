"""What is said of a record that is held: on its item, and in the run."""

from decimal import Decimal

import pytest

from connector.entities.registry import BY_ENTITY
from connector.errors import RemoteDownError
from connector.mobiwork.xml import RawRecord
from connector.model.connection import Mode
from connector.model.outcomes import Outcome, RecordOutcome
from connector.model.pending import PendingItem, PendingState
from connector.model.worklist.causes import Kind
from tests.builders import CONNECTION, a_customer, a_product, an_invoice, settings
from tests.fakes import Record
from tests.unit.engine.world import World
from tests.unit.push.test_unknown_outcome import KilledError, killed

NUMBER = "5501"
OPEN = "OPEN"


@pytest.fixture
def world() -> World:
    found = World()
    found.find(a_customer(), a_product(), an_invoice())
    found.push("customer", "product")
    return found


def item(world: World, source: str = "invoice", record_id: str = NUMBER) -> PendingItem:
    flow = BY_ENTITY[source].name
    return world.store.pending.read_many(CONNECTION, flow, [record_id])[record_id]


def told(world: World, source: str = "invoice", record_id: str = NUMBER) -> RecordOutcome:
    outcomes = world.store.runs.outcomes(CONNECTION, world.run_id, BY_ENTITY[source].name)
    return next(one for one in outcomes if one.record_id == record_id)


def sent(world: World) -> None:
    """Let the worker of an invoice die when QuickBooks has it, and queries come too late."""
    world.quickbooks.hidden = True
    with pytest.raises(KilledError):
        world.push("invoice", checkpoint=killed)
    world.run_id = "r2"


def test_what_waits_for_approval_says_so_and_what_it_is_worth(world: World) -> None:
    world.save(settings(approve_before_post=["push_invoices"]))
    world.push("invoice")
    held, said = item(world), told(world)
    assert (held.state, held.cause, held.worth) == (
        PendingState.PLANNED,
        Kind.APPROVAL,
        Decimal("9.63"),
    )
    assert (said.outcome, said.worth) == (Outcome.PLANNED, Decimal("9.63"))
    assert held.label == said.label != ""
    assert held.reason == said.note


def test_what_is_planned_in_a_review_is_in_nobodys_way(world: World) -> None:
    world.push("invoice", mode=Mode.REVIEW)
    held, said = item(world), told(world)
    assert (held.state, held.cause, held.is_open) == (PendingState.PLANNED, None, False)
    assert (said.outcome, said.worth) == (Outcome.PLANNED, Decimal("9.63"))
    assert held.label == said.label != ""


@pytest.mark.parametrize(
    ("since", "cause"),
    [([an_invoice(status=OPEN)], Kind.BEING_SENT), ([], Kind.DELETED_HERE)],
)
def test_what_may_be_there_and_is_not_to_be_sent_again_says_why_it_stands_still(
    world: World, since: list[RawRecord], cause: Kind
) -> None:
    sent(world)
    world.find(a_customer(), a_product(), *since)
    world.push("invoice")
    held, said = item(world), told(world)
    assert (held.state, held.cause) == (PendingState.WAITING, cause)
    assert said.outcome is Outcome.WAITING
    assert held.reason == said.note
    assert "may be there" in str(held.reason)
    assert held.worth == said.worth


def test_the_last_word_of_quickbooks_is_told_of_what_it_did_not_answer(world: World) -> None:
    def silent(_entity: str, _body: Record) -> None:
        raise RemoteDownError("QuickBooks did not answer within 30 s.", unknown_outcome=True)

    world.quickbooks.before, world.quickbooks.hidden = silent, True
    world.push("invoice")
    held, said = item(world), told(world)
    assert (held.state, held.cause) == (PendingState.SENT, Kind.BEING_SENT)
    assert (said.outcome, said.worth) == (Outcome.WAITING, Decimal("9.63"))
    assert (held.label, held.reason, held.worth) == (said.label, said.note, said.worth)
    assert "QuickBooks did not answer within 30 s." in str(said.note)
