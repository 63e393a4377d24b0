"""Tables that are sorted on the server: a heading is a link, and the address says by what."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from connector.console.asking import PageRequest, address

if TYPE_CHECKING:
    from _typeshed import SupportsRichComparison

DESCENDING = "-"

type Columns[T] = Mapping[str, Callable[[T], "SupportsRichComparison | None"]]
"""What each column of a table is sorted by, under its name in addresses."""


@dataclass(frozen=True)
class Sorting:
    """By which column a table is sorted, and what leads to the same page sorted otherwise.

    by: the column, with a minus before it where the largest come first; empty as it was made.
    path, query: the address of the page in the console, without where in the table it begins.
    columns: by which columns it can be sorted; None for all. A table of several pages is sorted by
        what the store can read it in the order of, page by page.
    """

    by: str
    path: str
    query: Mapping[str, str]
    columns: frozenset[str] | None = None

    @property
    def whole(self) -> bool:
        """Whether the page shows the whole table."""
        return self.columns is None

    def has(self, column: str) -> bool:
        """Tell whether the table can be sorted by a column."""
        return self.columns is None or column in self.columns

    @property
    def again(self) -> str:
        """What the address of another page of the table says besides where that begins."""
        given = {**self.query, "sort": self.by}
        return "".join(f"{name}={quote(one)}&" for name, one in given.items() if one)

    def direction(self, column: str) -> str:
        """Return `ascending`, `descending` or `none`, as `aria-sort` has it."""
        if self.by.removeprefix(DESCENDING) != column:
            return "none"
        return "descending" if self.by.startswith(DESCENDING) else "ascending"

    def link(self, column: str, *, largest_first: bool = False) -> str:
        """Return what a heading leads to: sorted by it, or the other way round if it is already."""
        first, other = column, f"{DESCENDING}{column}"
        if largest_first:
            first, other = other, first
        return address(self.path, **{**self.query, "sort": other if self.by == first else first})


def sort[T](
    asked: PageRequest,
    rows: Iterable[T],
    columns: Columns[T],
    *,
    following: object = None,
    stored: Collection[str] = (),
) -> tuple[tuple[T, ...], Sorting]:
    """Return rows in the order that the address asks for; what has no value comes last.

    Where more rows are `following`, or came before, they stay in the order they were read in; they
    were read by one of the `stored` columns where the address says so.
    """
    told = asked.query.get("sort", "")
    query = {name: one for name, one in asked.query.items() if name not in {"sort", "after"}}
    column = told.removeprefix(DESCENDING)
    if following or asked.query.get("after"):
        by = told if column in stored else ""
        return tuple(rows), Sorting(by, asked.here, query, frozenset(stored))
    value = columns.get(column)
    if value is None:
        return tuple(rows), Sorting("", asked.here, query)
    known, unknown = [], []
    for one in rows:
        by_value = value(one)
        if by_value is None:
            unknown.append(one)
        else:
            known.append((by_value, one))
    known.sort(key=lambda pair: pair[0], reverse=told.startswith(DESCENDING))
    return (*(one for _, one in known), *unknown), Sorting(told, asked.here, query)
