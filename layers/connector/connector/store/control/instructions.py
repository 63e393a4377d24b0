"""Where instructions are kept: what people say is to become of single records."""

from collections.abc import Iterable

from pynamodb.attributes import UnicodeAttribute

from connector.model.ids import ConnectionId, FlowName, RecordId
from connector.model.worklist.instructions import Instruction, Wish
from connector.store.table import Item, key, read_rows, rows_after


class InstructionRow(Item):
    """What a person wants of one record of one flow."""

    wish = UnicodeAttribute()
    value = UnicodeAttribute(null=True)
    why = UnicodeAttribute(null=True)
    by = UnicodeAttribute()
    at = UnicodeAttribute()
    fingerprint = UnicodeAttribute(null=True)


def keep(instruction: Instruction) -> None:
    """Keep an instruction in the place of an earlier one of the same record."""
    InstructionRow(
        pk=key(instruction.connection_id, "instruction", instruction.flow),
        sk=instruction.record_id,
        wish=instruction.wish.value,
        value=instruction.value,
        why=instruction.why,
        by=instruction.by,
        at=instruction.at,
        fingerprint=instruction.fingerprint,
    ).save()


def read_many(
    connection_id: ConnectionId, flow: FlowName, record_ids: Iterable[RecordId]
) -> dict[RecordId, Instruction]:
    """Return the instructions of some records, by their ids."""
    keys = [(key(connection_id, "instruction", flow), one) for one in record_ids if one]
    found = read_rows(InstructionRow, keys)
    return {row.sk: _instruction(connection_id, flow, row) for row in found}


def read_some(
    connection_id: ConnectionId, flow: FlowName, *, after: str, limit: int
) -> list[Instruction]:
    """Return at most `limit` instructions of a flow by record id, those after `after`."""
    rows = rows_after(InstructionRow, key(connection_id, "instruction", flow), after, limit=limit)
    return [_instruction(connection_id, flow, row) for row in rows]


def take_back(connection_id: ConnectionId, flow: FlowName, record_id: RecordId) -> None:
    """Forget the instruction of a record, if there is one."""
    InstructionRow(pk=key(connection_id, "instruction", flow), sk=record_id).delete()


def _instruction(connection_id: ConnectionId, flow: FlowName, row: InstructionRow) -> Instruction:
    return Instruction(
        connection_id=connection_id,
        flow=flow,
        record_id=row.sk,
        wish=Wish(row.wish),
        value=row.value,
        why=row.why,
        by=row.by,
        at=row.at,
        fingerprint=row.fingerprint,
    )
