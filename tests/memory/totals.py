"""Totals that differ, in memory."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from connector.model.ids import ConnectionId, FlowName, RecordId
from connector.model.pending import Glance, PendingItem
from connector.model.totals import CANARY, FlowTotals, TotalDifference
from tests.memory.pending import MemoryPending

type Kept = dict[tuple[str, str], dict[str, TotalDifference]]


@dataclass
class MemoryTotals:
    pending: MemoryPending
    told: Kept = field(default_factory=dict)
    counted: Kept = field(default_factory=dict)
    obeyed: dict[str, bool] = field(default_factory=dict)
    canaries: dict[tuple[str, str], int] = field(default_factory=dict)

    def watch(self, connection_id: ConnectionId, flows: Iterable[FlowName]) -> None:
        self.canaries |= {(connection_id, flow): CANARY for flow in flows}

    def watched(self, connection_id: ConnectionId, flow: FlowName) -> int:
        return max(self.canaries.get((connection_id, flow), 0), 0)

    def pass_one(self, connection_id: ConnectionId, flow: FlowName) -> None:
        self.canaries[connection_id, flow] = self.canaries.get((connection_id, flow), 0) - 1

    def note(
        self, connection_id: ConnectionId, flow: FlowName, told: TotalDifference, *, counts: bool
    ) -> None:
        for kept in (self.told, self.counted) if counts else (self.told,):
            kept.setdefault((connection_id, flow), {})[told.record_id] = told

    def read_many(
        self, connection_id: ConnectionId, flow: FlowName, record_ids: Iterable[RecordId]
    ) -> dict[str, TotalDifference]:
        kept = self.told.get((connection_id, flow), {})
        return {one: kept[one] for one in record_ids if one in kept}

    def settle(self, connection_id: ConnectionId, flow: FlowName, record_id: RecordId) -> None:
        for kept in (self.told, self.counted):
            kept.get((connection_id, flow), {}).pop(record_id, None)

    def undecided(self, connection_id: ConnectionId, flow: FlowName) -> list[TotalDifference]:
        return [one for _, one in sorted(self.counted.get((connection_id, flow), {}).items())]

    def standing(self, connection_id: ConnectionId, flow: FlowName) -> FlowTotals:
        left, state = self.watched(connection_id, flow), self.state(connection_id, flow)
        return FlowTotals(left, state, tuple(self.undecided(connection_id, flow)))

    def state(self, connection_id: ConnectionId, flow: FlowName) -> str:
        return str(sorted(self.counted.get((connection_id, flow), {})))

    def glance(self, item: PendingItem, *, differing: bool) -> Glance:
        found = self.pending.read_many(item.connection_id, item.flow, [item.record_id])
        newest = found.get(item.record_id)
        state = self.state(item.connection_id, item.flow) if differing else None
        return Glance(newest.fingerprint if newest else None, state)

    def differing(self, connection_id: ConnectionId, flow: FlowName) -> list[str]:
        return sorted(self.told.get((connection_id, flow), {}))

    def decide(self, connection_id: ConnectionId, flows: Iterable[FlowName]) -> None:
        for flow in flows:
            self.counted.pop((connection_id, flow), None)

    def remember_override(self, connection_id: ConnectionId, *, obeyed: bool) -> None:
        self.obeyed[connection_id] = obeyed

    def override_obeyed(self, connection_id: ConnectionId) -> bool | None:
        return self.obeyed.get(connection_id)
