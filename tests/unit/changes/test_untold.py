from datetime import datetime, timedelta
from typing import Any

import pytest

from connector.errors import AnswerTooLargeError
from connector.model.company import LONG_AGO
from connector.model.pending import Deletion, PendingItem
from tests.builders import CONNECTION, a_company
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


def asked(books: Books) -> list[str]:
    return [call for call in books.calls if "Invoice" in call]


@pytest.mark.case("R3g")
def test_rings_ask_for_it_no_more_often(books: Poisoned) -> None:
    look(books, CUSTOMERS, INVOICES, after=6 * HOUR)
    books.calls.clear()
    for minutes in range(5, 300, 5):
        look(books, CUSTOMERS, INVOICES, after=6 * HOUR + timedelta(minutes=minutes), rang=True)
    assert asked(books) == []
    assert len(books.calls) == 59  # the other kinds, one call for each ring


@pytest.mark.case("R3g")
def test_what_fails_for_good_is_asked_for_and_read_once_a_day(books: Poisoned) -> None:
    for hours in range(6, 24 * 14, 6):
        look(books, CUSTOMERS, INVOICES, after=hours * HOUR)
    books.calls.clear()
    for hours in range(24 * 14, 24 * 24, 6):
        look(books, CUSTOMERS, INVOICES, after=hours * HOUR)
    walks = [call for call in asked(books) if call.startswith("SELECT")]
    assert (len(walks), asked(books).count("failed Invoice")) == (10, 10)


@pytest.mark.case("R3g")
def test_its_pages_are_read_from_where_they_were_read_last(books: Poisoned) -> None:
    for hours in (6, 12, 18):
        books.now = NOON + (hours - 1) * HOUR
        books.put("Invoice", str(hours), DisplayName="1001")
        look(books, INVOICES, after=hours * HOUR)
        assert found(books, INVOICES) == {str(hours)}
        done(books, INVOICES)
    assert the_cursor(books).untold["Invoice"] < NOON + HOUR


@pytest.mark.case("R3g")
def test_it_is_told_once_and_its_entry_ends_when_it_answers(books: Poisoned) -> None:
    look(books, INVOICES, after=6 * HOUR)
    (entry,) = books.store.pending.worklist(CONNECTION, "push_invoices")
    assert "when it is asked what changed in Invoice (since 2025-03-02)" in str(entry.reason)
    books.store.pending.close(entry)
    assert look(books, INVOICES, after=7 * HOUR, rang=True)["posted"].problem is None
    look(books, INVOICES, after=12 * HOUR)
    assert [*books.store.pending.worklist(CONNECTION, "push_invoices")] == []
    books.store.pending.put_deleted(CONNECTION, "push_invoices", as_told(entry))
    books.poison = set()
    look(books, INVOICES, after=18 * HOUR)
    assert [*books.store.pending.worklist(CONNECTION, "push_invoices")] == []


@pytest.mark.case("R3g")
def test_a_kind_that_nobody_pulls_any_more_is_forgotten(books: Poisoned) -> None:
    look(books, CUSTOMERS, INVOICES, after=6 * HOUR)
    look(books, CUSTOMERS, after=12 * HOUR)
    assert (the_cursor(books).by_pages, the_cursor(books).untold) == ({}, {})
    assert [*books.store.pending.worklist(CONNECTION, "push_invoices")] == []
    look(books, CUSTOMERS, INVOICES, after=18 * HOUR)
    assert [*the_cursor(books).by_pages] == ["Invoice"]


def as_told(entry: PendingItem) -> Deletion:
    return Deletion(
        record_id=entry.record_id,
        label=entry.label,
        reason=str(entry.reason),
        fixes=entry.fixes,
        found_at=entry.found_at,
        cause=entry.cause,
    )


@pytest.mark.case("R3g")
def test_an_account_list_that_is_never_told_is_read_as_a_whole_once_a_day(books: Poisoned) -> None:
    books.store.settings.save_company(CONNECTION, a_company())
    books.poison, ages = {"Account"}, 0
    for hours in range(6, 24 * 10, 6):
        look(books, CUSTOMERS, after=hours * HOUR)
        company = books.store.settings.read_company(CONNECTION)
        assert company is not None
        ages += company.read_at == LONG_AGO
        read_at = (NOON + hours * HOUR).isoformat()
        fresh = company.model_copy(update={"read_at": read_at})
        books.store.settings.save_company(CONNECTION, fresh)
    assert ages <= 3 + 10


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
