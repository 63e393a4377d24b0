"""How many calls of the table worklists and matches take; `bench.worklist` has 100,000 of them."""

from dataclasses import replace

import pytest

from bench.worklist import MOST_BYTES, NOW, OF_A_PARENT, PAGE, counted, fill
from connector.api.worklist import show
from connector.api.worklist.order import EntriesAsked
from connector.model.matching.comparison import Grade
from connector.model.matching.matches import MatchDecision
from connector.store.matching import pages
from connector.store.records import matches
from connector.store.table import one_call
from tests.contract.test_matches import a_match

ENTRIES, LARGEST_QUERY = 2000, 1_000_000


@pytest.mark.usefixtures("table")
def test_all_causes_and_any_page_take_three_calls_of_the_table_at_100000_entries() -> None:
    size = fill("c1", ENTRIES) / ENTRIES
    assert size <= MOST_BYTES == 2 * LARGEST_QUERY / 100_000
    with counted() as calls:
        shown = show.show("c1", now=NOW)
    assert calls == ["Query", "BatchGetItem"]  # at 100,000 two queries
    assert sum(one.entries.count + one.children.count for one in shown.causes) == ENTRIES
    after = None
    for _ in range(2):
        with counted() as calls:
            page = show.list_entries("c1", EntriesAsked(after=after, limit=PAGE), now=NOW)
        after = page.next
        assert (calls, len(page.entries)) == (["Query", "BatchGetItem"], PAGE)
    assert page.entries[0].waiting_for_it.count == OF_A_PARENT - 1


@pytest.mark.usefixtures("table")
def test_a_page_of_matches_of_one_grade_takes_three_calls_however_many_others_there_are() -> None:
    matches.replace_all("c1", "Invoice", [a_match(f"{own:03}", "61") for own in range(300)])
    matches.keep("c1", a_match("301", "62", grade=Grade.LIKELY))
    for grade, count in ((Grade.LIKELY, 1), (None, 99)):
        with counted() as calls:
            page = pages.read_page("c1", "Invoice", after="", limit=99, grade=grade)
        assert (calls, len(page.matches)) == (["BatchGetItem", "Query", "Query"], count)


def undecided(*, limit: int) -> list[list[str]]:
    """Return the ids of all pages of undecided matches, each of which takes five calls at most."""
    found, after = list[list[str]](), ""
    while True:
        with counted() as calls:
            page = pages.read_page("c1", "Invoice", after=after, limit=limit, undecided=True)
        assert len(calls) <= 5
        found.append([one.owner.mobiwork_id for one in page.matches])
        if page.next is None:
            return found
        after = page.next


@pytest.mark.usefixtures("table")
def test_undecided_matches_behind_many_decided_ones_are_found_by_one_further_read() -> None:
    every = [a_match(f"{own:03}", "61") for own in range(300)]
    matches.replace_all("c1", "Invoice", [*every, a_match("300", "62", grade=Grade.LIKELY)])
    for one in every[:250]:
        matches.decide("c1", replace(one, decision=MatchDecision.SAME, chosen="61"))
    assert undecided(limit=99) == [[*(f"{own:03}" for own in range(250, 301))]]
    assert [len(one) for one in undecided(limit=30)] == [30, 21]
    matches.decide_certain("c1", by="ann", at="2026-11-30T10:00:00+00:00")
    assert undecided(limit=99) == [["300"]]


@pytest.mark.usefixtures("table")
def test_where_a_call_does_not_hold_what_was_said_a_page_ends_there_and_none_is_missed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    every = [a_match(f"{own:03}", "61") for own in range(40)]
    matches.replace_all("c1", "Invoice", every)
    for one in every[::3]:
        matches.decide("c1", replace(one, decision=MatchDecision.SAME, chosen="61"))
    monkeypatch.setattr(one_call, "__kwdefaults__", {"size": 5, "latest_first": False})
    monkeypatch.setattr(pages, "FILLS", 17)
    found = undecided(limit=99)
    assert len(found) == 3
    assert [own for some in found for own in some] == [
        one.owner.mobiwork_id for place, one in enumerate(every) if place % 3
    ]


@pytest.mark.usefixtures("table")
def test_a_page_of_undecided_matches_reads_a_few_of_many(monkeypatch: pytest.MonkeyPatch) -> None:
    matches.replace_all("c1", "Invoice", [a_match(f"{own:03}", "61") for own in range(200)])
    monkeypatch.setattr(pages, "FILLS", 0)  # that all are looked through would be refused
    page = pages.read_page("c1", "Invoice", after="", limit=10, undecided=True)
    assert [one.owner.mobiwork_id for one in page.matches] == [f"{own:03}" for own in range(10)]
