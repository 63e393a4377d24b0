"""The intents of additions to MobiWork.

MobiWork knows no idempotency key, so the intent of an addition is durable before it is made, and
whoever finds one looks the record up by its external id before adding anything. It lies where the
back link will be, which takes its place: a record that is linked cannot be begun.
"""

from collections.abc import Iterable

from pynamodb.expressions.condition import Condition

from connector.model.ids import ConnectionId, QuickBooksId
from connector.model.links import Addition
from connector.store.records.link_rows import BackLinkRow
from connector.store.table import attempt, key


def claim(connection_id: ConnectionId, addition: Addition, *, before: Addition | None) -> bool:
    """Write an intent in the place of the one `before`, if any; False when somebody is faster.

    That is also so where the record is linked by now. An intent that is found under its own claim
    was written by this call: its answer was lost and the client sent it again.
    """
    unbegun = BackLinkRow.pk.does_not_exist()
    with attempt() as made:
        _row(connection_id, addition).save(condition=is_ours(before) if before else unbegun)
    if made.took_effect:
        return True
    now = under_way(connection_id, addition.source, [addition.quickbooks_id])
    return bool(now) and now[addition.quickbooks_id].claim == addition.claim


def release(connection_id: ConnectionId, addition: Addition) -> None:
    """Remove the intent of an addition of which nothing came, if it still is ours."""
    with attempt():
        _row(connection_id, addition).delete(condition=is_ours(addition))


def note_taken(connection_id: ConnectionId, addition: Addition, *, taken: bool) -> None:
    """Note whether MobiWork took the record for sure, if the intent still is ours."""
    with attempt():
        _row(connection_id, addition).update(
            actions=[BackLinkRow.taken.set(taken)], condition=is_ours(addition)
        )


def is_ours(addition: Addition) -> Condition:
    """Return the condition that an addition is still ours."""
    condition: Condition = BackLinkRow.claim == addition.claim
    return condition


def under_way(
    connection_id: ConnectionId, source: str, quickbooks_ids: Iterable[QuickBooksId]
) -> dict[QuickBooksId, Addition]:
    """Return the additions that were begun and not ended, by QuickBooks id."""
    keys = [(key(connection_id, "back", source), one) for one in set(quickbooks_ids)]
    found = BackLinkRow.batch_get(keys, consistent_read=True)
    return {
        row.sk: Addition(
            source=source, quickbooks_id=row.sk, claim=row.claim, taken=bool(row.taken)
        )
        for row in found
        if row.claim
    }


def pieces_under_way(connection_id: ConnectionId, source: str, whole: QuickBooksId) -> bool:
    """Tell whether a piece of a QuickBooks record is being added, such as 77-120 of 77."""
    begun = BackLinkRow.query(
        key(connection_id, "back", source),
        BackLinkRow.sk.startswith(f"{whole}-"),
        filter_condition=BackLinkRow.claim.exists(),
        consistent_read=True,
    )
    return any(True for _ in begun)


def _row(connection_id: ConnectionId, addition: Addition) -> BackLinkRow:
    return BackLinkRow(
        pk=key(connection_id, "back", addition.source),
        sk=addition.quickbooks_id,
        claim=addition.claim,
        taken=addition.taken or None,
    )
