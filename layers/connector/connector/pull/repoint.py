"""Letting the link of a record that was merged in QuickBooks follow the survivor."""

from pydantic import BaseModel

from connector.engine.loop import note
from connector.engine.run import Run
from connector.errors import BeingSentError
from connector.model.body import capital
from connector.model.flows.pull_flow import PullFlow
from connector.model.links import RecordKey
from connector.model.outcomes import Outcome
from connector.model.plans import Skip
from connector.pull.load import Planned


def follow[R: BaseModel](
    flow: PullFlow[R], run: Run, planned: Planned, survivor: str
) -> Skip | None:
    """Point the link of a merged record to the survivor, also where that has its own.

    Raises:
        BeingSentError: the MobiWork record is being sent to QuickBooks at this moment.
    """
    loser, source = planned.item.record_id, flow.source
    owners = run.store.links.owners_of(run.connection_id, source, [loser, survivor])
    if loser not in owners:
        return Skip("It was not in MobiWork.")
    own, of_survivor = owners[loser], owners.get(survivor)
    other = of_survivor.mobiwork_id if of_survivor else None
    followed = run.store.links.repoint(
        run.connection_id, own, target=source, loser=loser, survivor=survivor, merged_into=other
    )
    if not followed:
        raise BeingSentError(f"{own[0]} {own[1]} of MobiWork is being sent at this moment.")
    if other is not None:
        return Skip(_both_there(planned.label, own, other), tell=True)
    told = (
        f"It was merged in QuickBooks; {own[0]} {own[1]} of MobiWork belongs to {source} "
        f"{survivor} now."
    )
    note(run, planned.item, planned.label, Outcome.UPDATED, told)
    return None


def _both_there(label: str, own: RecordKey, other: str) -> str:
    entity, mobiwork_id = own
    return (
        f"{capital(label)} was merged into another one in QuickBooks, but MobiWork "
        f"still has both ({entity} {mobiwork_id} and {other}). What is invoiced for either goes to "
        f"the one in QuickBooks. Move what is open to {entity} {other} in MobiWork and disable "
        f"{mobiwork_id}; its changes are not sent to QuickBooks any more."
    )
