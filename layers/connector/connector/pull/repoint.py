"""Letting the link of a record that was merged in QuickBooks follow the survivor."""

from pydantic import BaseModel

from connector.engine.loop import note
from connector.engine.run import Run
from connector.errors import BeingSentError
from connector.model.body import capital
from connector.model.cursor import MergedRecord, last_survivor
from connector.model.flows.pull_flow import PullFlow
from connector.model.links import Link, RecordKey, Released
from connector.model.outcomes import Outcome
from connector.model.plans import Skip
from connector.model.worklist.causes import Kind
from connector.pull.load import Planned


def follow[R: BaseModel](
    flow: PullFlow[R], run: Run, planned: Planned, survivor: str
) -> Skip | None:
    """Point the link of a merged record to the survivor, also where that has its own.

    The survivor may be gone itself by now, and others may have ended at this record before: all of
    them go to the last one, whatever the order in which merges are told.

    Raises:
        BeingSentError: the MobiWork record is being sent to QuickBooks at this moment.
    """
    loser, source = planned.item.record_id, flow.source
    told = MergedRecord(entity=source, loser=loser, survivor=survivor)
    kept = run.store.merged_records
    own = run.store.links.owner_of(run.connection_id, source, loser)
    kept.follow(run.connection_id, told, own)
    merges = kept.followed(run.connection_id, source)
    last = last_survivor(loser, merges)
    done = _follow_to(run, planned, source, last, own)
    for before, merge in merges.items():
        passed = before != loser and last_survivor(before, merges) == last
        if merge.owner is not None and passed:
            _move_along(run, source, merge.owner, last)
    return done


def _follow_to(
    run: Run, planned: Planned, source: str, last: str, own: RecordKey | None
) -> Skip | None:
    if own is None:
        return Skip("It was not in MobiWork.")
    loser, links = planned.item.record_id, run.store.links
    standing = links.read(run.connection_id, *own)
    if isinstance(standing, Released) and standing.undone is not None:
        return Skip(standing.undone.reason)  # It is found from QuickBooks, but linked no more.
    of_last = links.owner_of(run.connection_id, source, last)
    other = of_last.mobiwork_id if of_last else None
    if not links.repoint(
        run.connection_id, own, target=source, loser=loser, survivor=last, merged_into=other
    ):
        raise BeingSentError(f"{own[0]} {own[1]} of MobiWork is being sent at this moment.")
    if other is not None:
        told = _both_there(planned.label, own, other)
        return Skip(told, tell=True, cause=Kind.MOVED)
    if not run.store.pending.replay(run.connection_id, planned.item.flow, last):
        # Whatever kept the survivor out, or was to be decided of it, was of no linked record.
        run.store.left_out.replay_some(run.connection_id, planned.item.flow, [last])
    told = (
        f"It was merged in QuickBooks; {own[0]} {own[1]} of MobiWork belongs to {source} "
        f"{last} now."
    )
    note(run, planned.item, planned.label, Outcome.UPDATED, told)
    return None


def _move_along(run: Run, source: str, owner: RecordKey, last: str) -> None:
    """Let a record that was merged before go on to the last survivor, if it is not there yet."""
    links = run.store.links
    link = links.read(run.connection_id, *owner)
    of_last = links.owner_of(run.connection_id, source, last)
    if isinstance(link, Link) and link.quickbooks_id != last and of_last is not None:
        links.repoint(
            run.connection_id,
            owner,
            target=source,
            loser=link.quickbooks_id,
            survivor=last,
            merged_into=of_last.mobiwork_id,
        )


def _both_there(label: str, own: RecordKey, other: str) -> str:
    entity, mobiwork_id = own
    return (
        f"{capital(label)} was merged into another one in QuickBooks, but MobiWork "
        f"still has both ({entity} {mobiwork_id} and {other}). Invoices for either one go to "
        f"the one in QuickBooks. Move open work to {entity} {other} in MobiWork and disable "
        f"{mobiwork_id}; changes to it are no longer sent to QuickBooks."
    )
