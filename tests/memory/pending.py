"""Pending items and records that are left out, in memory."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from threading import RLock
from typing import TypedDict

from connector.errors import Fix
from connector.model.ids import ConnectionId, FlowName, RecordId
from connector.model.pending import (
    DUE,
    KEPT_WHEN_GONE,
    REPLACEABLE,
    TO_PLAN,
    UNHINDERED,
    WORKLIST,
    Asking,
    Deletion,
    Hindrance,
    LeftOut,
    Need,
    NewItem,
    PendingItem,
    PendingState,
    need_of,
)
from connector.model.policy.postable import Question
from connector.model.worklist import causes
from tests.memory.kept import MemoryFingerprints

type Flow = tuple[str, str]
"""A connection and the name of a flow."""


class Hindered(TypedDict):
    """What is kept of a hindrance."""

    cause: str | None
    since: str | None
    parents: tuple[str, ...]


@dataclass
class MemoryPending:
    """Keeps items by flow and record id; every change is one step, as a conditional write is."""

    flows: dict[Flow, dict[RecordId, PendingItem]] = field(default_factory=dict)
    lock: RLock = field(default_factory=RLock)

    def put_all(
        self, connection_id: ConnectionId, flow: FlowName, items: Iterable[NewItem]
    ) -> None:
        for new in items:
            item = PendingItem(
                connection_id=connection_id,
                flow=flow,
                record_id=new.record_id,
                state=PendingState.CHANGED,
                record=new.record,
                fingerprint=new.fingerprint,
                found_at=new.found_at,
                label=new.label,
            )
            self._put(item)

    def put_if_free(self, connection_id: ConnectionId, flow: FlowName, item: NewItem) -> bool:
        with self.lock:
            kept = self._find(connection_id, flow, item.record_id)
            told = kept is not None and kept.state is PendingState.DELETED
            if kept is not None and (kept.was_deleted or not told):
                return False
            self.put_all(connection_id, flow, [item])
        return True

    def to_plan(
        self,
        connection_id: ConnectionId,
        flow: FlowName,
        *,
        after: str | None = None,
        now: datetime | None = None,
    ) -> Iterator[PendingItem]:
        for item in self.read_all(connection_id, flow):
            if (item.state in TO_PLAN or _is_due(item, now)) and item.record_id > (after or ""):
                yield item

    def worklist(self, connection_id: ConnectionId, flow: FlowName) -> Iterator[PendingItem]:
        yield from (one for one in self.read_all(connection_id, flow) if one.state in WORKLIST)

    def open_items(self, connection_id: ConnectionId, flow: FlowName) -> Iterator[PendingItem]:
        yield from (one for one in self.read_all(connection_id, flow) if one.is_open)

    def read_all(self, connection_id: ConnectionId, flow: FlowName) -> Iterator[PendingItem]:
        with self.lock:
            kept = dict(self.flows.get((connection_id, flow), {}))
        yield from (kept[record_id] for record_id in sorted(kept))

    def read_some(
        self, connection_id: ConnectionId, flow: FlowName, *, after: str, limit: int
    ) -> list[PendingItem]:
        found = self.read_all(connection_id, flow)
        return [one for one in found if one.record_id > after][:limit]

    def need(
        self, connection_id: ConnectionId, flow: FlowName, *, now: datetime | None = None
    ) -> Need:
        items = self.read_all(connection_id, flow)
        needs = (need_of(one.state, due=_is_due(one, now)) for one in items)
        return max(needs, default=Need.NOTHING)

    def read_many(
        self,
        connection_id: ConnectionId,
        flow: FlowName,
        record_ids: Iterable[RecordId],
        few: bool = False,
    ) -> dict[RecordId, PendingItem]:
        with self.lock:
            kept = self.flows.get((connection_id, flow), {})
            return {one: kept[one] for one in sorted({*record_ids}) if one in kept}

    def close(self, item: PendingItem) -> None:
        with self.lock:
            if self._still(item):
                del self._of(item)[item.record_id]

    def hold(  # noqa: PLR0913 - as its port
        self,
        item: PendingItem,
        state: PendingState,
        *,
        label: str | None = None,
        reason: str | None = None,
        fixes: Iterable[Fix] = (),
        not_before: datetime | None = None,
        why: Hindrance = UNHINDERED,
    ) -> None:
        named = item.label if label is None else label
        with self.lock:
            if kept := self._still(item):
                self._put(
                    replace(
                        kept,
                        state=state,
                        label=named,
                        reason=reason or None,
                        fixes=tuple(fixes),
                        not_before=_moment(not_before) if not_before else None,
                        refusals=kept.refusals + (state is PendingState.REFUSED),
                        worth=why.worth,
                        **_hindered(item, why),
                    )
                )

    def ask(
        self,
        item: PendingItem,
        question: Question,
        *,
        label: str,
        reason: str,
        worth: Decimal | None,
    ) -> None:
        with self.lock:
            if kept := self._still(item):
                self._put(
                    replace(
                        kept,
                        state=PendingState.UNDECIDED,
                        label=label,
                        reason=reason,
                        question=question,
                        worth=worth,
                        **_hindered(item, Hindrance(causes.of_question(question))),
                    )
                )

    def undecided(self, connection_id: ConnectionId, flow: FlowName) -> Iterator[PendingItem]:
        found = self.read_all(connection_id, flow)
        yield from (one for one in found if one.state is PendingState.UNDECIDED)

    def count_try(self, item: PendingItem) -> int:
        with self.lock:
            kept = self._still(item)
            if kept is None:
                return 0
            self._put(replace(kept, tries=kept.tries + 1))
            return kept.tries + 1

    def put_deleted(self, connection_id: ConnectionId, flow: FlowName, deletion: Deletion) -> None:
        self._put_entry(connection_id, flow, deletion, PendingState.DELETED)

    def put_asked(self, connection_id: ConnectionId, flow: FlowName, asking: Asking) -> None:
        self._put_entry(connection_id, flow, asking, PendingState.ASKED)

    def _put_entry(
        self, connection_id: ConnectionId, flow: FlowName, deletion: Deletion, state: PendingState
    ) -> None:
        self._put(
            PendingItem(
                connection_id=connection_id,
                flow=flow,
                record_id=deletion.record_id,
                state=state,
                record="",
                fingerprint=state.value,
                found_at=deletion.found_at,
                label=deletion.label,
                reason=deletion.reason,
                fixes=deletion.fixes,
                cause=deletion.cause or None,
                since=deletion.found_at if deletion.cause else None,
            )
        )

    def put_deleted_unless_newer(
        self, connection_id: ConnectionId, flow: FlowName, deletion: Deletion
    ) -> bool:
        with self.lock:
            kept = self._find(connection_id, flow, deletion.record_id)
            if kept is not None and kept.state not in WORKLIST:
                return False
            self.put_deleted(connection_id, flow, deletion)
        return True

    def replace_reading(  # noqa: PLR0913 - what it was, and what it is
        self,
        connection_id: ConnectionId,
        flow: FlowName,
        record_id: RecordId,
        *,
        record: str,
        fingerprint: str,
        instead_of: str | None = None,
    ) -> None:
        with self.lock:
            kept = self._find(connection_id, flow, record_id)
            if kept is None or instead_of not in (None, kept.fingerprint):
                return
            if kept.state in REPLACEABLE:
                self._put(replace(kept, record=record, fingerprint=fingerprint, approved=None))

    def drop_unsent(self, connection_id: ConnectionId, flow: FlowName, record_id: RecordId) -> None:
        with self.lock:
            kept = self._find(connection_id, flow, record_id)
            if kept is not None and kept.state not in KEPT_WHEN_GONE:
                del self._of(kept)[record_id]

    def replay(self, connection_id: ConnectionId, flow: FlowName, record_id: RecordId) -> bool:
        return bool(self.replay_some(connection_id, flow, [record_id]))

    def make_due(self, connection_id: ConnectionId, flow: FlowName, record_id: RecordId) -> bool:
        with self.lock:
            kept = self._find(connection_id, flow, record_id)
            if kept is None or kept.state not in DUE:
                return False
            self._put(replace(kept, not_before=_moment(datetime.now(UTC))))
        return True

    def replay_some(
        self, connection_id: ConnectionId, flow: FlowName, record_ids: Iterable[RecordId]
    ) -> list[RecordId]:
        with self.lock:
            found = [self._find(connection_id, flow, one) for one in record_ids]
            kept = [one for one in found if one is not None and one.state in REPLACEABLE]
            for one in kept:
                self._put(replace(one, state=PendingState.CHANGED, tries=0))
        return [one.record_id for one in kept]

    def approve(
        self, connection_id: ConnectionId, flow: FlowName, record_id: RecordId, content_hash: str
    ) -> bool:
        with self.lock:
            kept = self._find(connection_id, flow, record_id)
            if kept is None or kept.state is not PendingState.PLANNED:
                return False
            self._put(replace(kept, state=PendingState.CHANGED, approved=content_hash, cause=None))
        return True

    def planned(self, connection_id: ConnectionId, flow: FlowName) -> Iterator[PendingItem]:
        found = self.read_all(connection_id, flow)
        yield from (one for one in found if one.state is PendingState.PLANNED)

    def _find(
        self, connection_id: ConnectionId, flow: FlowName, record_id: RecordId
    ) -> PendingItem | None:
        return self.flows.get((connection_id, flow), {}).get(record_id)

    def _of(self, item: PendingItem) -> dict[RecordId, PendingItem]:
        return self.flows.setdefault((item.connection_id, item.flow), {})

    def _put(self, item: PendingItem) -> None:
        with self.lock:
            self._of(item)[item.record_id] = item

    def _still(self, item: PendingItem) -> PendingItem | None:
        """Return the item as it is kept, unless a newer reading has taken its place."""
        kept = self._of(item).get(item.record_id)
        return kept if kept is not None and kept.fingerprint == item.fingerprint else None


def _hindered(item: PendingItem, why: Hindrance) -> Hindered:
    if not why.cause:
        return {"cause": None, "since": None, "parents": ()}
    now = _moment(datetime.now(UTC))
    since = item.since_for(why.cause, now)
    return {"cause": why.cause, "since": since, "parents": why.parents}


@dataclass
class MemoryLeftOut:
    """Keeps records that are left out, and puts them back among the pending items."""

    pending: MemoryPending
    fingerprints: MemoryFingerprints
    flows: dict[Flow, dict[str, tuple[PendingItem, LeftOut]]] = field(default_factory=dict)

    def keep(self, item: PendingItem, *, label: str, reason: str) -> None:
        known = self.read_many(item.connection_id, item.flow, [item.record_id]).values()
        later = [one for one in known if one.fingerprint and one.found_at > item.found_at]
        if not (item.fingerprint and later):
            self._keep(item, label=label, reason=reason)

    def _keep(self, item: PendingItem, *, label: str, reason: str) -> None:
        read = {"record": item.record, "fingerprint": item.fingerprint, "found_at": item.found_at}
        kept = LeftOut(record_id=item.record_id, label=label, reason=reason, **read)
        flow = self.flows.setdefault((item.connection_id, item.flow), {})
        flow[item.record_id] = (item, kept)

    def put_away(self, item: PendingItem, *, label: str, reason: str) -> None:
        with self.pending.lock:
            if self.pending._still(item):
                self._keep(item, label=label, reason=reason)
                self.pending.close(item)

    def read_many(
        self, connection_id: ConnectionId, flow: FlowName, record_ids: Iterable[RecordId]
    ) -> dict[RecordId, LeftOut]:
        kept = self.flows.get((connection_id, flow), {})
        return {one: kept[one][1] for one in set(record_ids) if one in kept}

    def read_page(
        self, connection_id: ConnectionId, flow: FlowName, *, after: str, most: int
    ) -> list[NewItem]:
        kept = self.flows.get((connection_id, flow), {})
        return [_as_found(*kept[one]) for one in _readings(kept) if one > after][:most]

    def replay(self, connection_id: ConnectionId, flow: FlowName, *, most: int) -> int:
        kept = self.flows.get((connection_id, flow), {})
        some = _readings(kept)[:most]
        self.replay_some(connection_id, flow, some)
        return len(some)

    def replay_some(
        self, connection_id: ConnectionId, flow: FlowName, record_ids: Iterable[RecordId]
    ) -> None:
        kept = self.flows.get((connection_id, flow), {})
        readings = _readings(kept)
        found = {one: kept.pop(one) for one in record_ids if one in readings}
        items = self.pending.read_many(connection_id, flow, found).values()
        newer = {one.record_id for one in items if one.state is not PendingState.DELETED}
        known = self.fingerprints.read(connection_id, flow)
        again = [
            _as_found(item, left)
            for record_id, (item, left) in found.items()
            if record_id not in newer and known.holds(flow, record_id, item.fingerprint)
        ]
        self.pending.put_all(connection_id, flow, again)

    def forget(
        self, connection_id: ConnectionId, flow: FlowName, record_ids: Iterable[RecordId]
    ) -> None:
        for record_id in record_ids:
            self.flows.get((connection_id, flow), {}).pop(record_id, None)


def _readings(kept: Mapping[str, tuple[PendingItem, LeftOut]]) -> list[str]:
    """Return the ids of which there is a reading: of what was undone there is none."""
    return sorted(own for own, (item, _) in kept.items() if item.fingerprint)


def _is_due(item: PendingItem, now: datetime | None) -> bool:
    moment = _moment(now or datetime.now(UTC))
    return item.state in DUE and item.not_before is not None and item.not_before <= moment


def _as_found(item: PendingItem, left: LeftOut) -> NewItem:
    return NewItem(
        record_id=item.record_id,
        record=item.record,
        fingerprint=item.fingerprint,
        found_at=item.found_at,
        label=left.label,
    )


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
