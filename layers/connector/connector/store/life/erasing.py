"""Erasing what is stored of a connection: partition by partition, to be gone on with at any time.

There is no list of the partitions of a connection and the table is never scanned, so each kind is
named here; a test holds the list against the keys that the store makes.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import batched

from connector.store.table import Item, key

BATCH = 100

ALONE = (
    "calls", "company", "cursor", "doorbell", "findings", "merges", "places", "probe", "secret",
    "settings", "tokens", "totals",
)  # fmt: skip
"""Kinds of which a connection has one partition."""
BY_NAME = (
    "adding", "back", "fingerprints", "left-out", "link", "merges-followed", "parents", "pending",
    "totals",
)  # fmt: skip
"""Kinds of which it has one for each flow or entity."""
BY_RUN = ("outcome", "progress")
"""Kinds of which it has one for each run."""
RUNS = "run"
KEPT = ("phases",)
"""Kinds that stay: what the life of the connection was, and who led it."""
SUFFIXES = ("", "-names")
"""What a name may end with: the fingerprints of a pull are kept beside the names of its records."""


def erase(connection_id: str, names: Iterable[str], stop: Callable[[], bool]) -> bool:
    """Delete everything but the connection itself and its history; False when it must stop first.

    `names` are those of all flows and all entities of both sides. The runs come last: they tell
    which partitions there are.
    """
    return all(
        _emptied(partition, stop) for partition in _partitions(connection_id, sorted({*names}))
    )


def _partitions(connection_id: str, names: Iterable[str]) -> Iterator[str]:
    yield from (key(connection_id, kind) for kind in ALONE)
    for name in names:
        for kind in BY_NAME:
            yield from (key(connection_id, kind, f"{name}{suffix}") for suffix in SUFFIXES)
    for run in _rows(key(connection_id, RUNS)):
        yield from (key(connection_id, kind, run.sk) for kind in BY_RUN)
    yield key(connection_id, RUNS)


def _emptied(partition: str, stop: Callable[[], bool]) -> bool:
    for rows in batched(_rows(partition), BATCH, strict=False):
        if stop():
            return False
        with Item.batch_write() as batch:
            for row in rows:
                batch.delete(row)
    return True


def _rows(partition: str) -> Iterator[Item]:
    return iter(Item.query(partition, attributes_to_get=["pk", "sk"], consistent_read=True))
