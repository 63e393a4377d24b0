from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from connector.changes.lists.found import Found
from connector.errors import ConnectionBrokenError, ConnectorError, RateLimitedError, RecordError
from connector.model.cursor import LeaseLostError
from tests.unit.changes.books import (
    AHEAD,
    CUSTOMERS,
    DAY,
    HOUR,
    NOON,
    OVERLAP,
    VENDORS,
    Books,
    a_pull,
    done,
    found,
    look,
    the_cursor,
)


@pytest.fixture
def books() -> Books:
    """A company with one old customer, pulled at noon and worked off."""
    books = Books(now=NOON - DAY)
    books.put("Customer", "58", DisplayName="Harbor Cafe")
    look(books, CUSTOMERS)
    done(books, CUSTOMERS)
    books.calls.clear()
    return books


def kill(_row: dict[str, Any]) -> str:
    raise InterruptedError("killed")


def failing(error: ConnectorError) -> Callable[[str], None]:
    def fail(_call: str) -> None:
        raise error

    return fail


def test_a_kill_before_the_cursor_moves_shows_the_same_records_again(books: Books) -> None:
    books.put("Customer", "59", DisplayName="Blue Heron")
    deadly = a_pull("pull_vendors", "Customer", "vendor", label=kill)
    before = the_cursor(books)
    done_with = {"pull_customers": "done", "pull_vendors": "done"}
    books.store.cursors.keep(before, replace(before, pulled=done_with))
    with pytest.raises(InterruptedError):
        look(books, CUSTOMERS, deadly, after=6 * HOUR)
    assert found(books, CUSTOMERS) == {"59"}
    look(books, CUSTOMERS, after=6 * HOUR + timedelta(minutes=5))
    assert books.calls[0] == books.calls[1]
    assert found(books, CUSTOMERS) == {"59"}


def test_of_two_looks_at_once_one_asks(books: Books) -> None:
    def second(_call: str) -> None:
        books.before = lambda _call: None
        assert look(books, CUSTOMERS, after=6 * HOUR + timedelta(seconds=9)) == {}

    books.before = second
    look(books, CUSTOMERS, after=6 * HOUR)
    assert len(books.calls) == 1


def test_a_look_that_was_thought_dead_does_not_move_the_cursor_back(books: Books) -> None:
    def second(_call: str) -> None:
        books.before = lambda _call: None
        look(books, CUSTOMERS, after=7 * HOUR)
        books.now = NOON + 6 * HOUR

    books.before = second
    with pytest.raises(LeaseLostError):
        look(books, CUSTOMERS, after=6 * HOUR)
    assert the_cursor(books).since == NOON + 7 * HOUR + AHEAD - OVERLAP


@pytest.mark.parametrize("error", [RateLimitedError("Slow down."), RecordError("Not allowed.")])
def test_a_failure_is_told_and_nothing_is_asked_for_a_while(
    books: Books, error: ConnectorError
) -> None:
    books.before = failing(error)
    problem = (
        "QuickBooks did not tell what changed there; it is asked again after 2025-03-02 18:15 "
        f"UTC: {error}"
    )
    told = {name: Found(problem=problem) for name in ("pull_customers", "posted")}
    assert look(books, CUSTOMERS, after=6 * HOUR) == told
    books.before = lambda _call: None
    assert look(books, CUSTOMERS, after=6 * HOUR + timedelta(minutes=14)) == told
    assert books.calls == []


def test_what_a_failed_reading_missed_is_found_by_the_next(books: Books) -> None:
    books.put("Customer", "59", DisplayName="Blue Heron")
    books.before = failing(RateLimitedError("Slow down."))
    look(books, CUSTOMERS, after=6 * HOUR)
    books.before = lambda _call: None
    look(books, CUSTOMERS, after=6 * HOUR + timedelta(minutes=15))
    assert found(books, CUSTOMERS) == {"59"}
    assert look(books, CUSTOMERS, after=6 * HOUR + timedelta(minutes=20)) == {}


def test_failures_in_a_row_are_asked_again_more_and_more_seldom(books: Books) -> None:
    asked: list[float] = []

    def fail(_call: str) -> None:
        asked.append((books.now - NOON) / HOUR)
        raise RateLimitedError("Slow down.")

    books.before = fail
    for minutes in range(6 * 60, 30 * 60, 15):
        look(books, CUSTOMERS, after=timedelta(minutes=minutes))
    assert asked == [6, 6.25, 6.75, 7.75, 9.75, 13.75, 19.75, 25.75]


