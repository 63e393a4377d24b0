"""Links between MobiWork and QuickBooks records, unique in both directions, and their intents.

One row holds how far a MobiWork record has come (see `model.links`). Only who holds the claim of an
intent may turn it into a link. A released intent stays, with the next generation: a request id that
QuickBooks has once refused is never used again.
"""

from collections.abc import Iterable

from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from connector.model.ids import ConnectionId, MobiWorkId, QuickBooksId
from connector.model.links import (
    Addition,
    AlreadyLinkedError,
    Intent,
    Link,
    Linking,
    RecordKey,
    Released,
)
from connector.model.outcomes import RecordOutcome
from connector.model.pending import PendingItem
from connector.store.records.additions import is_ours
from connector.store.records.link_rows import (
    BackLinkRow,
    LinkRow,
    LinkState,
    back_row,
    intent_row,
    link_row,
    owner_in,
    standing,
)
from connector.store.records.pending import close, note_ended, remove
from connector.store.runs import save_outcome_in
from connector.store.table import (
    attempt,
    key,
    lost_condition,
    met_another,
    read_row,
    read_rows,
    rows_after,
    transaction,
)

LONGEST_KEY = 1024
"""So many bytes the second part of a key has at most."""


def read(connection_id: ConnectionId, entity: str, mobiwork_id: MobiWorkId) -> Linking | None:
    """Return how far one record has come, read consistently; None where nothing was begun."""
    row = read_row(LinkRow, key(connection_id, "link", entity), mobiwork_id)
    return None if row is None else standing(row)


def read_many(
    connection_id: ConnectionId, wanted: Iterable[tuple[str, MobiWorkId]]
) -> dict[tuple[str, MobiWorkId], Linking]:
    """Return how far (entity, MobiWork id) pairs have come, read consistently.

    A reference without an id, or with one that no row can have, has no link; DynamoDB would refuse
    the whole read for it.
    """
    keys = [
        (key(connection_id, "link", entity), record)
        for entity, record in set(wanted)
        if 0 < len(record.encode()) <= LONGEST_KEY
    ]
    return {owner_in(row): standing(row) for row in read_rows(LinkRow, keys)}


def read_beginning(
    connection_id: ConnectionId, entity: str, start: str
) -> dict[tuple[str, MobiWorkId], Linking]:
    """Return how far the records of one entity have come whose ids begin with `start`."""
    chosen = LinkRow.sk.startswith(start) if start else None
    found = LinkRow.query(key(connection_id, "link", entity), chosen, consistent_read=True)
    return {owner_in(row): standing(row) for row in found}


def read_some(
    connection_id: ConnectionId, entity: str, *, after: MobiWorkId, limit: int
) -> dict[MobiWorkId, Linking]:
    """Return how far at most `limit` records of one entity have come, by id, after `after`."""
    rows = rows_after(LinkRow, key(connection_id, "link", entity), after, limit=limit)
    return {row.sk: standing(row) for row in rows}


def claim(connection_id: ConnectionId, intent: Intent, *, before: Released | Intent | None) -> bool:
    """Write `intent` if the record still stands as it was read; False when somebody was faster.

    An intent that is found under its own claim was written by this call: its answer was lost and
    the client sent it again.
    """
    row = intent_row(connection_id, intent)
    with attempt() as made:
        row.save(condition=_stands(before))
    if made.took_effect:
        return True
    now = read(connection_id, *intent.owner)
    return isinstance(now, Intent) and now.claim == intent.claim


def _stands(before: Released | Intent | None) -> Condition:
    if before is None:
        return LinkRow.pk.does_not_exist()
    held = _held(before) if isinstance(before, Intent) else LinkRow.state == LinkState.FREE
    condition: Condition = held & (LinkRow.generation == before.generation)
    return condition


