"""Undoing what pulling wrote in MobiWork, as far as its calls go; never a payment.

Deleting a payment in MobiWork refunds the card. Only customers have a documented call to delete
(reference 3.1), which MobiWork refuses where work orders need them (error 1010).
"""

from collections.abc import Iterator, Mapping, Sequence

from connector.engine.run import Run
from connector.engine.three_way_merge import changed_fields, mobiwork_values
from connector.mobiwork.editing import edited, texts_at
from connector.mobiwork.endpoints import twins_of
from connector.mobiwork.xml import RawRecord
from connector.model.body import Body, spoken
from connector.model.flows.field import Changes, Values
from connector.model.flows.pull_flow import AnyPullFlow
from connector.model.links import Link, RecordKey
from connector.model.outcomes import Outcome, RecordOutcome
from connector.model.undoing.images import Restoration, chained
from connector.model.undoing.undo import UndoEntry, UndoWay
from connector.pull.load import EMBEDDED
from connector.pull.mobiwork_records import parse
from connector.undo import reading
from connector.undo.entries import entry_of

PAYMENT = "payment"
REFUNDS = "Deleting a payment in MobiWork would refund the card, so it stays there."
KEPT_IN = (
    "It is kept in another record of MobiWork, which may be in use; take it out there by hand."
)
NO_CALL = "MobiWork has no call that takes it away or disables it; do that there by hand."
GONE = "It is not in MobiWork any more."
CHANGED = "It was changed in MobiWork since it was added."
WRITTEN_OVER = "It was changed in MobiWork since the run."


def entries_there(
    run: Run, run_id: str, flow: AnyPullFlow, told: Sequence[RecordOutcome]
) -> list[UndoEntry]:
    """Plan what is done about some records that one pull wrote in MobiWork."""
    ids = [one.record_id for one in told]
    owners = run.store.links.owners_of(run.connection_id, flow.source, ids)
    links = run.store.links.read_many(run.connection_id, set(owners.values()))
    images = reading.changes_of(run, run_id, told)
    entries: list[UndoEntry] = []
    for one in told:
        owner = owners.get(one.record_id)
        link = links.get(owner) if owner else None
        if isinstance(link, Link):
            changes = chained(images[one.record_id])
            entries += _planned(run, flow, one, link, changes, new=link.made_in == run_id)
    return entries


def _planned(  # noqa: PLR0913 - all that is known of it
    run: Run,
    flow: AnyPullFlow,
    one: RecordOutcome,
    link: Link,
    change: Restoration,
    *,
    new: bool,
) -> Iterator[UndoEntry]:
    if new:
        way, why = _taken_away(run, flow, link)
        yield entry_of(one, link, way, why)
        return
    if link.owner.entity.endswith(EMBEDDED) and one.outcome is Outcome.UPDATED:
        yield entry_of(one, link, UndoWay.KEEP, KEPT_IN)
        return
    if change.after:
        kept = why_not_restored(run, link.owner, change.after)
        way = UndoWay.KEEP if kept else UndoWay.RESTORE_HERE
        why = kept or f"{_named(link)} gets back what it held."
        yield entry_of(one, link, way, why, change)


def _taken_away(run: Run, flow: AnyPullFlow, link: Link) -> tuple[UndoWay, str]:
    entity = link.owner.entity
    if entity == PAYMENT:
        return UndoWay.KEEP, REFUNDS
    way = way_of(run, entity)
    if way is UndoWay.KEEP:
        return way, NO_CALL
    kept = why_kept(flow, link, run.mobiwork.find(entity, link.owner.mobiwork_id))
    return (UndoWay.KEEP, kept) if kept else (way, f"{_named(link)} was added and is as it was.")


def way_of(run: Run, entity: str) -> UndoWay:
    """Return how MobiWork lets a record be taken back that was added."""
    if entity != PAYMENT and run.mobiwork.supports(entity, "delete"):
        return UndoWay.REMOVE
    return UndoWay.DISABLE if can_be_disabled(run, entity) else UndoWay.KEEP


def can_be_disabled(run: Run, entity: str) -> bool:
    """Tell whether a record of MobiWork can be disabled by a call."""
    return entity != PAYMENT and all(run.mobiwork.supports(entity, one) for one in ("view", "edit"))


def why_kept(flow: AnyPullFlow, link: Link, there: RawRecord | None) -> str | None:
    """Say why a record that was added is not taken away; None where it is."""
    if there is None:
        return GONE
    now = mobiwork_values(flow.fields, parse(flow, there))
    return CHANGED if changed_fields(flow.fields, link.in_mobiwork, now) else None


def why_not_restored(run: Run, owner: RecordKey, after: Body) -> str | None:
    """Say why a record does not get back what it held; None where it does."""
    there = run.mobiwork.find(*owner)
    if there is None:
        return GONE
    return None if holds(there, after) else WRITTEN_OVER


def given_back(flow: AnyPullFlow, now: RawRecord, entry: UndoEntry) -> Values:
    """Return what MobiWork says now of the fields that got back what they held, and of no others.

    What else a person typed there is still to be compared with what both sides agreed on.
    """
    held, written = (_with(flow, now, values) for values in (entry.before, entry.after))
    values = mobiwork_values(flow.fields, parse(flow, now))
    return {name: values[name] for name in held if held[name] != written[name]}


def _with(flow: AnyPullFlow, one: RawRecord, changes: Changes) -> Values:
    changed = edited(one.element(), changes, twins=twins_of(one.entity))
    return mobiwork_values(flow.fields, parse(flow, RawRecord.of(one.entity, one.id, changed)))


def holds(there: RawRecord, values: Body) -> bool:
    """Tell whether a record holds some texts, by element path."""
    found: Mapping[str, str | None] = texts_at(
        there.element(), values, twins=twins_of(there.entity)
    )
    return all((found[path] or None) == (value or None) for path, value in values.items())


def _named(link: Link) -> str:
    return f"{spoken(link.owner.entity)} {link.owner.mobiwork_id} of MobiWork"
