"""Where the addresses of customers are kept: documents name a place of work by its id only."""

from collections.abc import Iterable, Mapping

from connector.model.body import Body
from connector.model.ids import ConnectionId
from connector.store.packing import PackedAttribute
from connector.store.table import Item, key


class PlacesRow(Item):
    """The row of one customer: the addresses it was last read with, by their ids."""

    places = PackedAttribute()


def keep(connection_id: ConnectionId, places: Mapping[str, Mapping[str, Body]]) -> None:
    """Remember the addresses of customers, by customer and by the id of the address."""
    with PlacesRow.batch_write() as batch:
        for customer, known in places.items():
            row = PlacesRow(pk=key(connection_id, "places"), sk=customer, places=dict(known))
            batch.save(row)


def read_many(
    connection_id: ConnectionId, customers: Iterable[str]
) -> dict[str, Mapping[str, Body]]:
    """Return the addresses of those customers that were read with any."""
    keys = [(key(connection_id, "places"), one) for one in set(customers) if one]
    found = PlacesRow.batch_get(keys, consistent_read=True)
    return {row.sk: row.places for row in found}
