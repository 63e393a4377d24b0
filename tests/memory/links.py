"""Links and additions in memory, one step at a time as the table does it."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from threading import RLock

from connector.model.ids import ConnectionId, MobiWorkId, QuickBooksId
from connector.model.links import (
    Addition,
    AlreadyLinkedError,
    Intent,
    Link,
    Linking,
    RecordKey,
    Released,
)
from connector.model.outcomes import RecordOutcome
from connector.model.pending import PendingItem
from tests.memory.pending import MemoryPending
from tests.memory.runs import MemoryRuns

type Key = tuple[str, str, str]
"""A connection, an entity of either side, and an id."""


@dataclass
class MemoryAdditions:
    """Keeps the additions that were begun and not ended, and the owners that take their place."""

    begun: dict[Key, Addition] = field(default_factory=dict)
    owners: dict[Key, RecordKey] = field(default_factory=dict)
    lock: RLock = field(default_factory=RLock)

    def claim(
        self, connection_id: ConnectionId, addition: Addition, *, before: Addition | None
    ) -> bool:
        with self.lock:
            place = _place(connection_id, addition)
            now = self.begun.get(place)
            if place in self.owners:
                return False
            if now != before and (now is None or before is None or now.claim != before.claim):
                return now is not None and now.claim == addition.claim
            self.begun[place] = addition
            return True

    def release(self, connection_id: ConnectionId, addition: Addition) -> None:
        with self.lock:
            if self.holds(connection_id, addition):
                del self.begun[_place(connection_id, addition)]

    def note_taken(self, connection_id: ConnectionId, addition: Addition, *, taken: bool) -> None:
        with self.lock:
            if self.holds(connection_id, addition):
                self.begun[_place(connection_id, addition)] = replace(addition, taken=taken)

    def under_way(
        self, connection_id: ConnectionId, source: str, quickbooks_ids: Iterable[QuickBooksId]
    ) -> dict[str, Addition]:
        places = {one: (connection_id, source, one) for one in quickbooks_ids}
        return {one: self.begun[place] for one, place in places.items() if place in self.begun}

    def pieces_under_way(self, connection_id: ConnectionId, source: str, whole: str) -> bool:
        return any(
            place[:2] == (connection_id, source) and place[2].startswith(f"{whole}-")
            for place in self.begun
        )

    def holds(self, connection_id: ConnectionId, addition: Addition) -> bool:
        """Tell whether an addition is under the claim it was read with."""
        now = self.begun.get(_place(connection_id, addition))
        return now is not None and now.claim == addition.claim


@dataclass
class MemoryLinks:
    """Keeps how far records have come; what is saved with a link goes to the other ports."""

    additions: MemoryAdditions
    runs: MemoryRuns
    pending: MemoryPending
    standings: dict[Key, Linking] = field(default_factory=dict)

    @property
    def owners(self) -> dict[Key, RecordKey]:
        return self.additions.owners

    @property
    def lock(self) -> RLock:
        return self.additions.lock

    def read(
        self, connection_id: ConnectionId, entity: str, mobiwork_id: MobiWorkId
    ) -> Linking | None:
        return self.standings.get((connection_id, entity, mobiwork_id))

    def read_many(
        self, connection_id: ConnectionId, wanted: Iterable[tuple[str, str]]
    ) -> dict[tuple[str, str], Linking]:
        found = {own: self.standings.get((connection_id, *own)) for own in wanted}
        return {own: one for own, one in found.items() if one is not None}

    def read_beginning(
        self, connection_id: ConnectionId, entity: str, start: str
    ) -> dict[tuple[str, str], Linking]:
        return {
            (place[1], place[2]): one
            for place, one in self.standings.items()
            if place[:2] == (connection_id, entity) and place[2].startswith(start)
        }

    def read_some(
        self, connection_id: ConnectionId, entity: str, *, after: MobiWorkId, limit: int
    ) -> dict[MobiWorkId, Linking]:
        found = self.read_beginning(connection_id, entity, "")
        some = sorted((own, one) for (_, own), one in found.items() if own > after)
        return dict(some[:limit])

    def claim(
        self, connection_id: ConnectionId, intent: Intent, *, before: Released | Intent | None
    ) -> bool:
        with self.lock:
            now = self.standings.get((connection_id, *intent.owner))
            if not _same(now, before):
                return isinstance(now, Intent) and now.claim == intent.claim
            self.standings[connection_id, *intent.owner] = intent
            return True

    def release(self, connection_id: ConnectionId, intent: Intent) -> None:
        with self.lock:
            if self._held(connection_id, intent):
                left = Released(generation=intent.generation + 1)
                self.standings[connection_id, *intent.owner] = left

    def let_go(self, connection_id: ConnectionId, intent: Intent) -> None:
        with self.lock:
            if self._held(connection_id, intent):
                self.standings[connection_id, *intent.owner] = replace(intent, claim=None)

    def save(  # noqa: PLR0913 - a link ends this much
        self,
        connection_id: ConnectionId,
        link: Link,
        told: RecordOutcome,
        *,
        before: Intent | Link | None = None,
        ends: Addition | None = None,
        closes: PendingItem | None = None,
    ) -> bool:
        back = (connection_id, link.target, link.quickbooks_id)
        with self.lock:
            mine = self.owners.get(back, link.owner) == link.owner
            ended = ends is None or self.additions.holds(connection_id, ends)
            if not (mine and ended and self._replaceable(connection_id, link, before)):
                if not mine:
                    raise AlreadyLinkedError(self.owners[back].mobiwork_id)
                return False
            self.standings[connection_id, *link.owner] = link
            self.owners[back] = link.owner
            self.runs.put(connection_id, told)
            self.additions.begun.pop(back, None)
            if closes is not None:
                self.pending.close(closes)
            return True

    def repoint(  # noqa: PLR0913 - a merge has this many ends
        self,
        connection_id: ConnectionId,
        owner: RecordKey,
        *,
        target: str,
        loser: str,
        survivor: str,
        merged_into: str | None,
    ) -> bool:
        with self.lock:
            now = self.standings.get((connection_id, *owner))
            back = (connection_id, target, survivor)
            there = back in self.owners or back in self.additions.begun
            taken = merged_into is None and there
            if not isinstance(now, Link) or now.quickbooks_id != loser or taken:
                return False
            into = now.merged_into if merged_into is None else merged_into
            moved = replace(now, quickbooks_id=survivor, merged_into=into)
            self.standings[connection_id, *owner] = moved
            self.owners.pop((connection_id, target, loser), None)
            if merged_into is None:
                self.owners[connection_id, target, survivor] = owner
            return True

    def note_drift(self, connection_id: ConnectionId, link: Link, drift: str | None) -> None:
        with self.lock:
            now = self.standings.get((connection_id, *link.owner))
            if isinstance(now, Link):
                self.standings[connection_id, *link.owner] = replace(now, drift=drift)

    def owner_of(
        self, connection_id: ConnectionId, target: str, quickbooks_id: QuickBooksId
    ) -> RecordKey | None:
        return self.owners.get((connection_id, target, quickbooks_id))

    def owners_of(
        self, connection_id: ConnectionId, target: str, quickbooks_ids: Iterable[QuickBooksId]
    ) -> dict[str, RecordKey]:
        places = {one: (connection_id, target, one) for one in quickbooks_ids}
        return {one: self.owners[place] for one, place in places.items() if place in self.owners}

    def owners_of_pieces(
        self, connection_id: ConnectionId, target: str, quickbooks_id: QuickBooksId
    ) -> dict[str, RecordKey]:
        return {
            place[2]: owner
            for place, owner in sorted(self.owners.items())
            if place[:2] == (connection_id, target) and place[2].startswith(f"{quickbooks_id}-")
        }

    def note_gone(self, connection_id: ConnectionId, owner: RecordKey, reason: str) -> None:
        with self.lock:
            now = self.standings.get((connection_id, *owner))
            if isinstance(now, Link):
                self.standings[connection_id, *owner] = replace(now, gone=reason)

    def _held(self, connection_id: ConnectionId, intent: Intent) -> bool:
        now = self.standings.get((connection_id, *intent.owner))
        return isinstance(now, Intent) and now.claim == intent.claim

    def _replaceable(
        self, connection_id: ConnectionId, link: Link, before: Intent | Link | None
    ) -> bool:
        now = self.standings.get((connection_id, *link.owner))
        if isinstance(before, Intent):
            return self._held(connection_id, before)
        if before is None:
            free = now is None or isinstance(now, Released)
            return free or (isinstance(now, Link) and now.quickbooks_id == link.quickbooks_id)
        return isinstance(now, Link) and _version(now) == _version(before)


def _place(connection_id: ConnectionId, addition: Addition) -> Key:
    return (connection_id, addition.source, addition.quickbooks_id)


def _version(link: Link) -> tuple[str, str]:
    return link.quickbooks_id, link.sync_token


def _same(now: Linking | None, before: Released | Intent | None) -> bool:
    """Tell whether a record still stands as it was read."""
    match now, before:
        case None, None:
            return True
        case Released(), Released():
            return now.generation == before.generation
        case Intent(), Intent():
            return (now.claim, now.generation) == (before.claim, before.generation)
        case _:
            return False
