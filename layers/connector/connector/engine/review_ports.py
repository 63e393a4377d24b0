"""What people look at and say: plans, matches, where records stand, instructions; see ports.py."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from connector.model.body import Body, Json, JsonArray
    from connector.model.books.typed import KnownDocuments, LinesOf, TypedDocument
    from connector.model.ids import ConnectionId, FlowName, QuickBooksId, RecordId, RunId
    from connector.model.links import RecordKey
    from connector.model.matching.matches import Match
    from connector.model.outcomes import Outcome, RecordOutcome
    from connector.model.pending import PendingItem
    from connector.model.review.planned import PlannedRecord, StandIn
    from connector.model.review.taken import Taking
    from connector.model.tracking.tracked import (
        Counts,
        FlowSoFar,
        Sought,
        TrackedPage,
        TrackedRecord,
    )
    from connector.model.worklist.facts import EntryFacts, Place
    from connector.model.worklist.instructions import Instruction
    from connector.model.worklist.notes import Note
    from connector.store.reading.together import ReadingOf, Together


class Plans(Protocol):
    """The plans that are kept instead of carried out; see store/records/plans.py.

    A scope is a review of a connection and what is planned after it, or one dry run.
    """

    def scope(self, connection_id: str) -> str:
        """Return the scope of a connection's plans as it stands now."""

    def begin(self, connection_id: str, scope: str) -> None:
        """Begin a new scope, because the review is made anew."""

    def hold(self, connection_id: str) -> None:
        """Note that a review is about to hold records."""

    def holds(self, connection_id: str) -> bool:
        """Tell whether a review holds records."""

    def let_go(self, connection_id: str) -> None:
        """Note that all of them were let go."""

    def keep(self, connection_id: str, scope: str, planned: Iterable[PlannedRecord]) -> None:
        """Keep plans in the place of earlier ones of the same records."""

    def read_many(
        self, connection_id: str, scope: str, flow: str, record_ids: Iterable[str]
    ) -> dict[str, PlannedRecord]:
        """Return the plans of some records, by record id."""

    def read_some(
        self, connection_id: str, scope: str, flow: str, *, after: str, limit: int
    ) -> list[PlannedRecord]:
        """Return at most `limit` plans of a flow by record id, those after `after`."""

    def stand_ins(
        self, connection_id: str, scope: str, wanted: Iterable[tuple[str, str]]
    ) -> dict[tuple[str, str], StandIn]:
        """Return what stands for records that are planned to be on the other side."""

    def takers(
        self, connection_id: ConnectionId, scope: str, wanted: Iterable[Taking]
    ) -> dict[Taking, str]:
        """Return who has what only one record may have, as far as it was told."""

    def take(self, connection_id: ConnectionId, scope: str, taken: Mapping[Taking, str]) -> None:
        """Remember who has what only one record may have."""

    def note_result(
        self, connection_id: str, scope: str, planned: PlannedRecord, *, outcome: str, unlike: str
    ) -> None:
        """Note on a plan what became of it, and how that differs; empty where it does not."""


class Matches(Protocol):
    """What is the same on both sides, and what was said of it; see store/records/matches.py."""

    def replace_all(self, connection_id: str, target: str, found: Sequence[Match]) -> None:
        """Keep what was found for one QuickBooks entity in place of what was found before."""

    def keep(self, connection_id: str, match: Match) -> None:
        """Keep one match that was met while records were synced."""

    def read_many(
        self, connection_id: str, target: str, owners: Iterable[RecordKey]
    ) -> Mapping[RecordKey, Match]:
        """Return the matches of some MobiWork records, with what a person said of them."""

    def of_quickbooks(
        self, connection_id: str, target: str, quickbooks_ids: Iterable[QuickBooksId]
    ) -> Mapping[QuickBooksId, Sequence[Match]]:
        """Return the matches in which some QuickBooks records may be meant."""

    def read_some(
        self, connection_id: str, target: str, *, after: str, limit: int
    ) -> Sequence[Match]:
        """Return at most `limit` matches of an entity, those after `after`."""

    def read_all(self, connection_id: str, target: str) -> Iterator[Match]:
        """Yield all matches of an entity."""

    def certain_undecided(self, connection_id: str, target: str) -> int:
        """Return how many certain matches of an entity nobody has decided on."""

    def decide(self, connection_id: str, decided: Match) -> None:
        """Keep what a person said of one match."""

    def decide_as_read(self, connection_id: str, said: Sequence[tuple[Match, Match]]) -> bool:
        """Keep what was said of matches unless somebody decided since they were read."""

    def decide_certain(
        self, connection_id: str, *, by: str, at: str, until: str | None = None
    ) -> None:
        """Keep that a person takes all certain matches for the same that were found until then."""

    def look(self, connection_id: str) -> Body:
        """Return how far the look at both sides has come; empty before the first."""

    def save_look(self, connection_id: str, kept: Json) -> None:
        """Keep how far the look at both sides has come."""

    def ask(self, connection_id: str, at: str) -> None:
        """Have both sides compared once more, with what was decided until then."""

    def asked(self, connection_id: str) -> str | None:
        """Return until when what was decided is to be compared with, if anybody asked."""

    def watch(self, connection_id: str, kind: str) -> None:
        """Have looks tell of one more kind of QuickBooks' documents."""

    def watched(self, connection_id: str) -> Sequence[str]:
        """Return the kinds of documents that looks tell of, in the order of the alphabet."""

    def save_facts(self, connection_id: str, target: str, page: str, facts: Sequence[Json]) -> None:
        """Keep the facts of one page of QuickBooks; the same page again takes its place."""

    def read_facts(self, connection_id: str, target: str) -> Iterator[Body]:
        """Yield the facts of all pages."""

    def drop_facts(self, connection_id: str, target: str) -> None:
        """Forget the facts of all pages."""


