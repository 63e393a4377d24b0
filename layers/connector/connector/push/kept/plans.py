"""The plan of a push as it is kept for a person to look at, instead of being carried out."""

from collections.abc import Mapping

from pydantic import BaseModel

from connector.model.body import Body
from connector.model.links import Link
from connector.model.pending import PendingItem
from connector.model.plans import Adopt, Ask, Create, Plan, Refuse, Skip, Update, Wait
from connector.model.review.planned import Decision, PlannedRecord
from connector.push.load import Prepared
from connector.push.money.foreseen import Foreseen, foresee
from connector.push.planning import content_hash

DECISIONS: Mapping[type[Plan], Decision] = {
    Create: Decision.CREATE,
    Update: Decision.UPDATE,
    Adopt: Decision.LINK,
    Skip: Decision.NOTHING,
    Wait: Decision.WAIT,
    Refuse: Decision.REFUSE,
    Ask: Decision.WAIT,
}


def planned[R: BaseModel](prepared: Prepared[R]) -> PlannedRecord:
    """Return the plan of a record with its exact body and what that comes to."""
    work, plan = prepared.work, prepared.plan
    body = _body_of(plan)
    foreseen = _foreseen(prepared, body)
    return PlannedRecord(
        flow=work.flow.name,
        record_id=work.item.record_id,
        label=work.label,
        decision=decision_of(plan),
        entity=work.entity,
        target=work.target,
        other_id=_other_id(prepared),
        body=body,
        content_hash=pinned(plan),
        total=foreseen.total if foreseen.total is not None else work.worth,
        tax=foreseen.tax,
        day=foreseen.day,
        accounts=foreseen.accounts,
        reason=getattr(plan, "reason", None),
        waits_for=tuple(one.label for one in plan.references) if isinstance(plan, Wait) else (),
    )


def pinned(plan: Plan) -> str | None:
    """Return the hash that an approval pins.

    Of a create it is that of all that is sent, once or not; of a link also of what it links to, of
    an update also of what it changes.
    """
    match plan:
        case Create():
            return content_hash(plan.body)
        case Adopt():
            return content_hash({"Id": plan.quickbooks_id, "content": plan.content_hash})
        case Update():
            return content_hash({"changed": plan.changed, "content": plan.content_hash})
        case _:
            return None


def unreadable(item: PendingItem, refusal: Refuse | Skip) -> PlannedRecord:
    """Return the plan of a record that cannot be read."""
    return PlannedRecord(
        flow=item.flow,
        record_id=item.record_id,
        label=item.label,
        decision=decision_of(refusal),
        reason=refusal.reason,
    )


def decision_of(plan: Plan) -> Decision:
    """Return what a plan is in one word."""
    if isinstance(plan, Skip) and plan.left_out:
        return Decision.LEFT_OUT
    return DECISIONS[type(plan)]


def _body_of(plan: Plan) -> Body | None:
    match plan:
        case Create() | Adopt():
            return plan.body
        case Update():
            return plan.changed
        case _:
            return None


def _foreseen[R: BaseModel](prepared: Prepared[R], body: Body | None) -> Foreseen:
    """Return what a body comes to; an update is what its whole body comes to."""
    whole = prepared.plan.body if isinstance(prepared.plan, Update) else body
    return foresee(whole, prepared.work.known) if whole else Foreseen()


def _other_id[R: BaseModel](prepared: Prepared[R]) -> str | None:
    if isinstance(prepared.plan, Adopt):
        return prepared.plan.quickbooks_id
    return prepared.link.quickbooks_id if isinstance(prepared.link, Link) else None
