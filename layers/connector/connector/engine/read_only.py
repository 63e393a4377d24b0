"""Clients that read and never write: what a run gets that only plans."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn
from xml.etree.ElementTree import Element

from connector.errors import ConfigurationError

if TYPE_CHECKING:
    from connector.engine.remotes import MobiWorkWrites, QuickBooksWrites
    from connector.mobiwork.xml import RawRecord
    from connector.model.body import Body
    from connector.model.flows.field import Changes


class WrittenInReviewError(ConfigurationError):
    """Something would have been written by a run that only plans: our own mistake, and no harm."""


def _refuse(what: str) -> NoReturn:
    raise WrittenInReviewError(f"A run that only plans was about to {what}. Nothing was written.")


@dataclass(frozen=True)
class ReadOnlyQuickBooks:
    """A QuickBooks company that is only read.

    company: the client whose reads are passed on.
    """

    company: QuickBooksWrites

    def create(
        self, entity: str, body: Body, *, requestid: str, before_sending: Callable[[], object]
    ) -> Body:
        """Refuse to create a record.

        Raises:
            WrittenInReviewError: always.
        """
        del body, requestid, before_sending
        _refuse(f"create {entity} in QuickBooks")

    def update(self, entity: str, body: Body, *, requestid: str) -> Body:
        """Refuse to update a record.

        Raises:
            WrittenInReviewError: always.
        """
        del body, requestid
        _refuse(f"update {entity} in QuickBooks")

    def delete(self, entity: str, record_id: str, *, sync_token: str, requestid: str) -> None:
        """Refuse to delete a record.

        Raises:
            WrittenInReviewError: always.
        """
        del sync_token, requestid
        _refuse(f"delete {entity} {record_id} in QuickBooks")

    def read(self, entity: str, record_id: str) -> Body:
        """Read a record (a metered call)."""
        return self.company.read(entity, record_id)

    def query(self, statement: str) -> Iterable[Body]:
        """Yield the records a statement finds (metered)."""
        return self.company.query(statement)


@dataclass(frozen=True)
class ReadOnlyMobiWork:
    """A MobiWork account that is only read.

    account: the client whose reads are passed on.
    """

    account: MobiWorkWrites

    def supports(self, entity: str, operation: str) -> bool:
        """Tell whether a call exists and, if it is only assumed, is switched on."""
        return self.account.supports(entity, operation)

    def records(self, entity: str, filters: Mapping[str, str] | None = None) -> Iterator[RawRecord]:
        """Yield all records of an entity."""
        return self.account.records(entity, filters)

    def find(self, entity: str, record_id: str) -> RawRecord | None:
        """Return one record, or nothing when MobiWork does not have it."""
        return self.account.find(entity, record_id)

    def find_by_external_id(self, entity: str, external_id: str) -> list[RawRecord]:
        """Return the records that name a QuickBooks id."""
        return self.account.find_by_external_id(entity, external_id)

    def external_id(self, entity: str, quickbooks_id: str) -> Changes:
        """Return what makes a record name its QuickBooks record."""
        return self.account.external_id(entity, quickbooks_id)

    def add(
        self, entity: str, element: str | Element, *, before_sending: Callable[[], object]
    ) -> RawRecord:
        """Refuse to add a record.

        Raises:
            WrittenInReviewError: always.
        """
        del element, before_sending
        _refuse(f"add {entity} to MobiWork")

    def edit(
        self, entity: str, record_id: str, changes: Changes, *, read: RawRecord | None = None
    ) -> RawRecord:
        """Refuse to change a record.

        Raises:
            WrittenInReviewError: always.
        """
        del changes, read
        _refuse(f"change {entity} {record_id} in MobiWork")

    def delete(self, entity: str, record_id: str) -> None:
        """Refuse to delete a record.

        Raises:
            WrittenInReviewError: always.
        """
        _refuse(f"delete {entity} {record_id} in MobiWork")
