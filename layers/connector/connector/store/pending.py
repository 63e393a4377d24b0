"""Pending items: changed records that are to be synced, as read, until they are linked."""

import json
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DeleteError, PutError, UpdateError

from connector.errors import Fix
from connector.store.packing import PackedTextAttribute
from connector.store.table import Item, key, lost_condition


class PendingState(StrEnum):
    """Where a pending item stands; waiting, refused and deleted ones are the worklist."""

    CHANGED = "changed"
    SENT = "sent"
    WAITING = "waiting"
    REFUSED = "refused"
    DELETED = "deleted"


TO_DO = (PendingState.CHANGED.value, PendingState.SENT.value)
TO_PLAN = (*TO_DO, PendingState.WAITING.value)
WORKLIST = (
    PendingState.WAITING.value,
    PendingState.REFUSED.value,
    PendingState.DELETED.value,
)


class Pending(Item):
    """One changed record of one flow; `record` is its text as read from the source.

    `tries` counts how often the remote failed on it although it answered otherwise.
    """

    state = UnicodeAttribute()
    record = PackedTextAttribute()
    fingerprint = UnicodeAttribute()
    found_at = UnicodeAttribute()
    label = UnicodeAttribute(default="")
    reason = UnicodeAttribute(default="")
    fixes = UnicodeAttribute(default="[]")
    tries = NumberAttribute(default=0)

    @property
    def flow(self) -> str:
        """The flow it belongs to."""
        return self.pk.rsplit("#", 1)[1]

    @property
    def offers(self) -> tuple[Fix, ...]:
        """The fixes that are offered to a person."""
        told = json.loads(self.fixes)
        return tuple(Fix(action=one[0], label=one[1], target=one[2]) for one in told)

    @property
    def record_id(self) -> str:
        """The id of the record in its source."""
        return self.sk


def put_all(connection_id: str, flow: str, items: Iterable[dict[str, Any]]) -> None:
    """Store newly read records as changed; a newer reading replaces an older one."""
    with Pending.batch_write() as batch:
        for item in items:
            batch.save(
                Pending(
                    pk=key(connection_id, "pending", flow),
                    sk=item["record_id"],
                    state=PendingState.CHANGED.value,
                    record=item["record"],
                    fingerprint=item["fingerprint"],
                    found_at=item["found_at"],
                    label=item.get("label", ""),
                )
            )


def to_plan(connection_id: str, flow: str, *, after: str = "") -> Iterator[Pending]:
    """Yield what a run of `flow` is to work through, by record id: changed, sent, waiting."""
    yield from _in_states(connection_id, flow, TO_PLAN, after=after)


def worklist(connection_id: str, flow: str) -> Iterator[Pending]:
    """Yield what waits, was refused or was deleted, for a person to look at."""
    yield from _in_states(connection_id, flow, WORKLIST)


def read_all(connection_id: str, flow: str) -> Iterator[Pending]:
    """Yield every item of a flow, whatever its state."""
    yield from Pending.query(key(connection_id, "pending", flow), consistent_read=True)


def anything_to_do(connection_id: str, flow: str) -> bool:
    """Tell whether a flow has a changed or sent item."""
    return any(True for _ in _in_states(connection_id, flow, TO_DO))


def _in_states(
    connection_id: str, flow: str, states: tuple[str, ...], *, after: str = ""
) -> Iterator[Pending]:
    yield from Pending.query(
        key(connection_id, "pending", flow),
        Pending.sk > after if after else None,
        filter_condition=Pending.state.is_in(*states),
        consistent_read=True,
    )


def read_many(connection_id: str, flow: str, record_ids: Iterable[str]) -> dict[str, Pending]:
    """Return the pending items of some records; a record without an id has none."""
    keys = [(key(connection_id, "pending", flow), one) for one in set(record_ids) if one]
    return {item.sk: item for item in Pending.batch_get(keys, consistent_read=True)} if keys else {}


def close(item: Pending) -> None:
    """Remove an item that is done, unless a newer reading has taken its place."""
    try:
        item.delete(condition=Pending.fingerprint == item.fingerprint)
    except DeleteError as error:
        if not lost_condition(error):
            raise


