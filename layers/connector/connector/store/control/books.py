"""Where Books Match keeps what it has read and found, and what change data shows of documents.

A match is a head and parts of pages; each page is one row, and written again it takes the place of
itself, so that whoever is killed reads the page once more. All of it goes after some time.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from pynamodb.attributes import NumberAttribute

from connector.model.body import Body, Json, JsonArray
from connector.model.ids import ConnectionId, QuickBooksId
from connector.store.packing import PackedAttribute, in_parts, together
from connector.store.table import Item, key, read_row

KEPT = timedelta(days=400)


class BooksRow(Item):
    """A head, a page, or what QuickBooks last showed of a document."""

    held = PackedAttribute()
    expires_at = NumberAttribute(null=True)


def head(connection_id: ConnectionId, match_id: str) -> Body | None:
    """Return how far a match has come, and what it found; None where there is none."""
    row = read_row(BooksRow, key(connection_id, "books"), match_id)
    return None if row is None else dict(row.held)


def heads(connection_id: ConnectionId, *, most: int) -> list[Body]:
    """Return the latest matches, the newest first."""
    found = BooksRow.query(
        key(connection_id, "books"), scan_index_forward=False, limit=most, consistent_read=True
    )
    return [dict(row.held) for row in found]


def save_head(connection_id: ConnectionId, match_id: str, held: Json) -> None:
    """Keep how far a match has come."""
    _row(key(connection_id, "books"), match_id, dict(held)).save()


def save_page(
    connection_id: ConnectionId, match_id: str, part: str, page: str, rows: Sequence[object]
) -> None:
    """Keep one page of a part, in the place of an earlier one of that name."""
    for name, held in in_parts(page, rows):
        _row(key(connection_id, "books-page"), f"{match_id}#{part}#{name}", held).save()


def read_part(
    connection_id: ConnectionId, match_id: str, part: str, *, begin: str | None = None
) -> Iterator[tuple[str, JsonArray]]:
    """Yield the pages of a part in the order of their names, from `begin` on."""
    begins = f"{match_id}#{part}#"
    chosen = BooksRow.sk.between(f"{begins}{begin or ''}", f"{begins}~")
    found = BooksRow.query(key(connection_id, "books-page"), chosen, consistent_read=True)
    yield from together((row.sk.removeprefix(begins), row.held) for row in found)


def drop_part(connection_id: ConnectionId, match_id: str, part: str) -> None:
    """Forget the pages of a part."""
    chosen = BooksRow.sk.startswith(f"{match_id}#{part}#")
    pages = BooksRow.query(
        key(connection_id, "books-page"),
        chosen,
        consistent_read=True,
        attributes_to_get=["pk", "sk"],
    )
    with BooksRow.batch_write() as batch:
        for row in pages:
            batch.delete(row)


def note_shown(
    connection_id: ConnectionId,
    target: str,
    shown: Mapping[QuickBooksId, Json | None],
    *,
    until: datetime | None = None,
) -> None:
    """Remember what change data last showed of documents; nothing where it is as it is linked.

    `until` is when it is forgotten; None for never.
    """
    place = key(connection_id, "books-shown", target)
    gone = None if until is None else int(until.timestamp())
    with BooksRow.batch_write() as batch:
        for number, held in shown.items():
            if held is None:
                batch.delete(BooksRow(pk=place, sk=number))
            else:
                batch.save(BooksRow(pk=place, sk=number, held=dict(held), expires_at=gone))


def shown_of(
    connection_id: ConnectionId, target: str, quickbooks_ids: Iterable[QuickBooksId]
) -> dict[QuickBooksId, Body]:
    """Return what change data last showed of some documents, as far as it is remembered."""
    keys = [(key(connection_id, "books-shown", target), one) for one in set(quickbooks_ids)]
    found = BooksRow.batch_get(keys, consistent_read=True)
    return {row.sk: dict(row.held) for row in found}


def all_shown(connection_id: ConnectionId, target: str) -> Iterator[tuple[QuickBooksId, Body]]:
    """Yield all that is remembered of what change data showed."""
    for row in BooksRow.query(key(connection_id, "books-shown", target), consistent_read=True):
        yield row.sk, dict(row.held)


def _row(pk: str, sk: str, held: object) -> BooksRow:
    gone = datetime.now(UTC) + KEPT
    return BooksRow(pk=pk, sk=sk, held=held, expires_at=int(gone.timestamp()))
