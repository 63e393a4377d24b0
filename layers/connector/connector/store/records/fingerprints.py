"""Where fingerprints and record names are kept: what each record looked like when last read.

DynamoDB bills by item size, so they lie in blocks of their own: a whole company compares with one
query of at most 64 small items, whatever the size of its records. A block is written only as it
was read: where another wrote it since, both changes are made in what it holds by then. Notes of
what is about to be known lie beside them until it is.
"""

import zlib
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import blake2b
from uuid import uuid4

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from connector.errors import RemoteDownError
from connector.model.fingerprints import OUTDATED, Fingerprints, RecordNames
from connector.model.ids import ConnectionId, FlowName, RecordId, is_push
from connector.store.packing import PackedAttribute
from connector.store.reading import answers
from connector.store.table import Item, attempt, key

BLOCKS = 64
TRIES = 20
"""So often a block is written at most while others write it as well."""
BETWEEN = "\n"
"""Between the fingerprint of a record and how it was printed."""
NOTE, LINKING, ADDED, AGAIN = "note-", "adding-", "added-", "outdated-"
"""How the key of a note begins: of records that a look found, of those that a pull is about to link
and of those that it added to MobiWork, with their fingerprints; of those that are to be read once
more, which come last, so that they count whatever else is kept."""


class BlockRow(Item):
    """The fingerprints of those records of a flow whose ids fall into this block."""

    marks = PackedAttribute()
    flow = UnicodeAttribute()
    version = NumberAttribute(null=True)


def read(connection_id: ConnectionId, flow: FlowName) -> Fingerprints:
    """Return the known fingerprints of a flow."""
    known = Fingerprints()
    rows = BlockRow.query(key(connection_id, "fingerprints", flow), consistent_read=True)
    for row in rows:  # Notes come after all blocks, whose keys are digits.
        if row.sk.startswith(LINKING):
            known.linking[row.sk] = row.marks
        elif row.sk.startswith(ADDED):
            for own, mark in row.marks.items():
                known.remember(own, mark)
            known.notes.add(row.sk)
        elif row.sk.startswith(NOTE):
            known.doubt(row.marks)
            known.notes.add(row.sk)
        elif row.sk.startswith(AGAIN):
            for own in row.marks:
                known.outdate(own, note=row.sk)
        else:
            known.blocks[int(row.sk)] = int(row.version or 0)
            _read_block(row.marks, known)
    return known


def _read_block(texts: Mapping[RecordId, str], known: Fingerprints) -> None:
    """Take up what a block holds; there may be a hundred thousand records."""
    marks, prints = known.marks, known.prints
    for own, text in texts.items():
        marks[own], _, printed = text.partition(BETWEEN)
        if printed:
            prints[own] = printed


def note(
    connection_id: ConnectionId,
    flow: FlowName,
    record_ids: Iterable[RecordId],
    *,
    until: datetime | None = None,
) -> str:
    """Note which records are about to be known, before anything is done about them.

    Those of a look count as known from then on. Of those that a pull is about to link the
    QuickBooks ids are noted, with `until` when it may live. Return what the note is called.
    """
    marks = dict.fromkeys(sorted(record_ids), until.astimezone(UTC).isoformat() if until else "")
    return _noted(connection_id, flow, LINKING if until else NOTE, marks)


def add(
    connection_id: ConnectionId,
    flow: FlowName,
    marks: Mapping[RecordId, str],
    *,
    instead_of: Iterable[str],
) -> None:
    """Remember records that are new, in the place of some notes; the next save puts them in order.

    To write all blocks that a few records fall into costs as much as the whole company.
    """
    if marks:
        _noted(connection_id, flow, ADDED, marks)
    partition = key(connection_id, "fingerprints", flow)
    with BlockRow.batch_write() as batch:
        for name in sorted(instead_of):
            batch.delete(BlockRow(partition, name))


def outdate(connection_id: ConnectionId, flow: FlowName, record_id: RecordId) -> None:
    """Let the next look read a record once more, whoever writes its block meanwhile.

    Each note has a name of its own: a look drops none that it has not read.
    """
    partition = key(connection_id, "fingerprints", flow)
    marks = {record_id: OUTDATED}
    with _news(connection_id, flow):
        BlockRow(pk=partition, sk=f"{AGAIN}{uuid4().hex}", flow=flow, marks=marks).save()


