"""Posted documents that were voided, deleted or doubled in QuickBooks: reported, never mirrored.

One is there twice when a call was carried out long after its client gave up, or somebody copied it:
the second carries the mark of a record that is linked to the first.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from connector.changes.following import follow
from connector.changes.lists.found import Found
from connector.engine.stores import DYNAMODB, Store
from connector.entities.registry import BY_ENTITY, DOCUMENTS, IN_PIECES, POSTED_ONCE
from connector.entities.shared.documents import (
    ON_NEITHER_SIDE,
    RECALLED,
    finishing,
    is_empty,
    is_voided,
    says_voided,
    why_gone,
)
from connector.entities.shared.wire import dollars
from connector.errors import SKIP
from connector.model.body import spoken
from connector.model.cursor import Cursor
from connector.model.flows.push_flow import AnyPushFlow
from connector.model.links import Link, Linking, RecordKey
from connector.model.markers import markers_in
from connector.model.outcomes import Outcome
from connector.model.pending import Deletion, PendingState
from connector.model.worklist.causes import Kind
from connector.quickbooks.responses import ChangeData

NAME = "posted"
AT_STAKE = "documents that were voided or deleted in QuickBooks"


@dataclass(frozen=True)
class Gone:
    """A document that does not count in QuickBooks any more.

    target, quickbooks_id: its QuickBooks entity and id.
    how: `voided` or `deleted`.
    version: its SyncToken, which tells two voids apart; None for one that is deleted.
    emptied: whether only its lines say that it was voided, and not its memo.
    """

    target: str
    quickbooks_id: str
    how: str
    version: str | None = None
    emptied: bool = False

    @classmethod
    def of(cls, stored: tuple[str, ...]) -> Self:
        """Read one of a cursor."""
        target, quickbooks_id, how, version, emptied = (*stored, "", "")[:5]
        return cls(target, quickbooks_id, how, version or None, bool(emptied))

    @property
    def stored(self) -> tuple[str, ...]:
        """What a cursor keeps of it."""
        emptied = "emptied" if self.emptied else ""
        return (self.target, self.quickbooks_id, self.how, self.version or "", emptied)


@dataclass(frozen=True)
class VoidReport:
    """What one reading told of documents, and what the next must know.

    found: how many were read and how many are gone.
    reported: those that are told of by now, as a cursor keeps them.
    unreported: those that must wait, in the same form.
    """

    found: Found
    reported: tuple[tuple[str, ...], ...]
    unreported: tuple[tuple[str, ...], ...]


def report(
    cursor: Cursor, changes: ChangeData, *, now: datetime, store: Store = DYNAMODB
) -> VoidReport:
    """Put documents that are gone from QuickBooks on the worklist; what must wait comes later."""
    _report_copies(cursor.connection_id, changes, now, store)
    shown = list(_gone(changes))
    told = [Gone.of(one) for one in cursor.reported]
    due = dict.fromkeys(Gone.of(one) for one in cursor.unreported)
    due |= dict.fromkeys(one for one in shown if one not in told)
    reached, later = _report(cursor.connection_id, list(due), now, store)
    documents = (changes.records.get(name, ()) for name in DOCUMENTS)
    read = sum(len(rows) for rows in (*documents, *changes.deleted.values()))
    return VoidReport(
        found=Found(read=read, deleted=len(reached)),
        reported=tuple(one.stored for one in shown if one in told or one in reached),
        unreported=tuple(one.stored for one in later),
    )


def missing(
    *, wanted: datetime, since: datetime, truncated: bool, kinds: Sequence[str] = ()
) -> str | None:
    """Say what a reading cannot know of documents, or None."""
    told = []
    if since > wanted:
        told.append(
            f"QuickBooks remembers 30 days only: {AT_STAKE} between {wanted:%Y-%m-%d} and "
            f"{since:%Y-%m-%d} are not reported."
        )
    if truncated:
        told.append(
            f"QuickBooks told only some of the changes since {since:%Y-%m-%d}: some {AT_STAKE} "
            "since then may not be reported."
        )
    elif kinds:
        told.append(
            f"More than 1,000 of one kind ({', '.join(kinds)}) changed in QuickBooks since "
            f"{since:%Y-%m-%d}: what was voided is known, but some that were deleted there since "
            "then may not be reported. Match the books with both sides read, and they are found."
        )
    return " ".join(told) or None


def _gone(changes: ChangeData) -> Iterator[Gone]:
    for target in DOCUMENTS:
        for quickbooks_id in changes.deleted.get(target, ()):
            yield Gone(target, quickbooks_id, "deleted")
        for row in changes.records.get(target, ()):
            if is_voided(row):
                emptied, version = not says_voided(row), row.get("SyncToken")
                yield Gone(target, str(row["Id"]), "voided", version, emptied)


def _report_copies(connection_id: str, changes: ChangeData, now: datetime, store: Store) -> None:
    """Put live documents on the worklist whose mark is that of a record linked to another one.

    The entry goes away when one of the two is voided or deleted.
    """
    for target in DOCUMENTS:
        rows = {str(row["Id"]): row for row in changes.records.get(target, ())}
        gone = {one for one, row in rows.items() if is_voided(row)}
        gone |= set(changes.deleted.get(target, ()))
        marked = {
            one: RecordKey(mark.entity, mark.record_id)
            for one, row in rows.items()
            for mark in markers_in(row)
            if mark.connection_id == connection_id and mark.entity in BY_ENTITY
        }
        links = store.links.read_many(connection_id, set(marked.values()))
        for one, own in marked.items():
            link = links.get(own)
            if isinstance(link, Link) and link.target == target and link.quickbooks_id != one:
                told = _copied(BY_ENTITY[own.entity], own, link, one, now)
                store.pending.put_deleted(connection_id, BY_ENTITY[own.entity].name, told)
        _forget_copies(connection_id, target, gone, store)


def _copied(flow: AnyPushFlow, own: RecordKey, link: Link, copy: str, now: datetime) -> Deletion:
    return Deletion(
        record_id=_copy(link.target, copy),
        label=f"{flow.noun_of(own.entity)} {own.mobiwork_id}",
        reason=(
            f"QuickBooks has it twice: {spoken(link.target)} {link.quickbooks_id}, which is "
            "linked to it, "
            f"and {spoken(link.target)} {copy}, which carries the same mark. Somebody copied "
            "it, or "
            "QuickBooks carried out a call long after it had stopped answering. Void or delete the "
            "one that should not count."
        ),
        fixes=(SKIP,),
        cause=Kind.TWICE,
        found_at=now.astimezone(UTC).isoformat(),
    )


def _forget_copies(connection_id: str, target: str, gone: set[str], store: Store) -> None:
    """Take the entries away of copies that are gone, and of what was to be done about them."""
    names = [name(target, one) for one in gone for name in (_copy, finishing)]
    for flow in POSTED_ONCE if names else ():
        for entry in store.pending.read_many(connection_id, flow, names).values():
            store.pending.close(entry)


def _copy(target: str, quickbooks_id: str) -> str:
    return f"copy-{target}-{quickbooks_id}"


def _report(
    connection_id: str, due: list[Gone], now: datetime, store: Store
) -> tuple[list[Gone], list[Gone]]:
    """Put what is linked on the worklist; return it, and what must wait.

    A record with a newer reading waits: the run that works on that reading comes first. What is
    nobody's is in neither: it may be linked by the time the overlap of readings shows it again.
    """
    reached: list[Gone] = []
    later: list[Gone] = []
    for target in dict.fromkeys(one.target for one in due):
        gone = {one.quickbooks_id: one for one in due if one.target == target}
        for (entity, record_id), quickbooks_id in _owners(
            connection_id, target, gone, store
        ).items():
            flow = BY_ENTITY.get(entity)
            if flow is None or not _stands(connection_id, flow, record_id, store):
                _let_others_go(connection_id, flow, RecordKey(entity, record_id), now, store)
                continue
            link = store.links.read(connection_id, entity, record_id)
            posted = link.base if isinstance(link, Link) else {}
            if gone[quickbooks_id].emptied and is_empty(posted):
                continue  # it never had an amount or a quantity
            if isinstance(link, Link) and (link.gone or "").startswith(RECALLED):
                continue  # a person had it deleted from here
            before = _figure(link)
            told = _deletion(flow, RecordKey(entity, record_id), gone[quickbooks_id], before, now)
            if store.pending.put_deleted_unless_newer(connection_id, flow.name, told):
                store.links.note_gone(connection_id, RecordKey(entity, record_id), told.reason)
                why = {flow.item_id(record_id): told.reason}
                follow(store, connection_id, flow.name, why, outcome=Outcome.UNCHANGED, now=now)
                _wake(connection_id, flow, store)
                reached.append(gone[quickbooks_id])
            elif gone[quickbooks_id] not in later:
                later.append(gone[quickbooks_id])
    return reached, later


def _let_others_go(
    connection_id: str, flow: AnyPushFlow | None, own: RecordKey, now: datetime, store: Store
) -> None:
    """Take what is gone on both sides off the worklist, once, and plan again what waited for it.

    Its link says so, for MobiWork may list it again.
    """
    if flow is None:
        return
    link = store.links.read(connection_id, *own)
    if not isinstance(link, Link) or link.gone:
        return
    store.links.note_gone(connection_id, own, ON_NEITHER_SIDE)
    why = {flow.item_id(own.mobiwork_id): ON_NEITHER_SIDE}
    follow(store, connection_id, flow.name, why, outcome=Outcome.LEFT_OUT, now=now)
    kept = store.pending
    for entry in kept.read_many(connection_id, flow.name, [own.mobiwork_id]).values():
        if entry.state is PendingState.DELETED:
            kept.close(entry)
    _wake(connection_id, flow, store)


def _wake(connection_id: str, flow: AnyPushFlow, store: Store) -> None:
    """Plan again what waits: what looked like a document entered again may go now."""
    for item in store.pending.worklist(connection_id, flow.name):
        if flow.entered_again and item.state is PendingState.WAITING:
            store.pending.replay(connection_id, flow.name, item.record_id)


def _owners(
    connection_id: str, target: str, quickbooks_ids: Iterable[str], store: Store
) -> dict[RecordKey, str]:
    """Return what MobiWork has of documents: a payment that it only shows is there in pieces."""
    whole = store.links.owners_of(connection_id, target, quickbooks_ids)
    found = {owner: number for number, owner in whole.items()}
    if target in IN_PIECES:
        for number in quickbooks_ids:
            pieces = store.links.owners_of_pieces(connection_id, target, number)
            found |= dict.fromkeys(pieces.values(), number)
    return found


def _stands(connection_id: str, flow: AnyPushFlow, record_id: str, store: Store) -> bool:
    """Tell whether MobiWork still lists a record; one that is gone on both sides is no news."""
    own = record_id.rpartition("-")[0] if flow.piece_id is not None else record_id
    return store.fingerprints.read(connection_id, flow.name).known(own) is not None


def _figure(link: Linking | None) -> str | None:
    """Return what QuickBooks said of a document before: its total, or what was shown of it."""
    if not isinstance(link, Link):
        return None
    shown = link.in_quickbooks.get("amount")
    return str(shown) if shown else dollars(link.total) if link.total else None


def _deletion(
    flow: AnyPushFlow, own: RecordKey, gone: Gone, before: str | None, now: datetime
) -> Deletion:
    return Deletion(
        record_id=own.mobiwork_id,
        label=f"{flow.noun_of(own.entity)} {own.mobiwork_id}",
        reason=why_gone(gone.target, gone.quickbooks_id, gone.how, before=before),
        fixes=(SKIP,),
        cause=Kind.GONE_THERE,
        found_at=now.astimezone(UTC).isoformat(),
    )
