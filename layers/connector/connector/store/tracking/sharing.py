"""Which changes share the rows of their lists, so that a page need not read a row for each."""

from typing import NamedTuple

from connector.store.tracking import postings

TOGETHER, WIDELY = 50, 500
"""So many records are one change, and the head holds all of them for a moment; so many share the
lists that many changes share."""


class SharedLists(NamedTuple):
    """Changes that share lists.

    Attributes:
        first: The number of that change.
        records: How many records theirs are together.
    """

    first: int
    records: int

    def and_then(self, batch: int, records: int, most: int) -> "SharedLists":
        """Return these with one change more; only that one where all would be too many."""
        together = self.records + records
        return (
            SharedLists(self.first, together) if together <= most else SharedLists(batch, records)
        )


class ListPlaces(NamedTuple):
    """With which number lists of a change are kept: its own, or that of those that share theirs.

    batch: of the change itself.
    few, many: where lists of few records, and of many, are.
    """

    batch: int
    few: SharedLists
    many: SharedLists

    def of(self, kind: str) -> int:
        """Return the number that lists of a kind bear."""
        if kind in postings.WIDE:
            return self.many.first
        return self.few.first if kind in postings.SHARED else self.batch
