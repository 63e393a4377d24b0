"""Approving plans from the worklist: what is kept now is what is carried out."""

from connector.api.worklist.fixes.doing import NEXT_RUN, Doing, Effect, Fixer, FixWanted, named
from connector.api.worklist.reading import OpenEntry
from connector.errors import ConflictError, RequestError
from connector.model.pending import PendingState
from connector.model.review.planned import PlannedRecord


def _plan_of(doing: Doing, wanted: FixWanted, entry: OpenEntry) -> PlannedRecord:
    """Return the plan of an entry; `target` is the hash that a person has seen, if one is given."""
    own, item = doing.connection_id, entry.item
    scope = doing.store.plans.scope(own)
    found = doing.store.plans.read_many(own, scope, item.flow, [item.record_id])
    planned = found.get(item.record_id)
    if item.state is not PendingState.PLANNED or planned is None or not planned.content_hash:
        raise RequestError(f"{named([entry])} has no plan waiting for approval.")
    if wanted.target and wanted.target != planned.content_hash:
        raise ConflictError(f"The plan for {named([entry])} has changed. Check it again.")
    return planned


def _tells(doing: Doing, wanted: FixWanted) -> Effect:
    plans = [_plan_of(doing, wanted, one) for one in wanted.entries]
    told = [f"{one.label}: {one.decision} as planned." for one in plans]
    return Effect((*told, NEXT_RUN), writes=len(plans))


def _approves(doing: Doing, wanted: FixWanted) -> None:
    for one in wanted.entries:
        planned = _plan_of(doing, wanted, one)
        doing.store.pending.approve(
            doing.connection_id, one.item.flow, one.item.record_id, str(planned.content_hash)
        )


APPROVE = Fixer(_tells, _approves)
