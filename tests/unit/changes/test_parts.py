"""What of a list is read at each look, and what a rare look at all of it catches."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest

from connector.changes.lists.found import Found
from connector.changes.lists.parts import ALL, FEW
from connector.changes.mobiwork import find_changes
from connector.engine.stores import Store
from connector.mobiwork.calls import CallRoute
from connector.mobiwork.lists.pages import Answers, PageAsked
from connector.mobiwork.lists.prints import LastReading
from connector.mobiwork.xml import RawRecord
from tests.builders import CONNECTION, an_invoice
from tests.fake_mobiwork import ListsAnew
from tests.memory.store import in_memory

NOON = datetime(2026, 3, 2, 18, tzinfo=UTC)
OLD, NEW = date(2025, 1, 7), date(2026, 2, 20)
FLOW = "push_invoices"


@dataclass
class Account(ListsAnew):
    """Invoices by id, with the day on which they were created; `long` lists take many calls."""

    invoices: dict[str, tuple[date, RawRecord]] = field(default_factory=dict)
    long: bool = True
    store: Store = field(default_factory=in_memory)
    read: list[str] = field(default_factory=list)
    during: Callable[[], object] = lambda: None
    slipped: list[set[str]] = field(default_factory=list)
    route: CallRoute | None = None
    asked_by: list[CallRoute | None] = field(default_factory=list)

    def expect(
        self, entity: str, asked: Iterable[PageAsked] = (), *, by: CallRoute | None = None
    ) -> None:
        self.asked_by.append(by)

    def put(self, own: str, created: date, total: str = "100.00") -> None:
        self.invoices[own] = created, an_invoice(own, total=total)

    def supports(self, entity: str, operation: str) -> bool:
        return (entity, operation) == ("invoice", "list")

    def records(
        self,
        entity: str,
        filters: Mapping[str, str] | None = None,
        *,
        last: LastReading | None = None,
    ) -> Iterator[RawRecord]:
        self.during()
        missing = self.slipped.pop(0) if self.slipped else set[str]()
        shown = [one for one in self._shown(filters or {}) if one.id not in missing]
        self.read.append("part" if filters else "all")
        yield from shown
        if last is not None:
            asked = ((filters or {}, 0),) * (FEW + 1 if self.long and not filters else 1)
            digest = _digest(shown) if last.compared else ""
            last.answers = Answers(asked=asked, digest=digest, dated=True, route=self.route)

    def created_since(self, entity: str, day: date) -> Mapping[str, str] | None:
        return {"createdDateFrom": day.isoformat()}

    def answers_as_before(self, entity: str, before: Answers) -> bool:
        return _digest(self._shown(before.asked[0][0])) == before.digest

    def _shown(self, filters: Mapping[str, str]) -> list[RawRecord]:
        since = filters.get("createdDateFrom", "")
        return [one for day, one in self.invoices.values() if day.isoformat() >= since]

    def look(self, *, hours: float = 0, rang: bool = False) -> Found:
        self.read.clear()
        now = NOON + timedelta(hours=hours)
        return find_changes(CONNECTION, self, self.store, rang=rang, now=now)[FLOW]

    def pending(self) -> set[str]:
        return {one.record_id for one in self.store.pending.read_all(CONNECTION, FLOW)}


def _digest(shown: list[RawRecord]) -> str:
    return "".join(one.xml for one in shown)


@pytest.fixture
def account() -> Account:
    """An account whose invoices were read once, and again without anything new."""
    account = Account()
    account.put("1", OLD)
    account.put("2", NEW)
    account.look()
    account.look()
    for one in list(account.store.pending.read_all(CONNECTION, FLOW)):
        account.store.pending.close(one)
    return account


def test_a_list_that_answers_as_before_is_not_read_again(account: Account) -> None:
    found = account.look()
    assert (account.read, found.read, found.unchanged, found.changed) == ([], 1, 1, 0)


@pytest.mark.parametrize("route", [None, ("GET", "invoice/list.html")])
def test_a_list_is_asked_for_by_the_route_by_which_it_answered(route: CallRoute | None) -> None:
    account = Account(long=False, route=route)
    account.put("1", NEW)
    account.look()
    for one in list(account.store.pending.read_all(CONNECTION, FLOW)):
        account.store.pending.close(one)
    account.look(hours=1)
    account.asked_by.clear()
    account.look(hours=2)
    assert (account.asked_by, account.read) == ([route], [])


def test_a_list_that_is_not_long_any_more_is_compared_once_its_answers_are_kept(
    account: Account,
) -> None:
    account.long = False
    read = list[list[str]]()
    for hours in (24, 25, 26):
        account.look(hours=hours)
        read.append([*account.read])
    assert read == [["all"], ["all"], []]


def test_of_a_long_list_what_was_created_lately_is_read_and_found_at_once(
    account: Account,
) -> None:
    account.put("2", NEW, "125.00")
    account.put("3", NEW)
    assert (account.look().changed, account.read) == (2, ["part"])
    assert account.pending() == {"2", "3"}


def test_what_a_part_misses_is_found_by_the_next_night_whole(account: Account) -> None:
    account.put("1", OLD, "125.00")
    assert [account.look(hours=one).changed for one in (1, 2)] == [0, 0]
    assert (account.look(hours=24).changed, account.read) == (1, ["all"])
    assert account.pending() == {"1"}


def test_what_is_not_in_a_part_is_not_taken_for_deleted_but_by_night_it_is(
    account: Account,
) -> None:
    del account.invoices["2"]
    assert (account.look(hours=1).deleted, account.read) == (0, ["part"])
    assert account.look(hours=24).deleted == 1
    assert account.store.fingerprints.read(CONNECTION, FLOW).ids() == {"1"}


def test_a_short_list_is_read_whole_each_time() -> None:
    account = Account(long=False)
    account.put("1", OLD)
    account.look()
    account.put("1", OLD, "125.00")
    assert (account.look().changed, account.read) == (1, ["all"])


@pytest.fixture
def short() -> Account:
    """An account with a short list that answers as before, until the next day."""
    account = Account(long=False)
    account.put("1", OLD)
    account.put("2", OLD)
    account.look()
    account.look()
    return account


def test_what_is_noted_while_a_list_is_read_has_it_compared_next_time(short: Account) -> None:
    short.during = lambda: short.store.fingerprints.note(CONNECTION, FLOW, ["3"])
    short.look(hours=24)
    short.during = lambda: None
    short.look(hours=25)
    assert short.read[:1] == ["all"]


def test_what_is_deleted_between_two_readings_of_a_list_is_found_by_the_next_look(
    short: Account,
) -> None:
    short.slipped = [{"1"}, {"2"}]
    assert short.look(hours=24).deleted == 0
    del short.invoices["2"]
    assert short.look(hours=25).deleted == 1


def test_a_person_who_asks_has_all_read_once(account: Account) -> None:
    account.put("1", OLD, "125.00")
    account.store.again.ask(CONNECTION, ALL, [ALL])
    assert (account.look(hours=1).changed, account.read) == (1, ["all"])
    account.look(hours=1)
    assert account.read == ["part"]


def test_a_ring_for_which_nothing_new_is_found_has_all_read_but_not_each_time(
    account: Account,
) -> None:
    account.put("1", OLD, "125.00")
    assert (account.look(hours=0.5, rang=True).changed, account.read) == (0, [])
    assert (account.look(hours=2, rang=True).changed, account.read) == (1, ["all"])
    account.look(hours=2.5, rang=True)
    assert "all" not in account.read


def test_a_record_that_is_put_back_after_a_look_that_died_is_found_as_it_is(
    account: Account,
) -> None:
    before = account.invoices["2"]
    account.store.fingerprints.note(CONNECTION, FLOW, ["2"])  # the look that saw another amount
    account.invoices["2"] = before
    assert (account.look().changed, account.read) == (1, ["part"])


def test_what_a_worker_noted_has_the_next_look_compare_the_list(account: Account) -> None:
    account.store.fingerprints.add(CONNECTION, FLOW, {"9": "as added"}, instead_of=[])
    account.look()
    assert account.read == ["part"]


def test_answers_are_not_kept_that_became_void_while_they_were_read(account: Account) -> None:
    turn = account.store.answers.read_all(CONNECTION)[FLOW].turn
    account.store.fingerprints.note(CONNECTION, FLOW, ["2"])
    account.store.answers.keep(CONNECTION, FLOW, {"digest": "old"}, turn=turn)
    assert account.store.answers.read_all(CONNECTION)[FLOW].body is None
