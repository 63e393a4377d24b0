"""What the probe found of the MobiWork calls that are only assumed, per connection."""

from dataclasses import asdict
from datetime import datetime

from pynamodb.attributes import UnicodeAttribute

from connector.model.ids import ConnectionId
from connector.model.policy.account_values import Finding, Probed
from connector.store.packing import PackedAttribute
from connector.store.table import Item, key, read_row

LATEST = "latest"


class ProbeRow(Item):
    """The findings of the latest probe, and when it was, in UTC."""

    findings = PackedAttribute()
    probed_at = UnicodeAttribute()


def save(probed: Probed) -> None:
    """Remember what a probe found, instead of what the one before did."""
    ProbeRow(
        pk=key(probed.connection_id, "probe"),
        sk=LATEST,
        findings=[asdict(one) for one in probed.findings],
        probed_at=probed.at.isoformat(),
    ).save()


def latest(connection_id: ConnectionId) -> Probed | None:
    """Return what the latest probe found; None before the first."""
    row = read_row(ProbeRow, key(connection_id, "probe"), LATEST)
    if row is None:
        return None
    findings = tuple(Finding(**one) for one in row.findings)
    return Probed(connection_id, datetime.fromisoformat(row.probed_at), findings)
