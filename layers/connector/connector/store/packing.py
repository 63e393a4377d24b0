"""Compressed attributes: record text and JSON bodies kept small, since DynamoDB bills by size.

A row is a few hundred bytes of names that all rows of its kind have, so that zlib is told these
beforehand. And pages that are kept in several rows, where one would be too large for the table.
"""

import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import fields
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import convert, to_builtins
from pynamodb.attributes import Attribute
from pynamodb.constants import BINARY

from connector.exact_json import decoded, encoded
from connector.model.body import Body, JsonArray

if TYPE_CHECKING:
    from _typeshed import DataclassInstance
    from pynamodb.models import Model


class PackedAttribute(Attribute[Any]):
    """A JSON value, compressed; numbers with a fraction come back as Decimal."""

    attr_type = BINARY

    def serialize(self, value: object) -> bytes:
        """Pack a JSON value."""
        return pack(encoded(value))

    def deserialize(self, value: bytes) -> Any:  # noqa: ANN401 - JSON of any shape
        """Unpack a JSON value."""
        return decoded(unpack(value))


class PackedTextAttribute(Attribute[str]):
    """A text, compressed."""

    attr_type = BINARY

    def serialize(self, value: str) -> bytes:
        """Pack a text."""
        return pack(value)

    def deserialize(self, value: bytes) -> str:
        """Unpack a text."""
        return unpack(value)


class PackedValueAttribute[T](Attribute[T]):
    """A frozen value whose members are values, texts, numbers or JSON, compressed."""

    attr_type = BINARY

    def __init__(self, kind: type[T], *, null: bool = False) -> None:
        super().__init__(null=null)
        self._kind = kind

    def serialize(self, value: T) -> bytes:
        """Pack a value, member by member."""
        return pack(encoded(value))

    def deserialize(self, value: bytes) -> T:
        """Unpack a value."""
        return convert(decoded(unpack(value)), self._kind)


def value_of[T: "DataclassInstance"](row: "Model", kind: type[T], **given: object) -> T:
    """Return the value whose members are the attributes of a row of these names, and `given`."""
    names = {one.name for one in fields(kind)} - given.keys()
    told = {name: one for name, one in row.attribute_values.items() if name in names}
    known = {name: one for name, one in told.items() if one is not None}
    return convert(known | given, kind)


def members_of(value: "DataclassInstance", *without: str) -> Body:
    """Return the members of a value as attributes of its row; those that hold nothing are left out.

    Of the ones `without` the row tells otherwise, as by its key.
    """
    told = {one.name: getattr(value, one.name) for one in fields(value)}
    plain = to_builtins(
        {name: one for name, one in told.items() if name not in without}, builtin_types=(Decimal,)
    )
    return {
        name: str(one) if isinstance(one, Decimal) else one
        for name, one in plain.items()
        if one is not None and one not in ([], {})
    }


WORDS = Path(__file__).with_name("words.txt").read_bytes()
"""What rows are made of, the likeliest last; a row that was packed with it needs it for ever.

It never changes: better words are a second text, told from this one by zlib's mark in each row.
"""
SMALL, SMALL_WINDOW, LITTLE_MEMORY = 4096, 13, 5
"""Up to so many bytes a window of 8 KB sees all, these words included; to set up a larger one costs
more than packing."""

ROOM_IN_ROW = 640
"""So many bytes of a record leave its row within the KB that a write is billed for at least."""

_HEAD, _LAST = b"\x78\x01", 1
"""How what is compressed by zlib begins, and how its last block."""


def pack(text: str, *, room: int = 0) -> bytes:
    """Compress a text, unless it is no larger than `room`: DynamoDB bills by whole KB of a row."""
    plain = text.encode()
    if len(plain) <= room:
        return _stored(plain)
    if len(plain) > SMALL:
        return zlib.compress(plain, level=6)
    packer = zlib.compressobj(wbits=SMALL_WINDOW, memLevel=LITTLE_MEMORY, zdict=WORDS)
    return packer.compress(plain) + packer.flush()


def _stored(plain: bytes) -> bytes:
    """Return a few bytes as zlib stores them uncompressed."""
    head = _HEAD + struct.pack("<BHH", _LAST, len(plain), len(plain) ^ 0xFFFF)
    return head + plain + struct.pack(">I", zlib.adler32(plain))


def unpack(packed: bytes) -> str:
    """Return a text that was packed.

    Raises:
        zlib.error: it is not what was packed.
    """
    opened = zlib.decompressobj(zdict=WORDS)
    plain = opened.decompress(packed)
    if not opened.eof:
        raise zlib.error("What was packed is cut short.")
    return plain.decode()


MOST_IN_ROW = 300_000
"""So many bytes of a page are in one row, before they are packed; the table takes 400 KB."""
PART, PARTS, ROWS = "~", "parts", "rows"
"""What follows the name of a page in those of its further rows; how its first row says how many."""

type PageRow = JsonArray | Body
"""A row of a page: what the page holds, of the first of several with how many there are."""


def in_parts(page: str, held: Iterable[object]) -> Iterator[tuple[str, PageRow]]:
    """Yield the rows of the table that a page takes, by their names, the first one first.

    What an earlier version of the page had more is passed over. Who dies in between writes the page
    once more.
    """
    parts: list[JsonArray] = [[]]
    size = 0
    for one in held:
        more = len(encoded(one).encode())
        if parts[-1] and size + more > MOST_IN_ROW:
            parts.append([])
            size = 0
        parts[-1].append(one)
        size += more
    yield page, parts[0] if len(parts) == 1 else {PARTS: len(parts), ROWS: parts[0]}
    yield from ((f"{page}{PART}{number:03d}", some) for number, some in enumerate(parts) if number)


def together(found: Iterable[tuple[str, PageRow]]) -> Iterator[tuple[str, JsonArray]]:
    """Yield what pages hold, given their rows in the order of their names."""
    page, count = "", 0
    for name, row in found:
        own, _, part = name.partition(PART)
        if not part:
            page, count = own, 1 if isinstance(row, list) else row[PARTS]
        if not part or own != page or int(part) < count:
            yield name, row if isinstance(row, list) else row[ROWS]
