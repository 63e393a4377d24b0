"""Records that somebody merged in QuickBooks, as a webhook told: only it names both of them.

Where a linked one led is kept for good: a survivor may be merged into another one later. What
nobody follows, and what was linked to nothing, is forgotten after two years.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from connector.model.cursor import FollowedMerge, MergedRecord
from connector.model.ids import ConnectionId
from connector.model.links import RecordKey
from connector.store.table import Item, attempt, key

KEPT = timedelta(days=730)


class MergeRow(Item):
    """The row of one merge that is not followed yet."""

    entity = UnicodeAttribute()
    loser = UnicodeAttribute()
    survivor = UnicodeAttribute()
    expires_at = NumberAttribute(null=True)


class FollowedRow(Item):
    """The row of one merge that was followed, of each record that was linked one at most."""

    survivor = UnicodeAttribute()
    entity = UnicodeAttribute(null=True)
    mobiwork_id = UnicodeAttribute(null=True)
    expires_at = NumberAttribute(null=True)


def note(connection_id: ConnectionId, merged: MergedRecord) -> None:
    """Remember a merge; told twice it is the same.

    It is an update, for that is all that the function which everybody can call may do.
    """
    _row(connection_id, merged).update(
        actions=[
            MergeRow.entity.set(merged.entity),
            MergeRow.loser.set(merged.loser),
            MergeRow.survivor.set(merged.survivor),
            MergeRow.expires_at.set(_later()),
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
    """Remember where a record went and who was linked to it; a known one stays."""
    row = FollowedRow(pk=_followed(connection_id, merged.entity), sk=merged.loser)
    led = FollowedRow.survivor.set(merged.survivor)
    if owner is not None:
        linked = FollowedRow.entity.set(owner.entity)
        to = FollowedRow.mobiwork_id.set(owner.mobiwork_id)
        row.update(actions=[led, linked, to, FollowedRow.expires_at.remove()])
        return
    with attempt() as made:
        row.update(
            actions=[led, FollowedRow.expires_at.set(_later())],
            condition=FollowedRow.entity.does_not_exist(),
        )
    if not made.took_effect:
        row.update(actions=[led])


def survivors(connection_id: ConnectionId, entity: str, losers: Iterable[str]) -> dict[str, str]:
    """Return where some records of a QuickBooks entity went, followed or still to be."""
    ids = list(losers)
    noted = MergeRow.batch_get(
        [(key(connection_id, "merges"), _place(entity, one)) for one in ids], consistent_read=True
    )
    led = FollowedRow.batch_get(
        [(_followed(connection_id, entity), one) for one in ids], consistent_read=True
    )
    return {row.sk: row.survivor for row in led} | {row.loser: row.survivor for row in noted}


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
    return MergeRow(pk=key(connection_id, "merges"), sk=_place(merged.entity, merged.loser))


def _place(entity: str, loser: str) -> str:
    return f"{key(entity)}#{loser}"


def _later() -> int:
    return int((datetime.now(UTC) + KEPT).timestamp())
