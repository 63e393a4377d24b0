"""Erasing what is stored of a connection: partition by partition, to be gone on with at any time.

There is no list of the partitions of a connection and the table is never scanned, so each kind is
named here; a test holds the list against the keys that the store makes.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import batched

from connector.model.review.planned import REVIEW
from connector.store.table import Item, key

BATCH = 100

ALONE = (
    "activity", "again", "answers", "books", "books-page", "calls", "census", "company", "cursor",
    "digest", "doorbell", "findings", "found-by", "look", "match-look", "match-said-together",
    "merges", "places", "plans", "probe", "report", "secret", "settings", "tokens", "totals",
    "tracking", "undoing", "worklist-notes",
)  # fmt: skip
"""Kinds of which a connection has one partition."""
BY_NAME = (
    "activity", "back", "books-shown", "fingerprints", "instruction", "left-out",
    "link", "match", "match-facts", "match-said", "matched", "merges-followed", "parents",
    "pending", "totals", "tracked", "typed", "typed-places",
)  # fmt: skip
"""Kinds of which it has one for each flow or entity."""
BY_RUN = ("image", "outcome", "progress", "run-calls", "undo")
"""Kinds of which it has one for each run."""
BY_SCOPE = ("plan", "stand-in")
"""Kinds of which it has one for each flow or entity in each run that plans, and in the review."""
RUNS = "run"
KEPT = ("people", "phases")
"""Kinds that stay: what the life of the connection was, and who led it and may see that."""
SUFFIXES = ("", "-names")
"""What a name may end with: the fingerprints of a pull are kept beside the names of its records."""


@dataclass(frozen=True)
class Erasing:
    """What is to be known of a connection to erase it.

    names: those of all flows, and of all entities of both sides.
    plans: tells of a run, by its id, whether it kept plans.
    stop: tells whether it is time to stop.
    connection_id: whose items are erased.
    """

    connection_id: str
    names: Iterable[str]
    plans: Callable[[str], bool]
    stop: Callable[[], bool]

    def carry_out(self) -> bool:
        """Delete everything but the connection and its history; False when it had to stop first.

        Runs go one by one, each when nothing is left of it.
        """
        return all(map(self._emptied, self._partitions())) and all(
            map(self._forgotten, _rows(self._key(RUNS)))
        )

    def _key(self, *parts: str) -> str:
        return key(self.connection_id, *parts)

    def _partitions(self) -> Iterator[str]:
        yield from map(self._key, ALONE)
        for name in sorted({*self.names}):
            yield from (self._key(kind, f"{name}{end}") for kind in BY_NAME for end in SUFFIXES)
        yield from self._plans(REVIEW)

    def _plans(self, scope: str) -> Iterator[str]:
        return (self._key(kind, scope, name) for kind in BY_SCOPE for name in self.names)

    def _forgotten(self, run: Item) -> bool:
        parts = [self._key(kind, run.sk) for kind in BY_RUN]
        if self.plans(run.sk):
            parts += self._plans(run.sk)
        if not all(map(self._emptied, parts)):
            return False
        run.delete()
        return True

    def _emptied(self, partition: str) -> bool:
        for rows in batched(_rows(partition), BATCH, strict=False):
            if self.stop():
                return False
            with Item.batch_write() as batch:
                for row in rows:
                    batch.delete(row)
        return not self.stop()


def _rows(partition: str) -> Iterator[Item]:
    return iter(Item.query(partition, attributes_to_get=["pk", "sk"], consistent_read=True))
