"""The rows of links, and what they are as values."""

from dataclasses import replace
from decimal import Decimal
from enum import StrEnum

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from connector.model.ids import ConnectionId
from connector.model.links import Intent, Link, Linking, Origin, RecordKey, Released, Undone
from connector.store.packing import PackedAttribute
from connector.store.table import Item, key


class LinkState(StrEnum):
    """How far a record has come."""

    FREE = "free"
    PENDING = "pending"
    LINKED = "linked"


class LinkRow(Item):
    """One MobiWork record and, once linked, its QuickBooks record."""

    state = UnicodeAttribute()
    generation = NumberAttribute(default=1)
    claim = UnicodeAttribute(null=True)
    request_id = UnicodeAttribute(null=True)
    content_hash = UnicodeAttribute(null=True)
    twin_query = UnicodeAttribute(null=True)
    body = PackedAttribute(null=True)
    target = UnicodeAttribute(null=True)
    quickbooks_id = UnicodeAttribute(null=True)
    sync_token = UnicodeAttribute(null=True)
    total = UnicodeAttribute(null=True)
    tax = UnicodeAttribute(null=True)
    origin = UnicodeAttribute(null=True)
    kind = UnicodeAttribute(null=True)
    line_ids = UnicodeAttribute(null=True)
    drift = UnicodeAttribute(null=True)
    in_mobiwork = PackedAttribute(null=True, attr_name="here")
    in_quickbooks = PackedAttribute(null=True, attr_name="there")
    disputed = PackedAttribute(null=True)
    merged_into = UnicodeAttribute(null=True)
    gone = UnicodeAttribute(null=True)
    facts = PackedAttribute(null=True)
    made_in = UnicodeAttribute(null=True)
    shown = UnicodeAttribute(null=True)
    undone = PackedAttribute(null=True)
    begun = NumberAttribute(null=True)
    claimed = NumberAttribute(null=True)


class BackLinkRow(Item):
    """One QuickBooks record and the MobiWork record it is linked to.

    Without an owner it is the intent of adding it to MobiWork, under a claim (see `additions`).
    """

    entity = UnicodeAttribute(null=True)
    mobiwork_id = UnicodeAttribute(null=True)
    claim = UnicodeAttribute(null=True)
    taken = BooleanAttribute(null=True)


def owner_in(row: LinkRow) -> RecordKey:
    """Return whose row it is."""
    return RecordKey(row.pk.rsplit("#", 1)[1], row.sk)


def standing(row: LinkRow) -> Linking:
    """Return how far a record has come."""
    match LinkState(row.state):
        case LinkState.FREE:
            return Released(generation=int(row.generation), undone=_undone_in(row))
        case LinkState.PENDING:
            return _intent_in(row)
        case LinkState.LINKED:
            return _link_in(row)


def _undone_in(row: LinkRow) -> Undone | None:
    """Return who undid a link, which stays in the row below."""
    if not row.undone:
        return None
    link = replace(_link_in(row), generation=int(row.generation) - 1)
    return Undone(link=link, **row.undone)


def _intent_in(row: LinkRow) -> Intent:
    return Intent(
        owner=owner_in(row),
        target=str(row.target),
        generation=int(row.generation),
        claim=row.claim,
        request_id=str(row.request_id),
        content_hash=str(row.content_hash),
        body=row.body or {},
        twin_query=row.twin_query,
        kind=row.kind,
        begun=None if row.begun is None else int(row.begun),
        claimed=None if row.claimed is None else int(row.claimed),
    )


def _link_in(row: LinkRow) -> Link:
    return Link(
        owner=owner_in(row),
        target=str(row.target),
        quickbooks_id=str(row.quickbooks_id),
        sync_token=str(row.sync_token),
        content_hash=row.content_hash,
        base=row.body or {},
        total=None if row.total is None else Decimal(row.total),
        tax=None if row.tax is None else Decimal(row.tax),
        kind=row.kind,
        line_ids=tuple((row.line_ids or "").split()),
        in_mobiwork=row.in_mobiwork or {},
        in_quickbooks=row.in_quickbooks or {},
        disputed=tuple(row.disputed or ()),
        merged_into=row.merged_into,
        gone=row.gone,
        facts=row.facts or {},
        origin=Origin(row.origin),
        drift=row.drift,
        generation=int(row.generation),
        made_in=row.made_in,
        shown=row.shown,
    )


def intent_row(connection_id: ConnectionId, intent: Intent) -> LinkRow:
    """Build the row of an intent."""
    return LinkRow(
        pk=key(connection_id, "link", intent.owner.entity),
        sk=intent.owner.mobiwork_id,
        state=LinkState.PENDING,
        target=intent.target,
        generation=intent.generation,
        claim=intent.claim,
        request_id=intent.request_id,
        content_hash=intent.content_hash,
        body=intent.body,
        twin_query=intent.twin_query,
        kind=intent.kind,
        begun=intent.begun,
        claimed=intent.claimed,
    )


def link_row(connection_id: ConnectionId, link: Link) -> LinkRow:
    """Build the row of a link."""
    return LinkRow(
        pk=key(connection_id, "link", link.owner.entity),
        sk=link.owner.mobiwork_id,
        state=LinkState.LINKED,
        target=link.target,
        quickbooks_id=link.quickbooks_id,
        sync_token=link.sync_token,
        content_hash=link.content_hash,
        body=link.base,
        total=None if link.total is None else str(link.total),
        tax=None if link.tax is None else str(link.tax),
        kind=link.kind,
        line_ids=" ".join(link.line_ids) or None,
        in_mobiwork=dict(link.in_mobiwork) or None,
        in_quickbooks=dict(link.in_quickbooks) or None,
        disputed=list(link.disputed) or None,
        merged_into=link.merged_into,
        gone=link.gone,
        facts=dict(link.facts) or None,
        origin=link.origin,
        drift=link.drift,
        generation=link.generation,
        made_in=link.made_in,
        shown=link.shown,
    )


def back_row(connection_id: ConnectionId, link: Link) -> BackLinkRow:
    """Build the row that finds a link from QuickBooks."""
    return BackLinkRow(
        pk=key(connection_id, "back", link.target),
        sk=link.quickbooks_id,
        entity=link.owner.entity,
        mobiwork_id=link.owner.mobiwork_id,
    )
