"""Compressed attributes: record text and JSON bodies kept small, since DynamoDB bills by size."""

import zlib
from typing import Any

import simplejson
from pynamodb.attributes import Attribute
from pynamodb.constants import BINARY


class PackedAttribute(Attribute[Any]):
    """A JSON value, compressed; numbers with a fraction come back as Decimal."""

    attr_type = BINARY

    def serialize(self, value: object) -> bytes:
        """Pack a JSON value."""
        return pack(simplejson.dumps(value, use_decimal=True, separators=(",", ":")))

    def deserialize(self, value: bytes) -> Any:  # noqa: ANN401 - JSON of any shape
        """Unpack a JSON value."""
        return simplejson.loads(unpack(value), use_decimal=True)


class PackedTextAttribute(Attribute[str]):
    """A text, compressed."""

    attr_type = BINARY

    def serialize(self, value: str) -> bytes:
        """Pack a text."""
        return pack(value)

    def deserialize(self, value: bytes) -> str:
        """Unpack a text."""
        return unpack(value)


def pack(text: str) -> bytes:
    """Compress a text."""
    return zlib.compress(text.encode(), level=6)


def unpack(packed: bytes) -> str:
    """Return a compressed text."""
    return zlib.decompress(packed).decode()
