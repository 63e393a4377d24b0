"""What undoing a run asks of the store; see store/undoing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from connector.model.ids import ConnectionId, FlowName, QuickBooksId, RecordId, RunId
    from connector.model.links import Link, RecordKey, Undone
    from connector.model.undoing.images import BeforeImage
    from connector.model.undoing.undo import UndoEntry, Undoing, UndoStep


class Images(Protocol):
    """What records held before a run changed them."""

    def keep(self, connection_id: ConnectionId, image: BeforeImage) -> None:
        """Note a change that is about to be made."""

    def between(
        self,
        connection_id: ConnectionId,
        run_id: RunId,
        flow: FlowName,
        *,
        first: RecordId,
        last: RecordId,
    ) -> Iterator[BeforeImage]:
        """Yield the changes of the records of a flow in a run whose ids lie between two."""


class Undos(Protocol):
    """How undoing runs stands, and what becomes of the links that are undone."""

    def begin(
        self, connection_id: ConnectionId, undoing: Undoing, *, before: Undoing | None
    ) -> bool:
        """Store how undoing a run begins, or goes on; False when somebody else was faster."""

    def save(self, connection_id: ConnectionId, undoing: Undoing) -> None:
        """Store how far undoing a run has come."""

    def read(self, connection_id: ConnectionId, run_id: RunId) -> Undoing | None:
        """Return how undoing a run stands; None where nobody asked for it."""

    def put(self, connection_id: ConnectionId, run_id: RunId, entries: Iterable[UndoEntry]) -> None:
        """Store what is planned about records."""

    def clear(self, connection_id: ConnectionId, run_id: RunId) -> None:
        """Forget what was planned, before it is planned anew; what is DONE is kept."""

    def page(
        self, connection_id: ConnectionId, run_id: RunId, *, after: str | None, limit: int
    ) -> list[UndoEntry]:
        """Return at most `limit` entries in the order of undoing, those after a key."""

    def note(
        self,
        connection_id: ConnectionId,
        run_id: RunId,
        entry: UndoEntry,
        step: UndoStep,
        why: str,
    ) -> None:
        """Note how far an entry is; one that is DONE stays so."""

    def end_link(
        self,
        connection_id: ConnectionId,
        run_id: RunId,
        entry: UndoEntry,
        undone: Undone,
        *,
        keep_back: bool,
    ) -> bool:
        """Let go of a link that was undone and note the entry as DONE, at once."""

    def end_restored(
        self,
        connection_id: ConnectionId,
        run_id: RunId,
        entry: UndoEntry,
        link: Link,
        *,
        before: Link,
    ) -> bool:
        """Keep what a record holds since it was restored and note the entry as DONE, at once."""

    def let_post(
        self,
        connection_id: ConnectionId,
        owner: RecordKey,
        *,
        back: tuple[str, QuickBooksId] | None = None,
    ) -> None:
        """Let a record be sent again that was undone; told twice it is the same."""

    def revive(self, connection_id: ConnectionId, link: Link) -> bool:
        """Link a record again as it was before it was undone; False when it is another by now."""


class AskedAgain(Protocol):
    """The records that a person wants sent again."""

    def ask(
        self, connection_id: ConnectionId, flow: FlowName, record_ids: Iterable[RecordId]
    ) -> None:
        """Have the next look find some records."""

    def asked(self, connection_id: ConnectionId) -> dict[FlowName, set[RecordId]]:
        """Return the records that are to be found once more, by flow."""

    def found(
        self, connection_id: ConnectionId, flow: FlowName, record_ids: Iterable[RecordId]
    ) -> None:
        """Forget records that are pending items by now."""
