"""Records that somebody merged in QuickBooks, as a webhook told: only it names both of them."""

from collections.abc import Iterable

from pynamodb.attributes import UnicodeAttribute

from connector.store.table import Item, key


class Merge(Item):
    """One merge that is not followed yet: the loser is gone, the survivor has its documents."""

    entity = UnicodeAttribute()
    loser = UnicodeAttribute()
    survivor = UnicodeAttribute()


def note(connection_id: str, entity: str, *, loser: str, survivor: str) -> None:
    """Remember a merge; told twice it is the same.

    It is an update, for that is all that the function which everybody can call may do.
    """
    Merge(pk=key(connection_id, "merges"), sk=f"{key(entity)}#{loser}").update(
        actions=[
            Merge.entity.set(entity),
            Merge.loser.set(loser),
            Merge.survivor.set(survivor),
        ]
    )


def noted(connection_id: str) -> list[Merge]:
    """Return the merges that are to be followed."""
    return list(Merge.query(key(connection_id, "merges"), consistent_read=True))


def forget(merges: Iterable[Merge]) -> None:
    """Drop merges that are pending items by now."""
    with Merge.batch_write() as batch:
        for one in merges:
            batch.delete(one)
