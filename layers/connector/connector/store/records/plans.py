"""Where plans are kept that are not carried out (yet), and what stands for records until then."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from connector.model.ids import ConnectionId, FlowName, RecordId, RunId
from connector.model.review.planned import REVIEW, Decision, PlannedRecord, StandIn, stand_ins_of
from connector.model.review.taken import Taking
from connector.store.packing import PackedValueAttribute
from connector.store.runs import KEPT
from connector.store.table import Item, attempt, key, one_call, read_row, rows_after, sk_of

DRY_RUN = "dry-run"


class PlanRow(Item):
    """The row of one plan, and what became of it."""

    plan = PackedValueAttribute(PlannedRecord)
    decision = UnicodeAttribute()
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

    stand_in = PackedValueAttribute(StandIn)
    expires_at = NumberAttribute()


class TakenRow(Item):
    """The row of who has what only one record may have."""

    owner = UnicodeAttribute()
    expires_at = NumberAttribute()


def latest_dry_run(connection_id: ConnectionId) -> RunId | None:
    """Return the dry run that began last, if there was one."""
    row = read_row(DryRunRow, key(connection_id, "plans"), DRY_RUN)
    return None if row is None else str(row.run_id)


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
            plan = PlanRow(pk=_plan(connection_id, scope, one.flow), sk=one.record_id, plan=one)
            plan.decision, plan.outcome, plan.unlike = one.decision.value, one.outcome, one.unlike
            plan.expires_at = expires_at
            batch.save(plan)
            for (entity, own), found in stand_ins_of(one).items():
                row = StandInRow(pk=_stand_in(connection_id, scope, entity), sk=own)
                if found is None:
                    batch.delete(row)
                else:
                    row.stand_in, row.expires_at = found, expires_at
                    batch.save(row)


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
    return {(one.entity, one.record_id): one for one in (row.stand_in for row in found)}


def takers(connection_id: ConnectionId, scope: str, wanted: Iterable[Taking]) -> dict[Taking, str]:
    """Return who has what only one record may have, as far as it was told."""
    keys = [(_stand_in(connection_id, scope, entity), what) for entity, what in set(wanted)]
    found = TakenRow.batch_get(keys, consistent_read=True)
    return {(row.pk.rpartition("#")[2], row.sk): row.owner for row in found}


def take(connection_id: ConnectionId, scope: str, taken: Mapping[Taking, str]) -> None:
    """Remember who has what only one record may have, beside what stands for records."""
    expires_at = int((datetime.now(UTC) + KEPT).timestamp())
    with TakenRow.batch_write() as batch:
        for (entity, what), owner in taken.items():
            pk = _stand_in(connection_id, scope, entity)
            batch.save(TakenRow(pk=pk, sk=what, owner=owner, expires_at=expires_at))


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
    row = read_row(ScopeRow, key(connection_id, "plans"), "scope")
    return REVIEW if row is None else row.scope


def scope_before(connection_id: ConnectionId) -> str | None:
    """Return the scope whose report people read until that of now is added up, if there was one."""
    row = read_row(ScopeRow, key(connection_id, "plans"), "scope")
    return None if row is None else row.before


def begin(connection_id: ConnectionId, scope: str, *, before: str | None = None) -> None:
    """Begin a new scope: a review that is made anew leaves earlier plans behind."""
    ScopeRow(pk=key(connection_id, "plans"), sk="scope", scope=scope, before=before).save()


def hold(connection_id: ConnectionId) -> None:
    """Note that a review is about to hold records."""
    HeldRow(pk=key(connection_id, "plans"), sk="held").save()


def holds(connection_id: ConnectionId) -> bool:
    """Tell whether a review holds records."""
    return read_row(HeldRow, key(connection_id, "plans"), "held") is not None


def let_go(connection_id: ConnectionId) -> None:
    """Note that all of them were let go."""
    HeldRow(pk=key(connection_id, "plans"), sk="held").delete()


def _plan(connection_id: ConnectionId, scope: str, flow: FlowName) -> str:
    return key(connection_id, "plan", scope, flow)


def _stand_in(connection_id: ConnectionId, scope: str, entity: str) -> str:
    return key(connection_id, "stand-in", scope, entity)


def _planned(row: PlanRow) -> PlannedRecord:
    return replace(row.plan, outcome=row.outcome, unlike=row.unlike)
