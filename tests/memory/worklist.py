"""Instructions and notes in memory."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from connector.model.ids import ConnectionId, FlowName, RecordId
from connector.model.outcomes import RecordOutcome
from connector.model.pending import PendingItem
from connector.model.worklist import causes
from connector.model.worklist.facts import EntryFacts, Place
from connector.model.worklist.instructions import Instruction
from connector.model.worklist.notes import Note
from tests.memory.pending import MemoryPending
from tests.memory.tracked import MemoryTracked


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


@dataclass
class MemoryWorklist:
    """What the items say; nothing has to follow them."""

    pending: MemoryPending
    notes: MemoryNotes
    tracked: MemoryTracked

    def read(self, connection_id: ConnectionId) -> tuple[list[PendingItem], dict[str, Note]]:
        flows = [flow for own, flow in self.pending.flows if own == connection_id]
        items = [one for flow in flows for one in self.pending.open_items(connection_id, flow)]
        return [_light(one) for one in items], self.notes.read_all(connection_id)

    def facts(self, connection_id: ConnectionId, wanted: Iterable[Place]) -> EntryFacts:
        places = set(wanted)
        items = {
            (flow, own): item
            for flow, own in places
            for item in self.pending.read_many(connection_id, flow, [own]).values()
        }
        tracked = self.tracked.read_some(connection_id, places)
        return EntryFacts(items, {(one.flow, one.record_id): one for one in tracked})

    def mend(
        self, connection_id: ConnectionId, flow: FlowName, told: Sequence[RecordOutcome]
    ) -> None:
        """Mend nothing."""

    def settle(
        self, connection_id: ConnectionId, flow: FlowName, record_ids: Iterable[RecordId]
    ) -> None:
        """Settle nothing."""


def _light(item: PendingItem) -> PendingItem:
    """Return what all entries are sorted and summed by."""
    since = item.since or item.found_at
    return PendingItem(
        connection_id=item.connection_id,
        flow=item.flow,
        record_id=item.record_id,
        state=item.state,
        record="",
        fingerprint="",
        found_at=since,
        label=item.label,
        worth=item.worth,
        cause=item.cause or causes.from_words(item.reason),
        since=since,
        parents=item.parents,
    )
