"""When what stays pending is planned again by itself, and what it says until then."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from connector.errors import SKIP
from connector.model.connection import Mode
from connector.model.pending import Hindrance, PendingItem, PendingState
from connector.model.plans import Reference, Refuse, Wait
from connector.model.worklist.causes import Kind, of_wait
from tests.builders import an_invoice
from tests.unit.engine.test_loop import item, resting
from tests.unit.engine.world import World

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CLOSED = Refuse("As of March, the books in QuickBooks are closed.", (SKIP,), "closed")
READS = Wait((), "No reads are left.", cause="reads")
PARENT = Wait((Reference("customer", "7", "customer Heron"),), "It waits for customer Heron.")


@pytest.fixture
def world() -> World:
    made = World()
    made.find(an_invoice())
    return made


def settled(world: World, plan: Wait | Refuse, **run: Any) -> None:
    engine = resting(world, **({"now": lambda: NOON} | run))
    engine.settle_without_write(item(world), "invoice 5501", plan, Decimal("9.63"))


def due(world: World) -> timedelta | None:
    held = item(world).not_before
    return datetime.fromisoformat(held) - NOON if held else None


def test_what_is_refused_again_and_again_is_planned_less_and_less_often(world: World) -> None:
    days = []
    for _ in range(6):
        settled(world, CLOSED)
        days.append(due(world))
    assert days == [timedelta(days=one) for one in (1, 2, 4, 7, 7, 7)]


@pytest.mark.parametrize(
    ("plan", "run", "expected"),
    [
        (READS, {}, timedelta(days=1)),
        (replace(READS, not_before=NOON + timedelta(hours=2)), {}, timedelta(hours=2)),
        (PARENT, {}, None),
        (replace(PARENT, not_before=NOON + timedelta(hours=2)), {}, timedelta(hours=2)),
        (READS, {"mode": Mode.REVIEW}, None),
    ],
)
def test_what_waits_is_planned_again_at_its_moment_or_after_a_day(
    world: World, plan: Wait, run: dict[str, Any], expected: timedelta | None
) -> None:
    settled(world, plan, **run)
    assert due(world) == expected


def test_what_is_held_says_its_cause_its_sum_and_whom_it_waits_for(world: World) -> None:
    said = []
    for plan in (CLOSED, replace(CLOSED, cause=None), READS, PARENT):
        settled(world, plan)
        held = item(world)
        said.append((held.state, held.cause, held.parents, held.worth, held.reason))
    worth, closed = Decimal("9.63"), CLOSED.reason
    assert said[0] == (PendingState.REFUSED, "closed", (), worth, closed)
    assert said[1][0::2] == (PendingState.REFUSED, (), closed)
    assert said[1][1] == Kind.CLOSED, "a cause is found in the words"
    assert said[2] == (PendingState.WAITING, "reads", (), worth, "No reads are left.")
    assert said[3][0] is PendingState.WAITING
    assert said[3][2:] == (("customer/7",), worth, "It waits for customer Heron.")


@pytest.mark.parametrize(("waits", "pause"), [(0.5, 1), (3, 3), (30, 7)])
def test_what_waits_for_the_same_is_planned_again_after_as_long_as_it_has_waited(
    world: World, waits: float, pause: int
) -> None:
    since = (NOON - timedelta(days=waits)).isoformat()
    for cause, expected in (("reads", pause), ("closed", 1)):
        waiting = replace(item(world), cause=cause, since=since)
        resting(world, now=lambda: NOON).settle_without_write(waiting, "invoice 5501", READS)
        assert due(world) == timedelta(days=expected)


LATER = NOON + timedelta(days=1)
AS_BEFORE: dict[str, Any] = {
    "state": PendingState.WAITING,
    "label": "invoice 5501",
    "reason": READS.reason,
    "not_before": LATER,
    "why": Hindrance("reads", (), Decimal("9.63")),
}
BY_PARENT = Hindrance(of_wait(PARENT.references), ("customer/7",), Decimal("9.63"))


def held(world: World, **otherwise: Any) -> PendingItem:
    world.store.pending.hold(item(world), **(AS_BEFORE | otherwise))
    return item(world)


def test_what_waits_as_before_is_not_written_anew(world: World) -> None:
    before = held(world)
    settled(world, READS)
    assert item(world) is before
    before = held(world, reason=PARENT.reason, not_before=None, why=BY_PARENT)
    settled(world, PARENT)
    assert item(world) is before


@pytest.mark.parametrize(
    "otherwise",
    [
        {"state": PendingState.REFUSED},
        {"label": "invoice 5500"},
        {"reason": "No reads were left."},
        {"fixes": (SKIP,)},
        {"not_before": None},
        {"not_before": NOON},
        {"not_before": LATER + timedelta(seconds=1)},
        {"why": replace(AS_BEFORE["why"], cause="closed")},
        {"why": replace(AS_BEFORE["why"], parents=("customer/7",))},
        {"why": replace(AS_BEFORE["why"], worth=Decimal("9.64"))},
    ],
)
def test_what_waited_otherwise_says_how_it_waits_now(
    world: World, otherwise: dict[str, Any]
) -> None:
    held(world, **otherwise)
    settled(world, READS)
    now = item(world)
    assert due(world) == timedelta(days=1)
    assert (now.state, now.label, now.reason, now.fixes) == (
        PendingState.WAITING,
        "invoice 5501",
        READS.reason,
        (),
    )
    assert (now.cause, now.parents, now.worth) == ("reads", (), Decimal("9.63"))


def test_what_waits_for_a_record_waits_for_no_moment_any_more(world: World) -> None:
    held(world, reason=PARENT.reason, why=BY_PARENT)
    settled(world, PARENT)
    assert due(world) is None


def test_what_was_let_go_on_waits_again_where_nothing_has_changed(world: World) -> None:
    waiting, engine = held(world), resting(world, now=lambda: NOON)
    engine.requeue(waiting)
    assert item(world).state is PendingState.CHANGED
    engine.settle_without_write(waiting, "invoice 5501", READS, Decimal("9.63"))
    assert item(world).state is PendingState.WAITING
