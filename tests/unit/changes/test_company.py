from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connector.changes.company import learn, refresh
from connector.errors import RemoteDownError
from connector.model.company import Company
from connector.store import settings as saved
from connector.store.settings import CompanyRow
from connector.store.table import key
from tests.builders import CONNECTION, a_company
from tests.unit.changes.books import Books

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Down:
    """A QuickBooks that does not answer."""

    realm_id = "9130350000000001"

    def company_info(self) -> dict[str, Any]:
        raise RemoteDownError("QuickBooks does not answer.")

    preferences = company_info

    def query(self, statement: str) -> Iterator[dict[str, Any]]:
        raise RemoteDownError("QuickBooks does not answer.")


def test_what_is_remembered_serves_on_while_quickbooks_does_not_answer(table: None) -> None:
    saved.save_company(CONNECTION, a_company())
    refresh(CONNECTION, Down(), now=NOW)
    assert saved.read_company(CONNECTION) == a_company()


DAY = timedelta(days=1)
LISTS = ["Account", "PaymentMethod", "Term"]


def an_account(name: str) -> dict[str, Any]:
    return {"Id": "79", "Name": name, "AccountType": "Income"}


@pytest.fixture
def books(table: None) -> Books:
    """Return a company with one account, which was read at noon."""
    books = Books()
    books.put("Account", "79", **an_account("Sales"))
    refresh(CONNECTION, books, now=NOW)
    books.calls.clear()
    return books


def remembered() -> Company:
    company = saved.read_company(CONNECTION)
    assert company is not None
    return company


def asked(books: Books) -> list[str]:
    return sorted(call.split()[-1] for call in books.calls)


@pytest.mark.usefixtures("table")
def test_a_company_that_was_never_read_is_read_whole() -> None:
    books = Books()
    refresh(CONNECTION, books, now=NOW)
    assert asked(books) == sorted([*LISTS, "CompanyInfo", "Preferences"])


def test_within_a_day_nothing_is_read(books: Books) -> None:
    refresh(CONNECTION, books, now=NOW + DAY - timedelta(seconds=1))
    assert books.calls == []


def test_what_an_older_version_did_not_ask_is_read_at_once(books: Books) -> None:
    known = remembered().model_dump(mode="json", exclude={"taxes_by_hand", "time_zone"})
    saved.save_company(CONNECTION, remembered())
    row = CompanyRow.get(key(CONNECTION, "company"), "company")
    row.company = known
    row.save()
    learn(CONNECTION, {"Account": [an_account("Sales of goods")]})
    refresh(CONNECTION, books, now=NOW + timedelta(minutes=1))
    assert asked(books) == ["CompanyInfo", "Preferences"]
    books.calls.clear()
    refresh(CONNECTION, books, now=NOW + timedelta(minutes=2))
    assert books.calls == []


def test_after_a_day_only_what_change_data_does_not_tell_is_read(books: Books) -> None:
    refresh(CONNECTION, books, now=NOW + DAY)
    assert books.calls == ["CompanyInfo", "Preferences"]
    assert remembered().read_at == (NOW + DAY).isoformat()
    assert [one.name for one in remembered().accounts] == ["Sales"]


def test_tax_codes_that_are_set_up_by_hand_are_read_every_day(books: Books) -> None:
    books.preferred = {"TaxPrefs": {"UsingSalesTax": True}}
    books.put("TaxCode", "5", Name="Tampa", TaxGroup=True)
    refresh(CONNECTION, books, now=NOW + DAY)
    assert asked(books) == ["CompanyInfo", "Preferences", "TaxCode"]
    assert remembered().tax_codes == {"Tampa": "5"}


def test_a_company_whose_changes_were_cut_short_is_read_whole(books: Books) -> None:
    saved.age_company(CONNECTION)
    books.put("Account", "79", Name="Sales of parts")
    refresh(CONNECTION, books, now=NOW)
    assert [one.name for one in remembered().accounts] == ["Sales of parts"]


def test_an_account_that_is_learned_while_preferences_are_read_is_kept(books: Books) -> None:
    def learn_meanwhile(call: str) -> None:
        if call == "Preferences":
            learn(CONNECTION, {"Account": [an_account("Sales of parts")]})

    books.before = learn_meanwhile
    refresh(CONNECTION, books, now=NOW + DAY)
    assert [one.name for one in remembered().accounts] == ["Sales of parts"]
    assert remembered().read_at == (NOW + DAY).isoformat()


def test_changes_that_are_cut_short_while_preferences_are_read_are_not_forgotten(
    books: Books,
) -> None:
    books.before = lambda _call: saved.age_company(CONNECTION)
    refresh(CONNECTION, books, now=NOW + DAY)
    assert remembered().read_at == saved.LONG_AGO


def test_a_company_that_was_never_read_cannot_be_planned_with(table: None) -> None:
    with pytest.raises(RemoteDownError):
        refresh(CONNECTION, Down(), now=NOW)
