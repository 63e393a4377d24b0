from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import pytest
import simplejson
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from connector.changes.backfill import statement
from connector.changes.lists.found import Found
from connector.errors import QueryFailedError, RateLimitedError
from connector.model.cursor import PageCursor
from tests.builders import CONNECTION
from tests.unit.changes.books import (
    AHEAD,
    CUSTOMERS,
    HOUR,
    NOON,
    OVERLAP,
    PAYMENTS,
    PRODUCTS,
    QUANTITIES,
    TERMS,
    VENDORS,
    Books,
    found,
    link,
    look,
    the_cursor,
)

SIZE = 10
MINUTE = timedelta(minutes=1)


def ids(count: int) -> list[str]:
    return [str(number) for number in range(1, count + 1)]


def a_company(customers: int, *, page_size: int = SIZE) -> Books:
    books = Books(page_size=page_size)
    for one in ids(customers):
        books.put("Customer", one, DisplayName=f"Customer {one}")
    return books


def starts(books: Books) -> list[int]:
    """Return the positions that pages were asked from."""
    return [int(call.split()[-1]) for call in books.calls if call.startswith("SELECT")]


class Budget:
    """Time for so many pages."""

    def __init__(self, pages: int) -> None:
        self.left = pages

    def __call__(self) -> bool:
        self.left -= 1
        return self.left < 0


def test_all_records_become_pending_items_inactive_ones_too() -> None:
    books = a_company(25)
    books.put("Customer", "7", Active=False)
    told = look(books, CUSTOMERS)
    assert (told, found(books, CUSTOMERS)) == (
        {"pull_customers": Found(read=25, changed=25)},
        set(ids(25)),
    )
    assert books.calls[0] == (
        "SELECT * FROM Customer WHERE Active IN (true, false) ORDERBY Id from 1"
    )


def test_each_page_begins_with_the_last_row_of_the_one_before() -> None:
    books = a_company(25)
    look(books, CUSTOMERS)
    assert starts(books) == [1, 10, 19]


def test_lists_are_read_before_those_that_refer_to_them_and_once_for_all_pulls() -> None:
    books = Books()
    look(books, QUANTITIES, CUSTOMERS, PRODUCTS, VENDORS, TERMS)
    assert [call.split()[3] for call in books.calls] == ["Term", "Vendor", "Customer", "Item"]


def test_payments_of_the_past_are_not_pulled() -> None:
    books = Books()
    assert (look(books, PAYMENTS), books.calls) == ({}, [])


def test_a_company_that_was_read_is_not_read_again() -> None:
    books = a_company(25)
    look(books, CUSTOMERS)
    assert look(books, CUSTOMERS, after=MINUTE) == {}
    assert len(books.calls) == 3


def test_changes_are_told_from_before_the_first_page_on() -> None:
    books = a_company(3)
    look(books, CUSTOMERS)
    assert the_cursor(books).since == NOON - OVERLAP


def test_a_clock_there_that_is_behind_ours_loses_no_change() -> None:
    books = Books(ahead=-AHEAD)
    look(books, CUSTOMERS)
    assert the_cursor(books).since == NOON - AHEAD - OVERLAP


def test_a_kill_costs_no_more_than_the_latest_page() -> None:
    books = a_company(45)

    def kill_third(_call: str) -> None:
        if len(books.calls) == 2:
            raise InterruptedError("killed")

    books.before = kill_third
    with pytest.raises(InterruptedError):
        look(books, CUSTOMERS)
    books.before = lambda _call: None
    look(books, CUSTOMERS, after=5 * MINUTE)
    assert (starts(books), found(books, CUSTOMERS)) == ([1, 10, 19, 28, 37], set(ids(45)))


def test_when_the_time_is_up_it_says_that_there_is_more() -> None:
    books = a_company(45)
    assert look(books, CUSTOMERS, VENDORS, out_of_time=Budget(3)) == {
        "pull_vendors": Found(),
        "pull_customers": Found(read=19, changed=19, more=True),
    }


def test_what_is_left_is_read_at_once_by_the_next_look() -> None:
    books = a_company(45)
    look(books, CUSTOMERS, out_of_time=Budget(3))
    told = look(books, CUSTOMERS, after=timedelta(seconds=1))
    assert told == {"pull_customers": Found(read=17, changed=17)}
    assert (starts(books), found(books, CUSTOMERS)) == ([1, 10, 19, 28, 37], set(ids(45)))


