"""The store of a dry run: what it finds is read as it stands, and where anything stands is kept."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from connector.engine.finding_ports import LeftOutItems
from connector.engine.ports import PendingItems
from connector.engine.stores import Store
from connector.errors import Fix
from connector.model.pending import (
    UNHINDERED,
    Asking,
    Deletion,
    Hindrance,
    LeftOut,
    Need,
    NewItem,
    PendingItem,
    PendingState,
)
from connector.model.policy.postable import Question


def unchanged(store: Store) -> Store:
    """Return a store in which no pending item changes; outcomes and plans of a run are kept."""
    pending = UnchangedItems(store.pending)
    return replace(store, pending=pending, left_out=UnchangedLeftOut(store.left_out))


@dataclass(frozen=True)
class UnchangedItems:
    """Pending items that stay as they are."""

    kept: PendingItems

    def put_all(self, connection_id: str, flow: str, items: Iterable[NewItem]) -> None:
        """Store nothing."""

    def put_if_free(self, connection_id: str, flow: str, item: NewItem) -> bool:
        """Store nothing, and say so."""
        del connection_id, flow, item
        return False

    def to_plan(
        self,
        connection_id: str,
        flow: str,
        *,
        after: str | None = None,
        now: datetime | None = None,
    ) -> Iterator[PendingItem]:
        """Yield what is to be planned."""
        return self.kept.to_plan(connection_id, flow, after=after, now=now)

    def worklist(self, connection_id: str, flow: str) -> Iterator[PendingItem]:
        """Yield what a person looks at."""
        return self.kept.worklist(connection_id, flow)

    def read_all(self, connection_id: str, flow: str) -> Iterator[PendingItem]:
        """Yield every item."""
        return self.kept.read_all(connection_id, flow)

    def read_some(
        self, connection_id: str, flow: str, *, after: str, limit: int
    ) -> list[PendingItem]:
        """Return some items by record id."""
        return self.kept.read_some(connection_id, flow, after=after, limit=limit)

    def need(self, connection_id: str, flow: str, *, now: datetime | None = None) -> Need:
        """Return how much a flow needs a run."""
        return self.kept.need(connection_id, flow, now=now)

    def read_many(
        self, connection_id: str, flow: str, record_ids: Iterable[str]
    ) -> dict[str, PendingItem]:
        """Return the items of some records."""
        return self.kept.read_many(connection_id, flow, record_ids)

    def open_items(self, connection_id: str, flow: str) -> Iterator[PendingItem]:
        """Yield what does not go on."""
        return self.kept.open_items(connection_id, flow)

    def undecided(self, connection_id: str, flow: str) -> Iterator[PendingItem]:
        """Yield what waits for a decision."""
        return self.kept.undecided(connection_id, flow)

    def planned(self, connection_id: str, flow: str) -> Iterator[PendingItem]:
        """Yield what is held with its plan."""
        return self.kept.planned(connection_id, flow)

    def close(self, item: PendingItem) -> None:
        """Leave an item where it is."""

    def hold(  # noqa: PLR0913 - as its port
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
        """Leave an item as it is."""

    def ask(
        self,
        item: PendingItem,
        question: Question,
        *,
        label: str,
        reason: str,
        worth: Decimal | None,
    ) -> None:
        """Ask nobody."""

    def put_asked(self, connection_id: str, flow: str, asking: Asking) -> None:
        """Ask nobody."""

    def count_try(self, item: PendingItem) -> int:
        """Count nothing."""
        del item
        return 0

    def put_deleted(self, connection_id: str, flow: str, deletion: Deletion) -> None:
        """Tell nobody."""

    def put_deleted_unless_newer(self, connection_id: str, flow: str, deletion: Deletion) -> bool:
        """Tell nobody."""
        del connection_id, flow, deletion
        return False

    def replace_reading(  # noqa: PLR0913 - what it was, and what it is
        self,
        connection_id: str,
        flow: str,
        record_id: str,
        *,
        record: str,
        fingerprint: str,
        instead_of: str | None = None,
    ) -> None:
        """Keep the reading that is there."""

    def drop_unsent(self, connection_id: str, flow: str, record_id: str) -> None:
        """Drop nothing."""

    def replay(self, connection_id: str, flow: str, record_id: str) -> bool:
        """Replay nothing."""
        del connection_id, flow, record_id
        return False

    def replay_some(self, connection_id: str, flow: str, record_ids: Iterable[str]) -> list[str]:
        """Replay nothing."""
        del connection_id, flow, record_ids
        return []

    def approve(self, connection_id: str, flow: str, record_id: str, content_hash: str) -> bool:
        """Approve nothing."""
        del connection_id, flow, record_id, content_hash
        return False


@dataclass(frozen=True)
class UnchangedLeftOut:
    """Records that are left out, and stay so."""

    kept: LeftOutItems

    def keep(self, item: PendingItem, *, label: str, reason: str) -> None:
        """Remember nothing."""

    put_away = keep

    def read_many(
        self, connection_id: str, flow: str, record_ids: Iterable[str]
    ) -> dict[str, LeftOut]:
        """Return those of some records that are left out."""
        return self.kept.read_many(connection_id, flow, record_ids)

    def read_page(self, connection_id: str, flow: str, *, after: str, most: int) -> list[NewItem]:
        """Return some of them as they were found."""
        return self.kept.read_page(connection_id, flow, after=after, most=most)

    def replay(self, connection_id: str, flow: str, *, most: int) -> int:
        """Replay nothing."""
        del connection_id, flow, most
        return 0

    def replay_some(self, connection_id: str, flow: str, record_ids: Iterable[str]) -> None:
        """Replay nothing."""

    def forget(self, connection_id: str, flow: str, record_ids: Iterable[str]) -> None:
        """Forget nothing."""
