"""What somebody types as a kind that no flow posts: told beside what was posted, and remembered.

A bank deposit of a payment, a journal entry or a sales receipt of an invoice: posted beside it, the
money would be in the books twice. Change data tells of these kinds in the call that is made anyway.
"""

from collections.abc import Mapping
from datetime import datetime
from itertools import batched

from connector.changes.documents import changed, doubled
from connector.engine.stores import Store
from connector.entities.books import SaidThere
from connector.entities.typed.beside import (
    KEPT_FOR,
    TYPED_BESIDE,
    document,
    lines_of,
    typed_lines,
)
from connector.model.body import Json
from connector.model.books.typed import GONE, UNTOLD
from connector.model.ids import QuickBooksId
from connector.quickbooks.responses import ChangeData

PAGE = 100


def note(connection_id: str, changes: ChangeData, store: Store) -> None:
    """Tell of lines that may be beside posted documents, and remember all for what is posted."""
    told = {
        target: {
            **{str(row["Id"]): row for row in changes.records.get(target, ())},
            **dict.fromkeys(map(str, changes.deleted.get(target, ()))),
        }
        for target in TYPED_BESIDE
    }
    for target, some in told.items():
        for page in batched(some.items(), PAGE, strict=False):
            _note(connection_id, target, dict(page), store, changes.time)


def _note(
    connection_id: str, target: str, page: Mapping[str, Json | None], store: Store, at: datetime
) -> None:
    """Do so of some documents, by id; None of those that are deleted.

    Nothing of a row that is older than what is kept: an answer may be late.
    """
    known = store.typed.read_of(connection_id, target, page)
    lines = {own: typed_lines(target, row) if row else {} for own, row in page.items()}
    read = (
        (own, document(target, lines[own], _version(row)) if row else GONE)
        for own, row in page.items()
    )
    held = {own: one for own, one in read if one.version >= known.versions.get(own, UNTOLD)}
    news, gone = dict[QuickBooksId, SaidThere](), list[QuickBooksId]()
    for own, one in held.items():
        kept, was = lines_of({own: one.all_lines}), lines_of({own: known.lines.get(own, {})})
        now = lines[own]
        news |= {line: now[line] for line in kept | was if line in now} if kept != was else {}
        gone += sorted(was.keys() - now.keys())
    if news or gone:
        changed.ask_no_more(connection_id, target, gone, store, at)
        doubled.tell(connection_id, target, {**news, **dict.fromkeys(gone)}, (), store, at)
    store.typed.keep(connection_id, target, held, until=at + KEPT_FOR, known=known)


def _version(row: Json) -> int:
    """Return which version of a document a row is; the first where it says none."""
    said = str(row.get("SyncToken") or "")
    return int(said) if said.isascii() and said.isdecimal() else 0