def test_another_look_does_not_read_the_same_pages() -> None:
    books = a_company(45)

    def second(_call: str) -> None:
        if len(books.calls) == 2:
            books.before = lambda _call: None
            assert look(books, CUSTOMERS, after=MINUTE) == {}

    books.before = second
    look(books, CUSTOMERS)
    assert starts(books) == [1, 10, 19, 28, 37]


def test_a_failure_keeps_what_was_read_and_goes_on_there() -> None:
    books = a_company(45)

    def fail_third(_call: str) -> None:
        if len(books.calls) == 2:
            raise RateLimitedError("Slow down.")

    books.before = fail_third
    told = look(books, CUSTOMERS)["pull_customers"]
    assert (told.read, str(told.problem).endswith("Slow down.")) == (19, True)
    books.before = lambda _call: None
    look(books, CUSTOMERS, after=15 * MINUTE)
    assert (starts(books), found(books, CUSTOMERS)) == ([1, 10, 19, 28, 37], set(ids(45)))


def test_a_record_that_is_linked_as_agreed_is_not_work() -> None:
    books = a_company(3)
    link(books, CUSTOMERS, "2", name="Customer 2")
    told = look(books, CUSTOMERS)
    assert told == {"pull_customers": Found(read=3, changed=2, unchanged=1)}


@pytest.mark.parametrize("lost", [{"4"}, {"4", "5", "6"}, {"9", "10"}, {"10", "11", "12"}])
def test_records_that_are_merged_away_meanwhile_hide_no_other(lost: set[str]) -> None:
    books = a_company(45)

    def merge(_call: str) -> None:
        if len(books.calls) == 1:
            for one in lost & books.rows["Customer"].keys():
                books.vanish("Customer", one)

    books.before = merge
    look(books, CUSTOMERS)
    assert found(books, CUSTOMERS) >= set(ids(45)) - lost


def test_a_merge_costs_one_more_page() -> None:
    quiet, busy = a_company(450, page_size=200), a_company(450, page_size=200)

    def merge(_call: str) -> None:
        if len(busy.calls) == 1 and "4" in busy.rows["Customer"]:
            busy.vanish("Customer", "4")

    look(quiet, CUSTOMERS)
    busy.before = merge
    look(busy, CUSTOMERS)
    assert (len(quiet.calls), len(busy.calls)) == (3, 4)


@pytest.mark.parametrize(("rows", "most"), [(100_000, 102), (50_000, 51), (1_000, 2), (0, 1)])
def test_a_thousand_rows_cost_one_call(rows: int, most: int) -> None:
    walk, calls = PageCursor(source="Customer", since=None), 0
    while True:
        calls += 1
        page = [{"Id": str(n)} for n in range(walk.start, min(walk.start + 1000, rows + 1))]
        assert walk.joins(page)
        if len(page) < 1000:
            break
        walk = walk.after(page)
    assert calls <= most


@dataclass
class Happening:
    """What happens to a company before each page: things by the number of the page."""

    books: Books
    due: list[tuple[int, str, int]]
    pages: int = 0

    def __post_init__(self) -> None:
        self.due.sort()

    def __call__(self, _call: str) -> None:
        self.pages += 1
        while self.due and self.due[0][0] < self.pages:
            _, what, number = self.due.pop(0)
            self.happen(what, str(number))

    def happen(self, what: str, record_id: str) -> None:
        known = record_id in self.books.rows.get("Customer", {})
        if what == "kill":
            raise InterruptedError("killed")
        if what == "add":
            self.books.put("Customer", str(1000 + self.pages), DisplayName="New")
        elif what == "change" and known:
            self.books.now += MINUTE
            self.books.put("Customer", record_id, DisplayName=f"Changed {self.pages}")
        elif what == "vanish" and known:
            self.books.vanish("Customer", record_id)


EARLIER = "2025-03-01T12:00:00+00:00"
THINGS = ["vanish", "change", "add"]


def events(*things: str) -> st.SearchStrategy[list[tuple[int, str, int]]]:
    one = st.tuples(st.integers(0, 9), st.sampled_from(things), st.integers(1, 30))
    return st.lists(one, max_size=12)


