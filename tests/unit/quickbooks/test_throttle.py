from collections.abc import Callable
from functools import partial
from threading import Event, Thread

import pytest

from connector.errors import RateLimitedError
from connector.quickbooks.pacing.desk import LATE, THREADS
from connector.quickbooks.pacing.shared import PLACES, Demand, Shared
from connector.quickbooks.throttle import Throttle
from tests.unit.quickbooks.parts import REALM, Clock, FakePermits


def a_throttle(
    permits: FakePermits,
    clock: Clock,
    *,
    longest_wait: float = 20.0,
    sleep: Callable[[float], None] | None = None,
) -> Throttle:
    return Throttle(
        realm_id=REALM,
        longest_wait=longest_wait,
        permits=permits,
        clock=clock,
        sleep=sleep or clock.sleep,
        jitter=lambda: 0.0,
    )


def call(throttle: Throttle, times: int) -> None:
    for _ in range(times):
        with throttle.slot():
            pass


def test_the_first_call_does_not_wait() -> None:
    clock = Clock()
    call(a_throttle(FakePermits(), clock), 1)
    assert clock.slept == []


def test_a_minute_has_no_more_calls_than_the_pace() -> None:
    permits, clock = FakePermits(), Clock()
    started = clock.seconds
    call(a_throttle(permits, clock), 490)
    within = clock.seconds - started
    call(a_throttle(permits, clock), 1)
    assert (within < 60, clock.seconds - started >= 59.9) == (True, True)


def test_six_calls_cost_one_change_of_the_permits() -> None:
    permits = FakePermits()
    call(a_throttle(permits, Clock()), 60)
    assert permits.changes == 10


def test_turns_that_were_not_used_in_time_are_given_back() -> None:
    permits, clock = FakePermits(), Clock()
    throttle = a_throttle(permits, clock)
    call(throttle, 1)
    clock.seconds += 30
    call(throttle, 485)
    began = clock.seconds
    call(throttle, 4)
    assert clock.seconds - began < 1


def test_a_thread_that_always_wakes_late_gets_on() -> None:
    clock = Clock()
    throttle = a_throttle(
        FakePermits(), clock, sleep=lambda seconds: clock.sleep(seconds + 3 * LATE / 1000)
    )
    call(throttle, 20)
    assert clock.slept


def test_a_pause_reaches_every_worker_of_the_company() -> None:
    permits, clock = FakePermits(), Clock()
    a_throttle(permits, clock).pause(60)
    with pytest.raises(RateLimitedError) as refused:
        call(a_throttle(permits, clock), 1)
    assert refused.value.retry_after == pytest.approx(60, abs=0.03)


def test_an_eleventh_worker_gives_up_instead_of_waiting_for_ten_that_go_on() -> None:
    permits, clock = FakePermits(), Clock()
    for worker in range(PLACES):
        ask = Demand(worker=f"worker {worker}", turns=0, wants=1, busy=1, most=490)
        permits.change(REALM, partial(_asked, ask=ask, now=int(clock() * 1000)))
    began = clock()
    with pytest.raises(RateLimitedError):
        call(a_throttle(permits, clock), 1)
    assert clock() - began < 21


def _asked(text: str, ask: Demand, now: int) -> str:
    return Shared.read(text).granted(ask, now)[0].write()


def test_a_pause_takes_back_the_turns_already_taken() -> None:
    permits, clock = FakePermits(), Clock()
    throttle = a_throttle(permits, clock, longest_wait=100)
    call(throttle, 2)
    throttle.pause(60)
    clock.slept.clear()
    call(throttle, 1)
    assert clock.slept == [pytest.approx(60, abs=0.03)]


def test_callers_that_are_sent_away_use_up_no_turns() -> None:
    permits, clock = FakePermits(), Clock()
    throttle = a_throttle(permits, clock)
    throttle.pause(60)
    for _ in range(5):
        with pytest.raises(RateLimitedError):
            call(throttle, 1)
    assert permits.changes == 2


def test_a_ninth_call_waits_until_one_in_flight_is_done() -> None:
    throttle = a_throttle(FakePermits(), Clock())
    inside, go = [Event() for _ in range(THREADS + 1)], Event()

    def one(entered: Event) -> None:
        with throttle.slot():
            entered.set()
            go.wait(10)

    threads = [Thread(target=one, args=(entered,)) for entered in inside]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(0.02)
    together = sum(entered.is_set() for entered in inside)
    go.set()
    for thread in threads:
        thread.join(10)
    assert together <= THREADS
    assert all(entered.is_set() for entered in inside)


def test_a_call_that_fails_gives_its_place_back() -> None:
    throttle = a_throttle(FakePermits(), Clock())

    def fails() -> None:
        with throttle.slot():
            raise LookupError

    for _ in range(THREADS + 3):
        with pytest.raises(LookupError):
            fails()


def test_calls_that_arrived_late_are_not_followed_by_more_than_ten_in_a_second() -> None:
    clock = Clock()
    throttle, began, arrived = a_throttle(FakePermits(), clock), [], []
    for number in range(40):
        with throttle.slot():
            began.append(clock.seconds)
            clock.seconds += 0.25 if number == 20 else 0.01
            arrived.append(clock.seconds)
    assert max(sum(one <= other < one + 1 for other in arrived) for one in arrived) <= 10
    assert began[30] - began[20] < 1.3
