"""Records that settings or their own state keep out of QuickBooks, with the reason.

They lie apart from the pending items, so that looking for work never reads them; they come back
when settings are saved, and a record that waits for one can say why it is not there.
"""

from collections.abc import Iterable

from pynamodb.attributes import UnicodeAttribute

from connector.store import pending
from connector.store.packing import PackedTextAttribute
from connector.store.pending import Pending, PendingState
from connector.store.table import Item, key


class LeftOut(Item):
    """One record that is left out of one flow, as read."""

    record = PackedTextAttribute()
    fingerprint = UnicodeAttribute()
    found_at = UnicodeAttribute()
    label = UnicodeAttribute(default="")
    reason = UnicodeAttribute(default="")


def keep(item: Pending, *, label: str, reason: str) -> None:
    """Remember a record that is left out; its pending item is closed afterwards."""
    connection_id, _, flow = item.pk.split("#")
    LeftOut(
        pk=key(connection_id, "left-out", flow),
        sk=item.sk,
        record=item.record,
        fingerprint=item.fingerprint,
        found_at=item.found_at,
        label=label,
        reason=reason,
    ).save()


def read_many(connection_id: str, flow: str, record_ids: Iterable[str]) -> dict[str, LeftOut]:
    """Return those of some records that are left out."""
    ids = {record_id for record_id in record_ids if record_id}
    keys = [(key(connection_id, "left-out", flow), record_id) for record_id in ids]
    return {item.sk: item for item in LeftOut.batch_get(keys)} if keys else {}


def replay_all(connection_id: str, flow: str) -> int:
    """Make all records that were left out of a flow pending again; return how many."""
    found = list(LeftOut.query(key(connection_id, "left-out", flow), consistent_read=True))
    newer = pending.read_many(connection_id, flow, [item.sk for item in found])
    with Pending.batch_write() as batch:
        for item in (one for one in found if one.sk not in newer):
            batch.save(
                Pending(
                    pk=key(connection_id, "pending", flow),
                    sk=item.sk,
                    state=PendingState.CHANGED.value,
                    record=item.record,
                    fingerprint=item.fingerprint,
                    found_at=item.found_at,
                    label=item.label,
                )
            )
    with LeftOut.batch_write() as batch:
        for item in found:
            batch.delete(item)
    return len(found)
