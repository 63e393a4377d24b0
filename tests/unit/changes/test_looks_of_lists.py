from datetime import datetime, timedelta

import pytest

from connector.changes.lists.found import Found
from connector.model.company import LONG_AGO, Company
from tests.builders import CONNECTION, a_company
from tests.unit.changes.books import (
    AHEAD,
    CUSTOMERS,
    DAY,
    HOUR,
    NOON,
    OVERLAP,
    PAYMENTS,
    TAXES,
    VENDORS,
    Books,
    a_pull,
    a_splitting,
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


def test_a_pull_that_is_switched_off_asks_nothing() -> None:
    books = Books()
    off = a_pull("pull_customers", "Customer", "customer", splitting=a_splitting(wanted=False))
    look(books, off)
    look(books, off, after=6 * HOUR)
    assert books.calls == ["changes Account PaymentMethod Term since 03-02 11:55"]


def test_a_pull_that_is_switched_on_later_is_read_from_its_beginning(books: Books) -> None:
    books.put("Vendor", "41", DisplayName="Tool Rental")
    look(books, CUSTOMERS, VENDORS, after=30 * HOUR)
    assert (found(books, CUSTOMERS), found(books, VENDORS)) == (set(), {"41"})
    assert "Customer" not in books.calls[0]


def test_a_pull_that_was_off_for_a_while_is_read_from_its_beginning_again(books: Books) -> None:
    look(books, after=6 * HOUR)
    look(books, CUSTOMERS, after=12 * HOUR)
    assert found(books, CUSTOMERS) == {"58"}


def test_an_answer_that_was_cut_short_is_read_page_by_page(books: Books) -> None:
    books.most_changes = books.page_size = 3
    for number in range(60, 70):
        books.put("Customer", str(number), DisplayName=f"Customer {number}")
    look(books, CUSTOMERS, after=6 * HOUR)
    assert found(books, CUSTOMERS) == {str(number) for number in range(60, 70)}
    assert books.calls[1] == (
        "SELECT * FROM Customer WHERE MetaData.LastUpdatedTime >= '2025-03-02T11:55:00+00:00' AND "
        "Active IN (true, false) ORDERBY MetaData.LastUpdatedTime from 1"
    )


def test_payments_are_read_page_by_page_without_asking_for_inactive_ones(books: Books) -> None:
    books.most_changes = books.page_size = 3
    look(books, PAYMENTS, after=HOUR)
    for number in range(60, 70):
        books.put("Payment", str(number))
    look(books, PAYMENTS, after=6 * HOUR)
    assert found(books, PAYMENTS) == {str(number) for number in range(60, 70)}


def test_a_long_silence_is_read_page_by_page(books: Books) -> None:
    books.now += DAY
    books.put("Customer", "59", DisplayName="Blue Heron")
    look(books, CUSTOMERS, after=40 * DAY)
    assert found(books, CUSTOMERS) == {"59"}
    assert "LastUpdatedTime >= '2025-03-02T11:55:00+00:00'" in books.calls[1]


def test_taxes_are_read_weekly_and_only_changed_ones_are_work() -> None:
    books = Books()
    for one in ("2", "3"):
        books.put("TaxCode", one, DisplayName=f"Tax {one}")
    assert look(books, TAXES)["pull_sales_taxes"] == Found(read=2, changed=2)
    done(books, TAXES)
    books.put("TaxCode", "3", DisplayName="Tampa")
    look(books, TAXES, after=7 * DAY - HOUR)
    assert found(books, TAXES) == set()
    assert look(books, TAXES, after=7 * DAY)["pull_sales_taxes"] == Found(
        read=2, changed=1, unchanged=1
    )
    assert found(books, TAXES) == {"3"}


def test_a_changed_rate_changes_the_tax_code() -> None:
    books = Books()
    detail = {"TaxRateRef": {"value": "9"}}
    books.put("TaxCode", "2", SalesTaxRateList={"TaxRateDetail": [detail]})
    books.put("TaxRate", "9", Name="Florida", RateValue=7)
    look(books, TAXES)
    done(books, TAXES)
    books.put("TaxRate", "9", RateValue=8)
    look(books, TAXES, after=7 * DAY)
    assert found(books, TAXES) == {"2"}


def test_taxes_that_somebody_asks_for_are_read_by_the_next_look() -> None:
    books = Books()
    look(books, TAXES)
    books.calls.clear()
    books.store.cursors.ask_for_taxes(CONNECTION, now=NOON + HOUR)
    look(books, TAXES, after=2 * HOUR)
    look(books, TAXES, after=3 * HOUR)
    assert [call.split()[3] for call in books.calls] == ["TaxCode", "TaxRate"]


def test_asking_for_taxes_before_the_first_look_changes_nothing() -> None:
    books = Books()
    books.store.cursors.ask_for_taxes(CONNECTION, now=NOON)
    assert books.store.cursors.read(CONNECTION) is None


def remember(books: Books, *, read_at: datetime) -> None:
    company = a_company().model_copy(update={"read_at": read_at.isoformat()})
    books.store.settings.save_company(CONNECTION, company)


def remembered(books: Books) -> Company:
    company = books.store.settings.read_company(CONNECTION)
    assert company is not None
    return company


def test_a_changed_account_is_remembered_without_a_further_call(books: Books) -> None:
    remember(books, read_at=NOON)
    books.put("Account", "79", Name="Sales of parts", AccountType="Income")
    look(books, CUSTOMERS, after=6 * HOUR)
    assert remembered(books).read_at == NOON.isoformat()
    assert (
        next(one.name for one in remembered(books).accounts if one.id == "79") == "Sales of parts"
    )
    assert len(books.calls) == 1


def test_a_company_whose_changes_were_cut_short_counts_as_old(books: Books) -> None:
    remember(books, read_at=NOON)
    books.most_changes = 1
    books.put("Customer", "59", DisplayName="Blue Heron")
    look(books, CUSTOMERS, after=6 * HOUR)
    assert remembered(books).read_at == LONG_AGO


def test_accounts_that_changed_before_the_first_look_are_asked_for_since_they_were_read() -> None:
    read_at = NOON - HOUR
    books = Books()
    remember(books, read_at=read_at)
    look(books)
    assert the_cursor(books).since == read_at - OVERLAP


def test_a_company_that_was_read_long_before_the_first_look_counts_as_old() -> None:
    read_at = NOON - 8 * DAY
    books = Books()
    remember(books, read_at=read_at)
    look(books)
    assert (remembered(books).read_at, the_cursor(books).since) == (
        LONG_AGO,
        NOON - OVERLAP,
    )


def test_times_are_asked_for_in_whole_seconds() -> None:
    books = Books()
    look(books, after=timedelta(microseconds=123456))
    look(books, after=6 * HOUR + timedelta(microseconds=123456))
    assert the_cursor(books).since == NOON + 6 * HOUR + AHEAD - OVERLAP