class TrackedRecords(Protocol):
    """The latest state of every record that ever had an outcome; see store/tracking/tracked.py."""

    def note(
        self,
        connection_id: ConnectionId,
        flow: FlowName,
        told: Iterable[RecordOutcome],
        *,
        now: datetime,
    ) -> None:
        """Follow outcomes of a flow, and count along; the same ones again change nothing.

        Where another worker is at it, they are left to `catch_up`.
        """

    def insist(
        self,
        connection_id: ConnectionId,
        flow: FlowName,
        told: Iterable[RecordOutcome],
        *,
        now: datetime,
    ) -> None:
        """Follow outcomes that no run tells once more: wait for whoever is at the flow.

        Raises:
            RetriableError: others are at it all the time.
        """

    def catch_up(
        self,
        connection_id: ConnectionId,
        flow: FlowName,
        told: Sequence[RecordOutcome],
        *,
        now: datetime,
    ) -> None:
        """Follow what of a run's outcomes nobody followed; no worker is at it any more."""

    def read_many(
        self, connection_id: ConnectionId, flow: FlowName, record_ids: Iterable[RecordId]
    ) -> dict[RecordId, TrackedRecord]:
        """Return some records of a flow, by id."""

    def read_some(
        self, connection_id: ConnectionId, wanted: Iterable[tuple[FlowName, RecordId]]
    ) -> list[TrackedRecord]:
        """Return some records by flow and id, in that order."""

    def find(
        self,
        connection_id: ConnectionId,
        sought: Sought,
        *,
        after: str | None,
        limit: int,
        oldest_first: bool = False,
    ) -> TrackedPage:
        """Return at most `limit` records that are looked for, those after `after`.

        Latest days come first, or else the oldest; those with a part of a number come by number.
        `next` of a page asks for those after it; only one of an amount or of such a part may be
        empty, where that was not found until then.
        """

    def of_run(
        self,
        connection_id: ConnectionId,
        run_id: RunId,
        outcome: Outcome,
        flow: FlowName | None = None,
    ) -> list[tuple[FlowName, RecordId]]:
        """Return which records ended so in a run, by flow and id."""

    def followed(self, connection_id: ConnectionId, run_id: RunId) -> dict[FlowName, FlowSoFar]:
        """Return how far the flows of a run have come that it is the latest run of."""

    def counts(self, connection_id: ConnectionId) -> Counts:
        """Return how many records of each flow stand where, and what those come to."""


class Worklist(Protocol):
    """What does not go on in a connection, and the notes beside it; see store/worklist/lists.py."""

    def read(self, connection_id: ConnectionId) -> tuple[list[PendingItem], dict[str, Note]]:
        """Return the items without reading, reason and fixes, and the notes by what they are of."""

    def facts(self, connection_id: ConnectionId, wanted: Iterable[Place]) -> EntryFacts:
        """Return the items of some records as they are, and where they stand, by flow and id."""

    def mend(
        self, connection_id: ConnectionId, flow: FlowName, told: Sequence[RecordOutcome]
    ) -> None:
        """Let it follow those of a run's outcomes that a dead worker did not let it follow."""

    def settle(
        self, connection_id: ConnectionId, flow: FlowName, record_ids: Iterable[RecordId]
    ) -> None:
        """Let it say of some records what their items say."""


