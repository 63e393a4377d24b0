"""Where plans are kept that are not carried out (yet), and what stands for records until then."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from pynamodb.attributes import ListAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist

from connector.model.ids import ConnectionId, FlowName, RecordId, RunId
from connector.model.review.planned import REVIEW, Decision, PlannedRecord, StandIn, stand_ins_of
from connector.model.review.taken import Taking
from connector.store.packing import PackedAttribute
from connector.store.table import Item, attempt, key, one_call, rows_after, sk_of

DRY_RUN = "dry-run"
KEPT = timedelta(days=400)
"""As long as the report of them, and longer than anybody waits with an approval."""


class PlanRow(Item):
    """The row of one plan; `accounts` holds amounts as texts by the name of the account."""

    label = UnicodeAttribute(default="")
    decision = UnicodeAttribute()
    entity = UnicodeAttribute(default="")
    target = UnicodeAttribute(default="")
    other_id = UnicodeAttribute(null=True)
    body = PackedAttribute(null=True)
    content_hash = UnicodeAttribute(null=True)
    total = UnicodeAttribute(null=True)
    tax = UnicodeAttribute(null=True)
    day = UnicodeAttribute(null=True)
    accounts = PackedAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    waits_for = ListAttribute(of=UnicodeAttribute, default=list)
    warnings = ListAttribute(of=UnicodeAttribute, default=list)
    outcome = UnicodeAttribute(null=True)
    unlike = UnicodeAttribute(null=True)
    expires_at = NumberAttribute()


class ScopeRow(Item):
    """The row that says which plans are those of a connection now, and which were before."""

    scope = UnicodeAttribute()
    before = UnicodeAttribute(null=True)


class HeldRow(Item):
    """The row that stands as long as a review holds records."""


class DryRunRow(Item):
    """The row that names the latest dry run of a connection."""

    run_id = UnicodeAttribute()


class StandInRow(Item):
    """The row of what stands for one record."""

    flow = UnicodeAttribute()
    other_id = UnicodeAttribute()
    body = PackedAttribute(null=True)
    total = UnicodeAttribute(null=True)
    expires_at = NumberAttribute()


def latest_dry_run(connection_id: ConnectionId) -> RunId | None:
    """Return the dry run that began last, if there was one."""
    try:
        row = DryRunRow.get(key(connection_id, "plans"), DRY_RUN, consistent_read=True)
    except DoesNotExist:
        return None
    return str(row.run_id)


def begin_dry_run(connection_id: ConnectionId, run_id: RunId, *, after: RunId | None) -> bool:
    """Make a dry run the latest one; False when another one began since `after` was read."""
    row = DryRunRow(pk=key(connection_id, "plans"), sk=DRY_RUN, run_id=run_id)
    condition = DryRunRow.run_id == after if after else DryRunRow.pk.does_not_exist()
    with attempt() as made:
        row.save(condition=condition)
    return made.took_effect


def keep(connection_id: ConnectionId, scope: str, planned: Iterable[PlannedRecord]) -> None:
    """Keep plans, and what stands for their records, in the place of earlier ones."""
    expires_at = int((datetime.now(UTC) + KEPT).timestamp())
    with Item.batch_write() as batch:
        for one in planned:
            batch.save(_row(connection_id, scope, one, expires_at))
            for (entity, own), found in stand_ins_of(one).items():
                row = StandInRow(pk=_stand_in(connection_id, scope, entity), sk=own)
                if found is None:
                    batch.delete(row)
                else:
                    batch.save(_filled(row, found, expires_at))


def read_many(
    connection_id: ConnectionId, scope: str, flow: FlowName, record_ids: Iterable[RecordId]
) -> dict[str, PlannedRecord]:
    """Return the plans of some records, by record id."""
    keys = [(_plan(connection_id, scope, flow), one) for one in set(record_ids) if one]
    found = PlanRow.batch_get(keys, consistent_read=True)
    return {row.sk: _planned(row) for row in found}


def read_some(
    connection_id: ConnectionId, scope: str, flow: FlowName, *, after: str, limit: int
) -> list[PlannedRecord]:
    """Return at most `limit` plans of a flow by record id, those after `after`."""
    found = rows_after(PlanRow, _plan(connection_id, scope, flow), after, limit=limit)
    return [_planned(row) for row in found]


def read_decided(  # noqa: PLR0913 - where to look, and for what
    connection_id: ConnectionId,
    scope: str,
    flow: FlowName,
    decision: Decision,
    *,
    after: str,
    limit: int,
) -> tuple[list[PlannedRecord], RecordId | None]:
    """Return plans of a flow that come to one thing, those after `after`, and how far it looked.

    The table passes over the others: one call looks through a megabyte; None where it was all.
    """
    beyond = PlanRow.sk > after if after else None
    only = PlanRow.decision == decision.value
    rows, read_to = one_call(PlanRow, _plan(connection_id, scope, flow), beyond, only)
    if len(rows) > limit:
        rows, read_to = rows[:limit], sk_of(rows[limit - 1])
    return [_planned(PlanRow.from_raw_data(dict(row))) for row in rows], read_to


def stand_ins(
    connection_id: ConnectionId, scope: str, wanted: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], StandIn]:
    """Return what stands for records, by entity and id."""
    keys = [(_stand_in(connection_id, scope, entity), own) for entity, own in set(wanted) if own]
    found = StandInRow.batch_get(keys, consistent_read=True)
    return {(one.entity, one.record_id): one for one in map(_found, found)}


def takers(connection_id: ConnectionId, scope: str, wanted: Iterable[Taking]) -> dict[Taking, str]:
    """Return who has what only one record may have, as far as it was told."""
    keys = [(_stand_in(connection_id, scope, entity), what) for entity, what in set(wanted)]
    found = StandInRow.batch_get(keys, consistent_read=True)
    return {(row.pk.rpartition("#")[2], row.sk): row.other_id for row in found}


def take(connection_id: ConnectionId, scope: str, taken: Mapping[Taking, str]) -> None:
    """Remember who has what only one record may have, beside what stands for records."""
    expires_at = int((datetime.now(UTC) + KEPT).timestamp())
    with StandInRow.batch_write() as batch:
        for (entity, what), owner in taken.items():
            pk = _stand_in(connection_id, scope, entity)
            row = StandInRow(pk=pk, sk=what, flow="", other_id=owner, expires_at=expires_at)
            batch.save(row)


def note_result(
    connection_id: ConnectionId, scope: str, planned: PlannedRecord, *, outcome: str, unlike: str
) -> None:
    """Note on a plan what became of it, and how that differs; empty where it does not."""
    row = PlanRow(pk=_plan(connection_id, scope, planned.flow), sk=planned.record_id)
    row.update(
        actions=[
            PlanRow.outcome.set(outcome),
            PlanRow.unlike.set(unlike) if unlike else PlanRow.unlike.remove(),
        ]
    )


def scope(connection_id: ConnectionId) -> str:
    """Return the scope of a connection's plans as it stands now."""
    try:
        return ScopeRow.get(key(connection_id, "plans"), "scope", consistent_read=True).scope
    except DoesNotExist:
        return REVIEW


