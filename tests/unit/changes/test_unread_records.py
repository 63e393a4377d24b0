"""Records of QuickBooks that a pull cannot read are told until they can be read."""

from datetime import timedelta
from typing import Any

import pytest

from connector.changes.unread_entries import MOST_KEPT
from connector.errors import RemoteDownError
from connector.model.pending import PendingItem
from connector.model.worklist.causes import Kind
from tests.builders import CONNECTION
from tests.unit.changes.books import (
    CUSTOMERS,
    HOUR,
    NOON,
    PRODUCTS,
    QUANTITIES,
    VENDORS,
    Books,
    Poisoned,
    found,
    look,
    the_cursor,
)

pytestmark = pytest.mark.case("R3e")


@pytest.fixture
def books() -> Poisoned:
    """A company with six customers, of which QuickBooks fails on the third; it was looked at."""
    books = Poisoned(now=NOON - 24 * HOUR)
    for one in "123456":
        books.put("Customer", one, DisplayName=f"Customer {one}")
    books.bad = frozenset("3")
    look(books, CUSTOMERS)
    books.calls.clear()
    return books


def told(books: Books, pull: Any = CUSTOMERS) -> list[PendingItem]:
    kept = books.store.pending.worklist(CONNECTION, pull.name)
    return [one for one in kept if one.record_id == f"unread-{pull.source}"]


def pages(books: Books) -> list[str]:
    return [call for call in books.calls if call.startswith("SELECT")]


def test_a_record_that_is_passed_over_is_told_on_the_worklist(books: Poisoned) -> None:
    (entry,) = told(books)
    assert (entry.label, entry.cause) == (
        "Customer of QuickBooks",
        f"{Kind.UNREADABLE_THERE}|Customer",
    )
    assert str(entry.reason).endswith(
        "(after Id 2 and before Id 4) makes QuickBooks fail, so it was passed over; all others "
        "are read. Open it in QuickBooks and save it; if that does not help, ask QuickBooks' "
        'support. It is the one that was entered right before "Customer 4".'
    )
    assert found(books, CUSTOMERS) == set("12456")


def test_it_is_asked_for_by_one_call_every_six_hours(books: Poisoned) -> None:
    look(books, CUSTOMERS, after=5 * HOUR)
    assert books.calls == []
    look(books, CUSTOMERS, after=6 * HOUR)
    look(books, CUSTOMERS, after=12 * HOUR)
    assert [call.split()[-1] for call in pages(books)] == ["3", "3"]
    assert len(told(books)) == 1


def test_its_entry_ends_when_it_can_be_read(books: Poisoned) -> None:
    books.bad = frozenset()
    look(books, CUSTOMERS, after=6 * HOUR)
    assert (told(books), found(books, CUSTOMERS)) == ([], set("123456"))
    assert the_cursor(books).unread == ()


def test_its_entry_stays_where_another_record_moved_into_its_place(books: Poisoned) -> None:
    since = told(books)[0].since
    books.vanish("Customer", "1")
    look(books, CUSTOMERS, after=6 * HOUR)
    (entry,) = told(books)
    assert ("at place 2 of its list" in str(entry.reason), entry.since) == (True, since)
    assert [one.place for one in the_cursor(books).unread] == [2]


def test_its_entry_ends_when_it_is_merged_away(books: Poisoned) -> None:
    books.vanish("Customer", "3")
    look(books, CUSTOMERS, after=6 * HOUR)
    assert (told(books), the_cursor(books).unread) == ([], ())


def test_who_has_seen_to_it_is_not_told_again(books: Poisoned) -> None:
    books.store.pending.close(told(books)[0])
    for hours in (6, 12, 18):
        look(books, CUSTOMERS, after=hours * HOUR)
    assert told(books) == []


def test_of_two_in_one_list_the_one_that_is_left_is_told(books: Poisoned) -> None:
    books.put("Customer", "7", DisplayName="Customer 7")
    books.bad, books.poison = frozenset("36"), {"Customer"}
    books.vanish("Customer", "1")  # so that the list is read once more
    look(books, CUSTOMERS, after=6 * HOUR)
    assert "at place 5" in str(told(books)[0].reason)
    books.bad = frozenset("6")
    look(books, CUSTOMERS, after=12 * HOUR)
    (entry,) = told(books)
    assert ("at place 5" in str(entry.reason), "at place 2" in str(entry.reason)) == (True, False)


def test_a_list_that_two_pulls_read_has_one_entry() -> None:
    books = Books(bad=frozenset("1"))
    for one in "12":
        books.put("Item", one, Name=f"Hose {one}")
    look(books, PRODUCTS, QUANTITIES)
    assert (len(told(books, PRODUCTS)), told(books, QUANTITIES)) == (1, [])
    books.bad = frozenset()
    look(books, PRODUCTS, QUANTITIES, after=6 * HOUR)
    assert told(books, PRODUCTS) == []
    assert [found(books, one) for one in (PRODUCTS, QUANTITIES)] == [set("12")] * 2


def test_what_changed_and_cannot_be_read_is_told_until_it_can(books: Poisoned) -> None:
    look(books, CUSTOMERS, VENDORS)
    books.now = NOON + HOUR
    books.put("Vendor", "7", DisplayName="Main Street Supply")
    books.put("Vendor", "8", DisplayName="Oak Street Supply")
    books.bad, books.poison = frozenset("7"), {"Vendor"}
    look(books, CUSTOMERS, VENDORS, after=6 * HOUR)
    (entry,) = told(books, VENDORS)
    assert 'the one that was changed right before "Oak Street Supply"' in str(entry.reason)
    books.bad, books.poison = frozenset(), set()
    look(books, CUSTOMERS, VENDORS, after=12 * HOUR)
    assert (told(books, VENDORS), "7" in found(books, VENDORS)) == ([], True)


def test_a_pull_that_is_switched_off_tells_of_nothing(books: Poisoned) -> None:
    look(books, VENDORS, after=6 * HOUR)
    assert (told(books), the_cursor(books).unread) == ([], ())


def test_a_look_that_dies_after_it_told_leaves_no_entry_for_ever() -> None:
    books = Books(bad=frozenset("2"))
    for one in "123":
        books.put("Customer", one, DisplayName=f"Customer {one}")
    keep = books.store.cursors.keep

    def dies(before: Any, after: Any) -> Any:
        if after.unread:
            raise InterruptedError("killed")
        return keep(before, after)

    object.__setattr__(books.store.cursors, "keep", dies)
    with pytest.raises(InterruptedError):
        look(books, CUSTOMERS)
    object.__setattr__(books.store.cursors, "keep", keep)
    books.bad = frozenset()
    look(books, CUSTOMERS, after=timedelta(minutes=5))
    assert (told(books), found(books, CUSTOMERS)) == ([], set("123"))


def test_quickbooks_that_does_not_answer_ends_no_entry(books: Poisoned) -> None:
    def down(_call: str) -> None:
        raise RemoteDownError("QuickBooks does not answer.")

    books.before = down
    look(books, CUSTOMERS, after=6 * HOUR)
    assert len(told(books)) == 1


def test_of_more_than_are_asked_for_again_it_is_told_that_there_are_at_least_so_many() -> None:
    books = Books()
    for one in range(200):
        books.put("Customer", str(one), DisplayName=f"Customer {one}")
    books.bad = frozenset(str(one) for one in range(1, 200, 2))
    look(books, CUSTOMERS)
    (entry,) = told(books)
    assert f"At least {MOST_KEPT - 5} more records of this list" in str(entry.reason)
    assert len(the_cursor(books).unread) == MOST_KEPT
