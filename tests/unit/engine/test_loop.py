"""What both engines share, with one that does nothing by itself."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest

from connector.engine.loop import (
    MOST_UNANSWERED,
    TRIES,
    Engine,
    OutcomeUnknown,
    Watch,
    count_failure,
    note,
)
from connector.entities.registry import BY_ENTITY
from connector.errors import SKIP, RecordError
from connector.model.connection import Phase
from connector.model.flows.push_flow import AnyPushFlow
from connector.model.outcomes import LONGEST_REASON, Outcome, RecordOutcome
from connector.model.pending import Hindrance, PendingItem, PendingState
from connector.model.plans import Ask, Refuse, Skip
from connector.model.policy.postable import Question
from connector.model.review.planned import Decision, PlannedRecord
from connector.model.worklist.causes import Kind
from tests.builders import CONNECTION, an_invoice
from tests.unit.engine.world import World

FLOW = BY_ENTITY["invoice"]


@dataclass
class Resting(Engine[AnyPushFlow]):
    """Brings items to no outcome; notes which it was given under which claim."""

    given: list[tuple[str, str | None]] = field(default_factory=list)

    def page(self, items: Sequence[PendingItem], watched: str | None) -> Sequence[PendingItem]:
        self.given += [(one.record_id, watched) for one in items]
        return []


@pytest.fixture
def world() -> World:
    made = World()
    made.find(an_invoice())
    return made


def resting(world: World, **run: Any) -> Resting:
    return Resting(FLOW, world.run(**run), ("invoice",))


def item(world: World) -> PendingItem:
    return world.store.pending.read_many(CONNECTION, FLOW.name, ["5501"])["5501"]


def test_a_remote_that_leaves_three_calls_unanswered_counts_as_down_for_the_first_reason(
    world: World,
) -> None:
    engine, seen = resting(world), []
    for reason in ("one", "two", "three", "four"):
        engine.record_no_answer(reason)
        seen.append((engine.unanswered_calls, engine.down))
    assert MOST_UNANSWERED == 3
    assert seen == [(1, None), (2, None), (3, "three"), (4, "three")]


@pytest.mark.parametrize(
    ("down", "remaining", "looked"),
    [(None, 900.0, True), (None, 130.0, True), (None, 129.9, False), ("It is down.", 900.0, False)],
)
def test_what_is_watched_is_looked_at_where_the_time_and_the_remote_allow_it(
    world: World, down: str | None, remaining: float, *, looked: bool
) -> None:
    engine = resting(world, remaining=lambda: remaining)
    engine.down, engine.watched = down, [Watch(130.0, "5501", "a")]
    engine.work_through([])
    assert (engine.given, world.clock.now) == (([("5501", "a")], 130.0) if looked else ([], 0.0))


def test_a_worker_whose_time_is_up_watches_nothing(world: World) -> None:
    engine = resting(world, remaining=lambda: 59.0)
    engine.watched = [Watch(0.0, "5501", "a")]
    engine.work_through([])
    assert engine.given == []


def test_what_is_watched_is_looked_at_in_the_order_of_its_time(world: World) -> None:
    world.find(*(an_invoice(own) for own in ("5501", "5502")))
    engine = resting(world)
    engine.watched = [Watch(60.0, "5501", "a"), Watch(30.0, "5502", None)]
    engine.work_through([])
    assert engine.given == [("5502", None), ("5501", "a")]


def test_a_record_that_a_remote_always_fails_on_is_told_after_its_tries(world: World) -> None:
    run, told = world.run(), {"remote": "QuickBooks", "source": "MobiWork"}
    for _ in range(TRIES - 1):
        count_failure(run, item(world), "It failed.", **told)
    with pytest.raises(RecordError, match="QuickBooks failed on it 20 times") as raised:
        count_failure(run, item(world), "It failed.", **told)
    assert raised.value.cause == Kind.REMOTE_FAILED


def test_what_is_said_of_a_record_is_kept_as_far_as_there_is_room(world: World) -> None:
    resting(world).settle_without_write(
        item(world), "x", Refuse("It holds " + 9_000 * "x", (SKIP,))
    )
    kept = item(world).reason or ""
    assert (len(kept), kept[:9], kept[-1]) == (LONGEST_REASON, "It holds ", "…")


def test_a_call_without_an_answer_holds_its_record_as_sent_and_says_why(world: World) -> None:
    engine = resting(world)
    unknown = OutcomeUnknown("a", 30.0, "No answer.", unanswered=True, sent=True)
    engine.look_again(item(world), "invoice 5501", unknown, Decimal("9.63"))
    held = item(world)
    assert (held.state, held.reason, held.worth, held.cause) == (
        PendingState.SENT,
        "No answer.",
        Decimal("9.63"),
        Kind.BEING_SENT,
    )
    assert (engine.unanswered_calls, engine.watched) == (1, [Watch(30.0, "5501", "a")])
    [told] = world.store.runs.outcomes(CONNECTION, "r1")
    assert (told.outcome, told.note, told.worth) == (
        Outcome.WAITING,
        "No answer.",
        Decimal("9.63"),
    )


def test_what_is_planned_says_so_with_its_sum_and_its_reason(world: World) -> None:
    planned = PlannedRecord(
        flow=FLOW.name,
        record_id="5501",
        label="invoice 5501",
        decision=Decision.CREATE,
        entity="invoice",
        target="Invoice",
        total=Decimal("9.63"),
        reason="It is new.",
    )
    resting(world).hold_planned(item(world), planned)
    held = item(world)
    assert (held.state, held.label, held.reason, held.cause, held.worth) == (
        PendingState.PLANNED,
        "invoice 5501",
        "It is new.",
        Kind.APPROVAL,
        Decimal("9.63"),
    )
    [told] = world.store.runs.outcomes(CONNECTION, "r1")
    assert (told.outcome, told.note, told.worth) == (
        Outcome.PLANNED,
        "It is new.",
        Decimal("9.63"),
    )


@pytest.mark.parametrize(("due", "slept"), [(-1.0, 0.0), (0.0, 0.0), (0.5, 0.5)])
def test_a_watch_lasts_until_it_is_due_and_no_longer(
    world: World, due: float, slept: float
) -> None:
    engine = resting(world)
    engine.watched = [Watch(due, "5501", "a")]
    engine.work_through([])
    assert (engine.given, world.clock.now) == ([("5501", "a")], slept)


def test_what_another_worker_sends_leaves_no_call_unanswered(world: World) -> None:
    engine = resting(world)
    engine.look_again(item(world), "invoice 5501", OutcomeUnknown("a", 130.0, "It is being sent."))
    assert (engine.unanswered_calls, item(world).state) == (0, PendingState.CHANGED)


def test_what_was_deleted_since_it_was_sent_still_says_so_without_an_answer(world: World) -> None:
    engine, kept = resting(world), world.store.pending
    why = Hindrance(Kind.DELETED_HERE)
    kept.hold(item(world), PendingState.SENT, label="invoice 5501", why=why)
    engine.look_again(item(world), "invoice 5501", OutcomeUnknown(None, 30.0, "?", sent=True))
    assert item(world).was_deleted


def told(world: World) -> RecordOutcome:
    [found] = world.store.runs.outcomes(CONNECTION, "r1")
    return found


def test_what_became_of_a_record_is_told_with_what_there_is_to_say(world: World) -> None:
    note(world.run(), item(world), "invoice 5501", Outcome.LINKED, "It was there.")
    assert (told(world).outcome, told(world).label, told(world).note) == (
        Outcome.LINKED,
        "invoice 5501",
        "It was there.",
    )


@pytest.mark.parametrize(
    ("plan", "drift"),
    [
        (Skip("It is there."), False),
        (Skip("It is there.", drift="The total differs."), True),
        (Skip("It was canceled.", tell=True), True),
    ],
)
def test_what_differs_from_what_was_posted_is_told_as_drift(
    world: World, plan: Skip, *, drift: bool
) -> None:
    resting(world).settle_without_write(item(world), "invoice 5501", plan, Decimal("9.63"))
    assert (told(world).drift, told(world).worth) == (drift, Decimal("9.63"))


@pytest.mark.parametrize("posted", [True, False])
def test_a_question_is_on_the_worklist_with_its_sum_before_anything_waits_for_it(
    world: World, *, posted: bool
) -> None:
    question = Question("status", "Counter", "invoice_statuses", "left_out_statuses", posted)
    engine = resting(world)
    engine.settle_without_write(item(world), "invoice 5501", Ask(question, "?"), Decimal("9.63"))
    entry = next(
        one for one in world.store.pending.read_all(CONNECTION, FLOW.name) if one.reason != "?"
    )
    assert "9.63" in str(entry.reason)
    assert told(world).worth == (None if posted else Decimal("9.63"))


def test_what_is_left_out_although_a_person_is_told_is_known_to_what_waits_for_it(
    world: World,
) -> None:
    plan = Skip("It was undone.", left_out=True, tell=True, cause=Kind.UNDONE)
    resting(world).settle_without_write(item(world), "invoice 5501", plan)
    (kept,) = world.store.left_out.read_many(CONNECTION, FLOW.name, ["5501"]).values()
    assert (kept.label, kept.reason) == ("invoice 5501", "It was undone.")
    assert (item(world).state, told(world).outcome) == (PendingState.DELETED, Outcome.LEFT_OUT)


def test_what_is_refused_is_held_under_the_name_that_it_has_now(world: World) -> None:
    plan = Refuse("The books are closed.", (SKIP,), "closed")
    resting(world).settle_without_write(item(world), "invoice 5502", plan)
    assert item(world).label == "invoice 5502"


@pytest.mark.parametrize(
    ("run", "more", "reached"),
    [
        ({}, False, "5501"),
        ({"selection": {"invoice": ("5501",)}}, False, None),
        ({"remaining": lambda: 59.0}, True, None),
        ({"phase": Phase.REVIEW}, False, None),
    ],
)
def test_a_flow_goes_on_after_the_pages_that_are_done_unless_records_were_chosen(
    world: World, run: dict[str, Any], reached: str | None, *, more: bool
) -> None:
    engine = resting(world, **run)
    assert engine.work_through([item(world)]).more is more
    assert world.store.runs.progress(CONNECTION, "r1", FLOW.name) == reached
    assert engine.run.at_work == FLOW.name, "calls are counted for it"
