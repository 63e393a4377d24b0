"""MobiWork's side of a pull: a record as its flow sees it, and what the push side must know."""

from collections.abc import Collection
from dataclasses import dataclass

from pydantic import BaseModel, ValidationError

from connector.engine.run import LONGEST, Run
from connector.errors import RecordError
from connector.mobiwork.editing import edited
from connector.mobiwork.endpoints import twins_of
from connector.mobiwork.wire_records import kept_text, parse_record
from connector.mobiwork.xml import RawRecord
from connector.model.flows.field import Changes
from connector.model.flows.pull_flow import PullFlow
from connector.model.pending import NewItem, PendingItem, fingerprint
from connector.model.worklist.causes import Kind


def parse[R: BaseModel](flow: PullFlow[R], raw: RawRecord) -> R:
    """Read a MobiWork record with the wire model of its flow.

    Raises:
        RecordError: it is not what the model describes.
    """
    try:
        return parse_record(flow.records.model, raw)
    except ValidationError as error:
        places = ", ".join(".".join(map(str, one["loc"])) for one in error.errors())
        raise RecordError(
            f"{flow.entity} {raw.id} of MobiWork cannot be compared: it holds what cannot be read "
            f"in {places}. Correct it in MobiWork.",
            cause=Kind.UNREADABLE,
        ) from error


@dataclass(frozen=True)
class MobiWorkRecord[R: BaseModel]:
    """A MobiWork record: `raw` as it was read (XML), `record` as its flow sees it."""

    raw: RawRecord
    record: R


def read_mobiwork_record[R: BaseModel](
    flow: PullFlow[R], run: Run, mobiwork_id: str
) -> MobiWorkRecord[R] | None:
    """Read a record from MobiWork; nothing if it is not there any more.

    Raises:
        RecordError: it is not what the model describes.
    """
    raw = run.mobiwork.find(flow.entity, mobiwork_id)
    return None if raw is None else MobiWorkRecord(raw, parse(flow, raw))


def others_changed[R: BaseModel](
    flow: PullFlow[R], before: MobiWorkRecord[R], after: MobiWorkRecord[R], changes: Changes
) -> bool:
    """Tell whether somebody else edited a record after we read it and before we wrote our changes.

    Both are compared with our changes made, so what MobiWork does not take is no edit of a person;
    neither is an id that it gives to what we added. What only a push uses counts, too.
    """
    try:
        read, now = (_with(flow, one, changes) for one in (before, after))
    except ValueError:
        return True  # There is less in its lists by now.
    return read != now


def _with[R: BaseModel](flow: PullFlow[R], one: MobiWorkRecord[R], changes: Changes) -> object:
    changed = edited(one.raw.element(), changes, twins=twins_of(flow.entity))
    record = parse(flow, RawRecord.of(flow.entity, one.raw.id, changed))
    return _without_ids(record.model_dump(mode="json"))


def _without_ids(value: object) -> object:
    if isinstance(value, dict):
        return {name: _without_ids(one) for name, one in value.items() if name != "id"}
    return [_without_ids(one) for one in value] if isinstance(value, list) else value


