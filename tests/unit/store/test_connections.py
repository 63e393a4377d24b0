from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from connector.errors import ConfigurationError
from connector.model.connection import Connection, ConnectionState, Phase
from connector.store import connections, looks
from connector.store.table import Item

pytestmark = pytest.mark.usefixtures("table")

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def a_connection(connection_id: str = "c1", realm_id: str = "913", **changes: Any) -> Connection:
    values: dict[str, Any] = {
        "connection_id": connection_id,
        "realm_id": realm_id,
        "company_name": "Harbor Books",
        "mobiwork_client_id": f"4032{connection_id[1:]}",
        "mobiwork_version": "10.0.78",
        "state": ConnectionState.ACTIVE,
    }
    return Connection(**(values | changes))


def saved(connection_id: str = "c1", realm_id: str = "913", **changes: Any) -> Connection:
    connection = a_connection(connection_id, realm_id, **changes)
    assert connections.save_new(connection, now=NOON)
    return connections.read(connection_id)


def due(now: datetime) -> list[str]:
    """Ask for looks at what is due, and let each begin."""
    found = list(connections.take_due(now))
    for connection_id in found:
        look_begins(connection_id, now)
    return found


def look_begins(connection_id: str, now: datetime, who: str = "t") -> bool:
    return looks.begin(looks.Turn(connection_id, who), now=now, until=now)


def test_a_connection_comes_back_as_it_was_saved() -> None:
    found = saved()
    assert (
        found.connection_id,
        found.realm_id,
        found.company_name,
        found.state,
        found.run_id,
    ) == ("c1", "913", "Harbor Books", ConnectionState.ACTIVE, None)


def test_an_unknown_connection_is_an_error_that_names_it() -> None:
    with pytest.raises(ConfigurationError, match="no connection 'c9'"):
        connections.read("c9")


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


def test_a_broken_connection_is_not_taken() -> None:
    saved()
    connections.mark_broken("c1", "Reconnect it.")
    assert due(NOON) == []


def test_a_broken_connection_says_why() -> None:
    saved()
    connections.mark_broken("c1", "Reconnect it.")
    found = connections.read("c1")
    assert (found.state, found.reason) == (ConnectionState.RECONNECT_NEEDED, "Reconnect it.")


def test_marking_an_unknown_connection_makes_none() -> None:
    with pytest.raises(ConfigurationError):
        connections.mark_broken("c9", "Reconnect it.")
    with pytest.raises(ConfigurationError):
        connections.read("c9")


def test_one_of_two_runs_begins() -> None:
    saved()
    first, second = connections.read("c1"), connections.read("c1")
    assert [
        connections.begin_run(first, "r1"),
        connections.begin_run(second, "r2"),
        connections.read("c1").run_id,
    ] == [True, False, "r1"]


def test_the_next_run_begins_after_the_one_before() -> None:
    saved()
    connections.begin_run(connections.read("c1"), "r1")
    assert connections.begin_run(connections.read("c1"), "r2")


def test_a_company_belongs_to_one_connection() -> None:
    saved("c1")
    assert (connections.save_new(a_connection("c2"), now=NOON), connections.of_realm("913")) == (
        False,
        "c1",
    )


def test_a_connection_that_lost_its_company_is_not_saved() -> None:
    saved("c1")
    connections.save_new(a_connection("c2"), now=NOON)
    assert [*connections.all_ids()] == ["c1"]


def test_the_same_connection_can_be_saved_again() -> None:
    saved("c1")
    connections.mark_broken("c1", "Reconnect it.")
    assert (saved("c1").state, connections.read("c1").reason) == (ConnectionState.ACTIVE, None)


def test_a_connection_saved_again_keeps_its_phase_its_first_day_its_run_and_its_interval() -> None:
    first = saved("c1", interval_seconds=60, phase=Phase.PAUSED, connected_on=date(2026, 3, 1))
    connections.begin_run(first, "r1")
    again = saved("c1", phase=Phase.REVIEW, connected_on=date(2026, 3, 2))
    assert again == replace(first, run_id="r1")


def test_a_company_nobody_connected_has_no_connection() -> None:
    assert connections.of_realm("913") is None


def test_all_connections_are_listed_broken_ones_too() -> None:
    saved("c1", "913")
    saved("c2", "914")
    connections.mark_broken("c2", "Reconnect it.")
    assert sorted(connections.all_ids()) == ["c1", "c2"]


@pytest.mark.case("R6")
@pytest.mark.parametrize("lost", [0, 1, 2, 3])
def test_a_worker_that_dies_while_connecting_leaves_all_or_nothing(
    lost: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Item._get_connection().connection.client
    carry_out, left = client._make_api_call, iter([True] * lost + [False])

    def dies(operation: str, values: dict[str, Any]) -> Any:
        if not next(left, True):
            raise InterruptedError("killed")
        return carry_out(operation, values)

    monkeypatch.setattr(client, "_make_api_call", dies)
    with suppress(InterruptedError):
        connections.save_new(a_connection("c1"), now=NOON)
    monkeypatch.undo()
    assert (connections.of_realm("913") is None) == (list(connections.all_ids()) == [])
    assert connections.save_new(a_connection(connections.of_realm("913") or "c2"), now=NOON)
