"""What QuickBooks holds of the records that refused documents are linked to, read by the page.

Why each was refused is asked after a page was sent. Costs one metered query for each kind of
record that is asked for, with those that the answers are linked to in their turn: two for payments
(their invoices, what is applied to those), however many of a page were refused. A single record is
read by its id, which shows every write at once (reference 3.5).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import batched
from threading import Lock

from connector.errors import UNREADABLE, RecordError
from connector.model.body import Json, Read
from connector.quickbooks.dead_references import Query
from connector.quickbooks.query import select

MOST_IDS = 50
"""So many ids stand in one statement; how many QuickBooks takes is published nowhere."""


@dataclass
class LinkedReads:
    """Reads a record with all of its kind that are named by what was refused or read so far.

    by_id, query: read one record, and many by a query.
    named: the ids still to be read, by entity.
    found: what was read, by entity and id.
    turn: held by whoever reads; several workers share what is read.
    """

    by_id: Read
    query: Query
    named: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    found: dict[tuple[str, str], Json] = field(default_factory=dict)
    turn: Lock = field(default_factory=Lock)

    @classmethod
    def of(cls, bodies: Iterable[Json], by_id: Read, query: Query) -> "LinkedReads":
        """Prepare to read what some bodies are linked to; no call is made for it."""
        made = cls(by_id, query)
        for body in bodies:
            made._note(body)
        return made

    def read(self, entity: str, record_id: str) -> Json:
        """Return a record.

        Raises:
            RecordError: QuickBooks does not have it.
        """
        with self.turn:
            if (entity, record_id) not in self.found:
                self._read_all(entity, record_id)
            if (entity, record_id) not in self.found:
                self._keep(entity, self.by_id(entity, record_id))
            return self.found[entity, record_id]

    def _read_all(self, entity: str, record_id: str) -> None:
        """Read what is named of a kind; a single one, or what is refused, is read by its id."""
        wanted = {one for one in self.named[entity] if (entity, one) not in self.found}
        if wanted <= {record_id}:
            return
        for ids in batched(sorted(wanted | {record_id}), MOST_IDS, strict=False):
            try:
                rows = list(self.query(select(entity, Id=ids)))
            except (RecordError, *UNREADABLE):
                return
            for row in rows:
                self._keep(entity, row)

    def _keep(self, entity: str, record: Json) -> None:
        self.found[entity, str(record["Id"])] = record
        self._note(record)

    def _note(self, record: Json) -> None:
        for entity, own in _links(record):
            self.named[entity].add(own)


def _links(record: Json) -> Iterator[tuple[str, str]]:
    for part in (record, *record.get("Line", ())):
        for one in part.get("LinkedTxn", ()):
            yield str(one["TxnType"]), str(one["TxnId"])
    customer: Mapping[str, str] = record.get("CustomerRef") or {}
    if "value" in customer:
        yield "Customer", str(customer["value"])
