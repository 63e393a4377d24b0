from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import simplejson

from connector.changes.lists.found import Found
from connector.changes.quickbooks import poll
from connector.engine.stores import Store
from connector.entities.registry import PULLS
from connector.quickbooks.client import QuickBooks
from connector.quickbooks.query import select
from connector.quickbooks.responses import ChangeData, Page, Record
from tests.builders import CONNECTION, a_customer, settings
from tests.e2e.conftest import Judge, a_company_of_its_own
from tests.memory.store import in_memory
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

    def changes(self, entities: Sequence[str], since: datetime) -> ChangeData:
        self._call("changes")
        return self.books.changes(entities, since)

    def page(self, statement: str, *, start: int, size: int = 1000) -> Page:
        self._call(f"page {start}")
        return self.books.page(statement, start=start, size=size)

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
    store: Store = field(default_factory=in_memory)

    def __post_init__(self) -> None:
        self.store.settings.save_company(CONNECTION, self.judge.company())

    def look(self, after: timedelta = timedelta(0), **told: Any) -> dict[str, Found]:
        """Look some time from now."""
        pulls, now = told.pop("pulls", CUSTOMERS), datetime.now(UTC) + after
        return poll(
            CONNECTION,
            pulls,
            lambda: self.watched,
            settings=CHOSEN,
            now=now,
            store=self.store,
            **told,
        )

    def person(self, action: str, **told: Any) -> None:
        """Let a person do something in QuickBooks."""
        self.judge.admin(f"person/{action}", told)

    def customers(self) -> dict[str, str]:
        """Return the SyncTokens of all customers by id, as QuickBooks has them."""
        rows = self.judge.client.query(select("Customer", include_inactive=True))
        return {row["Id"]: row["SyncToken"] for row in rows}

    def found(self) -> dict[str, str]:
        """Return the SyncTokens of all customers that are pending, by id."""
        items = self.store.pending.read_all(CONNECTION, "pull_customers")
        return {item.record_id: simplejson.loads(item.record)["SyncToken"] for item in items}

    def work_off(self) -> None:
        """Close all that is pending."""
        for item in list(self.store.pending.read_all(CONNECTION, "pull_customers")):
            self.store.pending.close(item)


def create(judge: Judge, count: int) -> list[str]:
    """Create customers and return their ids."""
    bodies = [{"DisplayName": f"Customer {number:04}"} for number in range(count)]
    made = [judge.admin("person/create", {"entity": "Customer", "body": one}) for one in bodies]
    return [str(one["Id"]) for one in made]


@pytest.fixture
def office(judge: Judge) -> Office:
    judge.admin("reset", {})
    return Office(judge, Watched(judge.client))


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judge]:
    """A company with more customers than a page holds, one of them inactive."""
    with a_company_of_its_own(tmp_path_factory.mktemp("crowd")) as judge:
        made = create(judge, MANY)
        judge.admin("person/deactivate", {"entity": "Customer", "id": made[3]})
        yield judge


@pytest.fixture
def crowded(crowd: Judge) -> Office:
    """A connection that never looked at the company with many customers."""
    return Office(crowd, Watched(crowd.client))


def test_the_first_pull_reads_all_customers_inactive_ones_too(crowded: Office) -> None:
    told = crowded.look()["pull_customers"]
    known = crowded.customers()
    assert (crowded.found(), told.read) == (known, len(known))
    assert crowded.watched.calls == ["page 1", "page 1000"]


def test_a_merge_during_the_first_pull_hides_nobody(crowded: Office) -> None:
    known = list(crowded.customers())

    def merge(call: str) -> None:
        if call == "page 1000":
            crowded.watched.before = lambda _call: None
            crowded.person("merge", entity="Customer", loser=known[5], survivor=known[6])

    crowded.watched.before = merge
    crowded.look()
    assert known[5] not in crowded.customers()
    assert crowded.customers().keys() <= crowded.found().keys()


def test_a_kill_between_pages_costs_no_page_that_was_read(crowded: Office) -> None:
    def kill(call: str) -> None:
        if call == "page 1000":
            raise InterruptedError("killed")

    crowded.watched.before = kill
    with pytest.raises(InterruptedError):
        crowded.look()
    crowded.watched.before = lambda _call: None
    crowded.look(timedelta(minutes=5))
    assert (crowded.watched.calls, crowded.found()) == (
        ["page 1", "page 1000"],
        crowded.customers(),
    )


def test_what_a_person_changes_is_found_by_one_call(office: Office) -> None:
    made = create(office.judge, 3)
    office.look()
    office.work_off()
    office.look(6 * HOUR)
    office.work_off()
    office.person("edit", entity="Customer", id=made[1], body={"CompanyName": "Harbor LLC"})
    office.watched.calls.clear()
    office.look(12 * HOUR)
    assert (office.found(), office.watched.calls) == ({made[1]: "1"}, ["changes"])


def test_more_changes_than_an_answer_holds_are_all_found(crowded: Office) -> None:
    before = datetime.now(UTC) - HOUR
    first = crowded.store.cursors.begin(CONNECTION, since=before, now=before)
    crowded.store.cursors.keep(first, replace(first, pulled={"pull_customers": "done"}))
    crowded.look(6 * HOUR)
    assert (crowded.found(), crowded.watched.calls) == (
        crowded.customers(),
        ["changes", "page 1", "page 1000"],
    )


def test_a_silence_of_more_than_thirty_days_loses_nothing(office: Office) -> None:
    office.look()
    create(office.judge, 5)
    office.look(40 * DAY)
    assert office.found() == office.customers()


def test_what_the_engine_pushed_is_no_work_for_the_pull(office: Office, judge: Judge) -> None:
    office.look()
    books: Any = judge.client
    world = World(quickbooks=books, store=office.store)
    world.save(CHOSEN)
    office.store.settings.save_company(CONNECTION, judge.company())
    world.find(a_customer("700901", companyName="Pushed Plumbing"))
    world.push("customer")
    assert world.link("customer", "700901") is not None
    told = office.look(6 * HOUR)["pull_customers"]
    assert (told, office.found()) == (Found(read=1, unchanged=1), {})


def test_all_pulls_together_read_what_the_company_has(office: Office) -> None:
    told = office.look(pulls=PULLS)
    assert [counts.problem for counts in told.values() if counts.problem] == []
    assert told["pull_sales_taxes"].read > 0
    assert told["pull_terms"].read == len(office.judge.company().terms)
