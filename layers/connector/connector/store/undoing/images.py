"""Where before-images are kept: one row per change of a record in a run."""

from collections.abc import Iterator
from datetime import UTC, datetime

from pynamodb.attributes import NumberAttribute

from connector.model.ids import ConnectionId, FlowName, RecordId, RunId
from connector.model.undoing.images import BeforeImage
from connector.store.packing import PackedValueAttribute
from connector.store.runs import KEPT
from connector.store.table import Item, key


class ImageRow(Item):
    """One change: what was written over, and what was written."""

    image = PackedValueAttribute(BeforeImage)
    expires_at = NumberAttribute()


def expiry() -> int:
    """Return until when it is kept what a run wrote, in epoch seconds."""
    return int((datetime.now(UTC) + KEPT).timestamp())


def keep(connection_id: ConnectionId, image: BeforeImage) -> None:
    """Note a change that is about to be made."""
    ImageRow(
        pk=key(connection_id, "image", image.run_id),
        sk=f"{key(image.flow)}#{image.record_id}#{image.at}",
        image=image,
        expires_at=expiry(),
    ).save()


def between(
    connection_id: ConnectionId, run_id: RunId, flow: FlowName, *, first: RecordId, last: RecordId
) -> Iterator[BeforeImage]:
    """Return the changes of those records of a flow in a run whose ids lie between two, or are."""
    chosen = ImageRow.sk.between(f"{flow}#{first}#", f"{flow}#{last}#~")
    found = ImageRow.query(key(connection_id, "image", run_id), chosen, consistent_read=True)
    return (row.image for row in found)
