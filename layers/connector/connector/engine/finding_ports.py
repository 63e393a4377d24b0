"""What is asked of the store besides items, links, runs and settings; see engine/ports.py."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from connector.model.body import Body
from connector.model.connection import Phase
from connector.model.cursor import Cursor, FollowedMerge, MergedRecord, Rung, Side
from connector.model.fingerprints import Fingerprints, HeldAnswer, RecordNames
from connector.model.flows.census import Census
from connector.model.ids import ConnectionId, FlowName, RecordId
from connector.model.links import RecordKey
from connector.model.pending import Glance, LeftOut, NewItem, PendingItem
from connector.model.totals import FlowTotals, TotalDifference


class KnownConnections(Protocol):
    """The connections, as far as a run asks for them."""

    def phase(self, connection_id: ConnectionId) -> Phase:
        """Return how far a connection has come, by now."""


class Cursors(Protocol):
    """How far the reading of QuickBooks' changes has come, and who reads."""

    def read(self, connection_id: str) -> Cursor | None:
        """Return the cursor of a connection, if it was ever set."""

    def begin(self, connection_id: str, *, since: datetime, now: datetime) -> Cursor:
        """Set the cursor of a connection that has none; return the one that it has now."""

    def keep(self, before: Cursor, after: Cursor) -> Cursor:
        """Store what a look changed, and return the cursor as it stands then.

        Raises:
            LeaseLostError: another look has taken over since `before` was read.
        """

    def note_ring(self, connection_id: str, *, now: datetime) -> None:
        """Remember a ring that cannot be answered now."""

    def ask_for_taxes(self, connection_id: str, *, now: datetime | None = None) -> None:
        """Let the next look read the taxes again."""

    def anything_posted(self, connection_id: str, targets: Iterable[str]) -> bool:
        """Tell whether a record of one of these QuickBooks entities is linked."""


class LeftOutItems(Protocol):
    """The records that settings or their own state keep out of the other side."""

    def keep(self, item: PendingItem, *, label: str, reason: str) -> None:
        """Remember a record that is left out."""

    def put_away(self, item: PendingItem, *, label: str, reason: str) -> None:
        """Remember it in the place of its item; nothing where that is another reading, or gone."""

    def read_many(
        self, connection_id: ConnectionId, flow: FlowName, record_ids: Iterable[RecordId]
    ) -> dict[RecordId, LeftOut]:
        """Return those of some records that are left out."""

    def read_page(
        self, connection_id: ConnectionId, flow: FlowName, *, after: str, most: int
    ) -> list[NewItem]:
        """Return at most so many of them as they were found, by record id, those after `after`."""

    def replay(self, connection_id: ConnectionId, flow: FlowName, *, most: int) -> int:
        """Make up to `most` of them pending, unless a newer reading is; return how many it saw."""

    def replay_some(
        self, connection_id: ConnectionId, flow: FlowName, record_ids: Iterable[RecordId]
    ) -> None:
        """Make some of them pending again, as `replay` does."""

    def forget(
        self, connection_id: ConnectionId, flow: FlowName, record_ids: Iterable[RecordId]
    ) -> None:
        """Forget what was left out of some records, of which there is a newer reading."""


class Doorbells(Protocol):
    """Which side of a connection rang, and whether a look has answered it."""

    def claim(
        self,
        connection_id: str,
        side: Side,
        *,
        now: datetime,
        until: datetime,
        changed_at: datetime | None = None,
    ) -> bool:
        """Take it on to send a message that is hidden `until` then; False when none is needed."""

    def release(self, connection_id: str, side: Side, *, until: datetime) -> None:
        """Let the next ring try again: the message of this claim could not be sent."""

    def rung(self, connection_id: str, *, now: datetime) -> Rung:
        """Return the sides that rang, to a look that begins now."""

    def answer(self, connection_id: str, seen: Rung) -> None:
        """Forget the rings that a look saw before it read."""


class MergedRecords(Protocol):
    """The merges in QuickBooks: those that are not followed yet, and where each one led."""

    def note(self, connection_id: str, merged: MergedRecord) -> None:
        """Remember a merge; told twice it is the same."""

    def noted(self, connection_id: str) -> list[MergedRecord]:
        """Return the merges that are to be followed."""

    def forget(self, connection_id: str, merged: Iterable[MergedRecord]) -> None:
        """Drop merges that are pending items by now."""

    def follow(self, connection_id: str, merged: MergedRecord, owner: RecordKey | None) -> None:
        """Remember where a record went and who was linked to it; a known one stays."""

    def survivors(
        self, connection_id: str, entity: str, losers: Iterable[str]
    ) -> Mapping[str, str]:
        """Return where some records of a QuickBooks entity went, followed or still to be."""

    def followed(self, connection_id: str, entity: str) -> Mapping[str, FollowedMerge]:
        """Return the merges of a QuickBooks entity that were followed, by the id of the loser."""


