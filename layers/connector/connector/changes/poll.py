"""One look at QuickBooks: who holds the lease, what it reads for, and what it found."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import batched
from typing import Protocol

from connector.changes import company, enqueue, hierarchy, unread_entries
from connector.changes.lists.found import Found
from connector.engine.remotes import QuickBooksPages
from connector.engine.stores import Store
from connector.model.body import Json, spoken
from connector.model.cursor import Cursor, UnreadRecord
from connector.model.flows import misread
from connector.model.flows.pull_flow import AnyPullFlow
from connector.quickbooks.reading.by_ids import read_by_ids

OVERLAP = timedelta(minutes=5)
"""Change data may tell of a write late (reference 4.1)."""
MOST_NAMED = 100
"""How many records one statement names."""


class PolledQuickBooks(company.QuickBooksCompany, QuickBooksPages, Protocol):
    """What finding changes asks of QuickBooks."""


def shortly_before(moment: datetime) -> datetime:
    """Return from when on to ask, so that nothing is missed that becomes visible late.

    Whole seconds, as QuickBooks writes its times (reference 3.4, 3.5).
    """
    return (moment - OVERLAP).replace(microsecond=0)


@dataclass
class Poll:
    """One look at QuickBooks.

    connection_id, cursor: whose it is, and up to which point changes were read.
    quickbooks: the client of the company.
    pulls: those that are switched on.
    now: when the look began (UTC).
    store: where all that is found is kept.
    out_of_time: whether this look must come to its end.
    found: what was found, by the name of the pull.
    """

    connection_id: str
    cursor: Cursor
    quickbooks: PolledQuickBooks
    pulls: Sequence[AnyPullFlow]
    now: datetime
    store: Store
    out_of_time: bool = False
    found: dict[str, Found] = field(default_factory=dict)

    def keep(self, after: Cursor) -> None:
        """Store what this look changed of its cursor.

        Raises:
            LeaseLostError: another look has taken over meanwhile.
        """
        self.cursor = self.store.cursors.keep(self.cursor, after)

    def keep_unread(self, flow: str, source: str, unread: Iterable[UnreadRecord]) -> None:
        """Keep which records of a list nobody can read, told on the worklist before.

        What is told already is not told again, so that who has seen it is left alone.
        """
        before = [one for one in self.cursor.unread if (one.flow, one.source) == (flow, source)]
        after = tuple(unread)[: unread_entries.MOST_KEPT]
        told = [one.why for one in sorted(after, key=lambda one: (one.found_at, one.place or 0))]
        if sorted(told) != sorted(one.why for one in before):
            since = min((one.found_at for one in (*before, *after)), default=self.now)
            unread_entries.tell(
                self.connection_id, flow, source, told, since=since, store=self.store
            )
        others = tuple(one for one in self.cursor.unread if one not in before)
        if (*others, *after) != self.cursor.unread:
            self.keep(replace(self.cursor, unread=(*others, *after)))

    def note_unread(self, found: UnreadRecord) -> None:
        """Keep one more record that nobody can read."""
        known = [one for one in self.cursor.unread if one.key[:2] == found.key[:2]]
        others = [one for one in known if one.key != found.key]
        first = min((one.found_at for one in known if one.key == found.key), default=found.found_at)
        again = replace(found, found_at=first)
        self.keep_unread(found.flow, found.source, [*others, again])

    def put(self, pulls: Iterable[AnyPullFlow], records: Sequence[Json]) -> None:
        """Store what is new among the records for some pulls, and count them.

        Records below a changed one are read again (a metered call), if it shows in them. One that
        a pull cannot make sense of is told; what was told of one ends where it can be read.
        """
        for pull in pulls:
            readable = self._put(pull, records)
            concerned = hierarchy.below(self.connection_id, pull, readable, self.store)
            for ids in batched(concerned, MOST_NAMED, strict=False):
                query = self.quickbooks.query
                found = read_by_ids(query, pull.source, ids, include_inactive=True)
                self._put(pull, list(found.rows.values()))
                if found.unread:
                    self._name(pull, found.unread)

    def _name(self, pull: AnyPullFlow, unread: Iterable[str]) -> None:
        for own in unread:
            told = (
                f"QuickBooks fails on {spoken(pull.source)} {own}, below one that was changed, "
                "so that MobiWork does not know of that. Open it in QuickBooks and save it."
            )
            self.tell(pull, told)
            self.note_unread(replace(self.unread(pull, told), own=own))

    def unread(self, pull: AnyPullFlow, why: str) -> UnreadRecord:
        """Describe a record of a pull that nobody could read in this look."""
        flow, source, now = pull.name, pull.source, self.now
        return UnreadRecord(flow=flow, source=source, why=why, found_at=now, asked_at=now)

    def tell(self, pull: AnyPullFlow, problem: str) -> None:
        """Add a sentence to what a pull could not read."""
        counts = self.counts(pull.name)
        counts.problem = " ".join(filter(None, (counts.problem, problem)))

    def _put(self, pull: AnyPullFlow, records: Sequence[Json]) -> Sequence[Json]:
        readable, wrong = misread.apart(pull, records)
        hierarchy.note(self.connection_id, pull, readable, self.store)
        changed = enqueue.enqueue_changed(
            self.connection_id, pull, readable, now=self.now, store=self.store
        )
        self.count(pull, read=len(records), changed=changed)
        self._tell_misread(pull, readable, wrong)
        return readable

    def _tell_misread(
        self, pull: AnyPullFlow, readable: Sequence[Json], wrong: Mapping[str, str]
    ) -> None:
        """Tell which records a pull cannot make sense of, by id, and no more of the others."""
        of_pull = (pull.name, pull.source)
        known = [one for one in self.cursor.unread if (one.flow, one.source) == of_pull]
        now_read = {str(row["Id"]) for row in readable} if known else set()
        first = {one.own: one.found_at for one in known}
        found = [
            replace(self.unread(pull, why), own=own, found_at=first.get(own, self.now))
            for own, why in wrong.items()
        ]
        kept = [one for one in known if one.own not in {*now_read, *wrong}]
        for why in wrong.values():
            self.tell(pull, why)
        if found or kept != known:
            self.keep_unread(*of_pull, [*kept, *found])

    def count(self, pull: AnyPullFlow, *, read: int, changed: int) -> None:
        """Add to what was found for a pull."""
        counts = self.counts(pull.name)
        counts.read += read
        counts.changed += changed
        counts.unchanged += max(0, read - changed)

    def counts(self, name: str) -> Found:
        """Return what was found under a name so far."""
        return self.found.setdefault(name, Found())
