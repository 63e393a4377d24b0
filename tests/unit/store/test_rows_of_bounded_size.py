"""No row is refused for its size, whatever is in what is kept together."""

from collections.abc import Sequence
from datetime import UTC, datetime
from random import Random
from string import ascii_letters

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.model.books.typed import TypedDocument
from connector.store import packing
from connector.store.control import books, typed
from connector.store.records import matches

pytestmark = pytest.mark.usefixtures("table")
UNTIL = datetime(2036, 3, 2, tzinfo=UTC)
TEXTS = Random(7)  # noqa: S311 - texts that packing makes little of


def text(length: int) -> str:
    return "".join(TEXTS.choices(ascii_letters, k=length))


@pytest.mark.case("R16b")
def test_deposits_of_many_lines_with_the_longest_names_are_kept() -> None:
    lines = {f"{one:03d}": ["5.00", "2026-03-02", "58", text(500)] for one in range(100)}
    told = {
        str(own): TypedDocument({"Payment": lines}, 1)
        for own in range(typed.TOGETHER, 2 * typed.TOGETHER)
    }
    typed.keep("c1", "Deposit", told, until=UNTIL)
    found = typed.read_all("c1", "Payment")
    assert found == {"Deposit": dict.fromkeys(told, lines)}
    fewer = {own: TypedDocument({"Payment": {"1": ["5.00"]}}, 2) for own in told}
    typed.keep("c1", "Deposit", fewer, until=UNTIL)
    found = typed.read_all("c1", "Payment")
    assert found == {"Deposit": {own: {"1": ["5.00"]} for own in told}}


@pytest.mark.case("R16b")
def test_a_page_of_a_thousand_journal_entries_of_many_lines_is_kept_and_takes_its_own_place() -> (
    None
):
    facts = [
        {
            "id": str(own),
            "lines": [{"id": f"{own}/{line}", "label": text(60)} for line in range(20)],
        }
        for own in range(1000)
    ]
    matches.save_facts("c1", "JournalEntry", "000000001", facts)
    matches.save_facts("c1", "JournalEntry", "000001001", facts[:1])
    assert list(matches.read_facts("c1", "JournalEntry")) == [*facts, facts[0]]
    matches.save_facts("c1", "JournalEntry", "000000001", facts[:300])
    assert list(matches.read_facts("c1", "JournalEntry")) == [*facts[:300], facts[0]]
    matches.drop_facts("c1", "JournalEntry")
    assert list(matches.read_facts("c1", "JournalEntry")) == []


@pytest.mark.case("R16b")
def test_a_page_of_differences_of_many_words_is_kept_and_read_on_from_any_place() -> None:
    rows = [{"label": f"{own}", "why": text(1000)} for own in range(500)]
    for page in ("000000", "000001"):
        books.save_page("c1", "m1", "found", page, rows)
    read = list(books.read_part("c1", "m1", "found"))
    assert [one for _, some in read for one in some] == rows + rows
    place = read[2][0]
    assert list(books.read_part("c1", "m1", "found", begin=place)) == read[2:]


@given(st.lists(st.text(max_size=30), max_size=40), st.lists(st.text(max_size=30), max_size=40))
def test_what_is_kept_in_parts_comes_together_as_it_was_kept_last(
    before: Sequence[str], now: Sequence[str]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packing, "MOST_IN_ROW", 100)
        kept = {**dict(packing.in_parts("1", before)), **dict(packing.in_parts("1", now))}
        kept |= dict(packing.in_parts("2", before))
    found = [one for _, some in packing.together(sorted(kept.items())) for one in some]
    assert found == [*now, *before]