class EchoGuard:
    """Tells the push side what the pull engine wrote in MobiWork, one page at a time.

    A record as it was read back is no change to push, and a reading from before it was written
    must not be pushed any more.
    """

    def __init__(self, run: Run, push: str | None) -> None:
        self._run = run
        self._push = push
        self._seen: dict[str, tuple[str | None, str]] = {}
        self._notes: set[str] = set()
        self._begun = 0

    def begin(self, quickbooks_ids: Collection[str]) -> None:
        """Note which records are about to be linked: a worker that dies leaves a trace of them.

        Else nobody would be told if such a record were deleted in MobiWork before the next look, or
        before its link is saved.
        """
        if self._push and quickbooks_ids:
            connection_id, kept = self._run.connection_id, self._run.store.fingerprints
            until = self._run.now() + LONGEST
            self._notes.add(kept.note(connection_id, self._push, quickbooks_ids, until=until))
            self._begun += len(quickbooks_ids)

    def remember(self, own: str, record: BaseModel, *, before: BaseModel | None) -> None:
        """Let the next look not take for a change what we wrote, once both sides agree on it.

        What was written, but not agreed on, is still to be found and to be compared. Nothing was
        before what is new in MobiWork.
        """
        self._seen[own] = (None if before is None else mark_of(before), mark_of(record))

    def gives_way[R: BaseModel](
        self, flow: PullFlow[R], written: MobiWorkRecord[R], *, before: R
    ) -> None:
        """Put a record as it was written in the place of what waits to be pushed of before.

        Where that says something else than what we found before writing, it may also be newer: the
        record is read once more now, and by the next look. What comes while we are at it stays.
        """
        own = written.raw.own_id
        if not self._push:
            return
        place = self._run.connection_id, self._push
        item = self._run.store.pending.read_many(*place, [own]).get(own)
        if item is None:
            return
        now: MobiWorkRecord[R] | None = written
        if item.fingerprint != mark_of(before):
            self.read_again(own)
            now = self.newest(flow, written)
        if now is not None:
            self.read_afresh(now.raw, now.record, waits=item)

    def newest[R: BaseModel](
        self, flow: PullFlow[R], written: MobiWorkRecord[R]
    ) -> MobiWorkRecord[R] | None:
        """Return a record that we wrote as it stands now: another may have written it since."""
        return read_mobiwork_record(flow, self._run, written.raw.own_id)

    def edited[R: BaseModel](
        self, flow: PullFlow[R], before: MobiWorkRecord[R], raw: RawRecord, changes: Changes
    ) -> MobiWorkRecord[R]:
        """Return a record as our edit left it, and see to it that no edit of a person is lost.

        It is to be remembered once both sides agree on it.
        """
        after = MobiWorkRecord(raw, parse(flow, raw))
        self.gives_way(flow, after, before=before.record)
        if others_changed(flow, before, after, changes):
            self.read_again(raw.own_id)
        return after

    def read_afresh(self, raw: RawRecord, record: BaseModel, *, waits: PendingItem) -> None:
        """Put a record as we read it in the place of what waited to be pushed before we read.

        Another worker may have written it since that was read. A reading that came after `waits`
        stays.
        """
        mark = mark_of(record)
        if self._push and mark != waits.fingerprint:
            text, place = (
                kept_text(type(record), raw, record),
                (self._run.connection_id, self._push),
            )
            self._run.store.pending.replace_reading(
                *place, raw.own_id, record=text, fingerprint=mark, instead_of=waits.fingerprint
            )

    def read_again(self, record_id: str) -> None:
        """Let the next look read a record once more: it may be newer than what we know of it."""
        if self._push:
            self._run.store.fingerprints.outdate(self._run.connection_id, self._push, record_id)

    def owes(self, record_id: str) -> None:
        """Let the next look find what QuickBooks is to get of a record, should this worker die.

        Once the link is saved nothing else tells of it.
        """
        self.read_again(record_id)

    def push(self, raw: RawRecord, record: BaseModel, *, label: str) -> None:
        """Have a record pushed as it stands in MobiWork now, or as it was read since."""
        if not self._push:
            return
        item = NewItem(
            record_id=raw.own_id,
            record=kept_text(type(record), raw, record),
            fingerprint=mark_of(record),
            found_at=self._run.now().isoformat(),
            label=label,
        )
        connection_id, kept = self._run.connection_id, self._run.store.pending
        if not kept.put_if_free(connection_id, self._push, item):
            kept.replay(connection_id, self._push, item.record_id)

    def save(self) -> None:
        """Remember what was written, so that the next look does not take it for a change.

        Not where the record had changed before we wrote: that change is still to be found.
        """
        if not self._push or not (self._seen or self._notes):
            return
        connection_id, kept = self._run.connection_id, self._run.store.fingerprints
        added = {own: mark for own, (before, mark) in self._seen.items() if before is None}
        told = len(added) >= self._begun  # Else one is linked as it was, or its answer lost.
        kept.add(connection_id, self._push, added, instead_of=self._notes if told else ())
        if changed := self._seen.keys() - added.keys():
            known = kept.read(connection_id, self._push)
            for record_id in changed:
                before, mark = self._seen[record_id]
                if known.known(record_id) == before:
                    known.remember(record_id, mark)
            kept.save(connection_id, self._push, known)
        self._seen.clear()
        self._notes.clear()
        self._begun = 0


def mark_of(record: BaseModel) -> str:
    """Return the fingerprint of what we map of a MobiWork record."""
    return fingerprint(record.model_dump_json())
