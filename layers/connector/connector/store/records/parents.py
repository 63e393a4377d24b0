"""Which QuickBooks record is right below which: a record itself names only the one above it."""

from collections.abc import Iterable, Mapping

from pynamodb.attributes import UnicodeAttribute

from connector.model.ids import ConnectionId
from connector.store.table import Item, key, read_rows


class ParentRow(Item):
    """One record and the one above it, as last read; it stays when the record moves to the top."""

    parent = UnicodeAttribute()


def keep(connection_id: ConnectionId, entity: str, parents: Mapping[str, str]) -> None:
    """Remember the parents of some records; only what is new is written."""
    known = above(connection_id, entity, parents)
    with ParentRow.batch_write() as batch:
        for child, parent in parents.items():
            if known.get(child) != parent:
                batch.save(
                    ParentRow(pk=key(connection_id, "parents", entity), sk=child, parent=parent)
                )


def above(connection_id: ConnectionId, entity: str, children: Iterable[str]) -> dict[str, str]:
    """Return the parents of those records that were ever read with one."""
    partition = key(connection_id, "parents", entity)
    found = read_rows(ParentRow, [(partition, one) for one in children])
    return {item.sk: item.parent for item in found}


def below(connection_id: ConnectionId, entity: str, records: Iterable[str]) -> set[str]:
    """Return all records that are below some others, at any depth."""
    everyone = list(ParentRow.query(key(connection_id, "parents", entity), consistent_read=True))
    found, higher = set[str](), set(records)
    while higher:
        higher = {one.sk for one in everyone if one.parent in higher} - found
        found |= higher
    return found
