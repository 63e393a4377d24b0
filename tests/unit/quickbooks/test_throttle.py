from contextlib import ExitStack
from threading import Event, Thread

import pytest

from connector.errors import RateLimitedError
from connector.quickbooks.throttle import BLOCK, IN_FLIGHT, Throttle
from tests.unit.quickbooks.parts import REALM, Clock, FakePermits


def a_throttle(permits: FakePermits, clock: Clock, *, longest_wait: float = 20.0) -> Throttle:
    return Throttle(
        realm_id=REALM,
        requests_per_minute=400,
        longest_wait=longest_wait,
        permits=permits,
        clock=clock,
        sleep=clock.sleep,
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


def test_calls_are_spaced_by_the_rate() -> None:
    clock = Clock()
    started = clock.seconds
    call(a_throttle(FakePermits(), clock), 401)
    assert clock.seconds - started == pytest.approx(60, abs=0.01)


def test_blocks_grow_to_eight_while_calls_keep_coming() -> None:
    permits = FakePermits()
    call(a_throttle(permits, Clock()), 31)
    assert permits.reserved == [1, 2, 4, 8, 8, 8]


def test_an_idle_process_starts_small_again_and_without_a_burst() -> None:
    permits, clock = FakePermits(), Clock()
    throttle = a_throttle(permits, clock)
    call(throttle, 4)
    clock.seconds += 30
    clock.slept.clear()
    call(throttle, 2)
    waited = [round(seconds, 3) for seconds in clock.slept]
    assert (permits.reserved, waited) == ([1, 2, 4, 1, 2], [0.15])


def test_two_processes_share_the_rate() -> None:
    permits, clock = FakePermits(), Clock()
    one, other = a_throttle(permits, clock), a_throttle(permits, clock)
    started = clock.seconds
    for _ in range(20):
        call(one, 1)
        call(other, 1)
    assert clock.seconds - started >= 39 * 0.15 - BLOCK * 0.15


def test_a_pause_reaches_every_process_of_the_company() -> None:
    permits, clock = FakePermits(), Clock()
    a_throttle(permits, clock).pause(60)
    with pytest.raises(RateLimitedError) as refused:
        call(a_throttle(permits, clock), 1)
    assert refused.value.retry_after == pytest.approx(60)


def test_a_pause_takes_back_the_slots_already_leased() -> None:
    permits, clock = FakePermits(), Clock()
    throttle = a_throttle(permits, clock, longest_wait=100)
    call(throttle, 2)
    throttle.pause(60)
    clock.slept.clear()
    call(throttle, 1)
    assert clock.slept == [pytest.approx(60)]


def test_refused_callers_do_not_use_up_slots() -> None:
    permits, clock = FakePermits(), Clock()
    throttle = a_throttle(permits, clock)
    throttle.pause(60)
    for _ in range(5):
        with pytest.raises(RateLimitedError):
            call(throttle, 1)
    assert permits.reserved == [1]


def test_a_ninth_call_waits_until_one_in_flight_is_done() -> None:
    throttle = a_throttle(FakePermits(), Clock())
    entered = Event()

    def ninth() -> None:
        with throttle.slot():
            entered.set()

    thread = Thread(target=ninth)
    with ExitStack() as in_flight:
        for _ in range(IN_FLIGHT):
            in_flight.enter_context(throttle.slot())
        thread.start()
        entered_early = entered.wait(0.05)
    entered_late = entered.wait(10)
    thread.join(10)
    assert (entered_early, entered_late) == (False, True)


def test_a_call_that_fails_gives_its_place_back() -> None:
    throttle = a_throttle(FakePermits(), Clock())

    def fails() -> None:
        with throttle.slot():
            raise LookupError

    for _ in range(IN_FLIGHT + 1):
        with pytest.raises(LookupError):
            fails()
