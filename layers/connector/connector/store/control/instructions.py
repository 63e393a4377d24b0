"""Where instructions are kept: what people say is to become of single records."""

from collections.abc import Iterable

from connector.model.ids import ConnectionId, FlowName, RecordId
from connector.model.worklist.instructions import Instruction
from connector.store.packing import PackedValueAttribute
from connector.store.table import Item, key, read_rows, rows_after


class InstructionRow(Item):
    """What a person wants of one record of one flow."""

    instruction = PackedValueAttribute(Instruction)


def keep(instruction: Instruction) -> None:
    """Keep an instruction in the place of an earlier one of the same record."""
    partition = key(instruction.connection_id, "instruction", instruction.flow)
    InstructionRow(pk=partition, sk=instruction.record_id, instruction=instruction).save()


def read_many(
    connection_id: ConnectionId, flow: FlowName, record_ids: Iterable[RecordId]
) -> dict[RecordId, Instruction]:
    """Return the instructions of some records, by their ids."""
    keys = [(key(connection_id, "instruction", flow), one) for one in record_ids if one]
    found = read_rows(InstructionRow, keys)
    return {row.sk: row.instruction for row in found}


def read_some(
    connection_id: ConnectionId, flow: FlowName, *, after: str, limit: int
) -> list[Instruction]:
    """Return at most `limit` instructions of a flow by record id, those after `after`."""
    rows = rows_after(InstructionRow, key(connection_id, "instruction", flow), after, limit=limit)
    return [row.instruction for row in rows]


def take_back(connection_id: ConnectionId, flow: FlowName, record_id: RecordId) -> None:
    """Forget the instruction of a record, if there is one."""
    InstructionRow(pk=key(connection_id, "instruction", flow), sk=record_id).delete()
