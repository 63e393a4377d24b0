"""Answers of QuickBooks that are no JSON: a proxy's page, one cut short, nothing, or odd bytes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connector.changes.quickbooks import poll
from connector.entities.registry import PULLS
from connector.errors import AnswerBrokenError
from connector.model.pending import PendingState
from connector.model.policy.settings import Settings
from connector.quickbooks.query import select
from simulators.quickbooks.calls import Call
from tests.builders import CONNECTION, a_customer, an_invoice
from tests.memory.store import in_memory
from tests.simulated_books import Books
from tests.unit.undo.world import NO_TAX, World

type Breaks = Callable[[bytes], bytes]
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
BREAKS: dict[str, Breaks] = {
    "a page of a proxy": lambda _: b"<html><body>blocked</body></html>",
    "cut short": lambda sent: sent[:-9],
    "nothing": lambda _: b"",
    "a control character": lambda sent: sent.replace(b"No. 2", b"No.\x0b2"),
    "a byte of another encoding": lambda sent: sent.replace(b"No. 2", b"No.\xe92"),
    "another form": lambda _: b'["No. 2"]',
    "records without ids": lambda sent: sent.replace(b'"Id"', b'"Idx"'),
    "two answers": lambda sent: sent + sent,
}
CUSTOMERS = next(pull for pull in PULLS if pull.name == "pull_customers")
VENDORS = next(pull for pull in PULLS if pull.name == "pull_vendors")
broken = pytest.mark.parametrize("breaks", BREAKS.values(), ids=BREAKS)


def breaking(breaks: Breaks, holds: bytes) -> Callable[[Call, bytes], bytes]:
    """Return what breaks each answer that holds something."""
    return lambda _call, sent: breaks(sent) if holds in sent else sent


def three_customers() -> Books:
    books = Books()
    for one in "123":
        books.act("create", entity="Customer", body={"DisplayName": f"No. {one}"})
        books.act("create", entity="Vendor", body={"DisplayName": f"Vendor {one}"})
    return books


class Looked:
    """A company that was looked at; `names` are those of what was found."""

    def __init__(self, books: Books, now: datetime = NOW) -> None:
        self.books, self.store, self.now = books, in_memory(), now

    def look(self, *, after: timedelta = timedelta(0), rang: bool = False) -> None:
        poll(
            CONNECTION,
            [CUSTOMERS, VENDORS],
            lambda: self.books.client,
            settings=Settings(),
            now=self.now + after,
            rang=rang,
            store=self.store,
        )

    def names(self) -> set[str]:
        kept = self.store.pending
        every = [*kept.read_all(CONNECTION, "pull_customers")]
        every += kept.read_all(CONNECTION, "pull_vendors")
        return {one.record.split('DisplayName":"')[1][:5] for one in every if one.record}

    def told(self, pull: str = "pull_customers") -> list[str]:
        return [str(one.reason) for one in self.store.pending.worklist(CONNECTION, pull)]


@pytest.mark.case("R15e")
@broken
def test_the_record_that_breaks_a_page_is_passed_over_and_named(breaks: Breaks) -> None:
    looked = Looked(three_customers())
    looked.books.arrives = breaking(breaks, b'"No. 2"')
    looked.look()
    assert looked.names() == {"No. 1", "No. 3", "Vendo"}
    (why,) = looked.told()
    assert "The customer of QuickBooks at place 2 of its list" in why
    assert "makes QuickBooks answer what cannot be read, so it was passed over" in why


@pytest.mark.case("R15e")
@broken
def test_its_entry_ends_when_its_answer_can_be_read(breaks: Breaks) -> None:
    looked = Looked(three_customers())
    looked.books.arrives = breaking(breaks, b'"No. 2"')
    looked.look()
    looked.books.arrives = lambda _call, sent: sent
    looked.look(after=timedelta(hours=6))
    assert (looked.names(), looked.told()) == ({"No. 1", "No. 2", "No. 3", "Vendo"}, [])


@pytest.mark.case("R15e")
@broken
def test_change_data_that_is_broken_by_one_kind_tells_of_the_others(breaks: Breaks) -> None:
    looked = Looked(three_customers())
    looked.look()
    for entity, name in (("Customer", "No. 2"), ("Vendor", "Vendor 1")):
        own = next(one["Id"] for one in looked.books.all(entity) if one["DisplayName"] == name)
        looked.books.act("edit", entity=entity, id=own, body={"DisplayName": f"{name} b"})
    looked.books.arrives = breaking(
        lambda sent: breaks(sent.replace(b"No. 2 b", b"No. 2")), b"No. 2 b"
    )
    looked.look(after=timedelta(hours=7), rang=True)
    kept = looked.store.pending.read_all(CONNECTION, "pull_vendors")
    assert any("Vendor 1 b" in one.record for one in kept)
    assert any("when it is asked what changed in Customer" in one for one in looked.told())


@pytest.mark.case("R15f")
@pytest.mark.parametrize("how", ["a page of a proxy", "cut short", "nothing", "another form"])
def test_a_list_of_which_no_page_can_be_read_is_told_and_the_others_are_pulled(
    how: str,
) -> None:
    looked = Looked(three_customers())
    looked.books.arrives = lambda call, sent: (
        BREAKS[how](sent) if call.head == "query" and b"FROM Vendor" in call.body else sent
    )
    looked.look()
    assert looked.names() == {"No. 1", "No. 2", "No. 3"}
    (why,) = looked.told("pull_vendors")
    assert why.startswith("Vendor records of QuickBooks cannot be read")
    calls = len(looked.books.calls)
    looked.look(after=timedelta(minutes=10))
    assert len(looked.books.calls) == calls, "it is left alone for a while"
    looked.look(after=timedelta(minutes=15))
    looked.books.arrives = lambda _call, sent: sent
    looked.look(after=timedelta(minutes=31))
    assert (looked.told("pull_vendors"), "Vendo" in looked.names()) == ([], True)


@broken
def test_while_no_answer_can_be_read_at_all_nothing_is_passed_over(breaks: Breaks) -> None:
    looked = Looked(three_customers())
    looked.books.arrives = lambda _call, _sent: breaks(b'{"x": "No. 2"}')
    looked.look()
    assert (looked.names(), looked.told(), looked.told("pull_vendors")) == (set(), [], [])


@pytest.mark.case("R15g")
@broken
def test_a_post_whose_answer_is_always_broken_is_told_and_is_there_once(breaks: Breaks) -> None:
    world = World()
    world.mobiwork.put(an_invoice("5502", **NO_TAX))
    world.books.arrives = breaking(
        lambda sent: breaks(sent.replace(b"MobiWork invoice 5501", b"No. 2")),
        b"MobiWork invoice 5501",
    )
    for number in range(30):
        world.run(f"r{number}")
    left = {one.record_id: one for one in world.store.pending.worklist(CONNECTION, "push_invoices")}
    assert [*left] == ["5501"]
    assert left["5501"].state is PendingState.REFUSED
    assert "Nothing is sent twice" in str(left["5501"].reason)
    assert len(world.books.all("Invoice")) == 2
    world.books.arrives = lambda _call, sent: sent
    world.store.pending.replay(CONNECTION, "push_invoices", "5501")
    world.run("last")
    assert len(world.books.all("Invoice")) == 2
    assert [*world.store.pending.worklist(CONNECTION, "push_invoices")] == []


@pytest.mark.case("R15e")
@broken
def test_one_that_is_linked_by_its_id_waits_in_words_and_the_others_are_linked(
    breaks: Breaks,
) -> None:
    world = World()
    world.mobiwork.records_of.clear()
    made = three_customers()
    world.books = made
    for number, own in enumerate(one["Id"] for one in made.all("Customer")):
        name = {"companyName": f"No. {number + 1}", "externalCustomerId": f"{own},QBO"}
        world.mobiwork.put(a_customer(f"70001{number}", **name))
    made.arrives = breaking(breaks, b'"No. 2"')
    world.run("r1")
    left = {
        one.record_id: one for one in world.store.pending.worklist(CONNECTION, "push_customers")
    }
    assert [*left] == ["700011"]
    assert "cannot be read" in str(left["700011"].reason)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32-le"])
def test_an_answer_that_says_how_it_is_written_is_read(encoding: str) -> None:
    books = three_customers()
    books.act("create", entity="Customer", body={"DisplayName": "Müller"})
    books.arrives = lambda _call, sent: sent.decode().encode(encoding)
    found = {one["DisplayName"] for one in books.client.query(select("Customer"))}
    assert found == {"No. 1", "No. 2", "No. 3", "Müller"}


@broken
def test_each_kind_of_call_says_what_it_is_about(breaks: Breaks) -> None:
    books = three_customers()
    books.arrives = lambda _call, _sent: breaks(b'{"x": "No. 2"}')
    calls: list[Callable[[], Any]] = [
        lambda: books.client.read("Customer", "1"),
        lambda: [*books.client.query(select("Customer"))],
        lambda: books.client.changes(["Customer"], NOW),
        books.client.company_info,
        books.client.preferences,
    ]
    for call in calls:
        with pytest.raises(AnswerBrokenError) as found:
            call()
        assert not found.value.unknown_outcome
    with pytest.raises(AnswerBrokenError) as found:
        books.client.create("Customer", {"DisplayName": "No. 4"}, requestid="r")
    assert found.value.unknown_outcome
