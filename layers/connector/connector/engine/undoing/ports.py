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

    def keep(self, connection_id: ConnectionId, image: BeforeImage) -> None: ...
    def between(
        self,
        connection_id: ConnectionId,
        run_id: RunId,
        flow: FlowName,
        *,
        first: RecordId,
        last: RecordId,
    ) -> Iterator[BeforeImage]: ...


class Undos(Protocol):
    """How undoing runs stands, and what becomes of the links that are undone."""

    def begin(
        self, connection_id: ConnectionId, undoing: Undoing, *, before: Undoing | None
    ) -> bool: ...
    def save(self, connection_id: ConnectionId, undoing: Undoing) -> None: ...
    def read(self, connection_id: ConnectionId, run_id: RunId) -> Undoing | None: ...
    def put(
        self, connection_id: ConnectionId, run_id: RunId, entries: Iterable[UndoEntry]
    ) -> None: ...
    def clear(self, connection_id: ConnectionId, run_id: RunId) -> None: ...
    def page(
        self, connection_id: ConnectionId, run_id: RunId, *, after: str | None, limit: int
    ) -> list[UndoEntry]: ...
    def note(
        self,
        connection_id: ConnectionId,
        run_id: RunId,
        entry: UndoEntry,
        step: UndoStep,
        why: str,
    ) -> None: ...
    def end_link(
        self,
        connection_id: ConnectionId,
        run_id: RunId,
        entry: UndoEntry,
        undone: Undone,
        *,
        keep_back: bool,
    ) -> bool: ...
    def end_restored(
        self,
        connection_id: ConnectionId,
        run_id: RunId,
        entry: UndoEntry,
        link: Link,
        *,
        before: Link,
    ) -> bool: ...
    def let_post(
        self,
        connection_id: ConnectionId,
        owner: RecordKey,
        *,
        back: tuple[str, QuickBooksId] | None = None,
    ) -> None: ...
    def revive(self, connection_id: ConnectionId, link: Link) -> bool: ...


class AskedAgain(Protocol):
    """The records that a person wants sent again."""

    def ask(
        self, connection_id: ConnectionId, flow: FlowName, record_ids: Iterable[RecordId]
    ) -> None: ...
    def asked(self, connection_id: ConnectionId) -> dict[FlowName, set[RecordId]]: ...
    def found(
        self, connection_id: ConnectionId, flow: FlowName, record_ids: Iterable[RecordId]
    ) -> None: ...
