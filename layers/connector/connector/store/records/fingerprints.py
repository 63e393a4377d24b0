"""Where fingerprints and record names are kept: what each record looked like when last read.

DynamoDB bills by item size, so they lie in blocks of their own: a whole company compares with one
query of at most 64 small items, whatever the size of its records.
"""

import zlib

from pynamodb.attributes import UnicodeAttribute

from connector.model.fingerprints import Fingerprints, RecordNames
from connector.model.ids import ConnectionId, FlowName, RecordId
from connector.store.packing import PackedAttribute
from connector.store.table import Item, key

BLOCKS = 64


class BlockRow(Item):
    """The fingerprints of those records of a flow whose ids fall into this block."""

    marks = PackedAttribute()
    flow = UnicodeAttribute()


def read(connection_id: ConnectionId, flow: FlowName) -> Fingerprints:
    """Return the known fingerprints of a flow."""
    blocks = BlockRow.query(key(connection_id, "fingerprints", flow), consistent_read=True)
    return Fingerprints({own: mark for block in blocks for own, mark in block.marks.items()})


def save(connection_id: ConnectionId, flow: FlowName, known: Fingerprints) -> None:
    """Write the blocks in which something changed since they were read."""
    blocks: dict[int, dict[str, str]] = {_block_of(own): {} for own in known.changed}
    for own, mark in known.marks.items():
        number = _block_of(own)
        if number in blocks:
            blocks[number][own] = mark
    with BlockRow.batch_write() as batch:
        for number, marks in sorted(blocks.items()):
            batch.save(
                BlockRow(
                    pk=key(connection_id, "fingerprints", flow),
                    sk=str(number),
                    flow=flow,
                    marks=marks,
                )
            )
    known.changed.clear()


def read_names(connection_id: ConnectionId, pull: FlowName) -> RecordNames:
    """Return by what the MobiWork records are recognised that a pull may meet."""
    return RecordNames(read(connection_id, f"{pull}-names"))


def save_names(connection_id: ConnectionId, pull: FlowName, names: RecordNames) -> None:
    """Write what changed of the names since they were read."""
    save(connection_id, f"{pull}-names", names.marks)


def _block_of(record_id: RecordId) -> int:
    return zlib.crc32(record_id.encode()) % BLOCKS
