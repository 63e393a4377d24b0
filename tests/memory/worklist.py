"""Instructions and notes in memory."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from connector.model.ids import ConnectionId, FlowName, RecordId
from connector.model.worklist.instructions import Instruction
from connector.model.worklist.notes import Note


@dataclass
class MemoryInstructions:
    """Keeps one instruction for each record of a flow."""

    flows: dict[tuple[str, str], dict[str, Instruction]] = field(default_factory=dict)

    def keep(self, instruction: Instruction) -> None:
        kept = self.flows.setdefault((instruction.connection_id, instruction.flow), {})
        kept[instruction.record_id] = instruction

    def read_many(
        self, connection_id: ConnectionId, flow: FlowName, record_ids: Iterable[RecordId]
    ) -> dict[RecordId, Instruction]:
        kept = self.flows.get((connection_id, flow), {})
        return {one: kept[one] for one in set(record_ids) if one in kept}

    def read_some(
        self, connection_id: ConnectionId, flow: FlowName, *, after: str, limit: int
    ) -> list[Instruction]:
        kept = self.flows.get((connection_id, flow), {})
        return [kept[one] for one in sorted(kept) if one > after][:limit]

    def take_back(self, connection_id: ConnectionId, flow: FlowName, record_id: RecordId) -> None:
        self.flows.get((connection_id, flow), {}).pop(record_id, None)


@dataclass
class MemoryNotes:
    """Keeps notes by what they are about."""

    notes: dict[str, dict[str, Note]] = field(default_factory=dict)

    def keep(self, connection_id: ConnectionId, notes: Iterable[Note]) -> None:
        kept = self.notes.setdefault(connection_id, {})
        for one in notes:
            kept.pop(one.about, None)
            if one.text or one.assignee or one.snoozed_until:
                kept[one.about] = one

    def read_all(self, connection_id: ConnectionId) -> dict[str, Note]:
        return dict(self.notes.get(connection_id, {}))
