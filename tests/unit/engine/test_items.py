"""Which items of a flow a run works through, and from where on."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connector.engine.items import items_of
from connector.engine.stores import Store
from connector.engine.unchanged import unchanged
from connector.model.pending import NewItem, PendingItem, PendingState
from tests.builders import CONNECTION
from tests.unit.engine.world import World

FLOW, NOON = "push_customers", "2026-03-02T12:00:00+00:00"


def found(record_id: str, fingerprint: str = "f1") -> NewItem:
    return NewItem(
        record_id=record_id,
        record=f"<customer>{record_id}</customer>",
        fingerprint=fingerprint,
        found_at=NOON,
        label=f"customer {record_id}",
    )


def item(store: Store, record_id: str) -> PendingItem:
    return store.pending.read_many(CONNECTION, FLOW, [record_id])[record_id]


@pytest.fixture
def world() -> World:
    """Items 1 to 6 in all states but the first, and 7 and 8 left out, of which 8 changed since."""
    made = World()
    kept = made.store.pending
    kept.put_all(CONNECTION, FLOW, [found(str(one)) for one in range(1, 9)])
    states = ("WAITING", "REFUSED", "UNDECIDED", "PLANNED", "DELETED")
    for number, state in enumerate(states, 2):
        kept.hold(item(made.store, str(number)), PendingState[state])
    known = made.store.fingerprints.read(CONNECTION, FLOW)
    for own in ("7", "8"):
        known.remember(own, "f1")
        left = item(made.store, own)
        made.store.left_out.keep(left, label=f"customer {own}", reason="A prospect.")
        kept.close(left)
    made.store.fingerprints.save(CONNECTION, FLOW, known)
    kept.put_all(CONNECTION, FLOW, [found("8", "f2")])
    return made


def worked_through(world: World, **run: Any) -> list[tuple[str, str]]:
    run = {"now": lambda: datetime(2026, 3, 2, 12, tzinfo=UTC)} | run
    found_items = items_of(world.run(**run), FLOW)
    return [(one.record_id, one.fingerprint) for one in found_items]


def ids(world: World, **run: Any) -> str:
    return "".join(own for own, _ in worked_through(world, **run))


def reached(world: World, own: str) -> None:
    world.store.runs.save_progress(CONNECTION, "r1", FLOW, own)


def test_a_run_works_through_what_there_is_to_do_from_where_it_stopped(world: World) -> None:
    assert ids(world) == "128"
    reached(world, "1")
    assert ids(world) == "28"


def test_what_was_refused_is_to_be_done_once_its_time_has_come(world: World) -> None:
    due = datetime(2026, 3, 4, tzinfo=UTC)
    world.store.pending.hold(item(world.store, "3"), PendingState.REFUSED, not_before=due)
    assert ids(world, now=lambda: due - timedelta(seconds=1)) == "128"
    assert ids(world, now=lambda: due) == "1238"


def test_a_person_may_choose_what_waits_was_refused_or_planned_but_no_entry(world: World) -> None:
    reached(world, "5")
    chosen = {FLOW: ("8", "5", "6", "3", "9"), "push_products": ("1",)}
    assert ids(world, chosen=chosen) == "358"
    assert ids(world, chosen={"push_products": ("1",)}) == ""


def test_a_review_plans_all_that_is_not_on_the_other_side(world: World) -> None:
    assert worked_through(world, plans_all=True) == [
        *((own, "f1") for own in "123457"),
        ("8", "f2"),
    ]
    assert world.store.left_out.read_page(CONNECTION, FLOW, after="", most=9) == []
    reached(world, "4")
    assert ids(world, plans_all=True) == "578"


def test_what_a_review_left_out_itself_is_not_planned_again_where_it_goes_on(world: World) -> None:
    reached(world, "4")
    assert ids(world, plans_all=True) == "58"


def test_a_dry_run_plans_what_is_left_out_where_it_lies(world: World) -> None:
    dry = {"plans_all": True, "dry_run": True, "store": unchanged(world.store)}
    assert worked_through(world, **dry) == [*((own, "f1") for own in "123457"), ("8", "f2")]
    left_out = next(one for one in items_of(world.run(**dry), FLOW) if one.record_id == "7")
    new = found("7")
    assert left_out == PendingItem(
        connection_id=CONNECTION, flow=FLOW, state=PendingState.CHANGED, **vars(new)
    )
    assert len(world.store.left_out.read_page(CONNECTION, FLOW, after="", most=9)) == 2
    reached(world, "7")
    assert ids(world, **dry) == "8"


def test_all_pages_of_what_is_left_out_are_planned(world: World) -> None:
    for number in range(300):
        new = replace(found("7"), record_id=f"9{number:03}")
        told = PendingItem(
            connection_id=CONNECTION, flow=FLOW, state=PendingState.CHANGED, **vars(new)
        )
        world.store.left_out.keep(told, label=new.label, reason="A prospect.")
    dry = {"plans_all": True, "dry_run": True, "store": unchanged(world.store)}
    assert len(worked_through(world, **dry)) == 307
