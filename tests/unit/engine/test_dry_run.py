"""A dry run reads what is there, changes nothing of it, and says what it would do."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from connector.engine.finding_ports import LeftOutItems
from connector.engine.ports import PendingItems
from connector.engine.unchanged import unchanged
from connector.entities.registry import BY_ENTITY
from connector.model.pending import Asking, Deletion, PendingState
from connector.model.policy.postable import Question
from connector.model.review.planned import Decision
from tests.builders import CONNECTION, a_customer, a_payment, a_product, an_invoice, settings
from tests.unit.engine.world import World

FLOW = BY_ENTITY["invoice"].name
LATER = datetime.now(UTC) + timedelta(days=9)
STATES = ("changed", "waiting", "refused", "deleted", "undecided", "asked", "planned")


def gone(record_id: str) -> Deletion:
    told = {"label": f"invoice {record_id}", "reason": "It is gone.", "found_at": "2026-01-01"}
    return Deletion(record_id=record_id, fixes=(), **told)


@pytest.fixture
def world() -> World:
    """An invoice in each state that an item can have, and one that is left out."""
    made = World()
    made.find(
        *(an_invoice(str(n), invoiceNumber=f"INV-{n}") for n in range(1, 8)),
        an_invoice("8", invoiceDate="Wed Jan 01 00:00:00 EST 2020"),
    )
    kept = made.store.pending
    question = Question("status", "Odd", "invoice_statuses", "statuses_left_out")
    items = kept.read_many(CONNECTION, FLOW, [str(n) for n in range(1, 9)])
    for n, state in enumerate(STATES[1:3] + STATES[6:], start=2):
        kept.hold(items[str(n)], PendingState(state), label=f"invoice {n}", reason="Why.")
    kept.put_deleted(CONNECTION, FLOW, gone("5"))
    kept.ask(items["6"], question, label="invoice 6", reason="Odd?", worth=Decimal("9.63"))
    asking = Asking(
        record_id="asks-about-odd", label="Odd", reason="Final?", fixes=(), found_at="2026-01-01"
    )
    kept.put_asked(CONNECTION, FLOW, asking)
    made.store.left_out.keep(items["8"], label="invoice 8", reason="Too old.")
    return made


@pytest.mark.parametrize(
    "read",
    [
        lambda kept: list(kept.to_plan(CONNECTION, FLOW)),
        lambda kept: list(kept.to_plan(CONNECTION, FLOW, after="1")),
        lambda kept: list(kept.to_plan(CONNECTION, FLOW, now=LATER)),
        lambda kept: list(kept.worklist(CONNECTION, FLOW)),
        lambda kept: list(kept.open_items(CONNECTION, FLOW)),
        lambda kept: list(kept.read_all(CONNECTION, FLOW)),
        lambda kept: list(kept.undecided(CONNECTION, FLOW)),
        lambda kept: list(kept.planned(CONNECTION, FLOW)),
        lambda kept: list(kept.read_many(CONNECTION, FLOW, ["1", "6"]).values()),
    ],
)
def test_a_dry_run_sees_the_items_as_they_are(
    world: World, read: Callable[[PendingItems], list[Any]]
) -> None:
    dry = unchanged(world.store)
    assert read(dry.pending) == read(world.store.pending) != []
    assert dry.pending.need(CONNECTION, FLOW) == world.store.pending.need(CONNECTION, FLOW)


def test_a_dry_run_sees_what_is_left_out_as_it_is(world: World) -> None:
    def seen(kept: LeftOutItems) -> object:
        page = kept.read_page(CONNECTION, FLOW, after="", most=9)
        return [one.record_id for one in page], kept.read_many(CONNECTION, FLOW, ["8"])

    assert seen(unchanged(world.store).left_out) == seen(world.store.left_out)
    assert seen(world.store.left_out) != ([], {})


def test_nothing_a_dry_run_does_to_the_items_stays(world: World) -> None:
    def stands() -> object:
        kept, left_out = world.store.pending, world.store.left_out
        return list(kept.read_all(CONNECTION, FLOW)), left_out.read_many(CONNECTION, FLOW, ["8"])

    before = stands()
    dry = unchanged(world.store)
    for item in list(dry.pending.read_all(CONNECTION, FLOW)):
        dry.pending.hold(item, PendingState.REFUSED, label="x", reason="x")
        assert dry.pending.count_try(item) == 0
        assert not dry.pending.replay(CONNECTION, FLOW, item.record_id)
        assert not dry.pending.approve(CONNECTION, FLOW, item.record_id, "hash")
        dry.pending.drop_unsent(CONNECTION, FLOW, item.record_id)
        dry.left_out.keep(item, label="x", reason="x")
        dry.pending.close(item)
    dry.pending.put_deleted(CONNECTION, FLOW, gone("1"))
    assert not dry.pending.put_deleted_unless_newer(CONNECTION, FLOW, gone("1"))
    assert dry.left_out.replay(CONNECTION, FLOW, most=9) == 0
    dry.left_out.replay_some(CONNECTION, FLOW, ["8"])
    dry.left_out.forget(CONNECTION, FLOW, ["8"])
    assert stands() == before


def test_a_dry_run_says_of_what_is_left_out_what_it_would_do_by_now() -> None:
    world = World()
    world.save(settings(start_date="2026-01-01"))
    world.find(a_customer(), a_product(), an_invoice(), a_payment())
    world.push("customer", "product", "invoice")
    assert world.left("invoice") == {}
    world.save(settings(start_date="2025-01-01"))
    dry = {"run_id": "d1", "dry_run": True, "plans_all": True, "store": unchanged(world.store)}
    assert world.push("invoice", **dry) == {"invoice": {"planned": 1}}
    planned = world.store.plans.read_many(CONNECTION, "d1", FLOW, ["5501"])["5501"]
    assert (planned.decision, planned.total) == (Decision.CREATE, Decimal("9.63"))
    assert "Invoice" not in world.quickbooks.records
    assert list(world.store.left_out.read_many(CONNECTION, FLOW, ["5501"])) == ["5501"]
