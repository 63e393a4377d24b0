"""Records of one entity with sorted indexes, so that a page of a large list costs only its rows."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterator
from typing import Any

from simulators.quickbooks.wire import Record

LEAST, MOST = -9, 10**20
WORDED = {"TAX": -3, "NON": -2}
WORDS = {number: word for word, number in WORDED.items()} | {-1: "CustomSalesTax"}
type Key = tuple[Any, int]
type Bound = tuple[Any, bool] | None
type Reader = Callable[[Record], Any]


def id_key(key: str) -> int:
    """Order ids as numbers; the few worded ones (TAX, NON, CustomSalesTax) come first."""
    return int(key) if key.isdigit() else WORDED.get(key, -1)


def key_id(number: int) -> str:
    """Return the id of an id_key."""
    return str(number) if number >= 0 else WORDS[number]


class SortedIndex:
    """Ids in the order of one property, all of them and only the active ones."""

    def __init__(self, read: Reader, records: dict[str, Record]) -> None:
        self._read = read
        rows = [(read(record), id_key(key)) for key, record in records.items()]
        self.all: list[Key] = sorted(rows)
        hidden = {id_key(key) for key, record in records.items() if record.get("Active") is False}
        self.active = [row for row in self.all if row[1] not in hidden] if hidden else self.all[:]

    def add(self, key: str, record: Record) -> None:
        """Take in a record."""
        row = (self._read(record), id_key(key))
        insort(self.all, row)
        if record.get("Active") is not False:
            insort(self.active, row)

    def remove(self, key: str, record: Record) -> None:
        """Take out a record as it was when it was added."""
        row = (self._read(record), id_key(key))
        del self.all[bisect_left(self.all, row)]
        if record.get("Active") is not False:
            del self.active[bisect_left(self.active, row)]

    def between(self, rows: list[Key], low: Bound, high: Bound) -> tuple[int, int]:
        """Return the slice of `rows` from low to high; a bound may be absent or strict."""
        first, last = 0, len(rows)
        if low is not None:
            first = (
                bisect_right(rows, (low[0], MOST)) if low[1] else bisect_left(rows, (low[0], LEAST))
            )
        if high is not None:
            last = (
                bisect_left(rows, (high[0], LEAST))
                if high[1]
                else bisect_right(rows, (high[0], MOST))
            )
        return first, max(first, last)


class Store:
    """The records of one entity, replaced whole at every change and never edited in place."""

    def __init__(self) -> None:
        self.records: dict[str, Record] = {}
        self.indexes: dict[str, SortedIndex] = {}

    def __len__(self) -> int:
        return len(self.records)

    def __iter__(self) -> Iterator[Record]:
        return iter(self.records.values())

    def get(self, key: str) -> Record | None:
        """Return a record or None."""
        return self.records.get(key)

    def put(self, key: str, record: Record) -> None:
        """Add or replace a record."""
        old = self.records.get(key)
        for index in self.indexes.values():
            if old is not None:
                index.remove(key, old)
            index.add(key, record)
        self.records[key] = record

    def drop(self, key: str) -> None:
        """Forget a record."""
        old = self.records.pop(key)
        for index in self.indexes.values():
            index.remove(key, old)

    def index(self, name: str, read: Reader) -> SortedIndex:
        """Return the index of a property, building it at its first use."""
        found = self.indexes.get(name)
        if found is None:
            found = self.indexes[name] = SortedIndex(read, self.records)
        return found
