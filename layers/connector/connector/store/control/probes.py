"""What the probe found of the MobiWork calls that are only assumed, per connection."""

from datetime import datetime

from pynamodb.attributes import UnicodeAttribute

from connector.model.body import Body
from connector.store.packing import PackedAttribute
from connector.store.table import Item, key


class ProbeRow(Item):
    """The findings of the latest probe."""

    findings = PackedAttribute()
    probed_at = UnicodeAttribute()


def save(connection_id: str, findings: list[Body], *, at: datetime) -> None:
    """Remember what a probe found."""
    ProbeRow(
        pk=key(connection_id, "probe"), sk="latest", findings=findings, probed_at=at.isoformat()
    ).save()
