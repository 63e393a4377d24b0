"""Matches of the books, and what somebody typed, in memory."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from connector.model.body import Body, Json
from connector.model.books.typed import UNTOLD, KnownDocuments, LinesOf, TypedDocument
from connector.model.ids import ConnectionId, QuickBooksId

type Own = tuple[str, str]


@dataclass
class MemoryBooks:
    kept: dict[Own, Body] = field(default_factory=dict)
    pages: dict[Own, dict[tuple[str, str], list[Any]]] = field(default_factory=dict)
    shown: dict[Own, dict[str, Body]] = field(default_factory=dict)

    def head(self, connection_id: ConnectionId, match_id: str) -> Body | None:
        return deepcopy(self.kept.get((connection_id, match_id)))

    def heads(self, connection_id: ConnectionId, *, most: int) -> list[Body]:
        found = sorted((own, held) for own, held in self.kept.items() if own[0] == connection_id)
        return [deepcopy(held) for _, held in reversed(found)][:most]

    def save_head(self, connection_id: ConnectionId, match_id: str, held: Json) -> None:
        self.kept[connection_id, match_id] = deepcopy(dict(held))

    def save_page(
        self,
        connection_id: ConnectionId,
        match_id: str,
        part: str,
        page: str,
        rows: Sequence[object],
    ) -> None:
        self.pages.setdefault((connection_id, match_id), {})[part, page] = deepcopy(list(rows))

    def read_part(
        self, connection_id: ConnectionId, match_id: str, part: str, *, begin: str | None = None
    ) -> Iterator[tuple[str, list[Any]]]:
        for (its, page), rows in sorted(self.pages.get((connection_id, match_id), {}).items()):
            if its == part and (begin is None or page >= begin):
                yield page, deepcopy(rows)

    def drop_part(self, connection_id: ConnectionId, match_id: str, part: str) -> None:
        own = (connection_id, match_id)
        self.pages[own] = {
            at: rows for at, rows in self.pages.get(own, {}).items() if at[0] != part
        }

    def note_shown(
        self,
        connection_id: ConnectionId,
        target: str,
        shown: Mapping[QuickBooksId, Json | None],
        *,
        until: datetime | None = None,
    ) -> None:
        del until  # rows live for as long as a test does
        own = self.shown.setdefault((connection_id, target), {})
        for number, held in shown.items():
            own.pop(number, None)
            if held is not None:
                own[number] = dict(held)

    def shown_of(
        self, connection_id: ConnectionId, target: str, quickbooks_ids: Iterable[QuickBooksId]
    ) -> dict[QuickBooksId, Body]:
        own = self.shown.get((connection_id, target), {})
        return {one: dict(own[one]) for one in quickbooks_ids if one in own}

    def all_shown(
        self, connection_id: ConnectionId, target: str
    ) -> Iterator[tuple[QuickBooksId, Body]]:
        yield from sorted(self.shown.get((connection_id, target), {}).items())


@dataclass
class MemoryTyped:
    """What was typed as a kind that no flow posts, in memory."""

    documents: dict[Own, dict[QuickBooksId, TypedDocument]] = field(default_factory=dict)

    def read_of(
        self, connection_id: ConnectionId, kind: str, quickbooks_ids: Iterable[QuickBooksId]
    ) -> KnownDocuments:
        own = self.documents.get((connection_id, kind), {})
        some = {one: own[one] for one in quickbooks_ids if one in own}
        lines = {one: each.all_lines for one, each in some.items() if each.lines}
        return KnownDocuments(lines, {one: each.version for one, each in some.items()})

    def keep(
        self,
        connection_id: ConnectionId,
        kind: str,
        told: Mapping[QuickBooksId, TypedDocument],
        *,
        until: datetime | None,
        known: KnownDocuments | None = None,
    ) -> None:
        del until, known  # rows live for as long as a test does
        own = self.documents.setdefault((connection_id, kind), {})
        for number, one in told.items():
            before = own.pop(number, one)
            kept = before if before.version > one.version else one
            if kept.lines or kept.version != UNTOLD:
                own[number] = kept

    def read_all(self, connection_id: ConnectionId, target: str) -> Mapping[str, LinesOf]:
        found = {
            kind: {number: one.lines[target] for number, one in some.items() if target in one.lines}
            for (own, kind), some in self.documents.items()
            if own == connection_id
        }
        return {kind: one for kind, one in found.items() if one}
