"""Where is kept what the records of a MobiWork account say: one small row per entity."""

from collections.abc import Mapping

from pynamodb.attributes import UnicodeAttribute

from connector.model.flows.census import Census
from connector.model.ids import ConnectionId
from connector.store.packing import PackedValueAttribute
from connector.store.table import Item, key


class CensusRow(Item):
    """What the records of one entity said when its list was last read to the end."""

    census = PackedValueAttribute(Census)
    entity = UnicodeAttribute()


def read_all(connection_id: ConnectionId) -> Mapping[str, Census]:
    """Return what the records of each entity said, by the entity's name in MobiWork."""
    rows = CensusRow.query(key(connection_id, "census"), consistent_read=True)
    return {row.entity: row.census for row in rows}


def save(connection_id: ConnectionId, entity: str, census: Census) -> None:
    """Keep what the records of an entity say by now."""
    CensusRow(
        pk=key(connection_id, "census"), sk=entity, entity=entity, census=census.as_kept()
    ).save()