class Places(Protocol):
    """The addresses of customers, which documents name by their ids."""

    def keep(self, connection_id: str, places: Mapping[str, Mapping[str, Body]]) -> None:
        """Remember the addresses of customers, by customer and by the id of the address."""

    def read_many(
        self, connection_id: str, customers: Iterable[str]
    ) -> dict[str, Mapping[str, Body]]:
        """Return the addresses of those customers that were read with any."""


class KeptFingerprints(Protocol):
    """What each record looked like when it was last read, and by what it is recognised."""

    def read(self, connection_id: str, flow: str) -> Fingerprints:
        """Return the known fingerprints of a flow."""

    def save(self, connection_id: str, flow: str, known: Fingerprints) -> None:
        """Write what changed of them, and drop the notes that they take the place of."""

    def note(
        self,
        connection_id: str,
        flow: str,
        record_ids: Iterable[str],
        *,
        until: datetime | None = None,
    ) -> str:
        """Note which records are about to be known, before anything is done about them.

        Those of a look count as known from then on. Of those that a pull is about to link the
        QuickBooks ids are noted, with `until` when it may live. Return what the note is called.
        """

    def add(
        self,
        connection_id: str,
        flow: str,
        marks: Mapping[str, str],
        *,
        instead_of: Iterable[str],
    ) -> None:
        """Remember records that are new, and drop the notes that this takes the place of."""

    def outdate(self, connection_id: str, flow: str, record_id: str) -> None:
        """Let the next look read a record once more, whatever is remembered of it meanwhile."""

    def read_names(self, connection_id: str, pull: str) -> RecordNames:
        """Return the names of a pull's MobiWork records."""

    def save_names(self, connection_id: str, pull: str, names: RecordNames) -> None:
        """Write what changed of them."""


class KeptAnswers(Protocol):
    """What each list answered when nothing was new."""

    def read_all(self, connection_id: str) -> Mapping[str, HeldAnswer]:
        """Return what is kept of the lists, by flow."""

    def keep(self, connection_id: str, flow: str, body: Body, *, turn: int) -> None:
        """Keep what a list answered, unless that became void since that turn was read."""


class KeptCensus(Protocol):
    """What the records of a MobiWork account say, by entity."""

    def read_all(self, connection_id: str) -> Mapping[str, Census]:
        """Return what the records of each entity said."""

    def save(self, connection_id: str, entity: str, census: Census) -> None:
        """Keep what the records of an entity say by now."""


class Parents(Protocol):
    """Which QuickBooks record is right below which."""

    def keep(self, connection_id: str, entity: str, parents: Mapping[str, str]) -> None:
        """Remember the parents of some records, by the child."""

    def above(self, connection_id: str, entity: str, children: Iterable[str]) -> dict[str, str]:
        """Return the parents of those records that were ever read with one."""

    def below(self, connection_id: str, entity: str, records: Iterable[str]) -> set[str]:
        """Return all records below some others, at any depth."""


class Totals(Protocol):
    """The documents whose totals QuickBooks made otherwise; see store/records/totals.py."""

    def note(
        self, connection_id: ConnectionId, flow: FlowName, told: TotalDifference, *, counts: bool
    ) -> None:
        """Keep the difference of a document and, where it `counts`, count it once."""

    def read_many(
        self, connection_id: ConnectionId, flow: FlowName, record_ids: Iterable[RecordId]
    ) -> dict[str, TotalDifference]:
        """Return the differences of those documents whose totals differ, by id."""

    def settle(self, connection_id: ConnectionId, flow: FlowName, record_id: RecordId) -> None:
        """Forget the difference of a document whose totals agree by now."""

    def undecided(self, connection_id: ConnectionId, flow: FlowName) -> list[TotalDifference]:
        """Return the differences of a flow that nobody has decided on yet."""

    def standing(self, connection_id: ConnectionId, flow: FlowName) -> FlowTotals:
        """Return how a flow stands: its canary, and what it differs in."""

    def glance(self, item: PendingItem, *, differing: bool) -> Glance:
        """Return how a record stands by now; with `differing`, the totals of its flow as well."""

    def differing(self, connection_id: ConnectionId, flow: FlowName) -> list[str]:
        """Return the ids of the documents of a flow whose totals differ."""

    def decide(self, connection_id: ConnectionId, flows: Iterable[FlowName]) -> None:
        """Begin to count again."""

    def watch(self, connection_id: ConnectionId, flows: Iterable[FlowName]) -> None:
        """Have the next documents of some flows go out one by one."""

    def watched(self, connection_id: ConnectionId, flow: FlowName) -> int:
        """Return how many documents of a flow are still to go out one by one."""

    def pass_one(self, connection_id: ConnectionId, flow: FlowName) -> None:
        """Count one document that came out as planned."""

    def remember_override(self, connection_id: ConnectionId, *, obeyed: bool) -> None:
        """Remember whether QuickBooks obeyed the tax that was sent."""

    def override_obeyed(self, connection_id: ConnectionId) -> bool | None:
        """Tell whether QuickBooks obeys a sent tax; nothing where it could not be seen yet."""
