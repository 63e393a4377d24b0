"""What becomes of a record that QuickBooks refused and whose flow knows another body."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connector.entities.registry import BY_ENTITY
from connector.errors import RejectedError
from connector.model.body import Body
from connector.model.flows.push_flow import PushSplitting, Variant
from connector.model.links import Intent, Link, Released
from connector.model.outcomes import Outcome
from connector.push.worker import push
from tests.builders import CONNECTION, a_customer, a_product, an_invoice
from tests.fakes import Record, lost_answer
from tests.unit.engine.world import World

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)

INVOICES: Any = BY_ENTITY["invoice"]

type Other = Callable[[Body], Body | None]


@pytest.fixture
def world() -> World:
    world = World()
    world.find(a_customer(), a_product(), an_invoice())
    world.push("customer", "product")
    return world


def pushed(
    world: World, other: Other, at: datetime = NOON, *, flow: Any = INVOICES, **choices: Any
) -> dict[str, int]:
    """Push invoices by a flow that knows another body after a refusal."""
    knows = replace(flow.translation, retry_body=lambda body, *_: other(dict(body)))
    world.run_id = f"r{at:%H%M%S}"
    run = world.run(now=lambda: at, **choices)
    told: dict[str, int] = push(replace(flow, translation=knows), run).as_json()["outcomes"]
    return told


def without_terms(body: Body) -> Body:
    return {name: value for name, value in body.items() if name != "DueDate"}


def refuses(world: World, times: int) -> None:
    left = [RejectedError("It is not taken.", code="6000")] * times

    def before(_entity: str, _body: Record) -> None:
        if left:
            raise left.pop()

    world.quickbooks.before = before


def stands(world: World) -> Any:
    return world.store.links.read(CONNECTION, "invoice", "5501")


def test_the_other_body_is_sent_under_the_next_request_id(world: World) -> None:
    refuses(world, times=1)
    assert pushed(world, without_terms) == {"created": 1}
    link = stands(world)
    assert isinstance(link, Link)
    assert ("DueDate" in link.base, link.generation) == (False, 2)


def test_where_that_is_refused_too_a_person_is_told_and_no_third_is_tried(world: World) -> None:
    refuses(world, times=2)
    assert pushed(world, without_terms) == {"refused": 1}
    assert (stands(world), world.quickbooks.records.get("Invoice")) == (
        Released(generation=3),
        None,
    )


def test_where_there_is_none_a_person_is_told(world: World) -> None:
    refuses(world, times=1)
    assert pushed(world, lambda _body: None) == {"refused": 1}
    assert stands(world) == Released(generation=2)


def test_what_it_turns_out_to_be_is_linked_as_it_stands(world: World) -> None:
    refuses(world, times=1)
    there = {"Id": "77", "SyncToken": "3", "TotalAmt": 9, "DueDate": "2025-12-24"}
    assert pushed(world, lambda body: body | there) == {"linked": 1}
    assert (stands(world).quickbooks_id, stands(world).generation) == ("77", 2)
    assert stands(world).base["DueDate"] == "2025-12-24"


def test_one_of_several_documents_of_a_record_is_linked_as_what_it_stands_for(
    world: World,
) -> None:
    refuses(world, times=1)
    becomes = Variant("invoice", "Invoice")
    several: Any = PushSplitting((becomes,), lambda *_: becomes, piece_id=lambda *_: "5501-1")
    there = {"Id": "77", "SyncToken": "3", "TotalAmt": 9, "DueDate": "2025-12-24"}
    flow = replace(INVOICES, splitting=several)
    assert pushed(world, lambda body: body | there, flow=flow) == {"linked": 1}
    link = world.store.links.read(CONNECTION, "invoice", "5501-1")
    assert isinstance(link, Link)
    assert link.base["DueDate"] != "2025-12-24"


def test_while_the_first_may_still_arrive_no_other_body_is_sent(world: World) -> None:
    sent_before(world)
    later = NOON + timedelta(minutes=1)
    assert pushed(world, without_terms, later) == {"refused": 1}
    kept = stands(world)
    assert isinstance(kept, Intent)
    assert (kept.claim, kept.generation, world.quickbooks.creates) == (None, 1, 2)


def test_though_then_it_is_linked_where_it_turns_out_to_be_there(world: World) -> None:
    sent_before(world)
    there = {"Id": "77", "SyncToken": "3", "TotalAmt": 9}
    later = NOON + timedelta(minutes=1)
    assert pushed(world, lambda body: body | there, later) == {"linked": 1}
    assert (stands(world).quickbooks_id, stands(world).generation) == ("77", 1)
    told = list(world.store.runs.outcomes(CONNECTION, world.run_id, "push_invoices"))
    assert [one.outcome for one in told] == [Outcome.LINKED]


def sent_before(world: World) -> None:
    """Lose the call of the first body, and have its repetition refused."""
    world.quickbooks.hidden, world.quickbooks.before = True, lost_answer
    pushed(world, without_terms, settle_seconds=100.0, claim_seconds=0.0, remaining=lambda: 80.0)
    refuses(world, times=1)
