"""What the engines ask of the store, one protocol per subject; in-memory fakes fulfil them too."""

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
    ) -> Linking | None:
        """Return how far one record has come."""

    def read_many(
        self, connection_id: ConnectionId, wanted: Iterable[tuple[str, MobiWorkId]]
    ) -> Mapping[tuple[str, MobiWorkId], Linking]:
        """Return how far records have come, by entity and MobiWork id."""

    def read_beginning(
        self, connection_id: ConnectionId, entity: str, start: str
    ) -> Mapping[tuple[str, MobiWorkId], Linking]:
        """Return how far the records have come whose ids begin with `start`."""

    def read_some(
        self, connection_id: ConnectionId, entity: str, *, after: MobiWorkId, limit: int
    ) -> Mapping[MobiWorkId, Linking]:
        """Return how far at most `limit` records of one entity have come, by id, after `after`."""

    def claim(
        self, connection_id: ConnectionId, intent: Intent, *, before: Released | Intent | None
    ) -> bool:
        """Write an intent if all stands as it was read; tell whether that was so."""

    def release(self, connection_id: ConnectionId, intent: Intent) -> None:
        """Give up an intent of which nothing was made, if it still is ours."""

    def let_go(self, connection_id: ConnectionId, intent: Intent) -> None:
        """Leave an intent that may have been sent to whoever comes next."""

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
        """Store a link both ways with its outcome; tell whether nobody was faster."""

    def repoint(  # noqa: PLR0913 - a merge has this many ends
        self,
        connection_id: ConnectionId,
        owner: RecordKey,
        *,
        target: str,
        loser: QuickBooksId,
        survivor: QuickBooksId,
        merged_into: MobiWorkId | None,
    ) -> bool:
        """Point the link of a merged record to the survivor."""

    def note_drift(self, connection_id: ConnectionId, link: Link, drift: str | None) -> None:
        """Remember how a posted document differs from its record by now."""

    def owner_of(
        self, connection_id: ConnectionId, target: str, quickbooks_id: QuickBooksId
    ) -> RecordKey | None:
        """Return the MobiWork record that a QuickBooks record is linked to."""

    def owners_of(
        self, connection_id: ConnectionId, target: str, quickbooks_ids: Iterable[QuickBooksId]
    ) -> Mapping[QuickBooksId, RecordKey]:
        """Return the MobiWork records of those QuickBooks records that are linked."""

    def owners_of_pieces(
        self, connection_id: ConnectionId, target: str, quickbooks_id: QuickBooksId
    ) -> Mapping[QuickBooksId, RecordKey]:
        """Return the MobiWork records of the pieces of one QuickBooks record."""

    def note_gone(self, connection_id: ConnectionId, owner: RecordKey, reason: str) -> None:
        """Remember that a document was voided or deleted in QuickBooks."""


class Additions(Protocol):
    """The intents of additions to MobiWork; `links.save` ends them. See store.additions."""

    def claim(
        self, connection_id: ConnectionId, addition: Addition, *, before: Addition | None
    ) -> bool:
        """Write an intent if all stands as it was read; tell whether that was so."""

    def release(self, connection_id: ConnectionId, addition: Addition) -> None:
        """Give up an intent of which nothing was made, if it still is ours."""

    def note_taken(self, connection_id: ConnectionId, addition: Addition, *, taken: bool) -> None:
        """Note whether MobiWork took the record for sure."""

    def under_way(
        self, connection_id: ConnectionId, source: str, quickbooks_ids: Iterable[QuickBooksId]
    ) -> Mapping[QuickBooksId, Addition]:
        """Return the additions that were begun and not ended."""

    def pieces_under_way(self, connection_id: ConnectionId, source: str, whole: str) -> bool:
        """Tell whether a piece of a QuickBooks record is being added."""

    def bring_over(self, connection_id: ConnectionId, entity: str, source: str) -> None:
        """Move intents to where they lie now that a version before this one left under way."""


