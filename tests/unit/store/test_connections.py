from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pynamodb.exceptions import UpdateError

from connector.errors import ConfigurationError, UnknownConnectionError
from connector.model.connection import (
    Closing,
    Connection,
    ConnectionState,
    Phase,
    PhaseChange,
)
from connector.store import connections
from connector.store.life import phases
from connector.store.life.rows import ConnectionRow
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


def test_a_connection_comes_back_as_it_was_saved() -> None:
    whole = a_connection(
        state=ConnectionState.LOGIN_REFUSED,
        reason="Log in again.",
        run_id="r1",
        interval_seconds=60,
        pause_seconds=120,
        phase=Phase.CLOSED,
        connected_on=date(2026, 3, 1),
        closing=Closing.ERASE,
    )
    assert connections.save_new(whole, now=NOON)
    assert [connections.read("c1"), saved("c2", "914")] == [whole, a_connection("c2", "914")]


def test_a_warning_ends_when_the_connection_is_saved_again() -> None:
    saved()
    connections.warn("c1", "Two connectors are active.")
    assert connections.read("c1").warning == "Two connectors are active."
    assert saved().warning is None


@pytest.mark.parametrize("any_text", ["c9", "", "c#1", "c" * 65])
def test_any_text_that_names_no_connection_says_so_in_few_words(any_text: str) -> None:
    with pytest.raises(UnknownConnectionError) as raised:
        connections.read(any_text)
    assert str(raised.value) == f"There is no connection {any_text[:64]!r}."


def test_an_id_of_the_longest_kind_is_read() -> None:
    assert saved("c" * 64).connection_id == "c" * 64


def test_those_connections_are_read_that_there_are() -> None:
    known = [saved("c1", "913"), saved("c2", "914")]
    found = connections.read_many(["c1", "c2", "c9"])
    assert sorted(found, key=lambda one: one.connection_id) == known
    assert (connections.read_many([]), connections.exists("c1")) == ([], True)
    assert not connections.exists("c9")


def test_an_unknown_connection_is_an_error_that_names_it() -> None:
    with pytest.raises(ConfigurationError, match="no connection 'c9'"):
        connections.read("c9")


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


def test_the_first_run_of_a_connection_of_before_begins() -> None:
    saved()
    ConnectionRow("c1", "connection").update(actions=[ConnectionRow.run_id.set("")])
    assert connections.begin_run(connections.read("c1"), "r1")


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


def test_a_connection_that_is_connected_while_it_is_paused_is_paused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    saved()
    read = connections._known

    def read_then_paused(connection_id: str) -> Connection | None:
        found = read(connection_id)
        assert found
        assert phases.change(found, PhaseChange(phase=Phase.PAUSED, at=NOON, by="ann"))
        return found

    monkeypatch.setattr(connections, "_known", read_then_paused)
    assert not connections.save_new(a_connection(), now=NOON)
    assert connections.read("c1").phase is Phase.PAUSED


def test_of_two_that_connect_for_the_first_time_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    saved(company_name="The first")
    monkeypatch.setattr(connections, "_known", lambda _own: None)
    assert not connections.save_new(a_connection(company_name="The second"), now=NOON)
    assert connections.read("c1").company_name == "The first"


def test_a_connection_that_is_saved_again_takes_no_step() -> None:
    saved()
    saved()
    assert [one.by for one in phases.history("c1")] == ["the connector"]


@pytest.mark.parametrize(
    "change",
    [
        lambda: connections.pace(a_connection("c9"), busy=True, now=NOON),
        lambda: connections.set_interval("c9", seconds=60),
        lambda: connections.warn("c9", "Two connectors are active."),
    ],
)
def test_no_change_makes_a_connection(change: Callable[[], None]) -> None:
    with pytest.raises(UpdateError):
        change()
    assert not connections.exists("c9")


def test_what_does_not_matter_to_an_unknown_connection_makes_none() -> None:
    connections.revive("c9", now=NOON)
    connections.not_asked("c9", NOON)
    assert not connections.exists("c9")
