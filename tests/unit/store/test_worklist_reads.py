"""How many calls of the table worklists and matches take; `bench.worklist` has 100,000 of them."""

import pytest

from bench.worklist import MOST_BYTES, NOW, OF_A_PARENT, PAGE, counted, fill
from connector.api.worklist import show
from connector.api.worklist.order import EntriesAsked
from connector.model.matching.comparison import Grade
from connector.store.records import matches
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
def test_a_page_of_matches_of_one_grade_takes_two_calls_however_many_others_there_are() -> None:
    matches.replace_all("c1", "Invoice", [a_match(f"{own:03}", "61") for own in range(300)])
    matches.keep("c1", a_match("301", "62", grade=Grade.LIKELY))
    for grade, found in ((Grade.LIKELY, 1), (None, 99)):
        with counted() as calls:
            page = matches.read_some("c1", "Invoice", after="", limit=99, grade=grade)
        assert (calls, len(page)) == (["Query", "BatchGetItem"], found)
