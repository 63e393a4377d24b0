"""Kept plans in memory."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from threading import RLock

from connector.model.ids import ConnectionId, FlowName, RecordId
from connector.model.review.planned import REVIEW, PlannedRecord, StandIn, stand_ins_of
from connector.model.review.taken import Taking

type Place = tuple[str, str, str]
"""A connection, a scope, and a flow or an entity."""


@dataclass
class MemoryPlans:
    plans: dict[Place, dict[str, PlannedRecord]] = field(default_factory=dict)
    standing: dict[Place, dict[str, StandIn]] = field(default_factory=dict)
    scopes: dict[str, str] = field(default_factory=dict)
    taken: dict[tuple[str, str], dict[Taking, str]] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    lock: RLock = field(default_factory=RLock)

    def scope(self, connection_id: ConnectionId) -> str:
        return self.scopes.get(connection_id, REVIEW)

    def begin(self, connection_id: ConnectionId, scope: str) -> None:
        self.scopes[connection_id] = scope

    def hold(self, connection_id: ConnectionId) -> None:
        self.held.add(connection_id)

    def holds(self, connection_id: ConnectionId) -> bool:
        return connection_id in self.held

    def let_go(self, connection_id: ConnectionId) -> None:
        self.held.discard(connection_id)

    def keep(
        self, connection_id: ConnectionId, scope: str, planned: Iterable[PlannedRecord]
    ) -> None:
        with self.lock:
            for one in planned:
                self._of(connection_id, scope, one.flow)[one.record_id] = one
                for (entity, own), found in stand_ins_of(one).items():
                    standing = self.standing.setdefault((connection_id, scope, entity), {})
                    standing.pop(own, None)
                    standing |= {own: found} if found else {}

    def read_many(
        self,
        connection_id: ConnectionId,
        scope: str,
        flow: FlowName,
        record_ids: Iterable[RecordId],
    ) -> dict[str, PlannedRecord]:
        kept = self._of(connection_id, scope, flow)
        return {one: kept[one] for one in set(record_ids) if one in kept}

    def read_some(
        self, connection_id: ConnectionId, scope: str, flow: FlowName, *, after: str, limit: int
    ) -> list[PlannedRecord]:
        kept = self._of(connection_id, scope, flow)
        return [kept[one] for one in sorted(kept) if one > after][:limit]

    def stand_ins(
        self, connection_id: ConnectionId, scope: str, wanted: Iterable[tuple[str, str]]
    ) -> dict[tuple[str, str], StandIn]:
        found = {}
        for entity, own in set(wanted):
            standing = self.standing.get((connection_id, scope, entity), {})
            if own in standing:
                found[entity, own] = standing[own]
        return found

    def takers(
        self, connection_id: ConnectionId, scope: str, wanted: Iterable[Taking]
    ) -> dict[Taking, str]:
        kept = self.taken.get((connection_id, scope), {})
        return {one: kept[one] for one in wanted if one in kept}

    def take(self, connection_id: ConnectionId, scope: str, taken: Mapping[Taking, str]) -> None:
        self.taken.setdefault((connection_id, scope), {}).update(taken)

    def note_result(
        self,
        connection_id: ConnectionId,
        scope: str,
        planned: PlannedRecord,
        *,
        outcome: str,
        unlike: str,
    ) -> None:
        kept = self._of(connection_id, scope, planned.flow)
        before = kept[planned.record_id]
        kept[planned.record_id] = replace(before, outcome=outcome, unlike=unlike or None)

    def _of(
        self, connection_id: ConnectionId, scope: str, flow: FlowName
    ) -> dict[str, PlannedRecord]:
        return self.plans.setdefault((connection_id, scope, flow), {})
