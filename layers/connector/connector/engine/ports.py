"""What the engines ask of the store, one protocol per subject; in-memory fakes fulfil them too.

What a call does is said once, where the store does it: `Links.claim` by `store/records/links`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

from connector.model.pending import (
    UNHINDERED,
    Asking,
    Deletion,
    Hindrance,
    Need,
    NewItem,
    PendingItem,
    PendingState,
)

if TYPE_CHECKING:
    from connector.errors import Fix
    from connector.model.body import Body, Json
    from connector.model.company import Company
    from connector.model.ids import (
        ConnectionId,
        FlowName,
        MobiWorkId,
        QuickBooksId,
        RecordId,
        RunId,
    )
    from connector.model.links import Addition, Intent, Link, Linking, RecordKey, Released
    from connector.model.outcomes import Outcome, RecordOutcome
    from connector.model.policy.postable import Question
    from connector.model.policy.settings import Replay, SavedSettings, Settings


class Links(Protocol):
    """How far records of MobiWork have come, unique in both directions; see store.links."""

    def read(
        self, connection_id: ConnectionId, entity: str, mobiwork_id: MobiWorkId
    ) -> Linking | None: ...
    def read_many(
        self, connection_id: ConnectionId, wanted: Iterable[tuple[str, MobiWorkId]]
    ) -> Mapping[tuple[str, MobiWorkId], Linking]: ...
    def read_beginning(
        self, connection_id: ConnectionId, entity: str, start: str
    ) -> Mapping[tuple[str, MobiWorkId], Linking]: ...
    def read_some(
        self, connection_id: ConnectionId, entity: str, *, after: MobiWorkId, limit: int
    ) -> Mapping[MobiWorkId, Linking]: ...
    def claim(
        self, connection_id: ConnectionId, intent: Intent, *, before: Released | Intent | None
    ) -> bool: ...
    def release(self, connection_id: ConnectionId, intent: Intent) -> None: ...
    def let_go(self, connection_id: ConnectionId, intent: Intent) -> None: ...
    def save(  # noqa: PLR0913 - a link ends this much
        self,
        connection_id: ConnectionId,
        link: Link,
        told: RecordOutcome,
        *,
        before: Intent | Link | None = None,
        ends: Addition | None = None,
        closes: PendingItem | None = None,
    ) -> bool: ...
    def repoint(  # noqa: PLR0913 - a merge has this many ends
        self,
        connection_id: ConnectionId,
        owner: RecordKey,
        *,
        target: str,
        loser: QuickBooksId,
        survivor: QuickBooksId,
        merged_into: MobiWorkId | None,
    ) -> bool: ...
    def note_drift(self, connection_id: ConnectionId, link: Link, drift: str | None) -> None: ...
    def owner_of(
        self, connection_id: ConnectionId, target: str, quickbooks_id: QuickBooksId
    ) -> RecordKey | None: ...
    def owners_of(
        self, connection_id: ConnectionId, target: str, quickbooks_ids: Iterable[QuickBooksId]
    ) -> Mapping[QuickBooksId, RecordKey]: ...
    def owners_of_pieces(
        self, connection_id: ConnectionId, target: str, quickbooks_id: QuickBooksId
    ) -> Mapping[QuickBooksId, RecordKey]: ...
    def note_gone(self, connection_id: ConnectionId, owner: RecordKey, reason: str) -> None: ...


class Additions(Protocol):
    """The intents of additions to MobiWork; `links.save` ends them. See store.additions."""

    def claim(
        self, connection_id: ConnectionId, addition: Addition, *, before: Addition | None
    ) -> bool: ...
    def release(self, connection_id: ConnectionId, addition: Addition) -> None: ...
    def note_taken(
        self, connection_id: ConnectionId, addition: Addition, *, taken: bool
    ) -> None: ...
    def under_way(
        self, connection_id: ConnectionId, source: str, quickbooks_ids: Iterable[QuickBooksId]
    ) -> Mapping[QuickBooksId, Addition]: ...
    def pieces_under_way(self, connection_id: ConnectionId, source: str, whole: str) -> bool: ...


class PendingItems(Protocol):
    """The changed records that are to be synced, per flow; see store/records/pending.py."""

    def put_all(
        self, connection_id: ConnectionId, flow: FlowName, items: Iterable[NewItem]
    ) -> None: ...
    def put_if_free(self, connection_id: ConnectionId, flow: FlowName, item: NewItem) -> bool: ...
    def to_plan(
        self,
        connection_id: ConnectionId,
        flow: FlowName,
        *,
        after: str | None = None,
        now: datetime | None = None,
    ) -> Iterator[PendingItem]: ...
    def worklist(self, connection_id: ConnectionId, flow: FlowName) -> Iterator[PendingItem]: ...
    def open_items(self, connection_id: ConnectionId, flow: FlowName) -> Iterator[PendingItem]: ...
    def read_all(self, connection_id: ConnectionId, flow: FlowName) -> Iterator[PendingItem]: ...
    def read_some(
        self, connection_id: ConnectionId, flow: FlowName, *, after: str, limit: int
    ) -> list[PendingItem]: ...
    def need(self, connection_id: str, flow: str, *, now: datetime | None = None) -> Need: ...
    def read_many(
        self,
        connection_id: ConnectionId,
        flow: FlowName,
        record_ids: Iterable[RecordId],
        few: bool = False,
    ) -> dict[RecordId, PendingItem]: ...
    def close(self, item: PendingItem) -> None: ...
    def hold(  # noqa: PLR0913 - all that a person reads of it
        self,
        item: PendingItem,
        state: PendingState,
        *,
        label: str | None = None,
        reason: str | None = None,
        fixes: Iterable[Fix] = (),
        not_before: datetime | None = None,
        why: Hindrance = UNHINDERED,
    ) -> None: ...
    def ask(
        self,
        item: PendingItem,
        question: Question,
        *,
        label: str,
        reason: str,
        worth: Decimal | None,
    ) -> None: ...
    def put_asked(self, connection_id: ConnectionId, flow: FlowName, asking: Asking) -> None: ...
    def undecided(self, connection_id: ConnectionId, flow: FlowName) -> Iterator[PendingItem]: ...
    def count_try(self, item: PendingItem) -> int: ...
    def put_deleted(
        self, connection_id: ConnectionId, flow: FlowName, deletion: Deletion
    ) -> None: ...
    def put_deleted_unless_newer(
        self, connection_id: ConnectionId, flow: FlowName, deletion: Deletion
    ) -> bool: ...
    def replace_reading(  # noqa: PLR0913 - what it was, and what it is
        self,
        connection_id: ConnectionId,
        flow: FlowName,
        record_id: RecordId,
        *,
        record: str,
        fingerprint: str,
        instead_of: str | None = None,
    ) -> None: ...
    def drop_unsent(
        self, connection_id: ConnectionId, flow: FlowName, record_id: RecordId
    ) -> None: ...
    def replay(self, connection_id: ConnectionId, flow: FlowName, record_id: RecordId) -> bool: ...
    def replay_some(
        self, connection_id: str, flow: str, record_ids: Iterable[str]
    ) -> list[str]: ...
    def make_due(
        self, connection_id: ConnectionId, flow: FlowName, record_id: RecordId
    ) -> bool: ...
    def approve(self, connection_id: str, flow: str, record_id: str, content_hash: str) -> bool: ...
    def planned(self, connection_id: ConnectionId, flow: FlowName) -> Iterator[PendingItem]: ...


class Runs(Protocol):
    """Runs, what each found, how far each flow has come, and the outcomes of its records."""

    def begin(
        self, connection_id: ConnectionId, run_id: RunId, *, found: Json, now: datetime
    ) -> None: ...
    def found(self, connection_id: ConnectionId, run_id: RunId) -> Body: ...
    def record(self, connection_id: ConnectionId, told: RecordOutcome) -> None: ...
    def note_unlike(
        self, connection_id: ConnectionId, told: RecordOutcome, unlike: str
    ) -> None: ...
    def outcomes(
        self, connection_id: ConnectionId, run_id: RunId, flow: FlowName | None = None
    ) -> Iterator[RecordOutcome]: ...
    def counts(
        self, connection_id: ConnectionId, run_id: RunId, flow: FlowName
    ) -> dict[Outcome, int]: ...
    def save_progress(
        self, connection_id: ConnectionId, run_id: RunId, flow: FlowName, after: str
    ) -> None: ...
    def progress(
        self, connection_id: ConnectionId, run_id: RunId, flow: FlowName
    ) -> str | None: ...


class KeptSettings(Protocol):
    """The settings of a connection and what is remembered of its QuickBooks company."""

    def read_settings(self, connection_id: ConnectionId) -> Settings: ...
    def read_saved(self, connection_id: ConnectionId) -> SavedSettings: ...
    def read_with_company(
        self, connection_id: ConnectionId
    ) -> tuple[SavedSettings, Company | None]: ...
    def save_settings(
        self, connection_id: ConnectionId, settings: Settings, *, saved_at: str, saved_by: str
    ) -> None: ...
    def planned_with(self, connection_id: ConnectionId) -> str | None: ...
    def note_planned_with(self, connection_id: ConnectionId, facts: str) -> None: ...
    def replay_due(
        self, connection_id: ConnectionId, *, now: datetime | None = None
    ) -> Replay | None: ...
    def note_replayed(
        self,
        connection_id: ConnectionId,
        version: int,
        *,
        again_at: datetime | None = None,
        now: datetime | None = None,
    ) -> None: ...
    def replay_later(self, connection_id: ConnectionId, at: datetime) -> None: ...
    def read_company(self, connection_id: ConnectionId) -> Company | None: ...
    def save_company(self, connection_id: ConnectionId, company: Company) -> None: ...
    def change_company(
        self, connection_id: ConnectionId, change: Callable[[Company], Company]
    ) -> None: ...