def hold(
    item: Pending,
    state: PendingState,
    *,
    label: str = "",
    reason: str = "",
    fixes: Iterable[Fix] = (),
) -> None:
    """Say why an item does not go on, unless a newer reading has taken its place."""
    told = _fixes_text(fixes)
    try:
        item.update(
            actions=[
                Pending.state.set(state.value),
                Pending.label.set(label),
                Pending.reason.set(reason),
                Pending.fixes.set(told),
            ],
            condition=Pending.fingerprint == item.fingerprint,
        )
    except UpdateError as error:
        if not lost_condition(error):
            raise


def count_try(item: Pending) -> int:
    """Count one more attempt that failed; return how many, or 0 if a newer reading is there."""
    try:
        item.update(
            actions=[Pending.tries.add(1)], condition=Pending.fingerprint == item.fingerprint
        )
    except UpdateError as error:
        if lost_condition(error):
            return 0
        raise
    return int(item.tries)


def put_deleted(connection_id: str, flow: str, record_id: str, **told: Any) -> None:  # noqa: ANN401
    """Put a record that is gone from its source on the worklist: label, reason, fixes, found_at."""
    _deleted(connection_id, flow, record_id, told).save()


def put_deleted_unless_newer(
    connection_id: str,
    flow: str,
    record_id: str,
    **told: Any,  # noqa: ANN401
) -> bool:
    """Put a record on the worklist as put_deleted does; False when a reading is to be pushed."""
    try:
        _deleted(connection_id, flow, record_id, told).save(
            condition=Pending.pk.does_not_exist() | Pending.state.is_in(*WORKLIST)
        )
    except PutError as error:
        if lost_condition(error):
            return False
        raise
    return True


def _deleted(connection_id: str, flow: str, record_id: str, told: Mapping[str, Any]) -> Pending:
    return Pending(
        pk=key(connection_id, "pending", flow),
        sk=record_id,
        state=PendingState.DELETED.value,
        record="",
        fingerprint=PendingState.DELETED.value,
        found_at=told["found_at"],
        label=told["label"],
        reason=told["reason"],
        fixes=_fixes_text(told["fixes"]),
    )


def replace_reading(
    connection_id: str, flow: str, record_id: str, *, record: str, fingerprint: str
) -> None:
    """Put a newer reading into an item that is still to be planned, if there is one."""
    item = Pending(pk=key(connection_id, "pending", flow), sk=record_id)
    try:
        item.update(
            actions=[Pending.record.set(record), Pending.fingerprint.set(fingerprint)],
            condition=Pending.state.is_in(
                PendingState.CHANGED.value, PendingState.WAITING.value, PendingState.REFUSED.value
            ),
        )
    except UpdateError as error:
        if not lost_condition(error):
            raise


def drop_unsent(connection_id: str, flow: str, record_id: str) -> None:
    """Remove the item of a record that is gone, unless it was sent or tells of the deletion."""
    kept = Pending.state.is_in(PendingState.SENT.value, PendingState.DELETED.value)
    try:
        Pending(pk=key(connection_id, "pending", flow), sk=record_id).delete(condition=~kept)
    except DeleteError as error:
        if not lost_condition(error):
            raise


def _fixes_text(fixes: Iterable[Fix]) -> str:
    return json.dumps([[fix.action, fix.label, fix.target] for fix in fixes])


def replay(connection_id: str, flow: str, record_id: str) -> bool:
    """Set a waiting or refused item back to changed; False when there is none."""
    item = Pending(pk=key(connection_id, "pending", flow), sk=record_id)
    try:
        item.update(
            actions=[Pending.state.set(PendingState.CHANGED.value), Pending.tries.set(0)],
            condition=Pending.state.is_in(
                PendingState.WAITING.value, PendingState.REFUSED.value, PendingState.CHANGED.value
            ),
        )
    except UpdateError as error:
        if lost_condition(error):
            return False
        raise
    return True


WITHOUT_ID = "without-id-"
