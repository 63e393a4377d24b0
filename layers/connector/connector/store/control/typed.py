"""Where lines are kept that somebody typed in QuickBooks and that new documents may be.

One more line of thousands is to cost no row of its own, neither who keeps it nor who posts
something. So a page holds the lines of documents of one kind whose ids follow each other, as far as
what becomes one entity may be these. On which pages so many documents are is kept beside, before
they are there: who changes one finds it. Which version has no lines is kept on a page of its own,
for a time: an older one that is told late does not come back. Pages are written as they were read;
where another wrote one since, all is done once more. Those of what documents are themselves, and
not what new ones may be, are kept for good.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from pynamodb.attributes import NumberAttribute

from connector.errors import RemoteDownError
from connector.exact_json import encoded
from connector.model.body import JsonArray
from connector.model.books.typed import (
    UNTOLD,
    KeptPages,
    KnownDocuments,
    LinesOf,
    PageAt,
    TypedDocument,
)
from connector.model.ids import ConnectionId, QuickBooksId
from connector.store.packing import PackedAttribute
from connector.store.table import SEPARATOR, Item, attempt, key

TOGETHER, LINES, BYTES = 32, 50, 10_000
"""So many ids are on one page, and so many lines of a document, of so many bytes: no row grows too
large."""
LONGER = timedelta(days=400)
"""For so much longer it is kept where lines are than they are: it is not written with each."""
TRIES = 20
"""So often a page is written while others write it."""
NOTHING: PageAt = ("nothing", "0")
"""Where it is kept which documents have no lines, in which version; who posts does not read it."""

type HeldPage = dict[QuickBooksId, JsonArray]
"""The version of each document, and its lines by what follows it in their ids."""


class TypedRow(Item):
    """A page, or where the lines of so many documents are."""

    held = PackedAttribute()
    version = NumberAttribute()
    expires_at = NumberAttribute(null=True)


def read_of(
    connection_id: ConnectionId, kind: str, quickbooks_ids: Iterable[QuickBooksId]
) -> KnownDocuments:
    """Return what is kept of some documents of a kind."""
    wanted = frozenset(quickbooks_ids)
    kept = _read(connection_id, kind, {*map(_number, wanted)})
    pages = [page for one in kept.values() for page, _ in one.pages.values()]
    held = [(own, one) for page in pages for own, one in page.items() if own in wanted]
    versions = dict(sorted((own, int(version)) for own, (version, _) in held))
    return KnownDocuments(_latest(held), versions, kept)


def keep(
    connection_id: ConnectionId,
    kind: str,
    told: Mapping[QuickBooksId, TypedDocument],
    *,
    until: datetime | None,
    known: KnownDocuments | None = None,
) -> None:
    """Keep documents as they are now, for a time or for good, unless a newer version is kept.

    `known` is how they were read; they are read once more where another wrote them since.

    Raises:
        RemoteDownError: others wrote the same each time; what was done is kept.
    """
    numbered = dict[str, dict[QuickBooksId, TypedDocument]]()
    for own, one in told.items():
        numbered.setdefault(_number(own), {})[own] = one
    kept = _read(connection_id, kind, numbered) if known is None else known.kept
    for number, some in numbered.items():
        before = kept[number]
        for _ in range(TRIES):
            if _written(connection_id, (kind, number), before, some, until):
                break
            before = _read(connection_id, kind, [number])[number]
        else:
            raise RemoteDownError("Pages were written by others all the time; they are kept.")


def read_all(connection_id: ConnectionId, target: str) -> Mapping[str, LinesOf]:
    """Return what documents that become an entity may be, by kind; one call."""
    found = dict[str, list[tuple[QuickBooksId, JsonArray]]]()
    for row in TypedRow.query(key(connection_id, "typed", target), consistent_read=True):
        found.setdefault(row.sk.split(SEPARATOR)[0], []).extend(row.held.items())
    return {kind: _latest(some) for kind, some in found.items()}


def _number(own: QuickBooksId) -> str:
    """Return the number that pages of a document bear; QuickBooks counts ids up."""
    return f"{int(own) // TOGETHER}" if own.isascii() and own.isdecimal() else own


def _latest(
    found: Iterable[tuple[QuickBooksId, JsonArray]],
) -> dict[QuickBooksId, dict[str, JsonArray]]:
    """Return the lines of documents, of one line the latest: who writes several dies in between."""
    latest = dict[QuickBooksId, dict[str, tuple[int, JsonArray]]]()
    for own, (version, lines) in found:
        known = latest.setdefault(own, {})
        for one, said in lines.items():
            if one not in known or known[one][0] < version:
                known[one] = version, said
    return {
        own: {one: said for one, (_, said) in some.items()} for own, some in latest.items() if some
    }


def _read(connection_id: ConnectionId, kind: str, numbers: Iterable[str]) -> dict[str, KeptPages]:
    partition = key(connection_id, "typed-places", kind)
    found = {one: KeptPages() for one in numbers}
    for row in TypedRow.batch_get([(partition, one) for one in found], consistent_read=True):
        places = [(target, part) for target, part in row.held]
        found[row.sk] = KeptPages(places, int(row.version))
    wanted = {
        _page_key(connection_id, (kind, number), at): (number, at)
        for number, one in found.items()
        for at in one.places
    }
    pages = dict[str, dict[PageAt, tuple[HeldPage, int]]]()
    for row in TypedRow.batch_get([*wanted], consistent_read=True) if wanted else ():
        number, at = wanted[row.pk, row.sk]
        pages.setdefault(number, {})[at] = row.held, int(row.version)
    return {own: replace(one, pages=pages.get(own, {})) for own, one in found.items()}


def _page_key(
    connection_id: ConnectionId, numbered: tuple[str, str], at: PageAt
) -> tuple[str, str]:
    target, part = at
    return key(connection_id, "typed", target), SEPARATOR.join((*numbered, part))


def _written(
    connection_id: ConnectionId,
    numbered: tuple[str, str],
    before: KeptPages,
    told: Mapping[QuickBooksId, TypedDocument],
    until: datetime | None,
) -> bool:
    """Write what changed; False where another wrote since. What comes to a page comes first."""
    pages = _with(before, told)
    news = {at: held for at, held in pages.items() if held != before.pages.get(at, ({}, 0))[0]}
    kind, number = numbered
    if not news.keys() <= {*before.places}:
        places = {*before.places, *news}
        row = TypedRow(key(connection_id, "typed-places", kind), number, held=sorted(places))
        row.expires_at = _gone(kind, places, until and until + LONGER)
        if not _saved(row, before.version):
            return False
    comes = {at: held.keys() - before.pages.get(at, ({}, 0))[0].keys() for at, held in news.items()}
    for at in sorted(news, key=lambda at: not comes[at]):
        row = TypedRow(*_page_key(connection_id, numbered, at), held=news[at])
        row.expires_at = _gone(kind, [at], until)
        if not _saved(row, before.pages.get(at, ({}, 0))[1]):
            return False
    return True


def _gone(kind: str, places: Iterable[PageAt], until: datetime | None) -> int | None:
    """Return when a row goes; that of what stands for itself never does."""
    stays = until is None or any(target == kind for target, _ in places)
    return None if stays or until is None else int(until.timestamp())


def _with(
    before: KeptPages, told: Mapping[QuickBooksId, TypedDocument]
) -> Mapping[PageAt, HeldPage]:
    """Return the pages with documents as they are now; what was told later stays."""
    pages: dict[PageAt, HeldPage] = {at: dict(held) for at, (held, _) in before.pages.items()}
    for own, one in told.items():
        holding = [held for held in pages.values() if own in held]
        if any(held[own][0] > one.version for held in holding):
            continue
        for held in holding:
            del held[own]
        for at, lines in _places(one):
            pages.setdefault(at, {})[own] = [one.version, lines]
    return pages


def _places(one: TypedDocument) -> Iterator[tuple[PageAt, dict[str, JsonArray]]]:
    if not one.lines and one.version != UNTOLD:
        yield NOTHING, {}
    for target, lines in one.lines.items():
        part, some, size = 0, dict[str, JsonArray](), 0
        for own, said in sorted(lines.items()):
            more = len(encoded([own, said]).encode())
            if some and (len(some) == LINES or size + more > BYTES):
                yield (target, str(part)), some
                part, some, size = part + 1, {}, 0
            some[own], size = said, size + more
        if some:
            yield (target, str(part)), some


def _saved(row: TypedRow, seen: int) -> bool:
    row.version = seen + 1
    same = TypedRow.version == seen if seen else TypedRow.version.does_not_exist()
    with attempt() as made:
        row.save(condition=same)
    return made.took_effect