class BooksMatches(Protocol):
    """Matches of the books with their pages, and what change data shows of documents."""

    def head(self, connection_id: ConnectionId, match_id: str) -> Body | None:
        """Return how far a match has come, and what it found."""

    def heads(self, connection_id: ConnectionId, *, most: int) -> list[Body]:
        """Return the latest matches, the newest first."""

    def save_head(self, connection_id: ConnectionId, match_id: str, held: Json) -> None:
        """Keep how far a match has come."""

    def save_page(
        self,
        connection_id: ConnectionId,
        match_id: str,
        part: str,
        page: str,
        rows: Sequence[object],
    ) -> None:
        """Keep one page of a part."""

    def read_part(
        self, connection_id: ConnectionId, match_id: str, part: str, *, begin: str | None = None
    ) -> Iterator[tuple[str, JsonArray]]:
        """Yield the pages of a part by name, from `begin` on."""

    def drop_part(self, connection_id: ConnectionId, match_id: str, part: str) -> None:
        """Forget the pages of a part."""

    def note_shown(
        self,
        connection_id: ConnectionId,
        target: str,
        shown: Mapping[QuickBooksId, Json | None],
        *,
        until: datetime | None = None,
    ) -> None:
        """Remember what change data last showed of documents, for a time; None forgets it."""

    def shown_of(
        self, connection_id: ConnectionId, target: str, quickbooks_ids: Iterable[QuickBooksId]
    ) -> Mapping[QuickBooksId, Body]:
        """Return what is remembered of some documents."""

    def all_shown(
        self, connection_id: ConnectionId, target: str
    ) -> Iterator[tuple[QuickBooksId, Body]]:
        """Yield all that is remembered."""


class TypedPages(Protocol):
    """What somebody typed in QuickBooks, page by page; see store/control/typed.py."""

    def read_of(
        self, connection_id: ConnectionId, kind: str, quickbooks_ids: Iterable[QuickBooksId]
    ) -> KnownDocuments:
        """Return what is kept of some documents of a kind."""

    def keep(
        self,
        connection_id: ConnectionId,
        kind: str,
        told: Mapping[QuickBooksId, TypedDocument | None],
        *,
        until: datetime,
        known: KnownDocuments | None = None,
    ) -> None:
        """Keep documents as they are now, for a time; None where nothing is kept any more."""

    def read_all(
        self, connection_id: ConnectionId, target: str
    ) -> tuple[Mapping[str, LinesOf], bool]:
        """Return what documents that become an entity may be, by kind, and whether that is all."""

    def is_filled(self, connection_id: ConnectionId, target: str) -> bool:
        """Tell whether pages hold what versions before kept elsewhere."""

    def note_filled(self, connection_id: ConnectionId, targets: Iterable[str]) -> None:
        """Keep that they do."""


class Instructions(Protocol):
    """What people say is to become of single records; see store/control/instructions.py."""

    def keep(self, instruction: Instruction) -> None:
        """Keep an instruction in the place of an earlier one of the same record."""

    def read_many(
        self, connection_id: ConnectionId, flow: FlowName, record_ids: Iterable[RecordId]
    ) -> Mapping[RecordId, Instruction]:
        """Return the instructions of some records, by their ids."""

    def read_some(
        self, connection_id: ConnectionId, flow: FlowName, *, after: str, limit: int
    ) -> Sequence[Instruction]:
        """Return at most `limit` instructions of a flow by record id, those after `after`."""

    def take_back(self, connection_id: ConnectionId, flow: FlowName, record_id: RecordId) -> None:
        """Forget the instruction of a record, if there is one."""


class Notes(Protocol):
    """What people write beside the worklist; see store/control/notes.py."""

    def keep(self, connection_id: ConnectionId, notes: Iterable[Note]) -> None:
        """Keep notes in the place of earlier ones about the same; one that says nothing goes."""

    def read_all(self, connection_id: ConnectionId) -> Mapping[str, Note]:
        """Return all notes, by what each is about."""


class ReadTogether(Protocol):
    """Rows of several kinds by as few calls as they fit in; see store/reading/together.py."""

    def read(self, connection_id: ConnectionId, wanted: ReadingOf) -> Together:
        """Return what there is of some rows."""
