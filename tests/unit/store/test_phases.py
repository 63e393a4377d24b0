from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from connector.model.connection import Closing, Connection, Phase, PhaseChange
from connector.store import connections
from connector.store.life import phases
from connector.store.life.rows import SORT_KEY, OwnerRow
from tests.meanwhile import meanwhile
from tests.unit.store.test_connections import NOON, a_connection, saved
from tests.unit.store.test_due import due

pytestmark = pytest.mark.usefixtures("table")


def step(phase: Phase, *, minutes: int = 1, by: str = "ann") -> PhaseChange:
    return PhaseChange(phase=phase, at=NOON + timedelta(minutes=minutes), by=by)


def closed(connection: Connection, closing: Closing) -> Connection:
    assert phases.change(connection, step(Phase.CLOSED), closing=closing)
    return connections.read(connection.connection_id)


def test_each_step_says_who_and_when() -> None:
    connections.save_new(a_connection(phase=Phase.REVIEW), now=NOON, by="eve")
    phases.change(connections.read("c1"), step(Phase.LIVE))
    assert phases.history("c1") == (
        PhaseChange(phase=Phase.REVIEW, at=NOON, by="eve"),
        step(Phase.LIVE),
    )


def test_of_two_steps_at_once_one_is_made() -> None:
    read = saved(phase=Phase.REVIEW)
    made = [phases.change(read, step(Phase.LIVE)), phases.change(read, step(Phase.CLOSED))]
    assert (made, [one.phase for one in phases.history("c1")]) == (
        [True, False],
        [Phase.REVIEW, Phase.LIVE],
    )


def test_a_run_does_not_begin_in_a_phase_that_is_over() -> None:
    read = saved()
    phases.change(read, step(Phase.PAUSED))
    assert not connections.begin_run(read, "r1")
    assert connections.phase("c1") is Phase.PAUSED


@pytest.mark.parametrize("connected_again", [True, False])
def test_a_connection_saved_while_it_is_paused_keeps_one_of_both(*, connected_again: bool) -> None:
    read = saved()
    if connected_again:
        assert connections.save_new(a_connection(), now=NOON)
    assert phases.change(read, step(Phase.PAUSED))
    assert connections.read("c1").phase is Phase.PAUSED


def test_a_paused_connection_is_not_due_until_it_is_resumed() -> None:
    phases.change(saved(), step(Phase.PAUSED))
    later = NOON + timedelta(hours=2)
    assert due(later) == []
    phases.change(connections.read("c1"), step(Phase.LIVE, minutes=121))
    assert due(later + timedelta(minutes=1)) == ["c1"]


def test_a_closed_connection_is_due_until_nothing_is_left_to_do() -> None:
    known = closed(saved(), Closing.ERASE)
    assert due(NOON + timedelta(minutes=1)) == ["c1"]
    phases.give_up_sides(known, after=Closing.ERASE_REST)
    assert due(NOON + timedelta(minutes=10)) == ["c1"]
    phases.end_closing(connections.read("c1"))
    assert due(NOON + timedelta(days=400)) == []


def test_a_closed_connection_frees_both_sides() -> None:
    phases.give_up_sides(closed(saved(), Closing.KEEP), after=None)
    assert (connections.of_realm("913"), connections.of_account("40321")) == (None, None)
    assert connections.save_new(a_connection("c2"), now=NOON)


def test_giving_up_twice_takes_nothing_from_whoever_came_next() -> None:
    known = closed(saved(), Closing.KEEP)
    assert phases.give_up_sides(known, after=None)
    connections.save_new(a_connection("c2", mobiwork_client_id="40321"), now=NOON)
    assert not phases.give_up_sides(known, after=None)
    assert (connections.of_realm("913"), connections.of_account("40321")) == ("c2", "c2")


