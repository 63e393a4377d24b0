"""Where it is kept how undoing a run stands, and what is done about each record.

An entry is BEGUN before anything is sent for it, and DONE in one transaction with what becomes of
its link.
"""

from collections.abc import Iterable
from dataclasses import replace

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from connector.model.body import Body
from connector.model.ids import ConnectionId, QuickBooksId, RunId
from connector.model.links import Link, RecordKey, Undone
from connector.model.undoing.undo import UndoEntry, Undoing, UndoStep
from connector.store.packing import PackedValueAttribute
from connector.store.records.link_rows import (
    BackLinkRow,
    LinkRow,
    LinkState,
    back_row,
    link_row,
)
from connector.store.table import Item, attempt, key, read_row, rows_after, transaction
from connector.store.undoing.images import expiry


class UndoingRow(Item):
    """How the undoing of one run stands."""

    state = UnicodeAttribute()
    job = UnicodeAttribute()
    undoing = PackedValueAttribute(Undoing)
    expires_at = NumberAttribute()


class EntryRow(Item):
    """What is done about one record of the run, and how far that is."""

    step = UnicodeAttribute()
    why = UnicodeAttribute()
    entry = PackedValueAttribute(UndoEntry)
    expires_at = NumberAttribute()


def begin(connection_id: ConnectionId, undoing: Undoing, *, before: Undoing | None) -> bool:
    """Store how undoing a run begins, or goes on; False when somebody else was faster."""
    row = _head(connection_id, undoing)
    stands: Condition = UndoingRow.pk.does_not_exist()
    if before is not None:
        stands = (UndoingRow.state == before.state.value) & (UndoingRow.job == before.job)
    with attempt() as made:
        row.save(condition=stands | (UndoingRow.job == undoing.job))
    return made.took_effect


def save(connection_id: ConnectionId, undoing: Undoing) -> None:
    """Store how far undoing a run has come."""
    _head(connection_id, undoing).save()


def read(connection_id: ConnectionId, run_id: RunId) -> Undoing | None:
    """Return how undoing a run stands; None where nobody asked for it."""
    row = read_row(UndoingRow, key(connection_id, "undoing"), run_id)
    return None if row is None else row.undoing


def _head(connection_id: ConnectionId, undoing: Undoing) -> UndoingRow:
    return UndoingRow(
        pk=key(connection_id, "undoing"),
        sk=undoing.run_id,
        state=undoing.state.value,
        job=undoing.job,
        undoing=undoing,
        expires_at=expiry(),
    )


def put(connection_id: ConnectionId, run_id: RunId, entries: Iterable[UndoEntry]) -> None:
    """Store what is planned about records, in the place of what was planned before."""
    with EntryRow.batch_write() as batch:
        for one in entries:
            batch.save(
                EntryRow(
                    pk=key(connection_id, "undo", run_id),
                    sk=one.key,
                    step=one.step.value,
                    why=one.why,
                    entry=one,
                    expires_at=expiry(),
                )
            )


def clear(connection_id: ConnectionId, run_id: RunId) -> None:
    """Forget what was planned, before it is planned anew; what is DONE is kept."""
    rows = EntryRow.query(
        key(connection_id, "undo", run_id),
        filter_condition=EntryRow.step != UndoStep.DONE.value,
        consistent_read=True,
    )
    with EntryRow.batch_write() as batch:
        for row in rows:
            batch.delete(row)


def page(
    connection_id: ConnectionId, run_id: RunId, *, after: str | None, limit: int
) -> list[UndoEntry]:
    """Return at most `limit` entries in the order of undoing, those after a key."""
    rows = rows_after(EntryRow, key(connection_id, "undo", run_id), after, limit=limit)
    return [_entry(row) for row in rows]


def read_entry(connection_id: ConnectionId, run_id: RunId, entry: UndoEntry) -> UndoEntry:
    """Return an entry as it stands now."""
    pk = key(connection_id, "undo", run_id)
    return _entry(EntryRow.get(pk, entry.key, consistent_read=True))


def note(
    connection_id: ConnectionId, run_id: RunId, entry: UndoEntry, step: UndoStep, why: str
) -> None:
    """Note how far an entry is; one that is DONE stays so."""
    actions: list[Action] = [EntryRow.step.set(step.value), EntryRow.why.set(why)]
    row = EntryRow(pk=key(connection_id, "undo", run_id), sk=entry.key)
    with attempt():
        row.update(actions=actions, condition=EntryRow.step != UndoStep.DONE.value)


