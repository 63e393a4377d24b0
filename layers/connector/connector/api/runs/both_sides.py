"""What both sides say of a record: as it is known, or read from both at this moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel, ValidationError

from connector.engine.three_way_merge import mobiwork_values
from connector.entities.registry import BY_ENTITY, PULL_OF
from connector.errors import RejectedError
from connector.mobiwork.xml import RawRecord
from connector.model.body import Json
from connector.model.flows.push_flow import AnyPushFlow
from connector.model.ids import ConnectionId, FlowName, MobiWorkId
from connector.model.links import Link
from connector.model.pending import PendingItem
from connector.model.tracking.sides import SideRow, of_document, of_lists
from connector.model.tracking.tracked import TrackedRecord
from connector.push.invalid_records import read_record
from connector.store import connections

if TYPE_CHECKING:
    from connector.services import Services


@dataclass(frozen=True)
class Both:
    """Who reads both sides of one record of a flow; without `now` nothing is called.

    stands, item: where the record stands and what of it is on its way, as far as that is known.
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
        record, there = self._in_mobiwork(push, mobiwork_id), self._in_quickbooks(link)
        if push.fields:
            pull = PULL_OF.get(push.name)
            fields = pull.fields if pull else push.fields
            values = mobiwork_values(fields, record) if record else None
            return tuple(of_lists(fields, link, values, there))
        facts: Mapping[str, str] = push.wording.facts(record) if record else link.facts
        number = {"number": self.stands.number} if self.stands and self.stands.number else {}
        party = self.stands.customer if self.stands else None
        return tuple(of_document({**number, **facts}, link, there, party=party))

    def _in_mobiwork(self, push: AnyPushFlow, mobiwork_id: MobiWorkId) -> BaseModel | None:
        """Return the record as MobiWork has it now, or as it was read and waits; else None."""
        raw = self._read(push, mobiwork_id) if self.now else None
        text = raw.xml if raw else self.item.record if self._is_of(push) and self.item else ""
        try:
            return read_record(push, mobiwork_id, text) if text else None
        except ValidationError:
            return None

    def _is_of(self, push: AnyPushFlow) -> bool:
        return push.name == self.flow

    def _read(self, push: AnyPushFlow, mobiwork_id: MobiWorkId) -> RawRecord | None:
        mobiwork = self.services.mobiwork(connections.read(self.connection_id))
        return mobiwork.find(push.records.entity, push.item_id(mobiwork_id))

    def _in_quickbooks(self, link: Link) -> Json | None:
        """Return the record as QuickBooks has it now; None where it is not asked, or is gone."""
        if not self.now:
            return None
        realm_id = connections.read(self.connection_id).realm_id
        try:
            return self.services.quickbooks(self.connection_id, realm_id).read(
                link.target, link.quickbooks_id
            )
        except RejectedError:
            return None
