"""The order of the protocol, step by step, with a record that is played."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from connector.engine import exactly_once
from connector.engine.loop import OutcomeUnknown, Settled
from connector.engine.run import Run
from connector.errors import ConnectorError, RecordError, RemoteDownError, RetriableError
from connector.model.plans import Wait
from tests.unit.engine.world import World

NOON = 43200.0
"""No clock begins at zero."""


@dataclass(frozen=True)
class Note:
    claim: str | None


SEEN, MINE, RENEWED = Note("seen"), Note("mine"), Note("renewed")
TAKEN = OutcomeUnknown("another", 130.0)


@dataclass
class Played:
    """A record on its way, which notes each step.

    claims: what each attempt to claim it gives; found: what a look finds of it.
    repeated: what is to be sent again, or why not; wanted: whether it is as it was planned.
    fails: what its call ends with; slept: how long its worker slept before that.
    """

    run: Run
    claims: list[Note | None] = field(default_factory=lambda: [MINE])
    found: str | None = None
    repeated: Note | OutcomeUnknown | Wait = MINE
    wanted: bool = True
    fails: ConnectorError | None = None
    slept: float = 0.0
    steps: list[str] = field(default_factory=list)

    def claim(self, intent: Note, seen: Note | None) -> Note | None:
        self.steps.append(f"claim {intent.claim} over {seen and seen.claim}")
        return self.claims.pop(0)

    def release(self, intent: Note) -> None:
        self.steps.append(f"release {intent.claim}")

    def find(self, intent: Note) -> str | None:
        self.steps.append(f"look for {intent.claim}")
        return self.found

    def repeat(self, intent: Note) -> Note | OutcomeUnknown | Wait:
        self.steps.append(f"repeat {intent.claim}")
        return self.repeated

    def send(self, intent: Note, hold: Callable[[bool], None]) -> str:
        self.run.sleep(self.slept)
        hold(self.wanted)
        self.steps.append(f"send {intent.claim}")
        if self.fails:
            raise self.fails
        return "61"

    def refused(self, intent: Note, refusal: RecordError, *, again: bool) -> Settled:
        self.steps.append(f"refused {intent.claim}{' again' * again}: {refusal}")
        return None

    def link(self, intent: Note, answer: str) -> Settled:
        self.steps.append(f"link {intent.claim} to {answer}")
        return None

    def link_found(self, intent: Note, found: str) -> Settled:
        self.steps.append(f"link {intent.claim} to found {found}")
        return None

    def taken(self) -> OutcomeUnknown:
        return TAKEN

    def count_failure(self, error: ConnectorError) -> None:
        self.steps.append(f"count {error}")


@pytest.fixture
def played() -> Played:
    world = World()
    world.clock.now = NOON
    made = Played(world.run())
    made.run.checkpoint = made.steps.append
    return made


def begin(played: Played) -> tuple[Settled, list[str]]:
    return exactly_once.begin(played.run, played, Note("new")), played.steps


def settle(played: Played) -> tuple[Settled | Wait, list[str]]:
    return exactly_once.settle(played.run, played, SEEN), played.steps


BEGUN = ["claim new over None", "intent saved"]
LOOKED = ["claim seen over seen", "look for mine"]
REPEATED = [*LOOKED, "repeat mine"]
SENT = ["send mine", "answer received", "link mine to 61"]


def test_a_record_is_claimed_sent_and_linked_in_this_order(played: Played) -> None:
    assert begin(played) == (None, [*BEGUN, *SENT])


def test_who_does_not_win_the_claim_sends_nothing(played: Played) -> None:
    played.claims = [None]
    assert begin(played) == (TAKEN, BEGUN[:1])


def test_who_does_not_take_an_intent_over_does_not_even_look(played: Played) -> None:
    played.claims = [None]
    assert settle(played) == (TAKEN, LOOKED[:1])


def test_what_a_look_finds_is_linked_and_never_sent_again(played: Played) -> None:
    played.found = "61"
    assert settle(played) == (None, [*LOOKED, "link mine to found 61"])


def test_what_a_look_does_not_find_is_sent_again(played: Played) -> None:
    assert settle(played) == (None, [*REPEATED, *SENT])


@pytest.mark.parametrize("why", [OutcomeUnknown(reason="Closed."), Wait((), "Not yet.")])
def test_what_is_not_to_be_sent_again_says_why(played: Played, why: OutcomeUnknown | Wait) -> None:
    played.repeated = why
    assert settle(played) == (why, REPEATED)


def test_what_is_not_wanted_any_more_is_given_up_before_it_is_sent(played: Played) -> None:
    played.wanted = False
    assert begin(played) == (OutcomeUnknown(), [*BEGUN, "release mine"])


def test_what_may_have_been_sent_is_sent_again_whether_or_not_it_is_wanted(played: Played) -> None:
    played.wanted = False
    assert settle(played) == (None, [*REPEATED, *SENT])


@pytest.mark.parametrize(("slept", "renewed"), [(29.9, False), (30.0, True), (300.0, True)])
def test_a_claim_of_thirty_seconds_is_renewed_before_anything_is_sent_under_it(
    played: Played, slept: float, *, renewed: bool
) -> None:
    played.claims, played.slept = [MINE, RENEWED], slept
    own = "renewed" if renewed else "mine"
    assert begin(played) == (
        None,
        [
            *BEGUN,
            *(["claim mine over mine"] if renewed else []),
            "send mine",
            "answer received",
            f"link {own} to 61",
        ],
    )


def test_the_age_of_a_claim_counts_from_before_it_was_written(played: Played) -> None:
    played.claims = [MINE, RENEWED]
    claim = played.claim

    def slow(intent: Note, seen: Note | None) -> Note | None:
        played.run.sleep(31.0)
        return claim(intent, seen)

    played.claim = slow  # type: ignore[method-assign]
    assert settle(played)[1] == [
        *REPEATED,
        "claim mine over mine",
        "send mine",
        "answer received",
        "link renewed to 61",
    ]


@pytest.mark.parametrize("settled", [begin, settle])
def test_a_worker_whose_claim_was_taken_over_while_it_slept_sends_nothing(
    played: Played, settled: Callable[[Played], tuple[object, list[str]]]
) -> None:
    played.claims, played.slept = [MINE, None], 31.0
    found, steps = settled(played)
    assert (found, steps[-1]) == (TAKEN, "claim mine over mine")


@pytest.mark.parametrize(("settled", "before"), [(begin, BEGUN), (settle, REPEATED)])
def test_a_call_without_an_answer_keeps_the_intent_under_its_claim(
    played: Played,
    settled: Callable[[Played], tuple[object, list[str]]],
    before: list[str],
) -> None:
    played.claims, played.slept = [MINE, RENEWED], 31.0
    played.fails = RemoteDownError("QuickBooks did not answer.", unknown_outcome=True)
    counted = ["count QuickBooks did not answer."] if settled is settle else []
    assert settled(played) == (
        OutcomeUnknown("renewed", 30.0, "QuickBooks did not answer.", unanswered=True, sent=True),
        [*before, "claim mine over mine", "send mine", *counted],
    )


def test_a_call_that_was_not_made_gives_up_a_new_intent_alone(played: Played) -> None:
    played.fails = RetriableError("It was throttled.")
    with pytest.raises(RetriableError):
        begin(played)
    assert played.steps == [*BEGUN, "send mine", "release mine"]


def test_a_call_that_was_not_made_leaves_what_may_have_been_sent_before(played: Played) -> None:
    played.fails = RemoteDownError("QuickBooks cannot be reached.")
    with pytest.raises(RemoteDownError):
        settle(played)
    assert played.steps == [*REPEATED, "send mine"]


@pytest.mark.parametrize(
    ("settled", "before", "told"), [(begin, BEGUN, ""), (settle, REPEATED, " again")]
)
def test_a_refusal_says_whether_the_record_may_have_been_sent_before(
    played: Played,
    settled: Callable[[Played], tuple[object, list[str]]],
    before: list[str],
    told: str,
) -> None:
    played.fails = RecordError("It has no name.")
    assert settled(played) == (
        None,
        [*before, "send mine", f"refused mine{told}: It has no name."],
    )
