"""Pending items as rows of the table, and the rows of the worklist."""

import json
from collections.abc import Iterable
from decimal import Decimal

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from connector.errors import Fix
from connector.model.ids import ConnectionId, FlowName
from connector.model.pending import Deletion, NewItem, PendingItem, PendingState
from connector.model.policy.postable import Question
from connector.model.worklist.notes import Note
from connector.store.packing import PackedAttribute, PackedTextAttribute, PackedValueAttribute
from connector.store.table import Item, key

LIST, AFTER_LISTS = "=", ">"
"""How the sort key of a list begins, and what is above all of those and below that of any note."""


class PendingRow(Item):
    """The row of one pending item; `fixes` is JSON: action, label and target of each.

    So are `question`: word, value, setting and the setting that leaves out; and `parents`.
    """

    state = UnicodeAttribute()
    record = PackedTextAttribute()
    fingerprint = UnicodeAttribute()
    found_at = UnicodeAttribute()
    label = UnicodeAttribute(default="")
    reason = UnicodeAttribute(null=True)
    fixes = UnicodeAttribute(null=True)
    tries = NumberAttribute(null=True)
    question = UnicodeAttribute(null=True)
    worth = UnicodeAttribute(null=True)
    not_before = UnicodeAttribute(null=True)
    refusals = NumberAttribute(null=True)
    approved = UnicodeAttribute(null=True)
    cause = UnicodeAttribute(null=True)
    since = UnicodeAttribute(null=True)
    parents = UnicodeAttribute(null=True)


class WorklistRow(Item):
    """A note beside the worklist, or a list of records that do not go on.

    Both lie in one partition, so that a worklist is read by one query. A note's sort key is what it
    is about. A list has entries and counts its versions.
    """

    note = PackedValueAttribute(Note, null=True)
    entries = PackedAttribute(null=True)
    version = NumberAttribute(null=True)


def as_item(row: PendingRow) -> PendingItem:
    """Return a pending item as it is stored."""
    connection_id, _, flow = row.pk.split("#")
    return PendingItem(
        connection_id=connection_id,
        flow=flow,
        record_id=row.sk,
        state=PendingState(row.state),
        record=row.record,
        fingerprint=row.fingerprint,
        found_at=row.found_at,
        label=row.label,
        reason=row.reason,
        fixes=tuple(
            Fix(action=action, label=label, target=target)
            for action, label, target in json.loads(row.fixes or "[]")
        ),
        tries=int(row.tries or 0),
        question=Question(*json.loads(row.question)) if row.question else None,
        worth=Decimal(row.worth) if row.worth else None,
        not_before=row.not_before,
        refusals=int(row.refusals or 0),
        approved=row.approved,
        cause=row.cause,
        since=row.since,
        parents=tuple(json.loads(row.parents or "[]")),
    )


def found_row(connection_id: ConnectionId, flow: FlowName, item: NewItem) -> PendingRow:
    """Build the row of a record as it was read."""
    row = PendingRow(pk=key(connection_id, "pending", flow), sk=item.record_id)
    row.state, row.record, row.fingerprint = PendingState.CHANGED, item.record, item.fingerprint
    row.found_at, row.label = item.found_at, item.label
    return row


def entry_row(
    connection_id: ConnectionId, flow: FlowName, told: Deletion, state: PendingState
) -> PendingRow:
    """Build the row that tells of a record that is gone, or asks about many."""
    return PendingRow(
        pk=key(connection_id, "pending", flow),
        sk=told.record_id,
        state=state.value,
        record="",
        fingerprint=state.value,
        found_at=told.found_at,
        label=told.label,
        reason=told.reason,
        fixes=fixes_text(told.fixes),
        cause=told.cause or None,
        since=told.found_at if told.cause else None,
    )


def fixes_text(fixes: Iterable[Fix]) -> str:
    """Return fixes as a row holds them."""
    return json.dumps([[fix.action, fix.label, fix.target] for fix in fixes])


def partition(connection_id: ConnectionId) -> str:
    """Return where all of a worklist lies, named after the notes that were there first."""
    return key(connection_id, "worklist-notes")
