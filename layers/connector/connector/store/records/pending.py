"""Where pending items are kept: one row per record of a flow."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import astuple
from datetime import UTC, datetime
from decimal import Decimal

from pynamodb.attributes import UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from connector.errors import Fix
from connector.model.ids import ConnectionId, FlowName, RecordId
from connector.model.pending import (
    DUE,
    KEPT_WHEN_GONE,
    OPEN,
    OPEN_WITH_CAUSE,
    REPLACEABLE,
    TO_PLAN,
    UNHINDERED,
    WORKLIST,
    Asking,
    Deletion,
    Hindrance,
    Need,
    NewItem,
    PendingItem,
    PendingState,
    need_of,
)
from connector.model.policy.postable import Question
from connector.model.worklist import causes
from connector.model.worklist.causes import Kind
from connector.store.packing import ROOM_IN_ROW, pack
from connector.store.table import RawValues, attempt, key, plain_row, read_rows, rows_after
from connector.store.worklist import lists
from connector.store.worklist.rows import (
    PendingRow,
    as_item,
    entry_row,
    fixes_text,
    found_row,
)


def put_all(connection_id: ConnectionId, flow: FlowName, items: Iterable[NewItem]) -> None:
    """Store newly read records as changed; a newer reading replaces an older one."""
    partition, found = key(connection_id, "pending", flow), []
    with PendingRow.batch_write() as batch:
        for item in items:
            values: RawValues = {
                "state": {"S": PendingState.CHANGED.value},
                "record": {"B": pack(item.record, room=ROOM_IN_ROW)},
                "fingerprint": {"S": item.fingerprint},
                "found_at": {"S": item.found_at},
                "label": {"S": item.label},
            }
            batch.save(plain_row(PendingRow, partition, item.record_id, values))
            found.append(item.record_id)
    lists.drop(connection_id, flow, found)


def put_if_free(connection_id: ConnectionId, flow: FlowName, item: NewItem) -> bool:
    """Store a reading that a worker made, unless an item of the record is there; False then.

    A look may have read that one since, or found the record gone; any other entry gives way.
    """
    with attempt() as made:
        found_row(connection_id, flow, item).save(condition=_is_free())
    if made.took_effect:
        lists.drop(connection_id, flow, [item.record_id])
    return made.took_effect


def put_in(
    write: TransactWrite, connection_id: ConnectionId, flow: FlowName, item: NewItem
) -> None:
    """Let a transaction store a reading as `put_if_free` does; it fails where that stores none.

    The worklist is to follow.
    """
    write.save(found_row(connection_id, flow, item), condition=_is_free())


def _is_free() -> Condition:
    """Return the condition that no reading of a record is there, nor what says that it is gone."""
    told = _is_in((PendingState.DELETED,)) & ~(PendingRow.cause == Kind.DELETED_HERE.value)
    condition: Condition = PendingRow.pk.does_not_exist() | told
    return condition


def to_plan(
    connection_id: ConnectionId,
    flow: FlowName,
    *,
    after: str | None = None,
    now: datetime | None = None,
) -> Iterator[PendingItem]:
    """Yield what a run of `flow` is to work through, by record id.

    That is what changed, was sent or waits, and what was refused once its time has come.
    """
    yield from _where(connection_id, flow, _is_in(TO_PLAN) | _due(now), after=after)


def worklist(connection_id: ConnectionId, flow: FlowName) -> Iterator[PendingItem]:
    """Yield what waits, was refused or was deleted, for a person to look at."""
    return _where(connection_id, flow, _is_in(WORKLIST))


def open_items(connection_id: ConnectionId, flow: FlowName) -> Iterator[PendingItem]:
    """Yield what does not go on, for a person to look at."""
    with_cause = _is_in(OPEN_WITH_CAUSE) & PendingRow.cause.exists()
    return _where(connection_id, flow, _is_in(OPEN) | with_cause)


def read_all(connection_id: ConnectionId, flow: FlowName) -> Iterator[PendingItem]:
    """Yield every item of a flow, whatever its state."""
    found = PendingRow.query(key(connection_id, "pending", flow), consistent_read=True)
    yield from map(as_item, found)


def read_some(
    connection_id: ConnectionId, flow: FlowName, *, after: str, limit: int
) -> list[PendingItem]:
    """Return at most `limit` items of a flow by record id, those after `after`."""
    rows = rows_after(PendingRow, key(connection_id, "pending", flow), after, limit=limit)
    return [as_item(row) for row in rows]


def need(connection_id: ConnectionId, flow: FlowName, *, now: datetime | None = None) -> Need:
    """Return how much a flow needs a run; nothing of its records is read."""
    moment, most = _moment(now or datetime.now(UTC)), Need.NOTHING
    for row in PendingRow.query(
        key(connection_id, "pending", flow),
        filter_condition=_is_in(TO_PLAN) | _due(now),
        consistent_read=True,
        attributes_to_get=["state", "not_before"],
    ):
        state, begins = PendingState(row.state), row.not_before
        due = state in DUE and begins is not None and begins <= moment
        most = max(most, need_of(state, due=due))
        if most is Need.START:
            break
    return most


def _due(now: datetime | None) -> Condition:
    due: Condition = _is_in(DUE) & (PendingRow.not_before <= _moment(now or datetime.now(UTC)))
    return due


def _where(
    connection_id: ConnectionId, flow: FlowName, wanted: Condition, *, after: str | None = None
) -> Iterator[PendingItem]:
    found = PendingRow.query(
        key(connection_id, "pending", flow),
        PendingRow.sk > after if after else None,
        filter_condition=wanted,
        consistent_read=True,
    )
    yield from map(as_item, found)


def undecided(connection_id: ConnectionId, flow: FlowName) -> Iterator[PendingItem]:
    """Yield what waits for a decision of a person."""
    return _where(connection_id, flow, _is_in((PendingState.UNDECIDED,)))


def _moment(moment: datetime) -> str:
    """Write a moment so that texts sort by time."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def read_many(
    connection_id: ConnectionId, flow: FlowName, record_ids: Iterable[RecordId], few: bool = False
) -> dict[RecordId, PendingItem]:
    """Return the pending items of some records, of which `few` have one; without an id none."""
    keys = [(key(connection_id, "pending", flow), one) for one in set(record_ids) if one]
    found = read_rows(PendingRow, keys, many=2 if few else len(keys) + 1)
    return {row.sk: as_item(row) for row in found}


