from typing import Any

import pytest

from connector.engine.stores import Store
from connector.engine.three_way_merge import quickbooks_values
from connector.entities.customers.pull import PULL
from connector.errors import RemoteDownError
from connector.model.body import Body
from connector.model.flows.hierarchy import TOP
from connector.pull.load import with_tops
from tests.builders import CONNECTION
from tests.memory.store import in_memory
from tests.unit.changes.books import HOUR, NOON, Books, done, found, link, look

LATER = 12 * HOUR


def below(name: str, path: str, parent: str) -> dict[str, Any]:
    return {
        "DisplayName": name,
        "FullyQualifiedName": f"{path}:{name}",
        "ParentRef": {"value": parent},
        "Job": True,
    }


def agree(books: Books) -> None:
    """Bring both sides of every customer together, as a run does."""
    for own, row in books.rows["Customer"].items():
        link(books, PULL, own, **quickbooks_values(PULL.fields, row))
    done(books, PULL)


def rename_quietly(books: Books, record_id: str, **values: Any) -> None:
    """Change what QuickBooks shows of a record without telling that it changed."""
    books.rows["Customer"][record_id] |= values


def asked(books: Books) -> list[str]:
    """Return the statements that name records."""
    return [call for call in books.calls if " IN (" in call and "Id IN" in call]


@pytest.fixture
def books() -> Books:
    """Return a company with Heron:Kitchen:Sink, Heron:Bath and Dock, agreed with MobiWork."""
    books = Books()
    books.put("Customer", "1", DisplayName="Heron")
    books.put("Customer", "2", **below("Kitchen", "Heron", "1"))
    books.put("Customer", "3", **below("Sink", "Heron:Kitchen", "2"))
    books.put("Customer", "4", **below("Bath", "Heron", "1"))
    books.put("Customer", "5", DisplayName="Dock")
    look(books, PULL)
    agree(books)
    look(books, PULL, after=6 * HOUR)
    books.calls.clear()
    return books


def test_whoever_is_below_a_renamed_customer_is_read_again(books: Books) -> None:
    books.now = NOON + LATER
    books.put("Customer", "1", DisplayName="Heron & Sons")
    rename_quietly(books, "2", FullyQualifiedName="Heron & Sons:Kitchen")
    rename_quietly(books, "3", FullyQualifiedName="Heron & Sons:Kitchen:Sink")
    rename_quietly(books, "4", FullyQualifiedName="Heron & Sons:Bath")
    look(books, PULL, after=LATER)
    assert found(books, PULL) == {"1", "2", "3", "4"}
    assert len(asked(books)) == 1
    assert "Id IN ('2', '3', '4')" in asked(books)[0]


def test_whoever_is_below_a_moved_sub_customer_is_read_again(books: Books) -> None:
    books.now = NOON + LATER
    books.put("Customer", "2", **below("Kitchen", "Dock", "5"))
    rename_quietly(books, "3", FullyQualifiedName="Dock:Kitchen:Sink")
    look(books, PULL, after=LATER)
    assert found(books, PULL) == {"2", "3"}


def test_children_that_quickbooks_tells_of_itself_are_not_asked_for(books: Books) -> None:
    books.now = NOON + LATER
    books.put("Customer", "2", **below("Galley", "Heron", "1"))
    books.put("Customer", "3", **below("Sink", "Heron:Galley", "2"))
    look(books, PULL, after=LATER)
    assert (found(books, PULL), asked(books)) == ({"2", "3"}, [])


@pytest.mark.parametrize(
    ("record_id", "change"),
    [("1", {"PrimaryPhone": {"FreeFormNumber": "8135550100"}}), ("5", {"DisplayName": "Pier"})],
)
def test_nobody_is_asked_for_where_nothing_shows_below(
    books: Books, record_id: str, change: dict[str, Any]
) -> None:
    books.now = NOON + LATER
    books.put("Customer", record_id, **change)
    look(books, PULL, after=LATER)
    assert (found(books, PULL), asked(books)) == ({record_id}, [])


def test_a_rename_whose_children_could_not_be_read_is_told_again(books: Books) -> None:
    def down(call: str) -> None:
        if "Id IN" in call:
            raise RemoteDownError("QuickBooks does not answer.")

    books.now = NOON + LATER
    books.put("Customer", "1", DisplayName="Heron & Sons")
    rename_quietly(books, "4", FullyQualifiedName="Heron & Sons:Bath")
    books.before = down
    look(books, PULL, after=LATER)
    books.before = lambda _call: None
    look(books, PULL, after=2 * LATER)
    assert found(books, PULL) == {"1", "4"}


def test_a_rename_that_both_sides_agree_on_asks_for_nobody_any_more(books: Books) -> None:
    books.now = NOON + LATER
    books.put("Customer", "1", DisplayName="Heron & Sons")
    look(books, PULL, after=LATER)
    agree(books)
    books.calls.clear()
    look(books, PULL, after=2 * LATER)
    assert (found(books, PULL), asked(books)) == (set(), [])


def record(record_id: str) -> Body:
    rows: dict[str, Body] = {
        "1": {"Id": "1", "DisplayName": "Heron"},
        "2": {"Id": "2", **below("Kitchen", "Heron", "1")},
        "3": {"Id": "3", **below("Sink", "Heron:Kitchen", "2")},
        "6": {"Id": "6", **below("Tap", "Heron:Kitchen:Sink", "3")},
    }
    return rows[record_id]


def tops(store: Store, *record_ids: str) -> dict[str, str]:
    told = with_tops(CONNECTION, PULL, {one: record(one) for one in record_ids}, store)
    return {own: one[TOP] for own, one in told.items() if TOP in one}


def test_the_highest_above_is_found_among_the_records_of_a_page() -> None:
    assert tops(in_memory(), "1", "2", "3", "6") == {"2": "1", "3": "1", "6": "1"}


def test_the_highest_above_is_found_among_all_that_were_read(books: Books) -> None:
    assert tops(books.store, "6", "3") == {"3": "1", "6": "1"}


def test_who_is_above_an_unknown_parent_is_not_guessed() -> None:
    assert tops(in_memory(), "3", "6") == {}


def test_the_highest_above_is_as_far_away_as_the_name_says() -> None:
    store = in_memory()
    store.parents.keep(CONNECTION, "Customer", {"1": "9"})
    assert tops(store, "3", "2") == {"2": "1", "3": "1"}
