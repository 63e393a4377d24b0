"""Whether a list of MobiWork is believed: one that shrinks at once, or is empty, is asked twice.

MobiWork's lists come without an order and sometimes short, empty or with a page slipped, all with
success (reference 1.6). What one reading misses and the next one shows was never gone.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import UTC, datetime
from itertools import batched

from connector.changes import documents
from connector.changes.following import follow
from connector.engine.stores import DYNAMODB, Store
from connector.entities.shared.documents import (
    NEVER_SENT,
    ON_NEITHER_SIDE,
    SENT_AND_DELETED,
    why_deleted,
)
from connector.errors import SKIP
from connector.model.fingerprints import Fingerprints
from connector.model.flows.push_flow import AnyPushFlow
from connector.model.ids import RecordId
from connector.model.links import Intent, Link, Linking, Released
from connector.model.outcomes import Outcome
from connector.model.pending import (
    Deletion,
    Hindrance,
    PendingItem,
    PendingState,
    fingerprint,
)
from connector.model.worklist.causes import Kind

FEW, SHARE = 20, 5
"""More records than these, and more than this part of all, do not vanish between two looks."""
_MISSING = "missing"
NOTED = 10_000
"""So many records stand in one note, which must fit into a row."""


def is_smaller(known: Fingerprints, seen: AbstractSet[str]) -> bool:
    """Tell whether a list misses what it held before: it is then read again at once."""
    return not known.ids() <= seen


def doubt(
    connection_id: str,
    flow: str,
    known: Fingerprints,
    seen: AbstractSet[str],
    store: Store = DYNAMODB,
) -> str | None:
    """Say why what is missing from a list is not believed to be deleted, or nothing.

    Where it is much, or all of several, the next look must miss the same; then it is believed.
    """
    ids = known.ids()
    missing = ids - seen
    much = len(missing) > FEW and len(missing) * SHARE > len(ids)
    emptied = not seen and len(missing) > 1
    if not (much or emptied):
        return None
    if told_before(connection_id, flow, missing, store):
        return None
    return (
        f"MobiWork listed {len(ids) - len(missing)} of {len(ids)} known records. So many are "
        "seldom deleted at once, so none was marked as deleted. If the next look misses the same "
        "ones, they are; if they were not deleted, see in MobiWork why its list lacks them."
    )


def doubt_of(flow: str) -> str:
    """Return the name that it goes by what the list of a flow was short of once."""
    return f"{flow}-missing"


def told_before(
    connection_id: str, flow: str, missing: AbstractSet[str], store: Store = DYNAMODB
) -> bool:
    """Tell whether the look before missed the same, and remember it for the next."""
    kept, place = store.fingerprints, doubt_of(flow)
    mark = fingerprint("\n".join(sorted(missing)))
    before = kept.read(connection_id, place)
    if before.known(_MISSING) == mark:
        return True
    before.remember(_MISSING, mark)
    kept.save(connection_id, place, before)
    return False


def forget_doubt(connection_id: str, flow: str, store: Store) -> None:
    """Forget what was missing once: a list that was whole since was not short for good."""
    kept, place = store.fingerprints, doubt_of(flow)
    known = kept.read(connection_id, place)
    known.forget(_MISSING)
    kept.save(connection_id, place, known)


def expect_linked(
    connection_id: str, target: str, known: Fingerprints, store: Store, now: datetime
) -> None:
    """Count as known what a pull linked before it died, or links while this look goes on.

    Its note is dropped when it can link nothing any more.
    """
    for name, noted in known.linking.items():
        owners = store.links.owners_of(connection_id, target, noted)
        known.expect(owner.mobiwork_id for owner in owners.values())
        if max(noted.values(), default="") <= now.astimezone(UTC).isoformat():
            known.notes.add(name)


def note_deleted(
    connection_id: str,
    flow: AnyPushFlow,
    known: Fingerprints,
    seen: AbstractSet[str],
    store: Store,
) -> int:
    """Put records that were known and are gone on the worklist if they are in QuickBooks.

    One that never got there is simply not pending, nor left out, any more; the item of one that was
    sent and may have got there says that it was deleted, until who settles it tells that; listed
    again it is new. What a worker took up while its item was dropped is found gone once more by the
    next look. Who dies before it is forgotten leaves a note, so that it is new all the same.
    Only call it after a list was read to its end. Return how many are gone.
    """
    missing = known.ids() - seen
    for some in batched(sorted(missing), NOTED, strict=False):
        known.notes.add(store.fingerprints.note(connection_id, flow.name, some))
    found = _links(connection_id, flow, missing, store)
    unknown = {_record_of(flow, link) for link in found if isinstance(link, Intent)}
    gone = missing - unknown
    _tell_deleted(connection_id, flow, [one for one in found if isinstance(one, Link)], store)
    for item in store.pending.read_many(connection_id, flow.name, unknown).values():
        if not item.was_deleted:
            _say_deleted(item, store)
        known.forget(item.record_id)
    never_sent = gone - {_record_of(flow, link) for link in found}
    dropped = gone - _dropped_but_sent(connection_id, flow, never_sent, store)
    for record_id in dropped:
        known.forget(record_id)
    store.left_out.forget(connection_id, flow.name, gone)
    documents.said_since.tell_deleted(connection_id, flow, never_sent & dropped, store)
    why = dict.fromkeys(never_sent & dropped, NEVER_SENT)
    follow(store, connection_id, flow.name, why, outcome=Outcome.LEFT_OUT, now=datetime.now(UTC))
    return len(gone)


def _tell_deleted(
    connection_id: str, flow: AnyPushFlow, links: Iterable[Link], store: Store
) -> None:
    """Put what is in QuickBooks on the worklist; take what is gone there, too, off it."""
    there, nowhere = dict[RecordId, str](), dict[RecordId, str]()
    of_record: dict[str, list[Link]] = {}
    for link in links:
        of_record.setdefault(link.owner.mobiwork_id, []).append(link)
    for own, made in of_record.items():
        if standing := [one for one in made if not one.gone]:
            told = _deletion(flow, own, standing)
            store.pending.put_deleted(connection_id, flow.name, told)
            there[flow.item_id(own)] = told.reason
        else:
            for item in store.pending.read_many(connection_id, flow.name, [own]).values():
                store.pending.close(item)
            nowhere[flow.item_id(own)] = ON_NEITHER_SIDE
    now = datetime.now(UTC)
    follow(store, connection_id, flow.name, there, outcome=Outcome.UNCHANGED, now=now)
    follow(store, connection_id, flow.name, nowhere, outcome=Outcome.LEFT_OUT, now=now)


def _say_deleted(item: PendingItem, store: Store) -> None:
    """Let the item of a record that may have been sent say that it was deleted since.

    It is another reading from now on, so that a worker who knows the one of before neither closes
    it nor makes it say anything else.
    """
    again = replace(item.reading, fingerprint=f"{item.fingerprint} deleted")
    store.pending.put_all(item.connection_id, item.flow, [again])
    said, why = replace(item, fingerprint=again.fingerprint), Hindrance(Kind.DELETED_HERE)
    store.pending.hold(said, PendingState.SENT, reason=SENT_AND_DELETED, why=why)


def _dropped_but_sent(
    connection_id: str, flow: AnyPushFlow, never_sent: AbstractSet[str], store: Store
) -> set[str]:
    """Drop the items of records that were not sent; return those that were after all.

    A worker may take one up before its item is dropped; what it left unanswered gets its item back.
    An item that was sent and whose intent is not there any more was not sent in the end: the intent
    is read after the item, and only one that is still there may be on its way.
    """
    pending, name = store.pending, flow.name
    items = pending.read_many(connection_id, name, never_sent)
    under_way = {_record_of(flow, one) for one in _links(connection_id, flow, never_sent, store)}
    for record_id in never_sent - under_way:
        item = items.get(record_id)
        told = item is not None and item.cause == Kind.SINCE_START
        if item is not None and (told or item.state is PendingState.SENT):
            pending.close(item)
        else:
            pending.drop_unsent(connection_id, name, record_id)
    sent = _links(connection_id, flow, never_sent, store)
    left = {_record_of(flow, one) for one in sent if isinstance(one, Intent)} - under_way
    again = [items[one].reading for one in sorted(left & items.keys())]
    if again:
        pending.put_all(connection_id, name, again)
    return under_way | {_record_of(flow, one) for one in sent}


def _links(
    connection_id: str, flow: AnyPushFlow, gone: AbstractSet[str], store: Store
) -> list[Intent | Link]:
    """Return the links and intents of records that are gone, of all documents made of them."""
    found: dict[tuple[str, str], Linking] = {}
    for entity in flow.link_entities:
        found |= store.links.read_many(connection_id, [(entity, record_id) for record_id in gone])
        if flow.piece_id is not None:
            for record_id in gone:
                found |= store.links.read_beginning(connection_id, entity, f"{record_id}-")
    return [one for one in found.values() if not isinstance(one, Released)]


def _record_of(flow: AnyPushFlow, of: Intent | Link) -> str:
    mobiwork_id = of.owner.mobiwork_id
    return mobiwork_id if flow.piece_id is None else mobiwork_id.rpartition("-")[0]


def _deletion(flow: AnyPushFlow, own: str, standing: Sequence[Link]) -> Deletion:
    return Deletion(
        record_id=own,
        label=f"{flow.noun_of(standing[0].owner.entity)} {own}",
        reason=why_deleted(*standing),
        fixes=(SKIP,),
        cause=Kind.DELETED_HERE,
        found_at=datetime.now(UTC).isoformat(),
    )