def _held(intent: Intent) -> Condition:
    """Return the condition that an intent is under the claim it was read with."""
    mine = LinkRow.claim.does_not_exist() if intent.claim is None else LinkRow.claim == intent.claim
    condition: Condition = (LinkRow.state == LinkState.PENDING) & mine
    return condition


def release(connection_id: ConnectionId, intent: Intent) -> None:
    """Give up an intent of which nothing was created; its request id is not used again."""
    next_one = LinkRow.generation.set(intent.generation + 1)
    _change(connection_id, intent, [LinkRow.state.set(LinkState.FREE), next_one])


def let_go(connection_id: ConnectionId, intent: Intent) -> None:
    """Leave an intent that may have been sent to whoever comes next, with its request id."""
    _change(connection_id, intent, [])


def _change(connection_id: ConnectionId, intent: Intent, actions: list[Action]) -> None:
    row = LinkRow(pk=key(connection_id, "link", intent.owner.entity), sk=intent.owner.mobiwork_id)
    with attempt():
        row.update(actions=[*actions, LinkRow.claim.remove()], condition=_held(intent))


def save(  # noqa: PLR0913 - a link ends this much
    connection_id: ConnectionId,
    link: Link,
    told: RecordOutcome,
    *,
    before: Intent | Link | None = None,
    ends: Addition | None = None,
    closes: PendingItem | None = None,
) -> bool:
    """Store a link both ways with its outcome at once, in the place of what was read `before`.

    Without `before` the record must not be on its way, nor linked to another one. `ends` is the
    addition that the link brings to its end. `closes` is the pending item that is done with it: it
    is removed unless a newer reading has taken its place. False when somebody else took over or was
    faster.

    Raises:
        AlreadyLinkedError: the QuickBooks record belongs to another MobiWork record.
    """
    owner, nobodys = link.owner, BackLinkRow.entity.does_not_exist()
    same = (BackLinkRow.entity == owner.entity) & (BackLinkRow.mobiwork_id == owner.mobiwork_id)
    free = is_ours(ends) if ends is not None else nobodys | same
    try:
        with transaction() as write:
            write.save(link_row(connection_id, link), condition=_replaceable(link, before))
            write.save(back_row(connection_id, link), condition=free)
            save_outcome_in(write, connection_id, told)
            if closes is not None:
                remove(write, closes)
    except TransactWriteError as error:
        if closes is not None and (lost_condition(error) or met_another(error)):
            return _save_before_closing(connection_id, link, told, before, closes)
        if not lost_condition(error):
            raise
        other = owner_of(connection_id, link.target, link.quickbooks_id)
        if other not in (None, owner):
            raise AlreadyLinkedError(other.mobiwork_id) from error
        return False
    if closes is not None:
        note_ended(closes)
    return True


def _save_before_closing(
    connection_id: ConnectionId,
    link: Link,
    told: RecordOutcome,
    before: Intent | Link | None,
    closes: PendingItem,
) -> bool:
    """Save a link whose item may be newer, or is being written, by now; then close it if it is not.

    What failed may have been the link itself, which is then not saved either.
    """
    saved = save(connection_id, link, told, before=before)
    if saved:
        close(closes)
    return saved


def _replaceable(link: Link, before: Intent | Link | None) -> Condition:
    """Return the condition under which a link may be written."""
    condition: Condition
    match before:
        case Intent():
            condition = _held(before)
        case Link():
            linked = _linked_to(before.quickbooks_id)
            condition = linked & (LinkRow.sync_token == before.sync_token)
        case None:
            free = LinkRow.pk.does_not_exist() | (LinkRow.state == LinkState.FREE)
            condition = free | _linked_to(link.quickbooks_id)
    return condition


def _linked_to(quickbooks_id: QuickBooksId) -> Condition:
    condition: Condition = (LinkRow.state == LinkState.LINKED) & (
        LinkRow.quickbooks_id == quickbooks_id
    )
    return condition


