from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import simplejson

from connector.changes.mobiwork import Found
from connector.changes.quickbooks import poll
from connector.engine.stores import DYNAMODB
from connector.entities.registry import PULLS
from connector.quickbooks.client import QuickBooks
from connector.quickbooks.query import select
from connector.quickbooks.responses import Changes, Page, Record
from connector.store import settings as saved
from connector.store.records import pending
from tests.builders import CONNECTION, a_customer, settings
from tests.e2e.conftest import Judge
from tests.unit.engine.world import World

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MANY = 1100
CHOSEN = settings(income_account="Sales of Product Income")
CUSTOMERS = tuple(pull for pull in PULLS if pull.name == "pull_customers")


@dataclass
class Watched:
    """The client of a company, that tells of each call before it is made."""

    books: QuickBooks
    before: Callable[[str], None] = lambda _call: None
    calls: list[str] = field(default_factory=list)

    def changes(self, entities: Sequence[str], since: datetime) -> Changes:
        self._call("changes")
        return self.books.changes(entities, since)

    def page(self, statement: str, *, start: int) -> Page:
        self._call(f"page {start}")
        return self.books.page(statement, start=start)

    def query(self, statement: str) -> Iterator[Record]:
        self._call("query")
        yield from self.books.query(statement)

    def company_info(self) -> Record:
        self._call("company")
        return self.books.company_info()

    def preferences(self) -> Record:
        self._call("preferences")
        return self.books.preferences()

    def _call(self, call: str) -> None:
        self.before(call)
        self.calls.append(call)


@dataclass
class Office:
    """A connection whose pulls look at the simulated company."""

    judge: Judge
    watched: Watched

    def look(self, after: timedelta = timedelta(0), **told: Any) -> dict[str, Found]:
        """Look some time from now."""
        pulls, now = told.pop("pulls", CUSTOMERS), datetime.now(UTC) + after
        return poll(CONNECTION, pulls, lambda: self.watched, settings=CHOSEN, now=now, **told)

    def create(self, count: int, name: str = "Customer") -> list[str]:
        """Create many customers and return their ids."""
        bodies = [{"DisplayName": f"{name} {number:04}"} for number in range(count)]
        made = [
            self.judge.admin("person/create", {"entity": "Customer", "body": body})
            for body in bodies
        ]
        return [str(one["Id"]) for one in made]

    def person(self, action: str, **told: Any) -> None:
        """Let a person do something in QuickBooks."""
        self.judge.admin(f"person/{action}", told)

    def customers(self) -> dict[str, str]:
        """Return the SyncTokens of all customers by id, as QuickBooks has them."""
        rows = self.judge.client.query(select("Customer", include_inactive=True))
        return {row["Id"]: row["SyncToken"] for row in rows}


def found() -> dict[str, str]:
    """Return the SyncTokens of all customers that are pending, by id."""
    items = pending.read_all(CONNECTION, "pull_customers")
    return {item.record_id: simplejson.loads(item.record)["SyncToken"] for item in items}


@pytest.fixture
def office(fresh_table: str, judge: Judge) -> Office:
    judge.admin("reset", {})
    saved.save_company(CONNECTION, judge.company())
    return Office(judge, Watched(judge.client))


def test_the_first_pull_reads_all_customers_inactive_ones_too(office: Office) -> None:
    made = office.create(MANY)
    office.person("deactivate", entity="Customer", id=made[3])
    told = office.look()["pull_customers"]
    assert (found(), told.read) == (office.customers(), MANY)
    assert office.watched.calls == ["page 1", "page 1000"]


def test_a_merge_during_the_first_pull_hides_nobody(office: Office) -> None:
    made = office.create(MANY)

    def merge(call: str) -> None:
        if call == "page 1000":
            office.watched.before = lambda _call: None
            office.person("merge", entity="Customer", loser=made[5], survivor=made[6])

    office.watched.before = merge
    office.look()
    assert office.customers().keys() <= found().keys()


def test_a_kill_between_pages_costs_no_page_that_was_read(office: Office) -> None:
    office.create(MANY)

    def kill(call: str) -> None:
        if call == "page 1000":
            raise InterruptedError("killed")

    office.watched.before = kill
    with pytest.raises(InterruptedError):
        office.look()
    office.watched.before = lambda _call: None
    office.look(timedelta(minutes=5))
    assert (office.watched.calls, found()) == (["page 1", "page 1000"], office.customers())


def test_what_a_person_changes_is_found_by_one_call(office: Office) -> None:
    made = office.create(3)
    office.look()
    for item in pending.read_all(CONNECTION, "pull_customers"):
        pending.close(item)
    office.look(6 * HOUR)
    for item in pending.read_all(CONNECTION, "pull_customers"):
        pending.close(item)
    office.person("edit", entity="Customer", id=made[1], body={"CompanyName": "Harbor LLC"})
    office.watched.calls.clear()
    office.look(12 * HOUR)
    assert (found(), office.watched.calls) == ({made[1]: "1"}, ["changes"])


def test_more_changes_than_an_answer_holds_are_all_found(office: Office) -> None:
    office.look()
    office.create(MANY)
    office.watched.calls.clear()
    office.look(6 * HOUR)
    assert (found(), office.watched.calls) == (
        office.customers(),
        ["changes", "page 1", "page 1000"],
    )


def test_a_silence_of_more_than_thirty_days_loses_nothing(office: Office) -> None:
    office.look()
    office.create(5)
    office.look(40 * DAY)
    assert found() == office.customers()


def test_what_the_engine_pushed_is_no_work_for_the_pull(office: Office, judge: Judge) -> None:
    office.look()
    books: Any = judge.client
    world = World(quickbooks=books, store=DYNAMODB)
    saved.save_settings(CONNECTION, CHOSEN, saved_at="", saved_by="test")
    saved.save_company(CONNECTION, judge.company())
    world.find(a_customer("700901", companyName="Pushed Plumbing"))
    world.push("customer")
    assert world.link("customer", "700901") is not None
    told = office.look(6 * HOUR)["pull_customers"]
    assert (told, found()) == (Found(read=1, unchanged=1), {})


def test_all_pulls_together_read_what_the_company_has(office: Office) -> None:
    told = office.look(pulls=PULLS)
    assert [counts.problem for counts in told.values() if counts.problem] == []
    assert told["pull_sales_taxes"].read > 0
    assert told["pull_terms"].read == len(saved_terms())


def saved_terms() -> dict[str, str]:
    """Return the terms of the remembered company."""
    company = saved.read_company(CONNECTION)
    assert company is not None
    return dict(company.terms)
