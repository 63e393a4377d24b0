"""What the engines ask of both remotes; the clients and the tests' fakes offer it.

What a call does is said where a client does it (`quickbooks/client.py`, `mobiwork/client.py`).
"""

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
    ) -> Body: ...
    def update(self, entity: str, body: Body, *, requestid: str) -> Body: ...
    def delete(self, entity: str, record_id: str, *, sync_token: str, requestid: str) -> None: ...
    def read(self, entity: str, record_id: str) -> Body: ...
    def query(self, statement: str) -> Iterable[Body]: ...


class QuickBooksPages(Protocol):
    """What reading all of QuickBooks' records of a kind, or what changed of some, asks for."""

    def page(self, statement: str, *, start: int, size: int) -> Page: ...
    def changes(self, entities: Sequence[str], since: datetime) -> ChangeData: ...


class MobiWorkWrites(Protocol):
    """The calls that the pull engine makes; the client and the tests' fake both offer them."""

    def supports(self, entity: str, operation: str) -> bool: ...
    def records(
        self, entity: str, filters: Mapping[str, str] | None = None
    ) -> Iterator[RawRecord]: ...
    def find(self, entity: str, record_id: str) -> RawRecord | None: ...
    def find_by_external_id(self, entity: str, external_id: str) -> list[RawRecord]: ...
    def external_id(self, entity: str, quickbooks_id: str) -> Changes: ...
    def add(
        self, entity: str, element: str | Element, *, before_sending: Callable[[], object]
    ) -> RawRecord: ...
    def edit(
        self, entity: str, record_id: str, changes: Changes, *, read: RawRecord
    ) -> RawRecord: ...
    def delete(self, entity: str, record_id: str) -> None: ...