def repoint(  # noqa: PLR0913 - a merge has this many ends
    connection_id: ConnectionId,
    owner: RecordKey,
    *,
    target: str,
    loser: QuickBooksId,
    survivor: QuickBooksId,
    merged_into: MobiWorkId | None,
) -> bool:
    """Point the link of a merged record to the survivor; False while it is being written.

    Where the survivor belongs to another MobiWork record (`merged_into`), documents still find it
    through this link, but nothing of this record is sent there any more.
    """
    link = LinkRow(pk=key(connection_id, "link", owner.entity), sk=owner.mobiwork_id)
    gone = BackLinkRow(pk=key(connection_id, "back", target), sk=loser)
    back = BackLinkRow(pk=gone.pk, sk=survivor, entity=owner.entity, mobiwork_id=owner.mobiwork_id)
    actions: list[Action] = [LinkRow.quickbooks_id.set(survivor)]
    if merged_into is not None:
        actions.append(LinkRow.merged_into.set(merged_into))
    with attempt() as made, transaction() as write:
        write.update(link, actions=actions, condition=_linked_to(loser))
        write.delete(gone)
        if merged_into is None:
            write.save(back, condition=BackLinkRow.pk.does_not_exist())
    return made.took_effect


def note_drift(connection_id: ConnectionId, link: Link, drift: str | None) -> None:
    """Remember how a posted document differs from its record by now; None when it does not."""
    if link.drift != drift:
        action = LinkRow.drift.remove() if drift is None else LinkRow.drift.set(drift)
        _note(connection_id, link.owner, action)


def note_gone(connection_id: ConnectionId, owner: RecordKey, reason: str) -> None:
    """Remember that a document was voided or deleted in QuickBooks, as a person was told."""
    _note(connection_id, owner, LinkRow.gone.set(reason))


def _note(connection_id: ConnectionId, owner: RecordKey, action: Action) -> None:
    row = LinkRow(pk=key(connection_id, "link", owner.entity), sk=owner.mobiwork_id)
    with attempt():
        row.update(actions=[action], condition=LinkRow.pk.exists())


def owner_of(
    connection_id: ConnectionId, target: str, quickbooks_id: QuickBooksId
) -> RecordKey | None:
    """Return the MobiWork record that a QuickBooks record is linked to."""
    return owners_of(connection_id, target, [quickbooks_id]).get(quickbooks_id)


def owners_of(
    connection_id: ConnectionId, target: str, quickbooks_ids: Iterable[QuickBooksId]
) -> dict[QuickBooksId, RecordKey]:
    """Return the MobiWork records of QuickBooks records that are linked, by QuickBooks id."""
    partition = key(connection_id, "back", target)
    found = read_rows(BackLinkRow, [(partition, one) for one in quickbooks_ids])
    return _owners_in(found)


def _owners_in(found: Iterable[BackLinkRow]) -> dict[QuickBooksId, RecordKey]:
    """Return the owners of records; what is only being added has none."""
    return {one.sk: RecordKey(one.entity, one.mobiwork_id) for one in found if one.entity}


def owners_across(
    connection_id: ConnectionId, targets: Iterable[str], quickbooks_id: QuickBooksId
) -> set[RecordKey]:
    """Return the MobiWork records that records of that id are linked to, of several entities."""
    keys = [(key(connection_id, "back", target), quickbooks_id) for target in set(targets)]
    found = BackLinkRow.batch_get(keys, consistent_read=True)
    return {RecordKey(back.entity, back.mobiwork_id) for back in found if back.entity}


def owners_of_pieces(
    connection_id: ConnectionId, target: str, quickbooks_id: QuickBooksId
) -> dict[QuickBooksId, RecordKey]:
    """Return the MobiWork records of the pieces of one QuickBooks record, by their own ids."""
    pieces = BackLinkRow.sk.startswith(f"{quickbooks_id}-")
    found = BackLinkRow.query(key(connection_id, "back", target), pieces, consistent_read=True)
    return _owners_in(found)
