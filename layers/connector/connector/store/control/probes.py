"""What the probe found of the MobiWork calls that are only assumed, per connection."""

from connector.model.ids import ConnectionId
from connector.model.policy.account_values import Probed
from connector.store.packing import PackedValueAttribute
from connector.store.table import Item, key, read_row

LATEST = "latest"


class ProbeRow(Item):
    """The findings of the latest probe."""

    probed = PackedValueAttribute(Probed)


def save(probed: Probed) -> None:
    """Remember what a probe found, instead of what the one before did."""
    ProbeRow(pk=key(probed.connection_id, "probe"), sk=LATEST, probed=probed).save()


def latest(connection_id: ConnectionId) -> Probed | None:
    """Return what the latest probe found; None before the first."""
    row = read_row(ProbeRow, key(connection_id, "probe"), LATEST)
    return None if row is None else row.probed