def _noted(
    connection_id: ConnectionId, flow: FlowName, kind: str, marks: Mapping[RecordId, str]
) -> str:
    name = f"{kind}{blake2b('\n'.join(sorted(marks)).encode(), digest_size=12).hexdigest()}"
    partition = key(connection_id, "fingerprints", flow)
    with _news(connection_id, flow):
        BlockRow(pk=partition, sk=name, flow=flow, marks=dict(marks)).save()
    return name


def save(connection_id: ConnectionId, flow: FlowName, known: Fingerprints) -> None:
    """Write what changed since it was read, whatever others changed meanwhile; then drop notes.

    Raises:
        RemoteDownError: others wrote the same each time; what was done is kept, and all notes.
    """
    served = known.served()
    if not (known.changed or served):
        return
    blocks = _blocks(known, {_block_of(own) for own in known.changed})
    partition = key(connection_id, "fingerprints", flow)
    with _news(connection_id, flow):
        for number, texts in sorted(blocks.items()):
            _write_block(BlockRow(partition, str(number), flow=flow, marks=texts), known)
        with BlockRow.batch_write() as batch:
            for name in sorted(served):
                batch.delete(BlockRow(partition, name))
    known.changed.clear()
    known.notes.clear()
    known.again = {name: own for name, own in known.again.items() if name not in served}


def _write_block(row: BlockRow, known: Fingerprints) -> None:
    """Write a block as it is known, or what changed of it into what another made of it since.

    Raises:
        RemoteDownError: others wrote it each time.
    """
    number = int(row.sk)
    for _ in range(TRIES):
        seen = known.blocks.get(number, 0)
        row.version = seen + 1
        same = BlockRow.version == seen if seen else BlockRow.version.does_not_exist()
        with attempt() as written:
            row.save(condition=same)
        if written.took_effect:
            known.blocks[number] = seen + 1
            return
        if not _join(row, known):
            return
    raise RemoteDownError(
        "Fingerprints were written by others all the time; what was done is kept."
    )


def _join(row: BlockRow, known: Fingerprints) -> bool:
    """Make what changed of a block in what it holds by now; tell whether that changes it."""
    try:
        row.refresh(consistent_read=True)
    except BlockRow.DoesNotExist:  # The connection was erased.
        row.marks, row.version = {}, None
    number, texts = int(row.sk), dict[RecordId, str](row.marks)
    known.blocks[number] = int(row.version or 0)
    for own in [one for one in known.changed if _block_of(one) == number]:
        mark, _, printed = texts.pop(own, "").partition(BETWEEN)
        known.join(own, mark if own in row.marks else None, printed or None)
    for own in [one for one in known.marks if _block_of(one) == number]:
        if own not in known.changed:
            del known.marks[own]
            known.prints.pop(own, None)
    _read_block(texts, known)
    before, row.marks = row.marks, _blocks(known, {number})[number]
    return bool(row.marks != before)


def _blocks(known: Fingerprints, numbers: AbstractSet[int]) -> dict[int, dict[RecordId, str]]:
    """Return what some blocks hold; there may be a hundred thousand records."""
    blocks: dict[int, dict[RecordId, str]] = {number: {} for number in numbers}
    for own, mark in known.marks.items() if blocks else ():
        number = _block_of(own)
        if number in blocks:
            printed = known.prints.get(own)
            blocks[number][own] = mark + BETWEEN + printed if printed else mark
    return blocks


def read_names(connection_id: ConnectionId, pull: FlowName) -> RecordNames:
    """Return by what the MobiWork records are recognised that a pull may meet."""
    return RecordNames(read(connection_id, f"{pull}-names"))


def save_names(connection_id: ConnectionId, pull: FlowName, names: RecordNames) -> None:
    """Write what changed of the names since they were read."""
    save(connection_id, f"{pull}-names", names.marks)


@contextmanager
def _news(connection_id: ConnectionId, flow: FlowName) -> Iterator[None]:
    """Have the next look compare the records of a flow with what is known from then on.

    First of all, for whoever writes it may die; and once it is written, for a look that read what
    was known before may have kept meanwhile what its list answered.
    """
    if is_push(flow):
        answers.make_void(connection_id, flow)
    yield
    if is_push(flow):
        answers.make_void(connection_id, flow)


def _block_of(record_id: RecordId) -> int:
    return zlib.crc32(record_id.encode()) % BLOCKS
