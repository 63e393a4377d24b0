"""How many calls of the table a long worklist takes; `bench.worklist` does it with 100,000."""

import pytest

from bench.worklist import MOST_BYTES, NOW, OF_A_PARENT, PAGE, counted, fill
from connector.api.worklist import show
from connector.api.worklist.order import EntriesAsked

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