def test_giving_up_takes_nothing_from_whoever_took_a_side_at_that_very_moment() -> None:
    known = closed(saved(), Closing.KEEP)
    taken = OwnerRow(pk="realm#913", sk=SORT_KEY, connection_id="c2")
    with meanwhile(taken.save):
        phases.give_up_sides(known, after=None)
    assert connections.of_realm("913") == "c2"


@pytest.mark.parametrize(("closing", "kept"), [(Closing.KEEP, "c1"), (Closing.ERASE, None)])
def test_only_kept_links_are_found_by_both_sides(closing: Closing, kept: str | None) -> None:
    after = None if closing is Closing.KEEP else Closing.ERASE_REST
    phases.give_up_sides(closed(saved(), closing), after=after)
    found = [connections.kept_of("913", "40321"), connections.kept_of("913", "40322")]
    assert found == [kept, None]


def test_links_that_were_kept_are_found_no_more_once_they_are_erased() -> None:
    phases.give_up_sides(closed(saved(), Closing.KEEP), after=None)
    again = saved(phase=Phase.REVIEW)
    phases.give_up_sides(closed(again, Closing.ERASE), after=Closing.ERASE_REST)
    assert connections.kept_of("913", "40321") is None


def test_a_closed_connection_keeps_its_account_until_it_gives_it_up() -> None:
    known = closed(saved(), Closing.KEEP)
    assert connections.of_account("40321") == "c1"
    phases.give_up_sides(known, after=None)
    assert connections.of_account("40321") is None


def test_a_closed_connection_that_is_connected_again_begins_in_review_on_that_day() -> None:
    first = saved(connected_on=date(2026, 3, 1))
    phases.give_up_sides(closed(first, Closing.KEEP), after=None)
    today = date(2026, 3, 2)
    later = NOON + timedelta(minutes=2)
    assert connections.save_new(a_connection(phase=Phase.REVIEW, connected_on=today), now=later)
    again = replace(first, phase=Phase.REVIEW, connected_on=today)
    assert connections.read("c1") == again
    assert [one.phase for one in phases.history("c1")][-1] is Phase.REVIEW


def test_a_closed_connection_does_not_ask_for_a_person() -> None:
    known = closed(saved(), Closing.KEEP)
    connections.mark_broken("c1", "Reconnect it.")
    assert connections.read("c1") == known


def test_a_mobiwork_account_belongs_to_one_connection() -> None:
    saved("c1", "913")
    second = a_connection("c2", "914", mobiwork_client_id="40321")
    assert (connections.save_new(second, now=NOON), connections.of_account("40321")) == (
        False,
        "c1",
    )


def test_an_account_of_before_is_found_without_a_row_of_its_own() -> None:
    saved("c2", "914")
    OwnerRow(pk="account#40322", sk="connection").delete()
    assert (connections.of_account("40322"), connections.of_account("40323")) == ("c2", None)


def test_steps_are_told_in_utc() -> None:
    saved()
    assert phases.history("c1")[0].at == datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_the_companies_that_an_account_wrote_ids_for_are_remembered() -> None:
    phases.give_up_sides(closed(saved("c1", "913"), Closing.ERASE), after=Closing.ERASE_REST)
    second = a_connection("c2", "914", mobiwork_client_id="40321")
    assert connections.save_new(second, now=NOON)
    assert connections.other_realms(connections.read("c2")) == ("913",)


def test_who_read_an_earlier_step_of_closing_does_not_end_it() -> None:
    known = closed(saved(), Closing.ERASE)
    assert phases.give_up_sides(known, after=Closing.ERASE_REST)
    phases.end_closing(known)
    rest = connections.read("c1")
    assert rest.closing is Closing.ERASE_REST
    phases.end_closing(rest)
    assert connections.read("c1") == replace(rest, closing=None)
    assert phases.change(connections.read("c1"), step(Phase.REVIEW))
    phases.end_closing(connections.read("c1"))
    assert due(NOON + timedelta(minutes=1)) == ["c1"]