@example(rows=9, size=3, since="", events=[(1, "vanish", 1), (1, "vanish", 2)])
@example(rows=27, size=6, since=EARLIER, events=[(5, "change", 21), (5, "vanish", 1)])
@given(
    rows=st.integers(0, 30),
    size=st.integers(2, 9),
    since=st.sampled_from(["", EARLIER]),
    events=events(*THINGS),
)
def test_no_shift_of_positions_hides_a_record(
    rows: int, size: int, since: str, events: list[tuple[int, str, int]]
) -> None:
    books = a_company(rows, page_size=size)
    books.before = Happening(books, events)
    walk, seen = PageCursor(source="Customer", since=since or None), set()
    while True:
        page = books.page(statement(walk), start=walk.start)
        if not walk.joins(page.rows):
            walk = walk.stepped_back()
            continue
        seen |= {str(row["Id"]) for row in page.rows}
        if not page.full:
            break
        walk = walk.after(page.rows)
    assert {one for one in ids(rows) if one in books.rows["Customer"]} <= seen


@given(rows=st.integers(20, 30), size=st.integers(5, 9), events=events(*THINGS, "kill"))
@hypothesis_settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_happens_meanwhile_the_newest_of_each_record_is_pending(
    rows: int, size: int, events: list[tuple[int, str, int]]
) -> None:
    books = a_company(rows, page_size=size)
    books.before = Happening(books, events)
    for number in range(4):
        with suppress(InterruptedError):
            look(books, CUSTOMERS, after=number * HOUR)
    books.before = lambda _call: None
    look(books, CUSTOMERS, after=14 * HOUR)
    look(books, CUSTOMERS, after=21 * HOUR)
    assert newest(books) <= found_versions(books)


def newest(books: Books) -> set[tuple[str, str]]:
    return {(one["Id"], one["SyncToken"]) for one in books.rows.get("Customer", {}).values()}


def found_versions(books: Books) -> set[tuple[str, str]]:
    items = books.store.pending.read_all(CONNECTION, "pull_customers")
    return {(item.record_id, simplejson.loads(item.record)["SyncToken"]) for item in items}


@pytest.mark.case("R9")
@pytest.mark.parametrize("large", [["1"], ["2"], ["7"], ["10"], ["11"], ["12", "13"], ["25"]])
def test_a_record_that_is_too_large_is_passed_over_and_named_while_all_others_are_read(
    large: list[str],
) -> None:
    books = a_company(25)
    books.large = frozenset(large)
    told = str(look(books, CUSTOMERS)[CUSTOMERS.name].problem)
    assert found(books, CUSTOMERS) == set(ids(25)) - set(large)
    assert [f"customer of QuickBooks at place {one} of" in told for one in large] == [True] * len(
        large
    )
    assert told.count("too large to be read") == len(large)


@pytest.mark.case("R3a")
@pytest.mark.parametrize("bad", [["1"], ["2"], ["7"], ["11"], ["12", "13"], ["25"]])
def test_a_record_that_quickbooks_fails_on_is_passed_over_and_named_while_all_others_are_read(
    bad: list[str],
) -> None:
    books = a_company(25)
    books.bad = frozenset(bad)
    told = str(look(books, CUSTOMERS)[CUSTOMERS.name].problem)
    assert found(books, CUSTOMERS) == set(ids(25)) - set(bad)
    assert [f"customer of QuickBooks at place {one} of" in told for one in bad] == [True] * len(bad)
    assert told.count("makes QuickBooks fail") == len(bad)


def test_nothing_is_passed_over_while_quickbooks_fails_on_everything() -> None:
    def fail(call: str) -> None:
        if call == "CompanyInfo":
            raise QueryFailedError("QuickBooks had an internal error.")

    books = a_company(25)
    books.bad, books.before = frozenset(ids(25)), fail
    told = str(look(books, CUSTOMERS)[CUSTOMERS.name].problem)
    assert (found(books, CUSTOMERS), "asked again after" in told) == (set(), True)
    books.bad = frozenset()
    look(books, CUSTOMERS, after=HOUR)
    assert found(books, CUSTOMERS) == set(ids(25))


def test_what_changes_while_the_first_record_is_passed_over_is_told_later() -> None:
    books = a_company(3)
    books.ahead, books.bad = -3 * HOUR, frozenset({"1"})  # QuickBooks' clock is behind ours.
    look(books, CUSTOMERS)
    assert the_cursor(books).since == books.now - 3 * HOUR - OVERLAP
