"""What both sides say of a record: as it is known, or read from both at this moment."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel, ValidationError

from connector.engine.three_way_merge import mobiwork_values
from connector.entities.registry import BY_ENTITY, PULL_OF
from connector.mobiwork.xml import RawRecord
from connector.model.body import Json, if_there
from connector.model.flows.push_flow import AnyPushFlow
from connector.model.ids import ConnectionId, FlowName, MobiWorkId
from connector.model.links import Link
from connector.model.pending import PendingItem
from connector.model.tracking.sides import (
    GONE,
    UNREADABLE,
    SideRow,
    as_read,
    of_document,
    of_lists,
)
from connector.model.tracking.tracked import TrackedRecord
from connector.push.invalid_records import read_record
from connector.store import connections

if TYPE_CHECKING:
    from connector.services import Services


@dataclass(frozen=True)
class Both:
    """Who reads both sides of one record of a flow; without `now` nothing is called.

    Attributes:
        services: Makes the clients of both APIs.
        connection_id, flow: Whose record it is.
        stands, item: Where the record stands and what of it is on its way, as far as that is known.
    """

    services: "Services"
    connection_id: ConnectionId
    flow: FlowName
    stands: TrackedRecord | None
    item: PendingItem | None
    now: bool

    def fields(self, entity: str, mobiwork_id: MobiWorkId, link: Link) -> tuple[SideRow, ...]:
        """Return what both sides say of a record that is linked, thing by thing."""
        push = BY_ENTITY.get(entity)
        if push is None:
            return ()
        raw = self._read(push, mobiwork_id) if self.now else None
        record, there = self._record(push, mobiwork_id, raw), self._in_quickbooks(link)
        rows = tuple(self._rows(push, link, record, there))
        if not self.now:
            return rows
        unread = UNREADABLE if raw else GONE
        return as_read(rows, here=None if record else unread, there=None if there else GONE)

    def _rows(
        self, push: AnyPushFlow, link: Link, record: BaseModel | None, there: Json | None
    ) -> Iterator[SideRow]:
        if push.fields:
            pull = PULL_OF.get(push.name)
            fields = pull.fields if pull else push.fields
            values = mobiwork_values(fields, record) if record else None
            return of_lists(fields, link, values, there)
        facts: Mapping[str, str] = push.wording.facts(record) if record else link.facts
        number = {"number": self.stands.number} if self.stands and self.stands.number else {}
        party = self.stands.customer if self.stands else None
        return of_document({**number, **facts}, link, there, party=party)

    def _record(
        self, push: AnyPushFlow, mobiwork_id: MobiWorkId, raw: RawRecord | None
    ) -> BaseModel | None:
        """Return the record as it was just read, or else as it was read and waits; None without."""
        waits = self.item if push.name == self.flow and not self.now else None
        text = raw.xml if raw else waits.record if waits else ""
        try:
            return read_record(push, mobiwork_id, text) if text else None
        except ValidationError:
            return None

    def _read(self, push: AnyPushFlow, mobiwork_id: MobiWorkId) -> RawRecord | None:
        mobiwork = self.services.mobiwork(connections.read(self.connection_id))
        return mobiwork.find(push.records.entity, push.item_id(mobiwork_id))

    def _in_quickbooks(self, link: Link) -> Json | None:
        """Return the record as QuickBooks has it now; None where it is not asked, or is gone.

        Raises:
            ConnectorError: QuickBooks does not say.
        """
        if not self.now:
            return None
        realm_id = connections.read(self.connection_id).realm_id
        client = self.services.quickbooks(self.connection_id, realm_id, urgent=True)
        return if_there(client.read, link.target, link.quickbooks_id)