@pytest.mark.case("R18a")
@pytest.mark.parametrize("years", [10, -10])
def test_an_answer_that_tells_a_time_of_another_year_loses_no_later_change(
    books: Books, years: int
) -> None:
    books.ahead = timedelta(days=365 * years)
    look(books, CUSTOMERS, after=6 * HOUR + timedelta(microseconds=1))
    assert the_cursor(books).since.microsecond == 0
    books.ahead = AHEAD
    books.put("Customer", "59", DisplayName="Blue Heron")
    look(books, CUSTOMERS, after=12 * HOUR + timedelta(microseconds=1))
    assert "59" in found(books, CUSTOMERS)
    assert the_cursor(books).since == NOON + 12 * HOUR + AHEAD - OVERLAP


def test_a_ring_while_quickbooks_is_left_alone_is_answered_later(books: Books) -> None:
    books.before = failing(RateLimitedError("Slow down."))
    look(books, CUSTOMERS, after=HOUR, rang=True)
    books.before = lambda _call: None
    look(books, CUSTOMERS, after=HOUR + timedelta(minutes=5), rang=True)
    assert books.calls == []
    look(books, CUSTOMERS, after=HOUR + timedelta(minutes=15))
    assert len(books.calls) == 1


def test_a_broken_connection_stops_the_look_and_the_next_one_asks(books: Books) -> None:
    books.before = failing(ConnectionBrokenError("Reconnect it."))
    with pytest.raises(ConnectionBrokenError):
        look(books, CUSTOMERS, after=6 * HOUR)
    books.before = lambda _call: None
    look(books, CUSTOMERS, after=6 * HOUR + timedelta(minutes=1))
    assert len(books.calls) == 1


def test_a_refused_list_spares_what_else_is_due(books: Books) -> None:
    def refuse(call: str) -> None:
        if "FROM Vendor" in call:
            raise RecordError("Not allowed.")

    books.put("Customer", "59", DisplayName="Blue Heron")
    books.before = refuse
    told = look(books, CUSTOMERS, VENDORS, after=6 * HOUR)
    assert found(books, CUSTOMERS) == {"59"}
    assert "Vendor records of QuickBooks cannot be read: Not allowed." in str(
        told["pull_vendors"].problem
    )


def test_a_list_that_was_refused_is_read_from_its_beginning_whatever_comes_between(
    books: Books,
) -> None:
    def refuse(call: str) -> None:
        if "FROM Vendor" in call:
            raise RecordError("Not allowed.")

    books.now = NOON - DAY
    books.put("Vendor", "41", DisplayName="Tool Rental")
    books.before, books.most_changes = refuse, 1
    books.now = NOON + HOUR
    books.put("Customer", "59", DisplayName="Blue Heron")
    look(books, CUSTOMERS, VENDORS, after=6 * HOUR)
    books.before = lambda _call: None
    look(books, CUSTOMERS, VENDORS, after=7 * HOUR)
    assert (found(books, CUSTOMERS), found(books, VENDORS)) == ({"59"}, {"41"})


def test_a_failure_that_is_over_is_told_no_more_and_costs_no_further_call(books: Books) -> None:
    books.before = failing(RateLimitedError("Slow down."))
    look(books, CUSTOMERS, VENDORS, after=HOUR)
    books.before = lambda _call: None
    assert look(books, CUSTOMERS, VENDORS, after=2 * HOUR) == {"pull_vendors": Found()}
    assert look(books, CUSTOMERS, VENDORS, after=3 * HOUR) == {}
    assert [call.split()[0] for call in books.calls] == ["SELECT"]


def test_a_kill_after_a_cut_answer_loses_nothing(books: Books) -> None:
    def kill_at_page(call: str) -> None:
        if call.startswith("SELECT"):
            raise InterruptedError("killed")

    books.most_changes = books.page_size = 3
    for number in range(60, 70):
        books.put("Customer", str(number), DisplayName=f"Customer {number}")
    books.before = kill_at_page
    with pytest.raises(InterruptedError):
        look(books, CUSTOMERS, after=6 * HOUR)
    books.before = lambda _call: None
    look(books, CUSTOMERS, after=6 * HOUR + timedelta(minutes=5))
    assert found(books, CUSTOMERS) == {str(number) for number in range(60, 70)}