def end_link(
    connection_id: ConnectionId,
    run_id: RunId,
    entry: UndoEntry,
    undone: Undone,
    *,
    keep_back: bool,
) -> bool:
    """Let go of a link that was undone and note the entry as DONE, at once.

    The row keeps what the link was. `keep_back` lets the QuickBooks record still find it, so that
    pulling does not add it again. False when the link is another one by now.
    """
    link, own = undone.link, undone.link.owner
    row = LinkRow(pk=key(connection_id, "link", own.entity), sk=own.mobiwork_id)
    actions: list[Action] = [
        LinkRow.state.set(LinkState.FREE),
        LinkRow.generation.set(link.generation + 1),
        LinkRow.sync_token.set(link.sync_token),
        LinkRow.undone.set(_as_kept(undone)),
    ]
    same = (LinkRow.state == LinkState.LINKED) & (LinkRow.quickbooks_id == link.quickbooks_id)
    done: list[Action] = [EntryRow.step.set(UndoStep.DONE.value)]
    entry_row = EntryRow(pk=key(connection_id, "undo", run_id), sk=entry.key)
    back = BackLinkRow(pk=key(connection_id, "back", link.target), sk=link.quickbooks_id)
    with attempt() as made, transaction() as write:
        write.update(row, actions=actions, condition=same)
        write.update(entry_row, actions=done)
        if not keep_back:
            write.delete(back)
    return made.took_effect or _is_done(connection_id, run_id, entry)


def end_restored(
    connection_id: ConnectionId, run_id: RunId, entry: UndoEntry, link: Link, *, before: Link
) -> bool:
    """Keep what a record holds since it was restored and note the entry as DONE, at once."""
    same = (LinkRow.state == LinkState.LINKED) & (LinkRow.sync_token == before.sync_token)
    same &= LinkRow.quickbooks_id == before.quickbooks_id
    entry_row = EntryRow(pk=key(connection_id, "undo", run_id), sk=entry.key)
    done: list[Action] = [EntryRow.step.set(UndoStep.DONE.value)]
    with attempt() as made, transaction() as write:
        write.save(link_row(connection_id, link), condition=same)
        write.update(entry_row, actions=done)
    return made.took_effect or _is_done(connection_id, run_id, entry)


def _is_done(connection_id: ConnectionId, run_id: RunId, entry: UndoEntry) -> bool:
    return read_entry(connection_id, run_id, entry).step is UndoStep.DONE


def let_post(
    connection_id: ConnectionId, owner: RecordKey, *, back: tuple[str, QuickBooksId] | None = None
) -> None:
    """Let a record be sent again that was undone; told twice it is the same.

    `back` is the QuickBooks record that still finds it, of one that was pulled: both go at once,
    for without it nobody is shown what was undone.
    """
    row = LinkRow(pk=key(connection_id, "link", owner.entity), sk=owner.mobiwork_id)
    told: list[Action] = [LinkRow.undone.remove()]
    condition = (LinkRow.state == LinkState.FREE) & LinkRow.undone.exists()
    if back is not None:
        target, quickbooks_id = back
        gone = BackLinkRow(pk=key(connection_id, "back", target), sk=quickbooks_id)
        mine = (BackLinkRow.entity == owner.entity) & (BackLinkRow.mobiwork_id == owner.mobiwork_id)
        with attempt() as both, transaction() as write:
            write.update(row, actions=told, condition=condition)
            write.delete(gone, condition=mine)
        if both.took_effect:
            return
    with attempt():  # It finds another one by now, or none.
        row.update(actions=told, condition=condition)


def revive(connection_id: ConnectionId, link: Link) -> bool:
    """Link a record again as it was before it was undone; False when it is another by now."""
    condition = (LinkRow.state == LinkState.FREE) & LinkRow.undone.exists()
    back = back_row(connection_id, link)
    mine = (BackLinkRow.entity == back.entity) & (BackLinkRow.mobiwork_id == back.mobiwork_id)
    with attempt() as made, transaction() as write:
        write.save(link_row(connection_id, link), condition=condition)
        write.save(back, condition=BackLinkRow.pk.does_not_exist() | mine)
    return made.took_effect


def _as_kept(undone: Undone) -> Body:
    return {"by": undone.by, "at": undone.at, "run_id": undone.run_id, "reason": undone.reason}


def _entry(row: EntryRow) -> UndoEntry:
    return replace(row.entry, step=UndoStep(row.step), why=row.why)
