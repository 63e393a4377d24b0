"""The rows of links, and what they are as values."""

from dataclasses import replace
from enum import StrEnum

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from connector.model.ids import ConnectionId
from connector.model.links import Intent, Link, Linking, RecordKey, Released, Undone
from connector.store.packing import PackedAttribute, members_of, value_of
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
    line_ids = PackedAttribute(null=True)
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
    return value_of(row, Intent, owner=owner_in(row), claim=row.claim, body=row.body or {})


def _link_in(row: LinkRow) -> Link:
    known = {"content_hash": row.content_hash, "base": row.body or {}}
    return value_of(row, Link, owner=owner_in(row), **known)


def intent_row(connection_id: ConnectionId, intent: Intent) -> LinkRow:
    """Build the row of an intent."""
    row = _row(connection_id, intent.owner)
    return LinkRow(*row, state=LinkState.PENDING, **members_of(intent, "owner"))


def link_row(connection_id: ConnectionId, link: Link) -> LinkRow:
    """Build the row of a link."""
    row, told = _row(connection_id, link.owner), members_of(link, "owner", "base")
    return LinkRow(*row, state=LinkState.LINKED, body=link.base, **told)


def _row(connection_id: ConnectionId, owner: RecordKey) -> tuple[str, str]:
    return key(connection_id, "link", owner.entity), owner.mobiwork_id


def back_row(connection_id: ConnectionId, link: Link) -> BackLinkRow:
    """Build the row that finds a link from QuickBooks."""
    return BackLinkRow(
        pk=key(connection_id, "back", link.target),
        sk=link.quickbooks_id,
        entity=link.owner.entity,
        mobiwork_id=link.owner.mobiwork_id,
    )