def close(item: PendingItem) -> None:
    """Remove an item that is done, unless a newer reading has taken its place."""
    _delete(_row_of(item), PendingRow.fingerprint == item.fingerprint)
    note_ended(item)


def note_ended(item: PendingItem) -> None:
    """Let the worklist know that an item is done, where it stood there."""
    if item.is_open:
        lists.drop(item.connection_id, item.flow, [item.record_id])


def remove(write: TransactWrite, item: PendingItem) -> None:
    """Let a transaction remove an item, which fails if it is another reading, or none, by now."""
    write.delete(_row_of(item), condition=PendingRow.fingerprint == item.fingerprint)


def hold(  # noqa: PLR0913 - all that a person reads of it
    item: PendingItem,
    state: PendingState,
    *,
    label: str | None = None,
    reason: str | None = None,
    fixes: Iterable[Fix] = (),
    not_before: datetime | None = None,
    why: Hindrance = UNHINDERED,
) -> None:
    """Say why an item does not go on, unless a newer reading has taken its place.

    Without a `label` it keeps the one that it was found under. One that waits or was refused is
    planned again from `not_before` on, if it is given. It is held since the moment from which on it
    was held for the same cause.
    """
    actions: list[Action] = [
        PendingRow.state.set(state.value),
        PendingRow.label.set(item.label if label is None else label),
        _set(PendingRow.reason, reason or None),
        PendingRow.fixes.set(fixes_text(fixes)),
        _set(PendingRow.not_before, _moment(not_before) if not_before else None),
        _set(PendingRow.worth, why.worth),
        *_hindered(item, why),
    ]
    if state is PendingState.REFUSED:
        actions.append(PendingRow.refusals.add(1))
    _held(item, actions)


def ask(
    item: PendingItem, question: Question, *, label: str, reason: str, worth: Decimal | None
) -> None:
    """Let an item wait for a decision, unless a newer reading has taken its place."""
    actions: list[Action] = [
        PendingRow.state.set(PendingState.UNDECIDED.value),
        PendingRow.label.set(label),
        PendingRow.reason.set(reason),
        PendingRow.question.set(json.dumps(astuple(question))),
        _set(PendingRow.worth, worth),
        *_hindered(item, Hindrance(causes.of_question(question))),
    ]
    _held(item, actions)


def _held(item: PendingItem, actions: list[Action]) -> None:
    """Hold an item, and let the worklist follow; nothing where a newer reading is there."""
    row = _row_of(item)
    if _updated(row, actions, PendingRow.fingerprint == item.fingerprint):
        lists.note(as_item(row), before=item)


def _set(attribute: UnicodeAttribute, value: str | Decimal | None) -> Action:
    return attribute.remove() if value is None else attribute.set(str(value))


def _hindered(item: PendingItem, why: Hindrance) -> list[Action]:
    if not why.cause:
        return [PendingRow.cause.remove(), PendingRow.since.remove(), PendingRow.parents.set("[]")]
    return [
        PendingRow.cause.set(why.cause),
        PendingRow.since.set(item.since_for(why.cause, _moment(datetime.now(UTC)))),
        PendingRow.parents.set(json.dumps(why.parents)),
    ]


def count_try(item: PendingItem) -> int:
    """Count one more attempt that failed; return how many, or 0 if a newer reading is there."""
    row = _row_of(item)
    counted = _updated(row, [PendingRow.tries.add(1)], PendingRow.fingerprint == item.fingerprint)
    return int(row.tries) if counted else 0


