"""When the digest of a connection was sent last, by who claimed it, and what runs wrote since."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

from pynamodb.attributes import UnicodeAttribute

from connector.model.ids import ConnectionId, FlowName, RunKind, kind_of_run
from connector.model.outcomes import WRITTEN, Sum, SumOfKind, by_kind
from connector.store.runs import RunRow
from connector.store.table import Item, attempt, key, read_row

LATEST = "latest"


class DigestRow(Item):
    """The moment for which the latest digest was due, and when it was made, both in UTC."""

    due_for = UnicodeAttribute()
    made_at = UnicodeAttribute()


def latest(connection_id: ConnectionId) -> datetime | None:
    """Return when the latest digest was made; None before the first."""
    row = read_row(DigestRow, key(connection_id, "digest"), LATEST)
    return None if row is None else datetime.fromisoformat(row.made_at)


def claim(connection_id: ConnectionId, *, due: datetime, now: datetime) -> bool:
    """Take it on to send the digest of a moment; False if somebody did so before."""
    row = DigestRow(
        pk=key(connection_id, "digest"),
        sk=LATEST,
        due_for=due.astimezone(UTC).isoformat(),
        made_at=now.isoformat(),
    )
    with attempt() as made:
        row.save(condition=DigestRow.pk.does_not_exist() | (DigestRow.due_for < row.due_for))
    return made.took_effect


def written_since(connection_id: ConnectionId, moment: datetime) -> tuple[SumOfKind, ...]:
    """Return how many records of each flow runs wrote that began since a moment, with their sum."""
    first = f"{moment.astimezone(UTC):%Y%m%dT%H%M%S}"
    return by_kind(
        each
        for row in RunRow.query(key(connection_id, "run"), RunRow.sk > first, consistent_read=True)
        if row.reports and kind_of_run(row.sk) is RunKind.USUAL
        for each in _written_in(row)
    )


def _written_in(row: RunRow) -> Iterator[tuple[FlowName, Sum]]:
    names = [one.value for one in WRITTEN]
    for flow, told in row.reports.items():
        worths = (row.sums or {}).get(flow, {}).get("worth", {})
        known = [Decimal(worths[name]) for name in names if name in worths]
        count = sum(int(told.get(name, 0)) for name in names)
        yield flow, Sum(count, sum(known, Decimal(0)) if known else None)
