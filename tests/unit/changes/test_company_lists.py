from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connector.changes.company import learn, read_preferences, with_lists
from connector.model.company import Company
from connector.store import settings as saved
from tests.builders import CONNECTION, a_company
from tests.unit.changes.books import Books

READ = datetime(2026, 3, 2, 12, tzinfo=UTC)
WEEK = timedelta(days=7)


def remembered() -> Company:
    company = saved.read_company(CONNECTION)
    assert company is not None
    return company


def names(company: Company) -> dict[str, str]:
    return {one.id: one.name for one in company.accounts}


def an_account(record_id: str, name: str, **changes: Any) -> dict[str, Any]:
    return {"Id": record_id, "Name": name, "AccountType": "Income"} | changes


@pytest.fixture
def company(table: None) -> Company:
    company = a_company().model_copy(update={"read_at": READ.isoformat()})
    saved.save_company(CONNECTION, company)
    return company


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


def test_what_changed_is_remembered(company: Company) -> None:
    learn(CONNECTION, {"Account": [an_account("79", "Sales of parts")]})
    assert names(remembered()) == names(company) | {"79": "Sales of parts"}


def test_a_company_that_was_never_read_learns_nothing(table: None) -> None:
    learn(CONNECTION, {"Account": [an_account("79", "Sales of parts")]})
    assert saved.read_company(CONNECTION) is None


def test_preferences_are_read_again_after_a_week(company: Company) -> None:
    books = Books()
    read_preferences(CONNECTION, books, now=READ + WEEK)
    assert books.calls == ["CompanyInfo", "Preferences"]
    assert remembered() == Company(
        realm_id=company.realm_id,
        name="Harbor Books",
        country="",
        read_at=(READ + WEEK).isoformat(),
        custom_numbers=True,
        uses_sales_tax=False,
        accounts=company.accounts,
        payment_methods=company.payment_methods,
        terms=company.terms,
    )


def test_preferences_are_not_read_within_the_week(company: Company) -> None:
    books = Books()
    read_preferences(CONNECTION, books, now=READ + WEEK - timedelta(seconds=1))
    assert books.calls == []


@pytest.mark.usefixtures("company")
def test_a_company_that_counts_as_old_is_left_to_the_full_reading() -> None:
    saved.age_company(CONNECTION)
    books = Books()
    read_preferences(CONNECTION, books, now=READ + WEEK)
    assert (books.calls, remembered().read_at) == ([], saved.LONG_AGO)
