"""What the engines ask of both remotes; the clients and the tests' fakes offer it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from xml.etree.ElementTree import Element

if TYPE_CHECKING:
    from connector.mobiwork.xml import RawRecord
    from connector.model.body import Body
    from connector.model.flows.field import Changes
    from connector.quickbooks.responses import ChangeData, Page


class QuickBooksWrites(Protocol):
    """What the push engine asks of QuickBooks; the client and the tests' fake both offer it."""

    def create(
        self, entity: str, body: Body, *, requestid: str, before_sending: Callable[[], object]
    ) -> Body:
        """Create a record and return it as QuickBooks stored it."""

    def update(self, entity: str, body: Body, *, requestid: str) -> Body:
        """Update a record sparsely and return it."""

    def delete(self, entity: str, record_id: str, *, sync_token: str, requestid: str) -> None:
        """Delete a transaction of that version."""

    def read(self, entity: str, record_id: str) -> Body:
        """Read a record (a metered call)."""

    def query(self, statement: str) -> Iterable[Body]:
        """Yield the records a statement finds (metered)."""


class QuickBooksPages(Protocol):
    """What reading all of QuickBooks' records of a kind asks for."""

    def page(self, statement: str, *, start: int, size: int) -> Page:
        """Return one page of a statement, from a position on (one metered call).

        Raises:
            AnswerTooLargeError: a record of it is.
            QueryFailedError: QuickBooks fails on it.
        """

    def changes(self, entities: Sequence[str], since: datetime) -> ChangeData:
        """Return what changed in some entities since a time (one metered call)."""


class MobiWorkWrites(Protocol):
    """The calls that the pull engine makes; the client and the tests' fake both offer them."""

    def supports(self, entity: str, operation: str) -> bool:
        """Tell whether a call exists and, if it is only assumed, is switched on."""

    def records(self, entity: str, filters: Mapping[str, str] | None = None) -> Iterator[RawRecord]:
        """Yield all records of an entity."""

    def find(self, entity: str, record_id: str) -> RawRecord | None:
        """Return one record, or nothing when MobiWork does not have it."""

    def find_by_external_id(self, entity: str, external_id: str) -> list[RawRecord]:
        """Return the records that name a QuickBooks id."""

    def external_id(self, entity: str, quickbooks_id: str) -> Changes:
        """Return what makes a record name its QuickBooks record."""

    def add(
        self, entity: str, element: str | Element, *, before_sending: Callable[[], object]
    ) -> RawRecord:
        """Create a record."""

    def edit(self, entity: str, record_id: str, changes: Changes, *, read: RawRecord) -> RawRecord:
        """Change elements of a record and keep all others.

        Raises:
            EditedMeanwhileError: what is written over is not as it was `read`.
        """

    def delete(self, entity: str, record_id: str) -> None:
        """Delete a record; never a payment, as that refunds the card."""