class PendingItems(Protocol):
    """The changed records that are to be synced, per flow; see store/records/pending.py."""

    def put_all(
        self, connection_id: ConnectionId, flow: FlowName, items: Iterable[NewItem]
    ) -> None:
        """Store newly read records as changed; a newer reading replaces an older one."""

    def put_if_free(self, connection_id: ConnectionId, flow: FlowName, item: NewItem) -> bool:
        """Store a reading that a worker made; False where an item is there, or the record gone."""

    def to_plan(
        self,
        connection_id: ConnectionId,
        flow: FlowName,
        *,
        after: str | None = None,
        now: datetime | None = None,
    ) -> Iterator[PendingItem]:
        """Yield changed, sent, waiting and asked items by record id, and refused ones when due."""

    def worklist(self, connection_id: ConnectionId, flow: FlowName) -> Iterator[PendingItem]:
        """Yield waiting, refused, deleted and asked items by record id."""

    def open_items(self, connection_id: ConnectionId, flow: FlowName) -> Iterator[PendingItem]:
        """Yield what does not go on, by record id."""

    def read_all(self, connection_id: ConnectionId, flow: FlowName) -> Iterator[PendingItem]:
        """Yield every item by record id."""

    def read_some(
        self, connection_id: ConnectionId, flow: FlowName, *, after: str, limit: int
    ) -> list[PendingItem]:
        """Return at most so many items by record id, those after one."""

    def need(self, connection_id: str, flow: str, *, now: datetime | None = None) -> Need:
        """Return how much a flow needs a run."""

    def read_many(
        self,
        connection_id: ConnectionId,
        flow: FlowName,
        record_ids: Iterable[RecordId],
        few: bool = False,
    ) -> dict[RecordId, PendingItem]:
        """Return the items of some records, of which `few` have one."""

    def close(self, item: PendingItem) -> None:
        """Remove an item, unless a newer reading has taken its place."""

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
    ) -> None:
        """Say why an item does not go on, unless a newer reading has taken its place."""

    def ask(
        self,
        item: PendingItem,
        question: Question,
        *,
        label: str,
        reason: str,
        worth: Decimal | None,
    ) -> None:
        """Let an item wait for a decision, unless a newer reading has taken its place."""

    def put_asked(self, connection_id: ConnectionId, flow: FlowName, asking: Asking) -> None:
        """Put a question on the worklist, in place of what it said before."""

    def undecided(self, connection_id: ConnectionId, flow: FlowName) -> Iterator[PendingItem]:
        """Yield what waits for a decision of a person."""

    def count_try(self, item: PendingItem) -> int:
        """Count one more attempt that failed; 0 if a newer reading is there."""

    def put_deleted(self, connection_id: ConnectionId, flow: FlowName, deletion: Deletion) -> None:
        """Put a record that is gone on the worklist."""

    def put_deleted_unless_newer(
        self, connection_id: ConnectionId, flow: FlowName, deletion: Deletion
    ) -> bool:
        """Put a record on the worklist; False when a reading is to be pushed."""

    def replace_reading(  # noqa: PLR0913 - what it was, and what it is
        self,
        connection_id: ConnectionId,
        flow: FlowName,
        record_id: RecordId,
        *,
        record: str,
        fingerprint: str,
        instead_of: str | None = None,
    ) -> None:
        """Put a newer reading into an item to be planned; only `instead_of` one, if named."""

    def drop_unsent(self, connection_id: ConnectionId, flow: FlowName, record_id: RecordId) -> None:
        """Remove the item of a record that is gone, unless it was sent or tells of that."""

    def replay(self, connection_id: ConnectionId, flow: FlowName, record_id: RecordId) -> bool:
        """Set a waiting, refused or planned item back to changed; False when there is none."""

    def replay_some(self, connection_id: str, flow: str, record_ids: Iterable[str]) -> list[str]:
        """Set such items back to changed; return which there were."""

    def make_due(self, connection_id: ConnectionId, flow: FlowName, record_id: RecordId) -> bool:
        """Let a waiting or refused item be work by now, still on the worklist; False if none."""

    def approve(self, connection_id: str, flow: str, record_id: str, content_hash: str) -> bool:
        """Let a planned item go on with the body of that hash; False when it is not planned."""

    def planned(self, connection_id: ConnectionId, flow: FlowName) -> Iterator[PendingItem]:
        """Yield what is held with its plan."""


