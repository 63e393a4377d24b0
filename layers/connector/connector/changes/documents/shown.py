"""What change data shows of money documents that is not as they are linked: remembered for later.

A document that somebody entered in QuickBooks, or changed there after it was posted, is known from
then on without a metered call; Books Match tells of it. One that is again as it was is forgotten.
"""

from collections.abc import Mapping
from datetime import date, datetime
from itertools import batched

from connector.changes.documents import beside, changed, doubled, said_since
from connector.changes.documents.parties import Exists, taken_to_exist
from connector.changes.matching.facts import matched_targets
from connector.engine.stores import DYNAMODB, Store
from connector.entities.books import OF_PAYMENT, SaidThere, kept_there, party_in, there
from connector.entities.registry import CREDIT_MEMO, PAYMENT
from connector.entities.typed.beside import TYPED_BESIDE, remember
from connector.model.body import Json
from connector.model.books.kinds import OF_TARGET
from connector.model.links import Link, Origin
from connector.quickbooks.responses import ChangeData

PAGE = 100


def note(
    connection_id: str,
    changes: ChangeData,
    store: Store = DYNAMODB,
    exists: Exists = taken_to_exist,
) -> None:
    """Remember what changed documents say now, where that is not what their links say.

    `exists` tells who is still in QuickBooks, asked where a document has another customer or
    vendor.
    """
    payments, memos = (changes.records.get(one, []) for one in (PAYMENT, CREDIT_MEMO))
    changed.end_finished(connection_id, payments, memos, store)
    for target in (one for one in OF_TARGET if one not in TYPED_BESIDE):
        rows = changes.records.get(target, ())
        for page in batched(rows, PAGE, strict=False):
            shown = {str(row["Id"]): row for row in page}
            _note(connection_id, target, shown, store, changes.time, exists)
        gone = dict.fromkeys(map(str, changes.deleted.get(target, ())))
        if gone:
            _note(connection_id, target, gone, store, changes.time, exists)
    beside.note(connection_id, changes, store)
    kinds = (*(one for one in OF_TARGET if one in matched_targets()), *TYPED_BESIDE)
    said_since.show_now(connection_id, kinds, changes, store)


def _note(  # noqa: PLR0913, PLR0917 - what changed of what, as of when
    connection_id: str,
    target: str,
    rows: Mapping[str, Json | None],
    store: Store,
    at: datetime,
    exists: Exists,
) -> None:
    """Write what is news: most documents that change are as they are linked, and were before."""
    owners = store.links.owners_of(connection_id, target, rows)
    links = store.links.read_many(connection_id, owners.values()) if owners else {}
    said = {
        own: _unlike(row, links.get(owners[own]) if own in owners else None)
        for own, row in rows.items()
    }
    gone = [own for own, one in said.items() if one is None and own not in owners]
    changed.ask_no_more(connection_id, target, gone, store, at)
    known = store.books.shown_of(connection_id, target, rows)
    held = {own: None if one is None else kept_there(one) for own, one in said.items()}
    news = {own: one for own, one in held.items() if one != known.get(own)}
    if not news:
        return
    typed = {own: one for own in news if (one := said[own]) and own not in owners}
    changed.compare_anew(connection_id, target, typed, store, at)
    told = {own: said[own] for own in news}
    doubled.tell(connection_id, target, told, owners, store, at)
    changed.tell(connection_id, target, told, owners, links, store, at, exists)
    remember(connection_id, target, told, store)
    store.books.note_shown(connection_id, target, news)  # last: what is known is not told again


def _unlike(row: Json | None, link: object) -> SaidThere | None:
    """Return what is to be remembered of a document; None of one that is gone or as linked."""
    said = there(row) if row is not None else None
    if said is None or said.voided or (isinstance(link, Link) and _is_as_linked(link, said)):
        return None
    return said


def _is_as_linked(link: Link, said: SaidThere) -> bool:
    """Tell whether a document says the total, tax, day and party that it is linked with."""
    day, party = link.base.get("TxnDate"), party_in(link.base)
    payment = link.owner.entity == OF_PAYMENT and link.origin is not Origin.LINKED
    return (
        link.total == said.amount
        and link.tax in {None, said.tax}
        and (day is None or date.fromisoformat(str(day)).isoformat() == said.day)
        and (said.party is None or party in {None, said.party})
        and not (payment and changed.not_applied(link.base, said))
    )
