"""When a connection is due, whose turn it is to look at it, and how long it is left alone."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from connector.model.connection import ConnectionState, Phase, PhaseChange
from connector.store import connections, looks
from connector.store.life import phases
from tests.unit.store.test_connections import NOON, a_connection, saved

pytestmark = pytest.mark.usefixtures("table")


def due(now: datetime) -> list[str]:
    """Ask for looks at what is due, and let each begin."""
    found = list(connections.take_due(now))
    for connection_id in found:
        look_begins(connection_id, now)
    return found


def look_begins(connection_id: str, now: datetime, who: str = "t") -> bool:
    return looks.begin(looks.Turn(connection_id, who), now=now, until=now)


def test_a_new_connection_is_due_at_once() -> None:
    saved()
    assert due(NOON) == ["c1"]


def test_a_taken_connection_is_not_due_again_before_its_interval() -> None:
    saved()
    times = (NOON, NOON, NOON + timedelta(seconds=299), NOON + timedelta(seconds=300))
    assert [due(moment) for moment in times] == [["c1"], [], [], ["c1"]]


@pytest.mark.case("R7b")
def test_no_second_message_is_sent_while_one_waits_in_the_queue() -> None:
    saved()
    minutes = [timedelta(minutes=5 * count) for count in range(7)]
    asked = [list(connections.take_due(NOON + one)) for one in minutes]

    assert asked == [["c1"], [], [], [], [], [], ["c1"]]


@pytest.mark.case("R7b")
def test_a_connection_is_asked_for_again_once_its_message_was_taken() -> None:
    saved()
    later = NOON + timedelta(minutes=5)
    assert list(connections.take_due(NOON)) == ["c1"]
    look_begins("c1", later - timedelta(minutes=1))

    assert list(connections.take_due(later)) == ["c1"]


@pytest.mark.case("R7b")
def test_a_message_that_meets_another_look_waits_no_more() -> None:
    saved()
    looks.begin(looks.Turn("c1", "long"), now=NOON, until=NOON + timedelta(minutes=16))
    asked, later = NOON + timedelta(minutes=1), NOON + timedelta(minutes=6)
    assert list(connections.take_due(asked)) == ["c1"]
    assert not look_begins("c1", asked + timedelta(minutes=1), "other")

    assert list(connections.take_due(later)) == ["c1"]


def test_each_connection_has_an_interval_of_its_own() -> None:
    saved("c1", "913", interval_seconds=60)
    saved("c2", "914")
    due(NOON)
    assert due(NOON + timedelta(seconds=60)) == ["c1"]


def test_a_connection_is_taken_by_one_of_two_callers() -> None:
    saved("c1", "913")
    saved("c2", "914")
    first, second = connections.take_due(NOON), connections.take_due(NOON)
    taken = [next(first), *second, *first]
    assert sorted(taken) == ["c1", "c2"]


def test_a_connection_that_is_put_off_meanwhile_is_not_taken() -> None:
    saved("c1", "913")
    saved("c2", "914")
    taken = connections.take_due(NOON)
    other = {"c1": "c2", "c2": "c1"}[next(taken)]
    connections.pace(connections.read(other), busy=False, now=NOON)
    assert list(taken) == []


def test_a_broken_connection_is_not_taken() -> None:
    saved()
    connections.mark_broken("c1", "Reconnect it.")
    assert due(NOON) == []


def test_one_whose_login_was_refused_is_looked_at_all_the_same() -> None:
    saved()
    connections.mark_broken("c1", "Log in again.", ConnectionState.LOGIN_REFUSED)
    assert due(NOON) == ["c1"]


def test_one_with_nothing_to_do_is_left_alone_for_its_pause() -> None:
    saved(pause_seconds=600)
    moments = (NOON, NOON + timedelta(seconds=599), NOON + timedelta(seconds=600))
    assert [due(moment) for moment in moments] == [["c1"], [], ["c1"]]


def test_a_look_for_which_no_message_could_be_sent_is_due_at_once() -> None:
    saved()
    assert list(connections.take_due(NOON)) == ["c1"]
    connections.not_asked("c1", NOON)
    assert list(connections.take_due(NOON)) == ["c1"]


def test_a_look_that_was_asked_for_again_meanwhile_is_not_taken_back() -> None:
    saved()
    later = NOON + timedelta(minutes=31)
    assert [*connections.take_due(NOON), *connections.take_due(later)] == ["c1", "c1"]
    connections.not_asked("c1", NOON)
    assert list(connections.take_due(later)) == []


def pauses(times: int, **how: Any) -> list[int]:
    found = []
    for _ in range(times):
        connections.pace(connections.read("c1"), now=NOON, **how)
        found.append(connections.read("c1").pause_seconds)
    return found


def test_where_nothing_is_to_do_a_look_comes_less_and_less_often() -> None:
    saved()
    assert pauses(5, busy=False) == [600, 1200, 2400, 3600, 3600]
    moments = (NOON + timedelta(seconds=3599), NOON + timedelta(seconds=3600))
    assert [due(moment) for moment in moments] == [[], ["c1"]]


def test_where_something_was_to_do_a_look_comes_soon() -> None:
    saved(interval_seconds=60, pause_seconds=3600)
    assert pauses(2, busy=True) == [60, 60]
    moments = (NOON + timedelta(seconds=59), NOON + timedelta(seconds=60))
    assert [due(moment) for moment in moments] == [[], ["c1"]]


@pytest.mark.parametrize(("longest", "expected"), [(400, [400, 400]), (60, [300, 300])])
def test_a_connection_is_left_alone_no_longer_than_it_says(
    longest: int, expected: list[int]
) -> None:
    saved()
    assert pauses(2, busy=False, longest=timedelta(seconds=longest)) == expected


def test_a_pause_that_stays_as_it_is_does_not_begin_anew() -> None:
    saved(pause_seconds=3600)
    connections.pace(connections.read("c1"), busy=False, now=NOON)
    assert due(NOON) == ["c1"]


def test_a_connection_is_looked_at_as_often_as_it_is_told() -> None:
    saved()
    connections.set_interval("c1", seconds=60)
    assert connections.read("c1") == a_connection(interval_seconds=60)


def test_a_login_that_works_again_revives_the_connection_at_once() -> None:
    saved(pause_seconds=3600)
    due(NOON)
    connections.mark_broken("c1", "Log in again.", ConnectionState.LOGIN_REFUSED)
    connections.revive("c1", now=NOON + timedelta(minutes=1))
    assert connections.read("c1") == a_connection()
    assert due(NOON + timedelta(minutes=1)) == ["c1"]


def test_a_login_that_works_does_not_stand_for_a_consent_that_is_missing() -> None:
    saved()
    connections.mark_broken("c1", "Reconnect it.")
    connections.revive("c1", now=NOON)
    assert connections.read("c1").state is ConnectionState.RECONNECT_NEEDED


def test_a_connection_that_changes_its_phase_is_looked_at_without_a_pause() -> None:
    read = saved(pause_seconds=3600)
    step = PhaseChange(phase=Phase.REVIEW, at=NOON, by="ann")
    assert phases.change(read, step)
    assert connections.read("c1").pause_seconds == 0


def turn(who: str = "t") -> looks.Turn:
    return looks.Turn("c1", who)


def test_one_look_at_a_time_has_the_turn_until_it_ends() -> None:
    until = NOON + timedelta(minutes=16)
    assert looks.begin(turn("first"), now=NOON, until=until)
    assert not looks.begin(turn("second"), now=until, until=until)
    looks.end(turn("second"))
    assert not looks.begin(turn("second"), now=until, until=until)
    assert looks.end(turn("first")) == 0
    assert looks.begin(turn("second"), now=NOON, until=until)


def test_a_look_that_lives_no_more_loses_its_turn() -> None:
    until = NOON + timedelta(minutes=16)
    looks.begin(turn("dead"), now=NOON, until=until)
    assert looks.begin(turn("next"), now=until + timedelta(seconds=1), until=until)
    assert looks.end(turn("dead"), failed=True) == 0


def test_a_message_that_comes_twice_has_its_own_turn() -> None:
    until = NOON + timedelta(minutes=16)
    assert [looks.begin(turn(), now=NOON, until=until) for _ in range(2)] == [True, True]


def test_looks_that_fail_in_a_row_are_counted() -> None:
    counts = []
    for failed in (True, True, False, True):
        looks.begin(turn(), now=NOON, until=NOON)
        counts.append(looks.end(turn(), failed=failed))
    assert counts == [1, 2, 0, 1]


@pytest.mark.parametrize(("seconds", "taken"), [(4, True), (5, False)])
def test_clocks_may_be_some_seconds_apart(seconds: int, *, taken: bool) -> None:
    assert not looks.taken_since("c1", NOON)
    looks.begin(turn(), now=NOON, until=NOON)
    assert looks.taken_since("c1", NOON + timedelta(seconds=seconds)) is taken
