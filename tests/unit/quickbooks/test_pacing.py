"""All workers of a company under the simulator's limits, on a clock of their own."""

import pytest

from connector.quickbooks.pacing.shared import LEASE, PLACES, Demand, Shared
from tests.unit.quickbooks.rush import NOON, REST, Rush


def asked(worker: str = "one", *, turns: int = 0, wants: int = 1, busy: int = 0) -> Demand:
    return Demand(worker=worker, turns=turns, wants=wants, busy=busy, most=490)


@pytest.mark.parametrize("way", [0, 100])
def test_a_first_load_takes_nearly_all_that_a_minute_allows_and_is_never_refused(way: int) -> None:
    rush = Rush(way=way)
    for left in (600, 200):
        rush.worker(left)
    rush.go_on(60_000)
    assert rush.refused == []
    assert len(rush.calls) >= 0.95 * 500


def test_calls_that_are_long_on_their_way_never_arrive_as_a_burst() -> None:
    rush = Rush(way=300)
    rush.worker(400)
    rush.go_on(60_000)
    assert rush.refused == []


@pytest.mark.parametrize(("answer", "allowed"), [(1_000, 500), (2_000, 300)])
def test_slow_answers_fill_the_calls_in_flight_of_all_workers_without_a_refusal(
    answer: int, allowed: int
) -> None:
    rush = Rush(way=60)
    workers = [rush.worker(300, answer=answer) for _ in range(3)]
    rush.go_on(60_000)
    assert rush.refused == []
    assert sum(len(worker.done) for worker in workers) >= 0.9 * allowed


def test_what_a_person_waits_for_comes_before_the_turns_of_others() -> None:
    rush = Rush()
    for _ in range(3):
        rush.worker(120)
    begun = range(5_000, 40_000, 2_917)
    clicks = [rush.worker(1, urgent=True, begins=time) for time in begun]
    rush.go_on()
    waited = [click.done[0] - time for click, time in zip(clicks, begun, strict=True)]
    assert rush.refused == []
    assert max(waited) <= 1_200


def test_a_refusal_halves_the_pace_once_and_it_grows_by_so_much_a_minute() -> None:
    shared = Shared().throttled(NOON, until=NOON + REST, most=490)
    again = shared.throttled(NOON + 100, until=NOON + REST + 100, most=490)
    since = NOON + REST
    assert [again.pace_at(since + minutes * 60_000, 490) for minutes in (0, 1, 5, 60)] == [
        245,
        275,
        395,
        490,
    ]


def test_beside_another_app_the_pace_is_found_with_few_refusals() -> None:
    rush = Rush(per_minute=300)
    worker = rush.worker(3_000)
    rush.go_on(5 * 60_000)
    assert len(rush.refused) <= 3
    assert len(worker.done) >= 0.6 * 300 * 5


def test_nobody_calls_while_the_company_rests() -> None:
    rush = Rush(per_minute=100)
    rush.worker(300)
    rush.go_on(90_000)
    refused, *_ = rush.refused
    assert [call for call in rush.calls if refused + 500 < call < refused + REST] == []


def test_workers_share_the_places_and_whoever_wants_few_leaves_the_rest() -> None:
    shared = Shared()
    for worker, wants in (("one", 2), ("two", 8), ("three", 8)):
        shared, _ = shared.granted(asked(worker, wants=wants), NOON)
    shared, two = shared.granted(asked("two", wants=8, busy=3), NOON)
    _, three = shared.granted(asked("three", wants=8), NOON)
    assert (two.places, three.places) == (4, 4)


def test_places_of_a_dead_worker_come_back() -> None:
    shared, _ = Shared().granted(asked("dead", wants=8, busy=8), NOON)
    _, before = shared.granted(asked("next", wants=8), NOON + LEASE - 1)
    _, after = shared.granted(asked("next", wants=8), NOON + LEASE)
    assert (before.places, after.places) == (PLACES - 8, 8)


def test_places_of_a_worker_that_leaves_are_free_at_once() -> None:
    shared, _ = Shared().granted(asked("first", wants=8), NOON)
    shared, _ = shared.granted(asked("first", wants=0), NOON)
    _, granted = shared.granted(asked("next", wants=8), NOON)
    assert (granted.places, granted.workers) == (8, 1)


def test_permits_come_back_from_their_text_and_fit_into_one_unit() -> None:
    rush = Rush()
    for _ in range(4):
        rush.worker(60, answer=1_000)
    rush.go_on(30_000)
    assert Shared.read(rush.shared).write() == rush.shared
    assert len(rush.shared) < 1_000


def test_of_more_workers_than_places_none_waits_for_ever() -> None:
    rush = Rush()
    workers = [rush.worker(1_000) for _ in range(PLACES + 2)]
    rush.go_on(30_000)
    assert min(len(worker.done) for worker in workers) > 0
    assert rush.refused == []


def test_what_a_clock_told_that_ran_an_hour_ahead_stops_nobody() -> None:
    hour = 3_600_000
    shared, _ = Shared().granted(asked("ahead", turns=6, wants=8), NOON + hour)
    shared = shared.throttled(NOON + hour, until=NOON + hour + 60_000, most=490)
    _, granted = shared.granted(asked("right", turns=1), NOON)
    assert (granted.turns[0] - NOON < 1_000, granted.places) == (True, 1)
