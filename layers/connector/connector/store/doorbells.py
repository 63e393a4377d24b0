"""Doorbells: which side of a connection rang, and whether a look has answered it.

One small item per connection. Of each side it holds until when a message is surely still hidden in
the queue (`rung_until`; removed by the look that answered) and when it rang last (`rung_at`).
Times are stored as milliseconds since 1970.
"""

from datetime import datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from connector.model.cursor import Rung, Side
from connector.store.table import Item, attempt, key, read_row

SORT_KEY = "doorbell"


class DoorbellRow(Item):
    """The doorbell of one connection; `secret_digest` is for whoever rings for MobiWork."""

    quickbooks_rung_until = NumberAttribute(null=True)
    quickbooks_rung_at = NumberAttribute(null=True)
    mobiwork_rung_until = NumberAttribute(null=True)
    mobiwork_rung_at = NumberAttribute(null=True)
    secret_digest = UnicodeAttribute(null=True)


UNTIL = {
    Side.QUICKBOOKS: DoorbellRow.quickbooks_rung_until,
    Side.MOBIWORK: DoorbellRow.mobiwork_rung_until,
}
AT = {Side.QUICKBOOKS: DoorbellRow.quickbooks_rung_at, Side.MOBIWORK: DoorbellRow.mobiwork_rung_at}


def claim(
    connection_id: str,
    side: Side,
    *,
    now: datetime,
    until: datetime,
    changed_at: datetime | None = None,
) -> bool:
    """Take it on to send a message, which stays hidden until `until`; False when none is needed.

    None is needed while the message of an earlier ring is hidden, because its look has not begun;
    nor for a change before the last ring, if that ring was answered: its look has read the change.
    Without `changed_at` the change is taken for new. One write, whatever the answer.
    """
    answered: Condition = UNTIL[side].does_not_exist()
    if changed_at is not None:
        answered &= AT[side].does_not_exist() | (AT[side] < _stored(changed_at))
    return _changed(
        connection_id,
        [UNTIL[side].set(_stored(until)), AT[side].set(_stored(now))],
        answered | (UNTIL[side] < _stored(now)),
    )


def release(connection_id: str, side: Side, *, until: datetime) -> None:
    """Let the next ring try again: the message of this claim could not be sent."""
    _changed(connection_id, [UNTIL[side].set(0)], UNTIL[side] == _stored(until))


def rung(connection_id: str, *, now: datetime) -> Rung:
    """Return the sides that rang, to a look that begins now.

    While a message is hidden, other rings rely on its look; this one must not forget them.
    """
    item = _read(connection_id)
    marks = {side: getattr(item, attribute.attr_name, None) for side, attribute in UNTIL.items()}
    return {
        side: int(until) if until < _stored(now) else None
        for side, until in marks.items()
        if until is not None
    }


def answer(connection_id: str, seen: Rung) -> None:
    """Forget the rings that a look saw before it read; one that came meanwhile stays."""
    for side, until in seen.items():
        if until is not None:
            _changed(connection_id, [UNTIL[side].remove()], UNTIL[side] == until)


def save_secret_digest(connection_id: str, digest: str) -> None:
    """Store the digest of a new secret, in place of an older one."""
    _item(connection_id).update(actions=[DoorbellRow.secret_digest.set(digest)])


def secret_digest(connection_id: str) -> str | None:
    """Return the digest of the secret, if there is one."""
    row = _read(connection_id)
    return row.secret_digest if row else None


def forget(connection_id: str) -> None:
    """Remove the doorbell of a connection; its secret is worth nothing from now on."""
    _item(connection_id).delete()


def _stored(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _item(connection_id: str) -> DoorbellRow:
    return DoorbellRow(key(connection_id, "doorbell"), SORT_KEY)


def _read(connection_id: str) -> DoorbellRow | None:
    return read_row(DoorbellRow, key(connection_id, "doorbell"), SORT_KEY)


def _changed(connection_id: str, actions: list[Action], condition: Condition) -> bool:
    with attempt() as made:
        _item(connection_id).update(actions=actions, condition=condition)
    return made.took_effect
