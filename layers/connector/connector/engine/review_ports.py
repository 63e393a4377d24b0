"""What people look at and say: plans, matches, where records stand, instructions; see ports.py."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
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

    def scope(self, connection_id: str) -> str: ...
    def begin(self, connection_id: str, scope: str) -> None: ...
    def hold(self, connection_id: str) -> None: ...
    def holds(self, connection_id: str) -> bool: ...
    def let_go(self, connection_id: str) -> None: ...
    def keep(self, connection_id: str, scope: str, planned: Iterable[PlannedRecord]) -> None: ...
    def read_many(
        self, connection_id: str, scope: str, flow: str, record_ids: Iterable[str]
    ) -> dict[str, PlannedRecord]: ...
    def read_some(
        self, connection_id: str, scope: str, flow: str, *, after: str, limit: int
    ) -> list[PlannedRecord]: ...
    def stand_ins(
        self, connection_id: str, scope: str, wanted: Iterable[tuple[str, str]]
    ) -> dict[tuple[str, str], StandIn]: ...
    def takers(
        self, connection_id: ConnectionId, scope: str, wanted: Iterable[Taking]
    ) -> dict[Taking, str]: ...
    def take(
        self, connection_id: ConnectionId, scope: str, taken: Mapping[Taking, str]
    ) -> None: ...
    def note_result(
        self, connection_id: str, scope: str, planned: PlannedRecord, *, outcome: str, unlike: str
    ) -> None: ...


class Matches(Protocol):
    """What is the same on both sides, and what was said of it; see store/records/matches.py."""

    def replace_all(self, connection_id: str, target: str, found: Sequence[Match]) -> None: ...
    def keep(self, connection_id: str, match: Match) -> None: ...
    def read_many(
        self, connection_id: str, target: str, owners: Iterable[RecordKey]
    ) -> Mapping[RecordKey, Match]: ...
    def of_quickbooks(
        self, connection_id: str, target: str, quickbooks_ids: Iterable[QuickBooksId]
    ) -> Mapping[QuickBooksId, Sequence[Match]]: ...
    def read_some(
        self, connection_id: str, target: str, *, after: str, limit: int
    ) -> Sequence[Match]: ...
    def read_all(self, connection_id: str, target: str) -> Iterator[Match]: ...
    def certain_undecided(self, connection_id: str, target: str) -> int: ...
    def decide(self, connection_id: str, decided: Match) -> None: ...
    def decide_as_read(self, connection_id: str, said: Sequence[tuple[Match, Match]]) -> bool: ...
    def decide_certain(
        self, connection_id: str, *, by: str, at: str, until: str | None = None
    ) -> None: ...
    def look(self, connection_id: str) -> Body: ...
    def save_look(self, connection_id: str, kept: Json) -> None: ...
    def ask(self, connection_id: str, at: str) -> None: ...
    def asked(self, connection_id: str) -> str | None: ...
    def watch(self, connection_id: str, kind: str) -> None: ...
    def watched(self, connection_id: str) -> Sequence[str]: ...
    def save_facts(
        self, connection_id: str, target: str, page: str, facts: Sequence[Json]
    ) -> None: ...
    def read_facts(self, connection_id: str, target: str) -> Iterator[Body]: ...
    def drop_facts(self, connection_id: str, target: str) -> None: ...


class TrackedRecords(Protocol):
    """The latest state of every record that ever had an outcome; see store/tracking/tracked.py."""

    def note(
        self,
        connection_id: ConnectionId,
        flow: FlowName,
        told: Iterable[RecordOutcome],
        *,
        now: datetime,
    ) -> None: ...
    def insist(
        self,
        connection_id: ConnectionId,
        flow: FlowName,
        told: Iterable[RecordOutcome],
        *,
        now: datetime,
    ) -> None: ...
    def catch_up(
        self,
        connection_id: ConnectionId,
        flow: FlowName,
        told: Sequence[RecordOutcome],
        *,
        now: datetime,
    ) -> None: ...
    def read_many(
        self, connection_id: ConnectionId, flow: FlowName, record_ids: Iterable[RecordId]
    ) -> dict[RecordId, TrackedRecord]: ...
    def read_some(
        self, connection_id: ConnectionId, wanted: Iterable[tuple[FlowName, RecordId]]
    ) -> list[TrackedRecord]: ...
    def find(
        self,
        connection_id: ConnectionId,
        sought: Sought,
        *,
        after: str | None,
        limit: int,
        oldest_first: bool = False,
    ) -> TrackedPage: ...
    def of_run(
        self,
        connection_id: ConnectionId,
        run_id: RunId,
        outcome: Outcome,
        flow: FlowName | None = None,
    ) -> list[tuple[FlowName, RecordId]]: ...
    def followed(
        self, connection_id: ConnectionId, run_ids: Collection[RunId]
    ) -> dict[RunId, dict[FlowName, FlowSoFar]]: ...
    def counts(self, connection_id: ConnectionId) -> Counts: ...


class Worklist(Protocol):
    """What does not go on in a connection, and the notes beside it; see store/worklist/lists.py."""

    def read(self, connection_id: ConnectionId) -> tuple[list[PendingItem], dict[str, Note]]: ...
    def facts(self, connection_id: ConnectionId, wanted: Iterable[Place]) -> EntryFacts: ...
    def mend(
        self, connection_id: ConnectionId, flow: FlowName, told: Sequence[RecordOutcome]
    ) -> None: ...
    def settle(
        self, connection_id: ConnectionId, flow: FlowName, record_ids: Iterable[RecordId]
    ) -> None: ...


class BooksMatches(Protocol):
    """Matches of the books with their pages, and what change data shows of documents."""

    def head(self, connection_id: ConnectionId, match_id: str) -> Body | None: ...
    def heads(self, connection_id: ConnectionId, *, most: int) -> list[Body]: ...
    def save_head(self, connection_id: ConnectionId, match_id: str, held: Json) -> None: ...
    def save_page(
        self,
        connection_id: ConnectionId,
        match_id: str,
        part: str,
        page: str,
        rows: Sequence[object],
    ) -> None: ...
    def read_part(
        self, connection_id: ConnectionId, match_id: str, part: str, *, begin: str | None = None
    ) -> Iterator[tuple[str, JsonArray]]: ...
    def drop_part(self, connection_id: ConnectionId, match_id: str, part: str) -> None: ...
    def note_shown(
        self,
        connection_id: ConnectionId,
        target: str,
        shown: Mapping[QuickBooksId, Json | None],
        *,
        until: datetime | None = None,
    ) -> None: ...
    def shown_of(
        self, connection_id: ConnectionId, target: str, quickbooks_ids: Iterable[QuickBooksId]
    ) -> Mapping[QuickBooksId, Body]: ...
    def all_shown(
        self, connection_id: ConnectionId, target: str
    ) -> Iterator[tuple[QuickBooksId, Body]]: ...


class TypedPages(Protocol):
    """What somebody typed in QuickBooks, page by page; see store/control/typed.py."""

    def read_of(
        self, connection_id: ConnectionId, kind: str, quickbooks_ids: Iterable[QuickBooksId]
    ) -> KnownDocuments: ...
    def keep(
        self,
        connection_id: ConnectionId,
        kind: str,
        told: Mapping[QuickBooksId, TypedDocument],
        *,
        until: datetime | None,
        known: KnownDocuments | None = None,
    ) -> None: ...
    def read_all(self, connection_id: ConnectionId, target: str) -> Mapping[str, LinesOf]: ...


class Instructions(Protocol):
    """What people say is to become of single records; see store/control/instructions.py."""

    def keep(self, instruction: Instruction) -> None: ...
    def read_many(
        self, connection_id: ConnectionId, flow: FlowName, record_ids: Iterable[RecordId]
    ) -> Mapping[RecordId, Instruction]: ...
    def read_some(
        self, connection_id: ConnectionId, flow: FlowName, *, after: str, limit: int
    ) -> Sequence[Instruction]: ...
    def take_back(
        self, connection_id: ConnectionId, flow: FlowName, record_id: RecordId
    ) -> None: ...


class Notes(Protocol):
    """What people write beside the worklist; see store/control/notes.py."""

    def keep(self, connection_id: ConnectionId, notes: Iterable[Note]) -> None: ...
    def read_all(self, connection_id: ConnectionId) -> Mapping[str, Note]: ...


class ReadTogether(Protocol):
    """Rows of several kinds by as few calls as they fit in; see store/reading/together.py."""

    def read(self, connection_id: ConnectionId, wanted: ReadingOf) -> Together: ...
