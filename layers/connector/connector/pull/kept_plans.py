"""The plan of a pull as it is kept for a person to look at, instead of being carried out."""

from collections.abc import Mapping

from pydantic import BaseModel

from connector.engine.run import Run
from connector.model.body import Body
from connector.model.flows.pull_flow import Add, Embed, Follow, Join, Merge, PullFlow, PullPlan
from connector.model.plans import Refuse, Skip, Wait
from connector.model.review.planned import Decision, PlannedRecord
from connector.pull.load import Planned
from connector.pull.merge import LinkedPair, changes_of
from connector.pull.mobiwork_records import MobiWorkRecord

DECISIONS: Mapping[type[PullPlan], Decision] = {
    Add: Decision.CREATE,
    Join: Decision.LINK,
    Merge: Decision.UPDATE,
    Embed: Decision.UPDATE,
    Follow: Decision.UPDATE,
    Skip: Decision.NOTHING,
    Wait: Decision.WAIT,
    Refuse: Decision.REFUSE,
}


def planned[R: BaseModel](
    flow: PullFlow[R], run: Run, one: Planned, in_mobiwork: MobiWorkRecord[R] | None
) -> PlannedRecord:
    """Return the plan of a record with what is to be written into MobiWork.

    `in_mobiwork` is the record that it is compared with, where there is one.
    """
    decided = one.plan
    left_out = isinstance(decided, Skip) and decided.left_out
    return PlannedRecord(
        flow=flow.name,
        record_id=one.item.record_id,
        label=one.label,
        decision=Decision.LEFT_OUT if left_out else DECISIONS[type(decided)],
        entity=flow.source if flow.adds else "",
        target=flow.entity,
        other_id=getattr(decided, "mobiwork_id", one.mobiwork_id),
        body=_body(flow, run, one, in_mobiwork),
        reason=getattr(decided, "reason", None) or _said(decided),
        waits_for=tuple(each.label for each in decided.references)
        if isinstance(decided, Wait)
        else (),
    )


def _body[R: BaseModel](
    flow: PullFlow[R], run: Run, one: Planned, in_mobiwork: MobiWorkRecord[R] | None
) -> Body | None:
    """Return the elements that MobiWork gets; nothing where it gets none."""
    match decided := one.plan:
        case Add():
            number = str(one.in_quickbooks["Id"])
            return {**decided.changes, **run.mobiwork.external_id(flow.entity, number)}
        case Join() | Merge() if in_mobiwork is not None:
            native = isinstance(decided, Join) and decided.native
            pair = LinkedPair(
                flow=flow,
                quickbooks_id=one.item.record_id,
                in_quickbooks=one.in_quickbooks,
                label=one.label,
                mobiwork_id=decided.mobiwork_id,
                link=one.link,
                native=native,
            )
            return dict(changes_of(run, pair, in_mobiwork))
        case Embed(mobiwork_id=_, hierarchy=hierarchy) if in_mobiwork is not None:
            return dict(hierarchy.embed(one.in_quickbooks, in_mobiwork.record, ""))
        case _:
            return None


def _said(decided: PullPlan) -> str | None:
    match decided:
        case Follow(survivor):
            return f"It was merged into {survivor} in QuickBooks; what is linked to it follows."
        case Embed():
            return f"It is kept in record {decided.mobiwork_id} of MobiWork."
        case _:
            return None