def scope_before(connection_id: ConnectionId) -> str | None:
    """Return the scope whose report people read until that of now is added up, if there was one."""
    try:
        return ScopeRow.get(key(connection_id, "plans"), "scope", consistent_read=True).before
    except DoesNotExist:
        return None


def begin(connection_id: ConnectionId, scope: str, *, before: str | None = None) -> None:
    """Begin a new scope: a review that is made anew leaves earlier plans behind."""
    ScopeRow(pk=key(connection_id, "plans"), sk="scope", scope=scope, before=before).save()


def hold(connection_id: ConnectionId) -> None:
    """Note that a review is about to hold records."""
    HeldRow(pk=key(connection_id, "plans"), sk="held").save()


def holds(connection_id: ConnectionId) -> bool:
    """Tell whether a review holds records."""
    try:
        HeldRow.get(key(connection_id, "plans"), "held", consistent_read=True)
    except DoesNotExist:
        return False
    return True


def let_go(connection_id: ConnectionId) -> None:
    """Note that all of them were let go."""
    HeldRow(pk=key(connection_id, "plans"), sk="held").delete()


def _plan(connection_id: ConnectionId, scope: str, flow: FlowName) -> str:
    return key(connection_id, "plan", scope, flow)


def _stand_in(connection_id: ConnectionId, scope: str, entity: str) -> str:
    return key(connection_id, "stand-in", scope, entity)


def _row(connection_id: ConnectionId, scope: str, one: PlannedRecord, expires_at: int) -> PlanRow:
    return PlanRow(
        pk=_plan(connection_id, scope, one.flow),
        sk=one.record_id,
        label=one.label,
        decision=one.decision.value,
        entity=one.entity,
        target=one.target,
        other_id=one.other_id,
        body=one.body,
        content_hash=one.content_hash,
        total=_text(one.total),
        tax=_text(one.tax),
        day=one.day.isoformat() if one.day else None,
        accounts={name: str(amount) for name, amount in one.accounts.items()} or None,
        reason=one.reason or None,
        waits_for=list(one.waits_for),
        warnings=list(one.warnings),
        outcome=one.outcome,
        unlike=one.unlike,
        expires_at=expires_at,
    )


def _planned(row: PlanRow) -> PlannedRecord:
    return PlannedRecord(
        flow=row.pk.rpartition("#")[2],
        record_id=row.sk,
        label=row.label,
        decision=Decision(row.decision),
        entity=row.entity,
        target=row.target,
        other_id=row.other_id or None,
        body=row.body,
        content_hash=row.content_hash or None,
        total=_amount(row.total),
        tax=_amount(row.tax),
        day=date.fromisoformat(row.day) if row.day else None,
        accounts={name: Decimal(amount) for name, amount in (row.accounts or {}).items()},
        reason=row.reason or None,
        waits_for=tuple(str(one) for one in row.waits_for),
        warnings=tuple(str(one) for one in row.warnings),
        outcome=row.outcome or None,
        unlike=row.unlike or None,
    )


def _filled(row: StandInRow, found: StandIn, expires_at: int) -> StandInRow:
    row.flow = found.flow
    row.other_id = found.other_id
    row.body = dict(found.body) or None
    row.total = _text(found.total)
    row.expires_at = expires_at
    return row


def _found(row: StandInRow) -> StandIn:
    return StandIn(
        flow=row.flow,
        entity=row.pk.rpartition("#")[2],
        record_id=row.sk,
        other_id=row.other_id,
        body=row.body or {},
        total=_amount(row.total),
    )


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)


def _amount(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None
