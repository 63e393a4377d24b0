"""What the probe found of the MobiWork calls that are only assumed, per connection."""

from datetime import datetime
from typing import Any

from pynamodb.attributes import UnicodeAttribute

from connector.store.packing import PackedAttribute
from connector.store.table import Item, key


class ProbeItem(Item):
    """The findings of the latest probe."""

    findings = PackedAttribute()
    probed_at = UnicodeAttribute()


def save(connection_id: str, findings: list[dict[str, Any]], *, at: datetime) -> None:
    """Remember what a probe found."""
    ProbeItem(
        pk=key(connection_id, "probe"), sk="latest", findings=findings, probed_at=at.isoformat()
    ).save()


def read(connection_id: str) -> list[dict[str, Any]]:
    """Return what the latest probe found; nothing when there was none."""
    found = ProbeItem.query(key(connection_id, "probe"), ProbeItem.sk == "latest")
    return next((list(item.findings) for item in found), [])
