"""Which pending items a run works through: all of them, or those a person chose by hand."""

from collections.abc import Iterable
from dataclasses import replace

from pydantic import BaseModel, ValidationError

from connector.engine.items import items_of
from connector.engine.run import Run
from connector.entities.registry import BY_ENTITY, PUSHES
from connector.errors import RecordError
from connector.model.body import capital, spoken
from connector.model.flows.push_flow import AnyPushFlow, PushFlow
from connector.model.ids import RecordId
from connector.model.links import Link
from connector.model.outcomes import Outcome, RecordOutcome
from connector.model.pending import PendingItem, PendingState
from connector.model.plans import Reference
from connector.push.invalid_records import read_record
from connector.push.waiting import listed

NOT_THROUGH = (Outcome.WAITING, Outcome.REFUSED, Outcome.PLANNED)
TO_BE_APPROVED = "It waits until its plan is approved."


def items[R: BaseModel](flow: PushFlow[R], run: Run) -> Iterable[PendingItem]:
    """Return what this run is to push of a flow.

    Raises:
        RecordError: a person chose a record that MobiWork has not shown.
    """
    if not run.selection:
        return items_of(run, flow.name)
    if chosen := run.selection.get(flow.entity):
        found = run.store.pending.read_many(run.connection_id, flow.name, chosen)
        _explain_absent(flow, run, [one for one in chosen if one not in found])
        return list(found.values())
    return _referred_to(flow, run)


def wake_waiting(run: Run) -> None:
    """Let everything that waits be planned in the next run: something was pushed by hand."""
    for flow in PUSHES:
        for item in run.store.pending.worklist(run.connection_id, flow.name):
            if item.state == PendingState.WAITING:
                run.store.pending.make_due(run.connection_id, flow.name, item.record_id)


def refuse_unpushed[R: BaseModel](flow: PushFlow[R], run: Run) -> None:
    """Tell a person who chose records by hand which did not go through, and why.

    Raises:
        RecordError: at least one waits, also for approval, or was refused.
    """
    if not run.by_hand or flow.entity not in run.selection:
        return
    chosen = run.selection[flow.entity]
    done = run.store.runs.outcomes(run.connection_id, run.run_id, flow.name)
    told = [
        f"{capital(item.label)} was not pushed. {item.note or TO_BE_APPROVED}"
        for item in done
        if item.outcome in NOT_THROUGH and item.record_id in chosen
    ]
    if told:
        raise RecordError(" ".join(told))


def _referred_to[R: BaseModel](flow: PushFlow[R], run: Run) -> list[PendingItem]:
    """Return the records of this flow that the chosen records of others refer to."""
    found: set[RecordId] = set()
    stand_ins: set[Reference] = set()
    for source, chosen in run.selection.items():
        other = BY_ENTITY[source]
        for item in run.store.pending.read_many(run.connection_id, other.name, chosen).values():
            references = _references(other, run, item)
            found |= {one.record_id for one in references if one.entity == flow.entity}
            stand_ins |= {one for one in references if one.instead == flow.entity}
    kept = run.store.pending.read_many(run.connection_id, flow.name, found)
    kept |= stand_ins_of(flow, run, stand_ins)
    return [kept[own] for own in sorted(kept)]


def stand_ins_of[R: BaseModel](
    flow: PushFlow[R], run: Run, references: Iterable[Reference]
) -> dict[RecordId, PendingItem]:
    """Return the records of this flow that are to stand for others which MobiWork does not list.

    Only those that become the document which is referred to: of an open sales order nothing does.
    """
    firsts = {(one.entity, one.record_id) for one in references}
    links = run.store.links.read_many(run.connection_id, firsts) if firsts else {}
    missing = firsts - {own for own, link in links.items() if isinstance(link, Link)}
    free = {one for _, one in missing - listed(run, missing)}
    found = run.store.pending.read_many(run.connection_id, flow.name, free) if free else {}
    return {own: item for own, item in found.items() if _becomes_its_own(flow, run, item)}


def _becomes_its_own[R: BaseModel](flow: PushFlow[R], run: Run, item: PendingItem) -> bool:
    """Tell whether a record becomes the main document of its flow; what cannot be read says why."""
    try:
        record = read_record(flow, item.record_id, item.record)
    except ValidationError:
        return True
    return flow.variant_of(record, run.settings).entity == flow.entity


def _references(flow: AnyPushFlow, run: Run, item: PendingItem) -> tuple[Reference, ...]:
    """Return what a record refers to; of one that cannot be read, its own flow says why."""
    try:
        record = read_record(flow, item.record_id, item.record)
    except ValidationError:
        return ()
    return flow.references.needed(record, run.settings, run.company)


def _explain_absent[R: BaseModel](flow: PushFlow[R], run: Run, absent: list[str]) -> None:
    known = run.store.links.read_many(run.connection_id, [(flow.entity, one) for one in absent])
    for record_id in absent:
        link = known.get((flow.entity, record_id))
        if not isinstance(link, Link):
            raise RecordError(
                f"There is no {flow.noun} {record_id} to push: MobiWork has not shown it since "
                "the connection was made."
            )
        told = RecordOutcome(
            run_id=run.run_id,
            flow=flow.name,
            record_id=record_id,
            outcome=Outcome.UNCHANGED,
            label=f"{flow.noun} {record_id}",
            note=f"It is in QuickBooks already ({spoken(flow.target)} {link.quickbooks_id}).",
        )
        run.record(replace(told, quickbooks_id=link.quickbooks_id))
