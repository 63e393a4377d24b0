"""What of a company's own lists nobody can read, an account say, is told until it can be read."""

from datetime import UTC, datetime, timedelta

import pytest

from connector.changes.company import (
    TOLD_IN,
    ask_company,
    ask_whether_open,
    read_preferences,
    refresh,
    remember,
)
from connector.changes.quickbooks import poll
from connector.entities.registry import PULLS
from connector.model.body import spoken
from connector.model.company import LONG_AGO
from connector.model.pending import PendingItem
from connector.model.policy.settings import Settings
from tests.builders import CONNECTION
from tests.memory.store import in_memory
from tests.simulated_books import Books

pytestmark = pytest.mark.case("R3f")
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)


class Looked:
    """A company of the simulator and what is remembered of it."""

    def __init__(self, bad: str = "") -> None:
        self.books, self.store = Books(), in_memory()
        self.fails_on(bad)
        self.read()

    def fails_on(self, bad: str) -> None:
        self.books.world.switches.bad_rows = bad

    def read(self, after: timedelta = timedelta(0)) -> None:
        refresh(CONNECTION, self.books.client, now=NOW + after, store=self.store)

    def told(self, flow: str = "push_products") -> list[PendingItem]:
        return [*self.store.pending.worklist(CONNECTION, flow)]


def an_account() -> str:
    return f"Account:{Books().all('Account')[2]['Id']}"


@pytest.mark.parametrize("entity", ["Account", "PaymentMethod", "Term"])
def test_what_cannot_be_chosen_is_told_on_the_worklist(entity: str) -> None:
    looked = Looked(f"{entity}:{Books().all(entity)[1]['Id']}")
    (entry,) = looked.told(TOLD_IN[entity])
    named = spoken(entity).lower()
    assert f"The {named} of QuickBooks at place 2 of its list by id" in str(entry.reason)
    assert "cannot be chosen in the settings" in str(entry.reason)


def test_its_entry_ends_the_day_after_it_can_be_read() -> None:
    looked = Looked(an_account())
    looked.read(after=DAY)
    assert len(looked.told()) == 1
    looked.fails_on("")
    looked.read(after=2 * DAY)
    assert looked.told() == []


def test_who_has_seen_to_it_is_not_told_again() -> None:
    looked = Looked(an_account())
    looked.store.pending.close(looked.told()[0])
    looked.read(after=DAY)
    assert looked.told() == []


def test_a_company_with_no_run_is_read_again_after_a_day_where_something_is_missing() -> None:
    looked = Looked(an_account())
    for days, read_at in ((0, NOW.isoformat()), (1, LONG_AGO)):
        moment = NOW + days * DAY
        read_preferences(CONNECTION, looked.books.client, now=moment, store=looked.store)
        company = looked.store.settings.read_company(CONNECTION)
        assert company is not None
        assert company.read_at == read_at


def test_asking_for_the_closing_day_ends_no_entry_of_an_account() -> None:
    looked = Looked(an_account())
    ask_whether_open(CONNECTION, looked.books.client, now=NOW, store=looked.store)
    looked.fails_on("")
    looked.read(after=DAY)
    assert looked.told() == []


def test_a_company_that_is_read_while_it_is_chosen_tells_it_as_well() -> None:
    looked = Looked()
    looked.fails_on(an_account())
    remember(CONNECTION, ask_company(looked.books.client, now=NOW), now=NOW, store=looked.store)
    assert len(looked.told()) == 1


def test_a_tax_code_that_cannot_be_read_is_told_until_it_can() -> None:
    looked = Looked()
    flow = next(pull for pull in PULLS if pull.source == "TaxCode")
    ids = [one["Id"] for one in looked.books.all("TaxCode") if one["Id"].isdigit()]

    def look(after: timedelta) -> None:
        now, store, client = NOW + after, looked.store, looked.books.client
        poll(CONNECTION, [flow], lambda: client, settings=Settings(), now=now, store=store)

    looked.fails_on(f"TaxCode:{ids[0]}")
    look(timedelta(0))
    assert "The sales tax of QuickBooks" in str(looked.told(flow.name)[0].reason)
    looked.fails_on("")
    look(timedelta(hours=6))
    assert looked.told(flow.name) == []
