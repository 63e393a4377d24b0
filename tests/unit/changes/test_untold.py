from datetime import datetime, timedelta
from typing import Any

import pytest

from connector.errors import AnswerTooLargeError
from tests.unit.changes.books import (
    CUSTOMERS,
    DAY,
    HOUR,
    NOON,
    OVERLAP,
    VENDORS,
    Books,
    Poisoned,
    a_pull,
    done,
    found,
    look,
    the_cursor,
)

pytestmark = pytest.mark.case("R3")
INVOICES = a_pull("pull_payments", "Invoice", "payment")


@pytest.fixture
def books() -> Poisoned:
    """A company with a customer, pulled at noon and worked off, that cannot tell of invoices."""
    books = Poisoned(now=NOON - DAY)
    books.put("Customer", "58", DisplayName="Harbor Cafe")
    look(books, CUSTOMERS, VENDORS, INVOICES)
    done(books, CUSTOMERS)
    books.calls.clear()
    books.poison = {"Invoice"}
    return books


def test_all_kinds_are_read_but_the_one_that_fails(books: Poisoned) -> None:
    books.put("Customer", "59", DisplayName="Blue Heron")
    books.put("Vendor", "7", DisplayName="Main Street Supply")
    told = look(books, CUSTOMERS, VENDORS, INVOICES, after=6 * HOUR)
    assert (found(books, CUSTOMERS), found(books, VENDORS)) == ({"59"}, {"7"})
    assert "what changed in Invoice (since 2025-03-02)" in str(told["posted"].problem)
    assert told["pull_customers"].problem is None


def test_the_list_that_cannot_be_told_is_read_page_by_page(books: Poisoned) -> None:
    books.now = NOON + 5 * HOUR
    books.put("Invoice", "130", DisplayName="1001")
    look(books, CUSTOMERS, VENDORS, INVOICES, after=6 * HOUR)
    assert found(books, INVOICES) == {"130"}


def test_it_is_asked_for_by_itself_from_then_on(books: Poisoned) -> None:
    look(books, CUSTOMERS, VENDORS, INVOICES, after=6 * HOUR)
    books.calls.clear()
    look(books, CUSTOMERS, VENDORS, INVOICES, after=12 * HOUR)
    asked = [call for call in books.calls if not call.startswith("SELECT")]
    assert asked[0].startswith("changes Account PaymentMethod Term Customer Vendor since")
    assert asked[1:] == ["failed Invoice"]


def test_when_it_answers_again_it_tells_all_since_it_failed(books: Poisoned) -> None:
    begin = the_cursor(books).since
    look(books, CUSTOMERS, VENDORS, INVOICES, after=6 * HOUR)
    assert the_cursor(books).untold == {"Invoice": begin}
    books.calls.clear()
    books.poison = set()
    told = look(books, CUSTOMERS, VENDORS, INVOICES, after=12 * HOUR)
    assert f"changes Invoice since {begin:%m-%d %H:%M}" in books.calls
    assert (told["posted"].problem, the_cursor(books).untold) == (None, {})
    books.calls.clear()
    look(books, CUSTOMERS, VENDORS, INVOICES, after=18 * HOUR)
    assert [call.split()[0] for call in books.calls] == ["changes"]


def test_no_change_is_asked_for_that_quickbooks_does_not_remember(books: Poisoned) -> None:
    look(books, CUSTOMERS, VENDORS, INVOICES, after=6 * HOUR)
    look(books, CUSTOMERS, VENDORS, INVOICES, after=20 * DAY)
    books.poison = set()
    look(books, CUSTOMERS, VENDORS, INVOICES, after=40 * DAY)
    oldest = NOON + 11 * DAY - OVERLAP
    assert f"changes Invoice since {oldest:%m-%d %H:%M}" in books.calls


def test_where_it_tells_nothing_at_all_it_is_left_alone_for_a_while(books: Poisoned) -> None:
    books.poison = {"Account", "PaymentMethod", "Term", "Customer"}
    told = look(books, CUSTOMERS, after=6 * HOUR)
    assert "it is asked again after" in str(told["pull_customers"].problem)
    assert the_cursor(books).failures == 1
    assert look(books, CUSTOMERS, after=6 * HOUR + timedelta(minutes=5)) == told


class Crowded(Books):
    """A company of which so much changed that three kinds are more than one answer may hold."""

    def changes(self, entities: Any, since: datetime) -> Any:
        """Tell changes of one or two kinds."""
        if len(entities) > 2:
            self._called(f"too large {' '.join(entities)}")
            raise AnswerTooLargeError("It is too large.")
        return super().changes(entities, since)


@pytest.mark.case("R9")
def test_changes_that_are_too_large_together_are_read_in_parts() -> None:
    books = Crowded(now=NOON - DAY)
    books.put("Customer", "58", DisplayName="Harbor Cafe")
    look(books, CUSTOMERS, VENDORS)
    books.now = NOON + HOUR
    books.put("Customer", "59", DisplayName="Blue Heron")
    books.put("Vendor", "7", DisplayName="Main Street Supply")
    told = look(books, CUSTOMERS, VENDORS, after=6 * HOUR)
    assert (found(books, CUSTOMERS), found(books, VENDORS)) == ({"58", "59"}, {"7"})
    assert (told["pull_customers"].problem, the_cursor(books).untold) == (None, {})
