"""Records that somebody merged in QuickBooks, as a webhook told: only it names both of them.

Where each one led is kept for good: a survivor may be merged into another one later.
"""

from collections.abc import Iterable

from pynamodb.attributes import UnicodeAttribute
from pynamodb.expressions.update import Action

from connector.model.cursor import FollowedMerge, MergedRecord
from connector.model.ids import ConnectionId
from connector.model.links import RecordKey
from connector.store.table import Item, key


class MergeRow(Item):
    """The row of one merge that is not followed yet."""

    entity = UnicodeAttribute()
    loser = UnicodeAttribute()
    survivor = UnicodeAttribute()


class FollowedRow(Item):
    """The row of one merge that was followed; rows of one connection are few."""

    survivor = UnicodeAttribute()
    entity = UnicodeAttribute(null=True)
    mobiwork_id = UnicodeAttribute(null=True)


def note(connection_id: ConnectionId, merged: MergedRecord) -> None:
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


def noted(connection_id: ConnectionId) -> list[MergedRecord]:
    """Return the merges that are to be followed."""
    found = MergeRow.query(key(connection_id, "merges"), consistent_read=True)
    return [
        MergedRecord(entity=row.entity, loser=row.loser, survivor=row.survivor) for row in found
    ]


def forget(connection_id: ConnectionId, merged: Iterable[MergedRecord]) -> None:
    """Drop merges that are pending items by now."""
    with MergeRow.batch_write() as batch:
        for one in merged:
            batch.delete(_row(connection_id, one))


def follow(connection_id: ConnectionId, merged: MergedRecord, owner: RecordKey | None) -> None:
    """Remember for good where a record went and who was linked to it; a known one stays."""
    actions: list[Action] = [FollowedRow.survivor.set(merged.survivor)]
    if owner is not None:
        actions.append(FollowedRow.entity.set(owner.entity))
        actions.append(FollowedRow.mobiwork_id.set(owner.mobiwork_id))
    FollowedRow(pk=_followed(connection_id, merged.entity), sk=merged.loser).update(actions=actions)


def followed(connection_id: ConnectionId, entity: str) -> dict[str, FollowedMerge]:
    """Return the merges of a QuickBooks entity that were followed, by the id of the loser."""
    found = FollowedRow.query(_followed(connection_id, entity), consistent_read=True)
    return {
        row.sk: FollowedMerge(
            survivor=row.survivor,
            owner=RecordKey(row.entity, row.mobiwork_id) if row.entity else None,
        )
        for row in found
    }


def _followed(connection_id: ConnectionId, entity: str) -> str:
    return key(connection_id, "merges-followed", entity)


def _row(connection_id: ConnectionId, merged: MergedRecord) -> MergeRow:
    return MergeRow(pk=key(connection_id, "merges"), sk=f"{key(merged.entity)}#{merged.loser}")
