"""Records that somebody merged in QuickBooks, as a webhook told: only it names both of them."""

from collections.abc import Iterable

from pynamodb.attributes import UnicodeAttribute

from connector.model.cursor import MergedRecord
from connector.store.table import Item, key


class MergeRow(Item):
    """The row of one merge that is not followed yet."""

    entity = UnicodeAttribute()
    loser = UnicodeAttribute()
    survivor = UnicodeAttribute()


def note(connection_id: str, merged: MergedRecord) -> None:
    """Remember a merge; told twice it is the same.

    It is an update, for that is all that the function which everybody can call may do.
    """
    _row(connection_id, merged).update(
        actions=[
            MergeRow.entity.set(merged.entity),
            MergeRow.loser.set(merged.loser),
            MergeRow.survivor.set(merged.survivor),
        ]
    )


def noted(connection_id: str) -> list[MergedRecord]:
    """Return the merges that are to be followed."""
    found = MergeRow.query(key(connection_id, "merges"), consistent_read=True)
    return [
        MergedRecord(entity=row.entity, loser=row.loser, survivor=row.survivor) for row in found
    ]


def forget(connection_id: str, merged: Iterable[MergedRecord]) -> None:
    """Drop merges that are pending items by now."""
    with MergeRow.batch_write() as batch:
        for one in merged:
            batch.delete(_row(connection_id, one))


def _row(connection_id: str, merged: MergedRecord) -> MergeRow:
    return MergeRow(pk=key(connection_id, "merges"), sk=f"{key(merged.entity)}#{merged.loser}")
