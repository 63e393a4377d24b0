"""Where totals that differ are kept: what a person is told, what stops a kind, what tax did."""

from collections.abc import Iterable
from secrets import token_hex

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from connector.model.ids import ConnectionId, FlowName, RecordId
from connector.model.pending import Glance, PendingItem
from connector.model.totals import CANARY, FlowTotals, TotalDifference
from connector.store.packing import PackedValueAttribute
from connector.store.table import Item, key, read_row, read_rows

TOLD, COUNTED, STATE, CANARY_LEFT = "told#", "counted#", "state", "canary"


class DifferenceRow(Item):
    """The row of one document whose total differs: as it is told, or as it is counted."""

    told = PackedValueAttribute(TotalDifference)


class StateRow(Item):
    """Which undecided differences a flow has, as a text that changes with them."""

    state = UnicodeAttribute()


class StandingRow(DifferenceRow):
    """Any row between the canary of a flow and its state, the counted differences among them."""

    left = NumberAttribute(null=True)
    state = UnicodeAttribute(null=True)


class GlanceRow(Item):
    """What counts at the last moment of a pending item, or of the differences of a flow."""

    fingerprint = UnicodeAttribute(null=True)
    state = UnicodeAttribute(null=True)


class CanaryRow(Item):
    """How many documents of a flow are still to go out one by one."""

    left = NumberAttribute()


class OverrideRow(Item):
    """Whether QuickBooks obeyed a sent tax when that could last be seen."""

    obeyed = BooleanAttribute()


def note(
    connection_id: ConnectionId, flow: FlowName, told: TotalDifference, *, counts: bool
) -> None:
    """Keep the difference of a document and, where it `counts`, count it once."""
    with DifferenceRow.batch_write() as batch:
        for begins in (TOLD, COUNTED) if counts else (TOLD,):
            place = begins + told.record_id
            batch.save(DifferenceRow(_partition(connection_id, flow), place, told=told))
    if counts:
        _say_changed(connection_id, flow)


def read_many(
    connection_id: ConnectionId, flow: FlowName, record_ids: Iterable[RecordId]
) -> dict[str, TotalDifference]:
    """Return the differences of those documents whose totals differ, by id, read consistently."""
    keys = [(_partition(connection_id, flow), TOLD + one) for one in record_ids]
    return {row.told.record_id: row.told for row in read_rows(DifferenceRow, keys)}


def settle(connection_id: ConnectionId, flow: FlowName, record_id: RecordId) -> None:
    """Forget the difference of a document whose totals agree by now."""
    with DifferenceRow.batch_write() as batch:
        for begins in (TOLD, COUNTED):
            batch.delete(DifferenceRow(pk=_partition(connection_id, flow), sk=begins + record_id))
    _say_changed(connection_id, flow)


def undecided(connection_id: ConnectionId, flow: FlowName) -> list[TotalDifference]:
    """Return the differences of a flow that nobody has decided on yet."""
    return [row.told for row in _rows(connection_id, flow, COUNTED)]


def standing(connection_id: ConnectionId, flow: FlowName) -> FlowTotals:
    """Return how a flow stands, read consistently in one call.

    What is written meanwhile may be in its `state` and not in `undecided`: a query promises no more
    than that each row is as it was at some moment of it.
    """
    between = StandingRow.sk.between(CANARY_LEFT, STATE)
    rows = list(StandingRow.query(_partition(connection_id, flow), between, consistent_read=True))
    others = {row.sk: row for row in rows if row.sk in {CANARY_LEFT, STATE}}
    canary, state = others.get(CANARY_LEFT), others.get(STATE)
    return FlowTotals(
        canary=max(int(canary.left or 0), 0) if canary else 0,
        state=state.state if state else None,
        undecided=tuple(row.told for row in rows if row.sk not in others),
    )


def glance(item: PendingItem, *, differing: bool) -> Glance:
    """Return how a record stands by now, read consistently; with `differing`, its flow as well."""
    keys = [(key(item.connection_id, "pending", item.flow), item.record_id)]
    if differing:
        keys.append((_partition(item.connection_id, item.flow), STATE))
    wanted = ["pk", "sk", "fingerprint", "state"]
    rows = GlanceRow.batch_get(keys, consistent_read=True, attributes_to_get=wanted)
    found = {(row.pk, row.sk): row for row in rows}
    reading, state = found.get(keys[0]), found.get(keys[-1]) if differing else None
    return Glance(
        fingerprint=None if reading is None else reading.fingerprint,
        differing=None if state is None else state.state,
    )


def _say_changed(connection_id: ConnectionId, flow: FlowName) -> None:
    """Have every worker read the undecided differences again, after they were written."""
    StateRow(pk=_partition(connection_id, flow), sk=STATE, state=token_hex(4)).save()


def differing(connection_id: ConnectionId, flow: FlowName) -> list[str]:
    """Return the ids of the documents of a flow whose totals differ."""
    return [row.sk.removeprefix(TOLD) for row in _rows(connection_id, flow, TOLD)]


def decide(connection_id: ConnectionId, flows: Iterable[FlowName]) -> None:
    """Begin to count again: a person has decided, or mended the cause."""
    for flow in flows:
        with DifferenceRow.batch_write() as batch:
            for row in list(_rows(connection_id, flow, COUNTED)):
                batch.delete(row)
        _say_changed(connection_id, flow)


def watch(connection_id: ConnectionId, flows: Iterable[FlowName]) -> None:
    """Have the next documents of some flows go out one by one."""
    with CanaryRow.batch_write() as batch:
        for flow in flows:
            batch.save(CanaryRow(pk=_partition(connection_id, flow), sk=CANARY_LEFT, left=CANARY))


def watched(connection_id: ConnectionId, flow: FlowName) -> int:
    """Return how many documents of a flow are still to go out one by one."""
    row = read_row(CanaryRow, _partition(connection_id, flow), CANARY_LEFT)
    return 0 if row is None else max(int(row.left), 0)


def pass_one(connection_id: ConnectionId, flow: FlowName) -> None:
    """Count one document that came out as planned."""
    row = CanaryRow(pk=_partition(connection_id, flow), sk=CANARY_LEFT)
    row.update(actions=[CanaryRow.left.add(-1)])


def remember_override(connection_id: ConnectionId, *, obeyed: bool) -> None:
    """Remember whether QuickBooks obeyed the tax that was sent."""
    OverrideRow(pk=key(connection_id, "totals"), sk="override", obeyed=obeyed).save()


def override_obeyed(connection_id: ConnectionId) -> bool | None:
    """Tell whether QuickBooks obeys a sent tax; nothing where it could not be seen yet."""
    row = read_row(OverrideRow, key(connection_id, "totals"), "override")
    return None if row is None else bool(row.obeyed)


def _partition(connection_id: ConnectionId, flow: FlowName) -> str:
    return key(connection_id, "totals", flow)


def _rows(connection_id: ConnectionId, flow: FlowName, begins: str) -> Iterable[DifferenceRow]:
    return DifferenceRow.query(
        _partition(connection_id, flow),
        DifferenceRow.sk.startswith(begins),
        consistent_read=True,
    )
