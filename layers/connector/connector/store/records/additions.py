"""The intents of additions to MobiWork.

MobiWork knows no idempotency key, so the intent of an addition is durable before it is made, and
whoever finds one looks the record up by its external id before adding anything.
"""

from collections.abc import Iterable

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute
from pynamodb.transactions import TransactWrite

from connector.model.ids import ConnectionId, QuickBooksId
from connector.model.links import Addition
from connector.store.table import Item, attempt, key


class AdditionRow(Item):
    """The intent of adding one QuickBooks record to MobiWork."""

    claim = UnicodeAttribute()
    taken = BooleanAttribute(default=False)


def claim(connection_id: ConnectionId, addition: Addition, *, before: Addition | None) -> bool:
    """Write an intent in the place of the one `before`, if any; False when somebody is faster.

    An intent that is found under its own claim was written by this call: its answer was lost and
    the client sent it again.
    """
    unbegun = AdditionRow.pk.does_not_exist()
    condition = unbegun if before is None else AdditionRow.claim == before.claim
    with attempt() as made:
        _row(connection_id, addition).save(condition=condition)
    if made.took_effect:
        return True
    now = under_way(connection_id, addition.entity, [addition.quickbooks_id])
    return bool(now) and now[addition.quickbooks_id].claim == addition.claim


def release(connection_id: ConnectionId, addition: Addition) -> None:
    """Remove the intent of an addition of which nothing came, if it still is ours."""
    with attempt():
        _row(connection_id, addition).delete(condition=AdditionRow.claim == addition.claim)


def note_taken(connection_id: ConnectionId, addition: Addition, *, taken: bool) -> None:
    """Note whether MobiWork took the record for sure, if the intent still is ours."""
    with attempt():
        _row(connection_id, addition).update(
            actions=[AdditionRow.taken.set(taken)], condition=AdditionRow.claim == addition.claim
        )


def end(write: TransactWrite, connection_id: ConnectionId, addition: Addition) -> None:
    """Let a transaction end an addition, which fails if it is not ours any more."""
    write.delete(_row(connection_id, addition), condition=AdditionRow.claim == addition.claim)


def under_way(
    connection_id: ConnectionId, entity: str, quickbooks_ids: Iterable[QuickBooksId]
) -> dict[QuickBooksId, Addition]:
    """Return the additions that were begun and not ended, by QuickBooks id."""
    keys = [(key(connection_id, "adding", entity), one) for one in set(quickbooks_ids)]
    found = AdditionRow.batch_get(keys, consistent_read=True) if keys else ()
    return {
        row.sk: Addition(entity=entity, quickbooks_id=row.sk, claim=row.claim, taken=row.taken)
        for row in found
    }


def pieces_under_way(connection_id: ConnectionId, entity: str, whole: QuickBooksId) -> bool:
    """Tell whether a piece of a QuickBooks record is being added, such as 77-120 of 77."""
    begun = AdditionRow.query(
        key(connection_id, "adding", entity),
        AdditionRow.sk.startswith(f"{whole}-"),
        consistent_read=True,
    )
    return any(True for _ in begun)


def _row(connection_id: ConnectionId, addition: Addition) -> AdditionRow:
    return AdditionRow(
        pk=key(connection_id, "adding", addition.entity),
        sk=addition.quickbooks_id,
        claim=addition.claim,
        taken=addition.taken,
    )
