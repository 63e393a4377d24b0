"""What pulling keeps: the intent of an addition to MobiWork, and the link that ends it.

MobiWork knows no idempotency key, so the intent of an addition is durable before it is made, and
whoever finds one looks the record up by its external id before adding anything.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute
from pynamodb.exceptions import DeleteError, PutError, TransactWriteError, UpdateError
from pynamodb.expressions.update import Action

from connector.model.outcomes import Outcome, RecordOutcome
from connector.store.links import AlreadyLinkedError, BackLink, Link, LinkState, owner_of
from connector.store.runs import outcome_item
from connector.store.table import Item, key, lost_condition, transaction


class Addition(Item):
    """The intent of adding one QuickBooks record to MobiWork; `claim` is who is about to.

    `taken` says that MobiWork took the record without telling its number.
    """

    claim = UnicodeAttribute()
    started_at = UnicodeAttribute()
    taken = BooleanAttribute(default=False)


def begin(connection_id: str, entity: str, quickbooks_id: str, claim: str) -> Addition | None:
    """Write the intent; nothing when somebody is faster."""
    item = Addition(
        pk=key(connection_id, "adding", entity),
        sk=quickbooks_id,
        claim=claim,
        started_at=datetime.now(UTC).isoformat(),
    )
    try:
        item.save(condition=Addition.pk.does_not_exist())
    except PutError as error:
        if lost_condition(error):
            return None
        raise
    return item


def take_over(
    connection_id: str, entity: str, quickbooks_id: str, claim: str, *, before: str
) -> Addition | None:
    """Take an intent over from the claim `before`; nothing when somebody is faster."""
    item = Addition(pk=key(connection_id, "adding", entity), sk=quickbooks_id)
    return item if _updated(item, Addition.claim.set(claim), held_by=before) else None


def renew(begun: Addition, claim: str) -> bool:
    """Put an intent under a new claim; False when it is not ours any more."""
    return _updated(begun, Addition.claim.set(claim), held_by=begun.claim)


def note_taken(begun: Addition, *, taken: bool) -> bool:
    """Note whether MobiWork took the record for sure; False when the intent is not ours."""
    return _updated(begun, Addition.taken.set(taken), held_by=begun.claim)


def _updated(item: Addition, action: Action, *, held_by: str) -> bool:
    try:
        item.update(actions=[action], condition=Addition.claim == held_by)
    except UpdateError as error:
        if lost_condition(error):
            return False
        raise
    return True


def under_way(connection_id: str, entity: str, quickbooks_ids: Iterable[str]) -> dict[str, str]:
    """Return the claims of the additions that were begun and not ended, by QuickBooks id."""
    keys = [(key(connection_id, "adding", entity), one) for one in set(quickbooks_ids)]
    found = Addition.batch_get(keys, consistent_read=True) if keys else ()
    return {item.sk: item.claim for item in found}


def pieces_under_way(connection_id: str, entity: str, whole: str) -> bool:
    """Tell whether a piece of a QuickBooks record is being added, such as 77-120 of 77."""
    begun = Addition.query(
        key(connection_id, "adding", entity),
        Addition.sk.startswith(f"{whole}-"),
        consistent_read=True,
    )
    return any(True for _ in begun)


def give_up(begun: Addition) -> None:
    """Remove the intent of an addition of which nothing came, if it still is ours."""
    try:
        begun.delete(condition=Addition.claim == begun.claim)
    except DeleteError as error:
        if not lost_condition(error):
            raise


def save(link: Link, *, outcome: Outcome, claim: str = "", **told: str) -> bool:
    """Store a link both ways with its outcome, and end the addition of `claim`, at once.

    `told` is what the outcome says: run_id, flow, label, note, record_id. False when the link is
    being written by somebody else, or the addition was taken over.

    Raises:
        AlreadyLinkedError: the QuickBooks record belongs to another MobiWork record.
    """
    connection_id, _, entity = link.pk.split("#")
    number = str(link.quickbooks_id)
    link.state, link.claim = LinkState.LINKED.value, ""
    back = BackLink(
        pk=key(connection_id, "back", link.target), sk=number, entity=entity, mobiwork_id=link.sk
    )
    known: dict[str, Any] = {"outcome": outcome, "quickbooks_id": number}
    note = outcome_item(connection_id, RecordOutcome(**(known | told)))
    ours = (Link.state == LinkState.LINKED.value) & (Link.quickbooks_id == number)
    free = Link.pk.does_not_exist() | (Link.state == LinkState.FREE.value)
    same = (BackLink.entity == entity) & (BackLink.mobiwork_id == link.sk)
    addition = Addition(pk=key(connection_id, "adding", entity), sk=number)
    try:
        with transaction() as write:
            write.save(link, condition=free | ours)
            write.save(back, condition=BackLink.pk.does_not_exist() | same)
            write.save(note)
            if claim:
                write.delete(addition, condition=Addition.claim == claim)
    except TransactWriteError as error:
        if not lost_condition(error):
            raise
        owner = owner_of(connection_id, link.target, number)
        if owner not in (None, (entity, link.sk)):
            raise AlreadyLinkedError(owner[1]) from error
        return False
    return True


def follow(  # noqa: PLR0913 - a merge has this many ends
    connection_id: str,
    owner: tuple[str, str],
    *,
    target: str,
    loser: str,
    survivor: str,
    merged_into: str,
) -> bool:
    """Point the link of a merged record to the survivor; False while it is being written.

    Where the survivor belongs to another MobiWork record (`merged_into`), documents still find it
    through this link, but nothing of this record is sent there any more.
    """
    entity, mobiwork_id = owner
    link = Link(pk=key(connection_id, "link", entity), sk=mobiwork_id)
    gone = BackLink(pk=key(connection_id, "back", target), sk=loser)
    back = BackLink(pk=gone.pk, sk=survivor, entity=entity, mobiwork_id=mobiwork_id)
    still = (Link.state == LinkState.LINKED.value) & (Link.quickbooks_id == loser)
    actions: list[Action] = [Link.quickbooks_id.set(survivor), Link.merged_into.set(merged_into)]
    try:
        with transaction() as write:
            write.update(link, actions=actions, condition=still)
            write.delete(gone)
            if not merged_into:
                write.save(back, condition=BackLink.pk.does_not_exist())
    except TransactWriteError as error:
        if lost_condition(error):
            return False
        raise
    return True
