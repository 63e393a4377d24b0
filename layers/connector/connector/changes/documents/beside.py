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
from connector.entities.typed_beside import (
    KEPT_FOR,
    PLACE,
    TYPED_BESIDE,
    kept_lines,
    lines_of,
    typed_lines,
)
from connector.model.ids import QuickBooksId
from connector.model.matching.matches import elsewhere
from connector.quickbooks.responses import ChangeData

PAGE = 100

type _Lines = Mapping[QuickBooksId, Mapping[QuickBooksId, SaidThere]]


def note(connection_id: str, changes: ChangeData, store: Store) -> None:
    """Tell of lines that may be beside posted documents, and remember all for what is posted."""
    for target in TYPED_BESIDE:
        rows = changes.records.get(target, ())
        there = {str(row["Id"]): typed_lines(target, row) for row in rows}
        gone = {str(own): dict[str, SaidThere]() for own in changes.deleted.get(target, ())}
        for page in batched((there | gone).items(), PAGE, strict=False):
            _note(connection_id, target, dict(page), store, changes.time)


def _note(connection_id: str, target: str, page: _Lines, store: Store, at: datetime) -> None:
    names = {own: elsewhere(target, own) for own in page}
    known = store.books.shown_of(connection_id, PLACE, names.values())
    held = {names[own]: kept_lines(lines) if lines else None for own, lines in page.items()}
    news = {name: one for name, one in held.items() if one != known.get(name)}
    before = {line for name in news for line in lines_of(known.get(name, {}))}
    now = {
        line: said
        for own, name in names.items()
        if name in news
        for line, said in page[own].items()
    }
    gone = sorted(before - now.keys())
    told: dict[str, SaidThere | None] = {**now, **dict.fromkeys(gone)}
    if told:
        changed.ask_no_more(connection_id, target, gone, store, at)
        doubled.tell(connection_id, target, told, (), store, at)
    if news:
        store.books.note_shown(connection_id, PLACE, news, until=at + KEPT_FOR)
