from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pytest

from connector.changes.lists.found import Found
from connector.changes.mobiwork import find_changes, first_empty
from connector.engine.stores import Store
from connector.mobiwork.xml import RawRecord
from tests.builders import CONNECTION, a_customer
from tests.fake_mobiwork import ListsAnew
from tests.memory.store import in_memory

FLOW = "push_customers"


@dataclass
class Lists(ListsAnew):
    """MobiWork's customers; `short` lists are answered in place of the next ones, once each."""

    customers: list[RawRecord]
    short: list[list[RawRecord]] = field(default_factory=list)
    asked: int = 0

    def supports(self, entity: str, operation: str) -> bool:
        return (entity, operation) == ("customer", "list")

    def records(
        self, entity: str, filters: Mapping[str, str] | None = None, **_: object
    ) -> Iterator[RawRecord]:
        self.asked += 1
        yield from self.short.pop(0) if self.short else self.customers


@pytest.fixture
def store() -> Store:
    return in_memory()


def customers(count: int) -> list[RawRecord]:
    numbers = range(700_001, 700_001 + count)
    return [a_customer(str(one), companyName=f"Customer {one}") for one in numbers]


def look(lists: Lists, store: Store) -> Found:
    return find_changes(CONNECTION, lists, store)[FLOW]


def seen_before(count: int, store: Store) -> Lists:
    lists = Lists(customers(count))
    look(lists, store)
    lists.asked = 0
    return lists


@pytest.mark.case("X12")
@pytest.mark.parametrize("missing", [1, 15])
def test_what_only_one_reading_misses_was_never_gone(missing: int, store: Store) -> None:
    lists = seen_before(15, store)
    lists.short = [lists.customers[missing:]]
    assert look(lists, store) == Found(read=15, unchanged=15)
    assert lists.asked == 2


@pytest.mark.case("X12")
def test_a_record_that_a_second_reading_misses_too_is_gone(store: Store) -> None:
    lists = seen_before(15, store)
    lists.customers = lists.customers[1:]
    assert look(lists, store) == Found(read=14, unchanged=14, deleted=1)


@pytest.mark.case("X12")
def test_of_a_list_that_stays_empty_nothing_is_deleted_before_the_next_look(store: Store) -> None:
    lists = seen_before(15, store)
    lists.customers = []
    found = look(lists, store)
    assert (found.deleted, str(found.problem).partition(".")[0]) == (
        0,
        "MobiWork listed 0 of 15 known records",
    )
    assert look(lists, store) == Found(deleted=15)


@pytest.mark.case("X12")
def test_a_list_that_was_whole_in_between_is_not_believed_when_it_is_empty_again(
    store: Store,
) -> None:
    lists = seen_before(15, store)
    whole = lists.customers
    for listed in ([], whole, []):
        lists.customers = listed
        found = look(lists, store)
    assert (found.deleted, found.problem is None) == (0, False)
    assert look(lists, store) == Found(deleted=15)


def test_a_list_that_misses_nothing_is_read_once(store: Store) -> None:
    lists = seen_before(15, store)
    look(lists, store)
    assert lists.asked == 1


@pytest.mark.case("X3")
def test_many_that_are_gone_are_told_once_and_believed_at_the_next_look(store: Store) -> None:
    lists = seen_before(100, store)
    lists.customers = lists.customers[30:]
    assert "70 of 100 known records" in str(look(lists, store).problem)
    assert look(lists, store) == Found(read=70, unchanged=70, deleted=30)
    assert look(lists, store) == Found(read=70, unchanged=70)


@pytest.mark.case("X3")
def test_many_others_that_are_missing_at_the_next_look_are_told_in_their_turn(
    store: Store,
) -> None:
    lists = seen_before(100, store)
    everything = lists.customers
    lists.customers = everything[30:]
    look(lists, store)
    lists.customers = everything[:70]
    assert (look(lists, store).deleted, look(lists, store).deleted) == (0, 30)


@pytest.mark.case("X12a")
def test_nothing_is_added_to_a_list_that_was_found_empty_once(store: Store) -> None:
    lists = Lists([])
    first, second = (
        first_empty(CONNECTION, find_changes(CONNECTION, lists, store), store)[FLOW]
        for _ in range(2)
    )
    assert str(first.problem).startswith("MobiWork listed no records at all.")
    assert second == Found()


@pytest.mark.case("X12a")
def test_a_list_that_held_records_once_may_be_emptied(store: Store) -> None:
    lists = seen_before(1, store)
    lists.customers = []
    found = first_empty(CONNECTION, find_changes(CONNECTION, lists, store), store)[FLOW]
    assert found == Found(deleted=1)
