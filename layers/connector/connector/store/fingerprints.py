"""Fingerprints: what each source record looked like when it was last read, kept in few items.

DynamoDB bills by item size, so hashes live in blocks of their own: a whole company compares with
one query of at most 64 small items, whatever the size of its records.
"""

import zlib
from hashlib import blake2b

from pynamodb.attributes import UnicodeAttribute

from connector.store.packing import PackedAttribute
from connector.store.table import Item, key

BLOCKS = 64


class Block(Item):
    """The fingerprints of those records of a flow whose ids fall into this block."""

    marks = PackedAttribute()
    flow = UnicodeAttribute()


def fingerprint(text: str) -> str:
    """Return the fingerprint of a record's mapped fields, given as canonical text."""
    return blake2b(text.encode(), digest_size=12).hexdigest()


class Fingerprints:
    """The known fingerprints of one flow; `remember` collects, `save` writes changed blocks."""

    def __init__(self, connection_id: str, flow: str) -> None:
        self._pk = key(connection_id, "fingerprints", flow)
        self._flow = flow
        self._changed: set[int] = set()
        self._blocks: dict[int, dict[str, str]] = {
            int(block.sk): block.marks for block in Block.query(self._pk, consistent_read=True)
        }

    def known(self, record_id: str) -> str:
        """Return the fingerprint the record had, or nothing."""
        return self._blocks.get(_block_of(record_id), {}).get(record_id, "")

    def remember(self, record_id: str, mark: str) -> None:
        """Note a record's fingerprint; durable only after `save`."""
        number = _block_of(record_id)
        self._blocks.setdefault(number, {})[record_id] = mark
        self._changed.add(number)

    def ids(self) -> set[str]:
        """Return the ids of all records that have a fingerprint."""
        return {record_id for block in self._blocks.values() for record_id in block}

    def forget(self, record_id: str) -> None:
        """Drop a record's fingerprint; durable only after `save`."""
        number = _block_of(record_id)
        if self._blocks.get(number, {}).pop(record_id, None) is not None:
            self._changed.add(number)

    def save(self) -> None:
        """Write the blocks that changed."""
        with Block.batch_write() as batch:
            for number in sorted(self._changed):
                batch.save(
                    Block(
                        pk=self._pk,
                        sk=str(number),
                        flow=self._flow,
                        marks=self._blocks[number],
                    )
                )
        self._changed.clear()


def _block_of(record_id: str) -> int:
    return zlib.crc32(record_id.encode()) % BLOCKS