def put_deleted(connection_id: ConnectionId, flow: FlowName, deletion: Deletion) -> None:
    """Put a record that is gone from its source on the worklist."""
    row = entry_row(connection_id, flow, deletion, PendingState.DELETED)
    row.save()
    lists.note(as_item(row))


def put_asked(connection_id: ConnectionId, flow: FlowName, asking: Asking) -> None:
    """Put a question on the worklist, in place of what it said before."""
    row = entry_row(connection_id, flow, asking, PendingState.ASKED)
    row.save()
    lists.note(as_item(row))


def put_deleted_unless_newer(
    connection_id: ConnectionId, flow: FlowName, deletion: Deletion
) -> bool:
    """Put a record on the worklist as put_deleted does; False when a reading is to be pushed."""
    row = entry_row(connection_id, flow, deletion, PendingState.DELETED)
    with attempt() as made:
        row.save(condition=PendingRow.pk.does_not_exist() | _is_in(WORKLIST))
    if made.took_effect:
        lists.note(as_item(row))
    return made.took_effect


def replace_reading(  # noqa: PLR0913 - what it was, and what it is
    connection_id: ConnectionId,
    flow: FlowName,
    record_id: RecordId,
    *,
    record: str,
    fingerprint: str,
    instead_of: str | None = None,
) -> None:
    """Put a newer reading into an item that is still to be planned, if there is one.

    Where `instead_of` names a reading by its fingerprint, no other gives way.
    """
    actions: list[Action] = [
        PendingRow.record.set(record),
        PendingRow.fingerprint.set(fingerprint),
        PendingRow.approved.remove(),
    ]
    replaceable = _is_in(REPLACEABLE)
    if instead_of is not None:
        replaceable &= PendingRow.fingerprint == instead_of
    _updated(_row(connection_id, flow, record_id), actions, replaceable)


def drop_unsent(connection_id: ConnectionId, flow: FlowName, record_id: RecordId) -> None:
    """Remove the item of a record that is gone, unless it was sent or tells of the deletion."""
    _delete(_row(connection_id, flow, record_id), ~_is_in(KEPT_WHEN_GONE))
    lists.drop(connection_id, flow, [record_id])


def replay(connection_id: ConnectionId, flow: FlowName, record_id: RecordId) -> bool:
    """Set a waiting or refused item back to changed; False when there is none."""
    return bool(replay_some(connection_id, flow, [record_id]))


def make_due(connection_id: ConnectionId, flow: FlowName, record_id: RecordId) -> bool:
    """Let a waiting or refused item be work by now; it stays on the worklist until its plan."""
    due: list[Action] = [PendingRow.not_before.set(_moment(datetime.now(UTC)))]
    return _updated(_row(connection_id, flow, record_id), due, _is_in(DUE))


def replay_some(
    connection_id: ConnectionId, flow: FlowName, record_ids: Iterable[RecordId]
) -> list[RecordId]:
    """Set waiting or refused items back to changed; return which there were."""
    changed: list[Action] = [
        PendingRow.state.set(PendingState.CHANGED.value),
        PendingRow.tries.set(0),
    ]
    rows = (_row(connection_id, flow, one) for one in record_ids)
    found = [row.sk for row in rows if _updated(row, changed, _is_in(REPLACEABLE))]
    lists.drop(connection_id, flow, found)  # those with a cause stay, as being tried again
    return found


def approve(
    connection_id: ConnectionId, flow: FlowName, record_id: RecordId, content_hash: str
) -> bool:
    """Let a planned item go on with the body of that hash; False when it is not planned now."""
    actions: list[Action] = [
        PendingRow.state.set(PendingState.CHANGED.value),
        PendingRow.approved.set(content_hash),
        PendingRow.cause.remove(),
    ]
    row = _row(connection_id, flow, record_id)
    found = _updated(row, actions, _is_in((PendingState.PLANNED,)))
    if found:
        lists.drop(connection_id, flow, [record_id])
    return found


def planned(connection_id: ConnectionId, flow: FlowName) -> Iterator[PendingItem]:
    """Yield what is held with its plan."""
    return _where(connection_id, flow, _is_in((PendingState.PLANNED,)))


def _row(connection_id: ConnectionId, flow: FlowName, record_id: RecordId) -> PendingRow:
    return PendingRow(pk=key(connection_id, "pending", flow), sk=record_id)


def _row_of(item: PendingItem) -> PendingRow:
    return _row(item.connection_id, item.flow, item.record_id)


def _is_in(states: tuple[PendingState, ...]) -> Condition:
    return PendingRow.state.is_in(*(state.value for state in states))


def _updated(row: PendingRow, actions: list[Action], condition: Condition) -> bool:
    with attempt() as made:
        row.update(actions=actions, condition=condition)
    return made.took_effect


def _delete(row: PendingRow, condition: Condition) -> None:
    with attempt():
        row.delete(condition=condition)
