"""Where totals that differ are kept: what a person is told, what stops a kind, what tax did."""

from collections.abc import Iterable
from decimal import Decimal

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist

from connector.model.totals import Cause, Difference, TotalDifference
from connector.store.table import Item, key

TOLD, COUNTED = "told#", "counted#"


class DifferenceRow(Item):
    """The row of one document whose total differs: as it is told, or as it is counted."""

    label = UnicodeAttribute()
    cause = UnicodeAttribute()
    sentence = UnicodeAttribute()
    missing = UnicodeAttribute()
    rounded = BooleanAttribute(default=False)


class OverrideRow(Item):
    """Whether QuickBooks obeyed a sent tax when that could last be seen."""

    obeyed = BooleanAttribute()


def note(connection_id: str, flow: str, told: TotalDifference, *, counts: bool) -> None:
    """Keep the difference of a document and, where it `counts`, count it once."""
    with DifferenceRow.batch_write() as batch:
        for begins in (TOLD, COUNTED) if counts else (TOLD,):
            batch.save(_row(connection_id, flow, begins, told))


def read(connection_id: str, flow: str, record_id: str) -> TotalDifference | None:
    """Return the difference of a document, if its total differs."""
    try:
        row = DifferenceRow.get(
            _partition(connection_id, flow), TOLD + record_id, consistent_read=True
        )
    except DoesNotExist:
        return None
    return _difference(row, TOLD)


def settle(connection_id: str, flow: str, record_id: str) -> None:
    """Forget the difference of a document whose totals agree by now."""
    with DifferenceRow.batch_write() as batch:
        for begins in (TOLD, COUNTED):
            batch.delete(DifferenceRow(pk=_partition(connection_id, flow), sk=begins + record_id))


def undecided(connection_id: str, flow: str) -> list[TotalDifference]:
    """Return the differences of a flow that nobody has decided on yet."""
    return [_difference(row, COUNTED) for row in _rows(connection_id, flow, COUNTED)]


def differing(connection_id: str, flow: str) -> list[str]:
    """Return the ids of the documents of a flow whose totals differ."""
    return [row.sk.removeprefix(TOLD) for row in _rows(connection_id, flow, TOLD)]


def decide(connection_id: str, flows: Iterable[str]) -> None:
    """Begin to count again: a person has decided, or mended the cause."""
    for flow in flows:
        with DifferenceRow.batch_write() as batch:
            for row in list(_rows(connection_id, flow, COUNTED)):
                batch.delete(row)


def remember_override(connection_id: str, *, obeyed: bool) -> None:
    """Remember whether QuickBooks obeyed the tax that was sent."""
    OverrideRow(pk=key(connection_id, "totals"), sk="override", obeyed=obeyed).save()


def override_obeyed(connection_id: str) -> bool | None:
    """Tell whether QuickBooks obeys a sent tax; nothing where it could not be seen yet."""
    try:
        row = OverrideRow.get(key(connection_id, "totals"), "override", consistent_read=True)
    except DoesNotExist:
        return None
    return bool(row.obeyed)


def _partition(connection_id: str, flow: str) -> str:
    return key(connection_id, "totals", flow)


def _rows(connection_id: str, flow: str, begins: str) -> Iterable[DifferenceRow]:
    return DifferenceRow.query(
        _partition(connection_id, flow),
        DifferenceRow.sk.startswith(begins),
        consistent_read=True,
    )


def _row(connection_id: str, flow: str, begins: str, told: TotalDifference) -> DifferenceRow:
    return DifferenceRow(
        pk=_partition(connection_id, flow),
        sk=begins + told.record_id,
        label=told.label,
        cause=told.difference.cause.value,
        sentence=told.difference.sentence,
        missing=str(told.difference.missing),
        rounded=told.rounded,
    )


def _difference(row: DifferenceRow, begins: str) -> TotalDifference:
    difference = Difference(Cause(row.cause), row.sentence, Decimal(row.missing))
    return TotalDifference(row.sk.removeprefix(begins), row.label, difference, bool(row.rounded))
