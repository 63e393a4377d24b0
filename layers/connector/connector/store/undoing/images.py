"""Where before-images are kept: one row per change of a record in a run."""

from collections.abc import Iterator
from datetime import UTC, datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from connector.model.ids import ConnectionId, FlowName, RecordId, RunId
from connector.model.undoing.images import BeforeImage, WrittenIn
from connector.store.packing import PackedAttribute
from connector.store.runs import KEPT
from connector.store.table import Item, key


class ImageRow(Item):
    """One change: what was written over, and what was written."""

    side = UnicodeAttribute()
    entity = UnicodeAttribute()
    own_id = UnicodeAttribute()
    label = UnicodeAttribute(default="")
    before = PackedAttribute()
    after = PackedAttribute()
    expires_at = NumberAttribute()


def expiry() -> int:
    """Return until when it is kept what a run wrote, in epoch seconds."""
    return int((datetime.now(UTC) + KEPT).timestamp())


def keep(connection_id: ConnectionId, image: BeforeImage) -> None:
    """Note a change that is about to be made."""
    ImageRow(
        pk=key(connection_id, "image", image.run_id),
        sk=f"{key(image.flow)}#{image.record_id}#{image.at}",
        side=image.side,
        entity=image.entity,
        own_id=image.own_id,
        label=image.label,
        before=dict(image.before),
        after=dict(image.after),
        expires_at=expiry(),
    ).save()


def between(
    connection_id: ConnectionId, run_id: RunId, flow: FlowName, *, first: RecordId, last: RecordId
) -> Iterator[BeforeImage]:
    """Yield the changes of the records of a flow in a run whose ids lie between two, with these."""
    chosen = ImageRow.sk.between(f"{flow}#{first}#", f"{flow}#{last}#~")
    found = ImageRow.query(key(connection_id, "image", run_id), chosen, consistent_read=True)
    for row in found:
        _, _, rest = row.sk.partition("#")
        record_id, _, at = rest.rpartition("#")
        side: WrittenIn = "MobiWork" if row.side == "MobiWork" else "QuickBooks"
        yield BeforeImage(
            run_id=run_id,
            flow=flow,
            record_id=record_id,
            side=side,
            entity=row.entity,
            own_id=row.own_id,
            label=row.label,
            before=row.before,
            after=row.after,
            at=at,
        )
