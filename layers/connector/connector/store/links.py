"""Links between MobiWork and QuickBooks records, unique in both directions, and their intents.

A link begins as an *intent*: the durable note, written before a create, that one worker is about to
make it. `claim` is the token of that worker; only who holds it may turn the intent into a link.
A released intent stays, with the next generation: a request id that QuickBooks has once refused is
never used again.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, PutError, TransactWriteError, UpdateError

from connector.model.context import Linked
from connector.model.outcomes import Outcome, RecordOutcome
from connector.store.packing import PackedAttribute
from connector.store.runs import outcome_item
from connector.store.table import Item, key, lost_condition, transaction


class LinkState(StrEnum):
    """How far a link has come."""

    FREE = "free"
    PENDING = "pending"
    LINKED = "linked"


class Link(Item):
    """One MobiWork record and, once linked, its QuickBooks record."""

    state = UnicodeAttribute()
    generation = NumberAttribute(default=1)
    claim = UnicodeAttribute(default="")
    request_id = UnicodeAttribute(default="")
    content_hash = UnicodeAttribute(default="")
    twin_query = UnicodeAttribute(default="")
    body = PackedAttribute(null=True)
    started_at = UnicodeAttribute(default="")
    target = UnicodeAttribute(default="")
    quickbooks_id = UnicodeAttribute(null=True)
    sync_token = UnicodeAttribute(null=True)
    total = UnicodeAttribute(null=True)
    origin = UnicodeAttribute(default="")
    kind = UnicodeAttribute(default="")
    line_ids = UnicodeAttribute(default="")
    run_id = UnicodeAttribute(default="")
    drift = UnicodeAttribute(default="")
    here = PackedAttribute(null=True)
    there = PackedAttribute(null=True)
    disputed = PackedAttribute(null=True)
    merged_into = UnicodeAttribute(default="")
    gone = UnicodeAttribute(default="")
    facts = PackedAttribute(null=True)

    def linked(self) -> Linked:
        """Return what translations may know of this link; only for a link in state linked."""
        return Linked(
            quickbooks_id=str(self.quickbooks_id),
            sync_token=str(self.sync_token),
            content_hash=self.content_hash,
            base=self.body or {},
            total=Decimal(self.total) if self.total is not None else None,
            kind=self.kind,
            line_ids=tuple(self.line_ids.split()),
            here=self.here or {},
            there=self.there or {},
            disputed=tuple(self.disputed or ()),
            merged_into=self.merged_into,
            gone=self.gone,
            facts=self.facts or {},
        )


class BackLink(Item):
    """One QuickBooks record and the MobiWork record it is linked to."""

    entity = UnicodeAttribute()
    mobiwork_id = UnicodeAttribute()


class AlreadyLinkedError(Exception):
    """The QuickBooks record belongs to another MobiWork record, named by `mobiwork_id`."""

    def __init__(self, mobiwork_id: str) -> None:
        super().__init__(f"already linked to MobiWork record {mobiwork_id}")
        self.mobiwork_id = mobiwork_id


def read_many(connection_id: str, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Link]:
    """Return the links of (entity, MobiWork id) pairs that have one, read consistently.

    A reference without an id has none; DynamoDB would refuse the whole read for it.
    """
    keys = [
        (key(connection_id, "link", entity), record) for entity, record in set(wanted) if record
    ]
    found = Link.batch_get(keys, consistent_read=True) if keys else ()
    return {(link.pk.rsplit("#", 1)[1], link.sk): link for link in found}


def read_beginning(connection_id: str, entity: str, start: str) -> dict[tuple[str, str], Link]:
    """Return the links of one entity whose ids begin with `start`."""
    found = Link.query(
        key(connection_id, "link", entity), Link.sk.startswith(start), consistent_read=True
    )
    return {(entity, link.sk): link for link in found}


def read_linked(connection_id: str, entity: str) -> dict[str, Link]:
    """Return all links of one entity, intents left out, by MobiWork id."""
    found = Link.query(key(connection_id, "link", entity), consistent_read=True)
    return {link.sk: link for link in found if link.state == LinkState.LINKED}


def read_some(connection_id: str, entity: str, *, after: str, limit: int) -> list[Link]:
    """Return at most `limit` links and intents of one entity by MobiWork id, after `after`."""
    return list(
        Link.query(
            key(connection_id, "link", entity),
            Link.sk > after if after else None,
            limit=limit,
            consistent_read=True,
        )
    )


def read(connection_id: str, entity: str, mobiwork_id: str) -> Link | None:
    """Return one link or intent, read consistently."""
    try:
        return Link.get(key(connection_id, "link", entity), mobiwork_id, consistent_read=True)
    except DoesNotExist:
        return None


def claim(connection_id: str, entity: str, intent: Link, *, before: Link | None) -> bool:
    """Write `intent` if the link still is as it was read; False when somebody else was faster."""
    intent.pk = key(connection_id, "link", entity)
    if before is None:
        condition = Link.pk.does_not_exist()
    else:
        condition = (
            (Link.state == before.state)
            & (Link.claim == before.claim)
            & (Link.generation == before.generation)
        )
    try:
        intent.save(condition=condition)
    except PutError as error:
        if lost_condition(error):
            return False
        raise
    return True


def release(intent: Link) -> None:
    """Give up an intent of which nothing was created; its request id is not used again."""
    try:
        intent.update(
            actions=[
                Link.state.set(LinkState.FREE.value),
                Link.generation.set(int(intent.generation) + 1),
                Link.claim.set(""),
            ],
            condition=(Link.claim == intent.claim) & (Link.state == LinkState.PENDING.value),
        )
    except UpdateError as error:
        if not lost_condition(error):
            raise


def save(
    intent: Link,
    answer: Mapping[str, Any],
    *,
    outcome: Outcome,
    worth: Decimal | None = None,
    facts: Mapping[str, str] | None = None,
    **told: str,
) -> bool:
    """Turn an intent (or an existing link) into a link to `answer`, with its outcome, at once.

    The intent brings the snapshots of records that go both ways. `told` is what the outcome says:
    run_id, flow, label and note, and record_id where the link is one of several of a record;
    `worth` is the amount of the record in MobiWork, `facts` what its later changes are compared
    with.
    False when the claim was lost, or the link was renewed since it was read.

    Raises:
        AlreadyLinkedError: the QuickBooks record belongs to another MobiWork record.
    """
    connection_id, _, entity = intent.pk.split("#")
    back = BackLink(
        pk=key(connection_id, "back", intent.target),
        sk=str(answer["Id"]),
        entity=entity,
        mobiwork_id=intent.sk,
    )
    total = answer.get("TotalAmt")
    link = Link(
        pk=intent.pk,
        sk=intent.sk,
        state=LinkState.LINKED.value,
        generation=intent.generation,
        content_hash=intent.content_hash,
        started_at=intent.started_at,
        target=intent.target,
        body=intent.body or {},
        quickbooks_id=str(answer["Id"]),
        sync_token=str(answer["SyncToken"]),
        total=None if total is None else str(total),
        origin=intent.origin or outcome.value,
        kind=intent.kind,
        line_ids=" ".join(ids_of_lines(answer)),
        run_id=told["run_id"],
        here=intent.here,
        there=intent.there,
        disputed=intent.disputed,
        gone=intent.gone,
        facts=dict(facts or {}),
    )
    own: dict[str, Any] = {"record_id": intent.sk, "outcome": outcome}
    note = outcome_item(
        connection_id,
        RecordOutcome(**(own | told), quickbooks_id=str(answer["Id"]), worth=worth),
    )
    same = (BackLink.entity == entity) & (BackLink.mobiwork_id == intent.sk)
    ours = (Link.claim == intent.claim) & (Link.state == intent.state)
    if intent.sync_token is not None:
        ours &= Link.sync_token == intent.sync_token
    try:
        with transaction() as write:
            write.save(link, condition=ours)
            write.save(back, condition=BackLink.pk.does_not_exist() | same)
            write.save(note)
    except TransactWriteError as error:
        if not lost_condition(error):
            raise
        owner = owner_of(connection_id, intent.target, str(answer["Id"]))
        if owner not in (None, (entity, intent.sk)):
            raise AlreadyLinkedError(owner[1]) from error
        return False
    return True


def ids_of_lines(answer: Mapping[str, Any]) -> list[str]:
    """Return the ids of the lines of a document in order; a subtotal and the like have none."""
    lines = [line for line in answer.get("Line", ()) if line.get("Id")]
    lines.sort(key=lambda line: int(line.get("LineNum") or 0))
    return [str(line["Id"]) for line in lines]


def note_drift(link: Link, drift: str) -> None:
    """Remember how a posted document differs from its record by now; empty when it does not."""
    if link.drift != drift:
        link.update(actions=[Link.drift.set(drift)], condition=Link.pk.exists())


def note_gone(connection_id: str, entity: str, mobiwork_id: str, reason: str) -> None:
    """Remember that a document was voided or deleted in QuickBooks, as a person was told."""
    link = Link(pk=key(connection_id, "link", entity), sk=mobiwork_id)
    try:
        link.update(actions=[Link.gone.set(reason)], condition=Link.pk.exists())
    except UpdateError as error:
        if not lost_condition(error):
            raise


def owner_of(connection_id: str, target: str, quickbooks_id: str) -> tuple[str, str] | None:
    """Return the (entity, MobiWork id) a QuickBooks record is linked to."""
    try:
        back = BackLink.get(key(connection_id, "back", target), quickbooks_id, consistent_read=True)
    except DoesNotExist:
        return None
    return back.entity, back.mobiwork_id


def owners_of(
    connection_id: str, target: str, quickbooks_ids: Iterable[str]
) -> dict[str, tuple[str, str]]:
    """Return the (entity, MobiWork id) of QuickBooks records that are linked, by QuickBooks id."""
    keys = [(key(connection_id, "back", target), one) for one in set(quickbooks_ids)]
    found = BackLink.batch_get(keys, consistent_read=True) if keys else ()
    return {back.sk: (back.entity, back.mobiwork_id) for back in found}


def owners_of_pieces(
    connection_id: str, target: str, quickbooks_id: str
) -> dict[str, tuple[str, str]]:
    """Return the (entity, MobiWork id) of the pieces of one QuickBooks record, by their own ids."""
    pieces = BackLink.sk.startswith(f"{quickbooks_id}-")
    found = BackLink.query(key(connection_id, "back", target), pieces, consistent_read=True)
    return {back.sk: (back.entity, back.mobiwork_id) for back in found}