class Runs(Protocol):
    """Runs, what each found, how far each flow has come, and the outcomes of its records."""

    def begin(
        self, connection_id: ConnectionId, run_id: RunId, *, found: Json, now: datetime
    ) -> None:
        """Record that a run begins, and what was found per flow."""

    def found(self, connection_id: ConnectionId, run_id: RunId) -> Body:
        """Return what was found when a run began, by flow."""

    def record(self, connection_id: ConnectionId, told: RecordOutcome) -> None:
        """Store one outcome in place of an earlier one that says less (see REPLACES)."""

    def note_unlike(self, connection_id: ConnectionId, told: RecordOutcome, unlike: str) -> None:
        """Note on an outcome how it differs from the plan that a person has seen."""

    def outcomes(
        self, connection_id: ConnectionId, run_id: RunId, flow: FlowName | None = None
    ) -> Iterator[RecordOutcome]:
        """Yield the outcomes of a run, of one flow or of all."""

    def counts(
        self, connection_id: ConnectionId, run_id: RunId, flow: FlowName
    ) -> dict[Outcome, int]:
        """Count the outcomes of one flow."""

    def save_progress(
        self, connection_id: ConnectionId, run_id: RunId, flow: FlowName, after: str
    ) -> None:
        """Remember the last record id of the pages that are done."""

    def progress(self, connection_id: ConnectionId, run_id: RunId, flow: FlowName) -> str | None:
        """Return the last record id of the pages that are done."""


class KeptSettings(Protocol):
    """The settings of a connection and what is remembered of its QuickBooks company."""

    def read_settings(self, connection_id: ConnectionId) -> Settings:
        """Return the settings, the defaults if none were saved."""

    def read_saved(self, connection_id: ConnectionId) -> SavedSettings:
        """Return them and which save they are from."""

    def read_with_company(
        self, connection_id: ConnectionId
    ) -> tuple[SavedSettings, Company | None]:
        """Return them with the remembered company, if any; one call."""

    def save_settings(
        self, connection_id: ConnectionId, settings: Settings, *, saved_at: str, saved_by: str
    ) -> None:
        """Save the settings, with when and by whom."""

    def planned_with(self, connection_id: ConnectionId) -> str | None:
        """Return the fingerprint of the company that refusals were last planned with."""

    def note_planned_with(self, connection_id: ConnectionId, facts: str) -> None:
        """Remember the fingerprint of the company that refusals are planned with."""

    def replay_due(
        self, connection_id: ConnectionId, *, now: datetime | None = None
    ) -> Replay | None:
        """Return for what waits for settings is to be planned again by now, if for any."""

    def note_replayed(
        self,
        connection_id: ConnectionId,
        version: int,
        *,
        again_at: datetime | None = None,
        now: datetime | None = None,
    ) -> None:
        """Note that what was due now was, unless more is; it is due once more at `again_at`."""

    def replay_later(self, connection_id: ConnectionId, at: datetime) -> None:
        """Have it planned again then, unless that is to be done anyway."""

    def read_company(self, connection_id: ConnectionId) -> Company | None:
        """Return the remembered company, if any."""

    def save_company(self, connection_id: ConnectionId, company: Company) -> None:
        """Remember a company."""

    def change_company(
        self, connection_id: ConnectionId, change: Callable[[Company], Company]
    ) -> None:
        """Change what is remembered, if anything is; `change` may be asked again and again."""
