"""A heading sorts all of a table, or is no link."""

from dataclasses import dataclass

from connector.console.asking import PageRequest
from connector.console.sorting import Columns, sort
from connector.model.control.people import Visitor

PERSON = Visitor(
    email="jane@harbor.example", name="Jane", roles={}, everywhere=True, signed_out_at=None
)


@dataclass(frozen=True)
class Row:
    day: str | None
    amount: int


COLUMNS: Columns[Row] = {"day": lambda one: one.day, "amount": lambda one: one.amount}
ROWS = (Row("b", 1), Row(None, 3), Row("a", 2))


def asked(**query: str) -> PageRequest:
    return PageRequest(person=PERSON, path={}, query=query, here="/records")


def test_a_table_of_one_page_is_sorted_by_every_column_and_what_has_no_value_comes_last() -> None:
    rows, sorting = sort(asked(sort="-day"), ROWS, COLUMNS)
    assert [one.day for one in rows] == ["b", "a", None]
    assert (sorting.direction("day"), sorting.has("amount")) == ("descending", True)
    assert sorting.link("day") == "/records?sort=day"


def test_a_table_of_several_pages_offers_only_what_it_was_read_in_the_order_of() -> None:
    for query, following in (({"sort": "day"}, "next"), ({"sort": "day", "after": "x"}, None)):
        rows, sorting = sort(asked(**query), ROWS, COLUMNS, following=following, stored={"day"})
        assert rows == ROWS
        assert (sorting.has("day"), sorting.has("amount"), sorting.whole) == (True, False, False)
        assert sorting.again == "sort=day&"
    _, other = sort(asked(sort="amount"), ROWS, COLUMNS, following="next", stored={"day"})
    assert (other.by, other.again) == ("", "")
