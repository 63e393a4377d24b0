from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connector.changes.company import learn, let_age, read_preferences, with_lists
from connector.engine.stores import Store
from connector.model.company import LONG_AGO, Company
from tests.builders import CONNECTION, a_company
from tests.memory.store import in_memory
from tests.unit.changes.books import Books

READ = datetime(2026, 3, 2, 12, tzinfo=UTC)
WEEK = timedelta(days=7)


def remembered(store: Store) -> Company:
    company = store.settings.read_company(CONNECTION)
    assert company is not None
    return company


def names(company: Company) -> dict[str, str]:
    return {one.id: one.name for one in company.accounts}


def an_account(record_id: str, name: str, **changes: Any) -> dict[str, Any]:
    return {"Id": record_id, "Name": name, "AccountType": "Income"} | changes


COMPANY = a_company().model_copy(update={"read_at": READ.isoformat()})


@pytest.fixture
def store() -> Store:
    store = in_memory()
    store.settings.save_company(CONNECTION, COMPANY)
    return store


def test_a_renamed_account_takes_the_place_of_the_old_one() -> None:
    company = a_company()
    first = company.accounts[0].id
    learned = with_lists(company, {"Account": [an_account(first, "Renamed")]})
    assert names(learned) == names(company) | {first: "Renamed"}


def test_a_closed_account_is_gone() -> None:
    company = a_company()
    first = company.accounts[0].id
    rows = {"Account": [an_account(first, "Old (deleted)", Active=False)]}
    assert first not in names(with_lists(company, rows))


@pytest.mark.parametrize(
    ("entity", "member"), [("PaymentMethod", "payment_methods"), ("Term", "terms")]
)
def test_a_renamed_choice_goes_by_its_new_name(entity: str, member: str) -> None:
    company = a_company().model_copy(update={member: {"Check": "2", "Cash": "1"}})
    learned = with_lists(company, {entity: [{"Id": "2", "Name": "Cheque"}]})
    assert getattr(learned, member) == {"Cheque": "2", "Cash": "1"}


@pytest.mark.parametrize(
    ("entity", "member"), [("PaymentMethod", "payment_methods"), ("Term", "terms")]
)
def test_an_inactive_choice_is_gone(entity: str, member: str) -> None:
    company = a_company().model_copy(update={member: {"Check": "2", "Cash": "1"}})
    rows: dict[str, Sequence[dict[str, Any]]]
    rows = {entity: [{"Id": "2", "Name": "Check (deleted)", "Active": False}]}
    assert getattr(with_lists(company, rows), member) == {"Cash": "1"}


def test_what_changed_is_remembered(store: Store) -> None:
    learn(CONNECTION, {"Account": [an_account("79", "Sales of parts")]}, store)
    assert names(remembered(store)) == names(COMPANY) | {"79": "Sales of parts"}


def test_a_company_that_was_never_read_learns_nothing() -> None:
    store = in_memory()
    learn(CONNECTION, {"Account": [an_account("79", "Sales of parts")]}, store)
    assert store.settings.read_company(CONNECTION) is None


def test_preferences_are_read_again_after_a_week(store: Store) -> None:
    books = Books()
    read_preferences(CONNECTION, books, now=READ + WEEK, store=store)
    assert books.calls == ["CompanyInfo", "Preferences"]
    assert remembered(store) == Company(
        realm_id=COMPANY.realm_id,
        name="Harbor Books",
        country="",
        read_at=(READ + WEEK).isoformat(),
        custom_numbers=True,
        uses_sales_tax=False,
        accounts=COMPANY.accounts,
        payment_methods=COMPANY.payment_methods,
        terms=COMPANY.terms,
    )


def test_preferences_are_not_read_within_the_week(store: Store) -> None:
    books = Books()
    read_preferences(CONNECTION, books, now=READ + WEEK - timedelta(seconds=1), store=store)
    assert books.calls == []


def test_a_company_that_counts_as_old_is_left_to_the_full_reading(store: Store) -> None:
    let_age(CONNECTION, store)
    books = Books()
    read_preferences(CONNECTION, books, now=READ + WEEK, store=store)
    assert (books.calls, remembered(store).read_at) == ([], LONG_AGO)
