import json
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.exceptions import EndpointConnectionError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.changes import doorbell
from connector.changes.doorbell import Bell
from connector.errors import RemoteDownError
from connector.model.cursor import Rung, Side
from tests.memory.cursors import MemoryDoorbells

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DELAY = 30
HOUR = 3600.0
QUICKBOOKS, MOBIWORK = Side.QUICKBOOKS, Side.MOBIWORK


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


class Queue:
    """A queue that keeps what was sent."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.down = False

    def send_message(self, **message: Any) -> None:
        if self.down:
            raise EndpointConnectionError(endpoint_url="https://sqs.test")
        self.sent.append(message)


class House:
    """One connection, its queue, and a look at it."""

    def __init__(self) -> None:
        self.id = "c1"
        self.queue = Queue()
        self.doorbells = MemoryDoorbells()

    @property
    def bell(self) -> Bell:
        return Bell(
            cast("SQSClient", self.queue), "https://sqs.test/connections", DELAY, self.doorbells
        )

    def ring(
        self, seconds: float, *, side: Side = QUICKBOOKS, changed: float | None = None
    ) -> bool:
        moment = None if changed is None else at(changed)
        return doorbell.ring(self.bell, self.id, side, now=at(seconds), changed_at=moment)

    def rung(self, seconds: float) -> Rung:
        return doorbell.rung(self.bell, self.id, now=at(seconds))

    def look(self, seconds: float) -> Rung:
        seen = self.rung(seconds)
        doorbell.answer(self.bell, self.id, seen)
        return seen


@pytest.fixture
def house() -> House:
    return House()


def test_a_ring_sends_what_the_schedule_sends_but_later(house: House) -> None:
    house.ring(0)
    (sent,) = house.queue.sent
    assert sent == {
        "QueueUrl": "https://sqs.test/connections",
        "MessageBody": json.dumps({"connection_id": house.id}),
        "DelaySeconds": 30,
    }


def test_rings_while_the_message_is_hidden_send_no_other(house: House) -> None:
    assert [house.ring(second) for second in (0, 1, 10, 25.9)] == [True, False, False, False]


def test_a_ring_after_that_sends_a_message_of_its_own(house: House) -> None:
    assert [house.ring(second) for second in (0, 26.1)] == [True, True]


def test_each_side_rings_for_itself(house: House) -> None:
    assert (house.ring(0), house.ring(0, side=MOBIWORK)) == (True, True)
    assert set(house.rung(30)) == {QUICKBOOKS, MOBIWORK}


def test_connections_do_not_share_a_doorbell(house: House) -> None:
    house.ring(0)
    assert doorbell.rung(house.bell, "c2", now=at(30)) == {}
    assert doorbell.ring(house.bell, "c2", QUICKBOOKS, now=at(0))


def test_the_look_of_the_message_finds_the_ring(house: House) -> None:
    house.ring(0)
    assert set(house.look(30)) == {QUICKBOOKS}


def test_an_answered_ring_is_found_by_no_other_look(house: House) -> None:
    house.ring(0)
    house.look(30)
    assert house.look(31) == {}


def test_a_look_of_the_schedule_does_not_forget_a_ring_whose_message_is_hidden(
    house: House,
) -> None:
    house.ring(0)
    assert (house.look(5), house.look(27)) == ({QUICKBOOKS: None}, {QUICKBOOKS: None})
    assert house.look(30)[QUICKBOOKS] is not None


def test_a_ring_while_a_look_reads_is_not_forgotten_by_that_look(house: House) -> None:
    house.ring(0)
    seen = house.rung(30)
    assert house.ring(30.5)
    doorbell.answer(house.bell, house.id, seen)
    assert set(house.look(61)) == {QUICKBOOKS}


def test_a_ring_whose_look_failed_is_found_by_the_next_look(house: House) -> None:
    house.ring(0)
    house.rung(30)
    assert set(house.look(330)) == {QUICKBOOKS}


def test_what_cannot_be_looked_at_now_rings_again(house: House) -> None:
    house.ring(0)
    house.ring(0, side=MOBIWORK)
    doorbell.ring_again(house.bell, house.id, house.rung(30), now=at(30))
    assert house.rung(31) == {QUICKBOOKS: None, MOBIWORK: None}
    assert set(house.look(60)) == {QUICKBOOKS, MOBIWORK}


def test_both_sides_are_put_off_by_one_message_so_that_two_do_not_put_each_other_off(
    house: House,
) -> None:
    house.ring(0)
    house.ring(0, side=MOBIWORK)
    looking = house.rung(30)
    doorbell.ring_again(house.bell, house.id, house.rung(30), now=at(30))
    doorbell.answer(house.bell, house.id, looking)
    house.look(60)
    assert (len(house.queue.sent), house.rung(90)) == (3, {})


def test_a_connection_that_stays_busy_gets_one_message_for_each_delay(house: House) -> None:
    house.ring(0)
    for second in range(30, 330, 30):
        for _ in range(3):
            seen = house.rung(second)
            doorbell.ring_again(house.bell, house.id, seen, now=at(second))
    assert len(house.queue.sent) == 11


def test_a_ring_that_could_not_be_sent_says_so_and_the_next_one_tries_again(house: House) -> None:
    house.queue.down = True
    with pytest.raises(RemoteDownError, match="send it again"):
        house.ring(0)
    house.queue.down = False
    assert (house.ring(1), len(house.queue.sent)) == (True, 1)


def test_a_worker_killed_before_it_sent_the_message_loses_nothing(house: House) -> None:
    house.doorbells.claim(house.id, QUICKBOOKS, now=at(0), until=at(20))
    assert (house.queue.sent, set(house.rung(300))) == ([], {QUICKBOOKS})


def test_a_ring_that_nobody_answered_is_made_again_however_old_its_change(house: House) -> None:
    house.doorbells.claim(house.id, QUICKBOOKS, now=at(0), until=at(20))
    assert house.ring(2 * HOUR, changed=-HOUR)


def test_an_old_post_rings_if_nothing_rang_since_its_change(house: House) -> None:
    assert house.ring(6 * HOUR, changed=0)


def test_an_old_post_that_is_played_again_does_not_ring_again(house: House) -> None:
    house.ring(0, changed=-2)
    house.look(30)
    assert [house.ring(hour * HOUR, changed=-2) for hour in (1, 2, 24, 720)] == [False] * 4


def test_many_old_posts_played_in_any_order_ring_once(house: House) -> None:
    house.ring(0)
    house.look(30)
    rung = 0
    for step, age in enumerate([5, 900, 40, 3, 700, 5, 40]):
        rung += house.ring(HOUR + step * 60, changed=-age)
        house.look(HOUR + step * 60 + 30)
    assert rung == 0


def test_a_change_just_before_an_answered_ring_rings_as_quickbooks_may_have_shown_it_late(
    house: House,
) -> None:
    house.ring(60, changed=58)
    house.look(90)
    assert house.ring(120, changed=55)


class World:
    """Changes, rings, messages and looks in any order, on clocks that do not agree."""

    def __init__(self) -> None:
        self.house = House()
        self.now = 0.0
        self.changes: list[float] = []
        self.covered = 0.0
        self.hidden: list[float] = []
        self.looks: list[tuple[float, Rung]] = []

    def clock(self, off: float) -> float:
        return self.now + off

    def wait(self, seconds: float) -> None:
        self.now += seconds

    def change(self, off: float) -> None:
        self.changes.append(self.now)
        if self.house.ring(self.clock(off), changed=self.now):
            self.hidden.append(self.now + DELAY)
        self.wait(0.01)

    def replay(self, off: float) -> None:
        if self.changes and self.house.ring(self.clock(off), changed=self.changes[0]):
            self.hidden.append(self.now + DELAY)

    def scheduled(self, off: float) -> None:
        self.looks.append((self.now, self.house.rung(self.clock(off))))
        self.wait(0.01)

    def deliver(self, off: float) -> None:
        """Let the first message come out of hiding and its look begin."""
        if self.hidden:
            self.now = max(self.now, self.hidden.pop(0))
            self.scheduled(off)

    def busy(self, off: float) -> None:
        """Meet a run: the look puts off what rang."""
        if not self.looks:
            return
        _, seen = self.looks.pop()
        before = len(self.house.queue.sent)
        moment = at(self.clock(off))
        doorbell.ring_again(self.house.bell, self.house.id, seen, now=moment)
        self.hidden += [self.now + DELAY] * (len(self.house.queue.sent) - before)

    def end(self, _off: float) -> None:
        """End the look that began first; it read QuickBooks only if that rang."""
        if not self.looks:
            return
        began, seen = self.looks.pop(0)
        if QUICKBOOKS in seen:
            self.covered = max(self.covered, began)
        doorbell.answer(self.house.bell, self.house.id, seen)

    def come_to_rest(self) -> None:
        while self.hidden or self.looks:
            self.wait(DELAY)
            self.deliver(0)
            self.end(0)


ACTS = {
    World.change: 4, World.deliver: 4, World.end: 4, World.scheduled: 2, World.busy: 1,
    World.replay: 1, World.wait: 2,
}  # fmt: skip
WAITS = (0.5, 4.0, 18.0, 23.0, 27.0, 900.0)


@pytest.mark.parametrize("seed", range(8))
def test_every_change_is_read_by_a_look_that_began_after_it_whatever_the_order(seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - the same histories every time
    for _ in range(50):
        world = World()
        for act in chance.choices(list(ACTS), list(ACTS.values()), k=chance.randint(4, 12)):
            act(world, chance.choice(WAITS if act is World.wait else (0.0, -0.9, 0.9)))
        world.come_to_rest()
        assert [moment for moment in world.changes if moment > world.covered] == []


@pytest.mark.parametrize("gap", [2.0, 9.0, 25.0, 29.0])
def test_a_company_that_never_stops_ringing_is_read_all_the_same(gap: float) -> None:
    world, late = World(), []
    for _ in range(int(240 / gap)):
        world.change(0)
        world.wait(gap)
        while world.hidden and world.hidden[0] <= world.now:
            world.deliver(0)
            world.end(0)
        late += [moment for moment in world.changes if world.covered < moment < world.now - 60]
    assert (late, len(world.house.queue.sent) <= 240 / 26 + 1) == ([], True)


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(gaps=st.lists(st.floats(0, 12), min_size=2, max_size=40))
def test_however_often_it_rings_there_is_at_most_one_message_in_26_seconds(
    gaps: list[float],
) -> None:
    house, now = House(), 0.0
    rings = 0
    for gap in gaps:
        now += gap
        rings += house.ring(now)
    assert 1 <= rings <= now // 26 + 1
