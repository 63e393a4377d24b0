"""When what stays pending is planned again by itself, and what it says until then."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from connector.errors import SKIP
from connector.model.connection import Mode
from connector.model.pending import PendingState
from connector.model.plans import Reference, Refuse, Wait
from tests.builders import an_invoice
from tests.unit.engine.test_loop import item, resting
from tests.unit.engine.world import World

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CLOSED = Refuse("The books are closed.", (SKIP,), "closed")
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
    worth, closed = Decimal("9.63"), "The books are closed."
    assert said[0] == (PendingState.REFUSED, "closed", (), worth, closed)
    assert said[1][0::2] == (PendingState.REFUSED, (), closed)
    assert said[1][1], "a cause is found in the words"
    assert said[2] == (PendingState.WAITING, "reads", (), worth, "No reads are left.")
    assert said[3][0] is PendingState.WAITING
    assert said[3][2:] == (("customer/7",), worth, "It waits for customer Heron.")
