from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connector.changes.company import ask_company, learn, let_age, refresh
from connector.errors import RemoteDownError
from connector.model.company import LONG_AGO, Company
from connector.model.pending import Hindrance, NewItem, PendingState
from connector.quickbooks.responses import Page
from tests.builders import CONNECTION, a_company
from tests.memory.store import in_memory
from tests.simulated_books import Books as SimulatedBooks
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

    def page(self, statement: str, *, start: int, size: int) -> Page:
        raise RemoteDownError("QuickBooks does not answer.")


def ids(company: Company) -> dict[str, set[str]]:
    """Return the ids that are remembered, by entity."""
    return {
        "Account": {one.id for one in company.accounts},
        "Term": {*company.terms.values()},
        "PaymentMethod": {*company.payment_methods.values()},
        "TaxCode": {*company.tax_codes.values()},
    }


@pytest.mark.case("R3d")
@pytest.mark.parametrize("entity", ["Account", "Term", "PaymentMethod", "TaxCode"])
@pytest.mark.parametrize("place", [0, 1, -1])
def test_a_company_is_read_but_for_what_quickbooks_fails_on(entity: str, place: int) -> None:
    books = SimulatedBooks()
    whole = ask_company(books.client, now=NOW)
    bad = books.all(entity)[place]["Id"]
    books.world.switches.bad_rows = f"{entity}:{bad}"
    read = ask_company(books.client, now=NOW)

    assert [held[entity] - {bad} for held in map(ids, (whole, read))] == [ids(read)[entity]] * 2
    assert ids(whole) | {entity: set()} == ids(read) | {entity: set()}


def test_what_is_remembered_serves_on_while_quickbooks_does_not_answer() -> None:
    store = in_memory()
    store.settings.save_company(CONNECTION, a_company())
    refresh(CONNECTION, Down(), now=NOW, store=store)
    assert store.settings.read_company(CONNECTION) == a_company()


DAY = timedelta(days=1)
LISTS = ["Account", "PaymentMethod", "Term"]


def an_account(name: str) -> dict[str, Any]:
    return {"Id": "79", "Name": name, "AccountType": "Income"}


@pytest.fixture
def books() -> Books:
    """Return a company with one account, which was read at noon."""
    books = Books()
    books.put("Account", "79", **an_account("Sales"))
    read(books)
    books.calls.clear()
    return books


def remembered(books: Books) -> Company:
    company = books.store.settings.read_company(CONNECTION)
    assert company is not None
    return company


def read(books: Books, *, after: timedelta = timedelta(0)) -> None:
    refresh(CONNECTION, books, now=NOW + after, store=books.store)


def asked(books: Books) -> list[str]:
    return sorted(call.split()[-1] for call in books.calls)


def test_a_company_that_was_never_read_is_read_whole() -> None:
    books = Books()
    read(books)
    assert asked(books) == sorted([*LISTS, "CompanyInfo", "Preferences"])


def test_within_a_day_nothing_is_read(books: Books) -> None:
    read(books, after=DAY - timedelta(seconds=1))
    assert books.calls == []


def test_what_an_older_version_did_not_ask_is_read_at_once(books: Books) -> None:
    known = remembered(books).model_dump(mode="json", exclude={"taxes_by_hand", "time_zone"})
    books.store.settings.save_company(CONNECTION, Company.model_validate(known))
    learn(CONNECTION, {"Account": [an_account("Sales of goods")]}, books.store)
    read(books, after=timedelta(minutes=1))
    assert asked(books) == ["CompanyInfo", "Preferences"]
    books.calls.clear()
    read(books, after=timedelta(minutes=2))
    assert books.calls == []


def test_after_a_day_only_what_change_data_does_not_tell_is_read(books: Books) -> None:
    read(books, after=DAY)
    assert books.calls == ["CompanyInfo", "Preferences"]
    assert remembered(books).read_at == (NOW + DAY).isoformat()
    assert [one.name for one in remembered(books).accounts] == ["Sales"]


def test_tax_codes_that_are_set_up_by_hand_are_read_every_day(books: Books) -> None:
    books.preferred = {"TaxPrefs": {"UsingSalesTax": True}}
    books.put("TaxCode", "5", Name="Tampa", TaxGroup=True)
    read(books, after=DAY)
    assert asked(books) == ["CompanyInfo", "Preferences", "TaxCode"]
    assert remembered(books).tax_codes == {"Tampa": "5"}


def test_a_company_whose_changes_were_cut_short_is_read_whole(books: Books) -> None:
    let_age(CONNECTION, books.store)
    books.put("Account", "79", Name="Sales of parts")
    read(books)
    assert [one.name for one in remembered(books).accounts] == ["Sales of parts"]


def test_an_account_that_is_learned_while_preferences_are_read_is_kept(books: Books) -> None:
    def learn_meanwhile(call: str) -> None:
        if call == "Preferences":
            learn(CONNECTION, {"Account": [an_account("Sales of parts")]}, books.store)

    books.before = learn_meanwhile
    read(books, after=DAY)
    assert [one.name for one in remembered(books).accounts] == ["Sales of parts"]
    assert remembered(books).read_at == (NOW + DAY).isoformat()


def test_changes_that_are_cut_short_while_preferences_are_read_are_not_forgotten(
    books: Books,
) -> None:
    books.before = lambda _call: let_age(CONNECTION, books.store)
    read(books, after=DAY)
    assert remembered(books).read_at == LONG_AGO


def test_a_company_that_was_never_read_cannot_be_planned_with() -> None:
    with pytest.raises(RemoteDownError):
        refresh(CONNECTION, Down(), now=NOW, store=in_memory())


def an_item(own: str) -> NewItem:
    return NewItem(record_id=own, record="<invoice/>", fingerprint="f", found_at="", label=own)


@pytest.mark.parametrize(
    ("closed", "planned_again"), [("2026-01-31", []), ("2025-12-31", ["1"]), (None, ["1"])]
)
def test_what_was_refused_for_the_closing_day_is_planned_again_when_that_is_another_one(
    books: Books, closed: str | None, planned_again: list[str]
) -> None:
    store, flow = books.store, "push_invoices"
    known = remembered(books).model_copy(update={"closed_until": "2026-01-31"})
    store.settings.save_company(CONNECTION, known)
    store.pending.put_all(CONNECTION, flow, [an_item(own) for own in ("1", "2")])
    for item, cause in zip(
        store.pending.read_all(CONNECTION, flow), ("closed-books", "record"), strict=True
    ):
        why = Hindrance(cause=cause)
        store.pending.hold(item, PendingState.REFUSED, reason="It was refused.", why=why)
    books.preferred = {"AccountingInfoPrefs": {"BookCloseDate": closed} if closed else {}}
    read(books, after=DAY)
    assert remembered(books).closed_until == closed
    again = store.pending.read_all(CONNECTION, flow)
    assert [one.record_id for one in again if one.state == PendingState.CHANGED] == planned_again
