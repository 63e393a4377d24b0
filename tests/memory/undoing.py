"""Before-images, and how undoing runs stands, in memory."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from connector.model.ids import ConnectionId, FlowName, RecordId, RunId
from connector.model.links import Link, RecordKey, Released, Undone
from connector.model.undoing.images import BeforeImage
from connector.model.undoing.undo import UndoEntry, Undoing, UndoStep
from tests.memory.links import MemoryLinks


@dataclass
class MemoryImages:
    """Keeps what records held before a run changed them."""

    kept: dict[tuple[str, str, str, str, str], BeforeImage] = field(default_factory=dict)

    def keep(self, connection_id: ConnectionId, image: BeforeImage) -> None:
        place = (connection_id, image.run_id, image.flow, image.record_id, image.at)
        self.kept[place] = image

    def between(
        self,
        connection_id: ConnectionId,
        run_id: RunId,
        flow: FlowName,
        *,
        first: RecordId,
        last: RecordId,
    ) -> Iterator[BeforeImage]:
        for place, one in sorted(self.kept.items()):
            if place[:3] == (connection_id, run_id, flow) and first <= place[3] <= last:
                yield one


@dataclass
class MemoryAskedAgain:
    """Keeps which records are to be found once more."""

    kept: dict[tuple[str, str], set[str]] = field(default_factory=dict)

    def ask(
        self, connection_id: ConnectionId, flow: FlowName, record_ids: Iterable[RecordId]
    ) -> None:
        self.kept.setdefault((connection_id, flow), set()).update(record_ids)

    def asked(self, connection_id: ConnectionId) -> dict[FlowName, set[RecordId]]:
        return {flow: set(ids) for (own, flow), ids in self.kept.items() if own == connection_id}

    def found(
        self, connection_id: ConnectionId, flow: FlowName, record_ids: Iterable[RecordId]
    ) -> None:
        self.kept.get((connection_id, flow), set()).difference_update(record_ids)


@dataclass
class MemoryUndos:
    """Keeps how undoing stands; what it does with links goes to their port."""

    links: MemoryLinks
    heads: dict[tuple[str, str], Undoing] = field(default_factory=dict)
    entries: dict[tuple[str, str], dict[str, UndoEntry]] = field(default_factory=dict)

    def begin(
        self, connection_id: ConnectionId, undoing: Undoing, *, before: Undoing | None
    ) -> bool:
        now = self.heads.get((connection_id, undoing.run_id))
        mine = now is not None and now.job == undoing.job
        if not mine and _standing(now) != _standing(before):
            return False
        self.heads[connection_id, undoing.run_id] = undoing
        return True

    def save(self, connection_id: ConnectionId, undoing: Undoing) -> None:
        self.heads[connection_id, undoing.run_id] = undoing

    def read(self, connection_id: ConnectionId, run_id: RunId) -> Undoing | None:
        return self.heads.get((connection_id, run_id))

    def put(self, connection_id: ConnectionId, run_id: RunId, entries: Iterable[UndoEntry]) -> None:
        kept = self.entries.setdefault((connection_id, run_id), {})
        kept |= {one.key: one for one in entries}

    def clear(self, connection_id: ConnectionId, run_id: RunId) -> None:
        kept = self.entries.get((connection_id, run_id), {})
        done = {name: one for name, one in kept.items() if one.step is UndoStep.DONE}
        self.entries[connection_id, run_id] = done

    def page(
        self, connection_id: ConnectionId, run_id: RunId, *, after: str | None, limit: int
    ) -> list[UndoEntry]:
        kept = sorted(self.entries.get((connection_id, run_id), {}).items())
        return [one for key, one in kept if key > (after or "")][:limit]

    def note(
        self,
        connection_id: ConnectionId,
        run_id: RunId,
        entry: UndoEntry,
        step: UndoStep,
        why: str,
    ) -> None:
        kept = self.entries[connection_id, run_id]
        if kept[entry.key].step is not UndoStep.DONE:
            kept[entry.key] = replace(kept[entry.key], step=step, why=why)

    def end_link(
        self,
        connection_id: ConnectionId,
        run_id: RunId,
        entry: UndoEntry,
        undone: Undone,
        *,
        keep_back: bool,
    ) -> bool:
        link = undone.link
        with self.links.lock:
            now = self.links.standings.get((connection_id, *link.owner))
            if not isinstance(now, Link) or now.quickbooks_id != link.quickbooks_id:
                return self._step(connection_id, run_id, entry) is UndoStep.DONE
            left = Released(generation=link.generation + 1, undone=undone)
            self.links.standings[connection_id, *link.owner] = left
            if not keep_back:
                self.links.owners.pop((connection_id, link.target, link.quickbooks_id), None)
            self._end(connection_id, run_id, entry)
            return True

    def end_restored(
        self,
        connection_id: ConnectionId,
        run_id: RunId,
        entry: UndoEntry,
        link: Link,
        *,
        before: Link,
    ) -> bool:
        with self.links.lock:
            now = self.links.standings.get((connection_id, *link.owner))
            if not isinstance(now, Link) or _version(now) != _version(before):
                return self._step(connection_id, run_id, entry) is UndoStep.DONE
            self.links.standings[connection_id, *link.owner] = link
            self._end(connection_id, run_id, entry)
            return True

    def let_post(
        self,
        connection_id: ConnectionId,
        owner: RecordKey,
        *,
        back: tuple[str, str] | None = None,
    ) -> None:
        if back is not None and self.links.owners.get((connection_id, *back)) == owner:
            del self.links.owners[connection_id, *back]
        now = self.links.standings.get((connection_id, *owner))
        if isinstance(now, Released) and now.undone:
            self.links.standings[connection_id, *owner] = replace(now, undone=None)

    def revive(self, connection_id: ConnectionId, link: Link) -> bool:
        now = self.links.standings.get((connection_id, *link.owner))
        back = (connection_id, link.target, link.quickbooks_id)
        mine = self.links.owners.get(back, link.owner) == link.owner
        mine = mine and back not in self.links.additions.begun
        if not isinstance(now, Released) or now.undone is None or not mine:
            return False
        self.links.standings[connection_id, *link.owner] = link
        self.links.owners[back] = link.owner
        return True

    def _step(self, connection_id: str, run_id: str, entry: UndoEntry) -> UndoStep:
        return self.entries[connection_id, run_id][entry.key].step

    def _end(self, connection_id: str, run_id: str, entry: UndoEntry) -> None:
        kept = self.entries[connection_id, run_id]
        kept[entry.key] = replace(kept[entry.key], step=UndoStep.DONE)


def _standing(undoing: Undoing | None) -> tuple[object, ...] | None:
    return None if undoing is None else (undoing.state, undoing.job)


def _version(link: Link) -> tuple[str, str]:
    return link.quickbooks_id, link.sync_token
