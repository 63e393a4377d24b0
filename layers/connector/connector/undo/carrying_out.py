"""Carrying out what was planned about one record, on either side, and what becomes of its link."""

from dataclasses import replace

from connector.engine.run import Run
from connector.entities.registry import PULL_NAMED, PUSH_NAMED
from connector.errors import (
    EditedMeanwhileError,
    RecordError,
    RejectedError,
    RemoteDownError,
    UnreadableAnswerError,
)
from connector.mobiwork.xml import RawRecord
from connector.model.body import spoken
from connector.model.control.people import shown_caller
from connector.model.flows.field import Changes
from connector.model.flows.pull_flow import AnyPullFlow
from connector.model.ids import RecordId
from connector.model.links import Link, Undone
from connector.model.outcomes import Outcome, RecordOutcome
from connector.model.pending import NewItem, PendingState
from connector.model.undoing.undo import ENDS_A_LINK, UndoEntry, Undoing, UndoStep, UndoWay
from connector.pull.mobiwork_records import EchoGuard, MobiWorkRecord, parse
from connector.undo import mobiwork_side
from connector.undo.needed import Needed
from connector.undo.quickbooks_side import NotUndoneError, TakingBack, restored

MOVED_ON = "It is linked to another record by now."
IN_QUICKBOOKS = frozenset({UndoWay.DELETE, UndoWay.DEACTIVATE, UndoWay.RESTORE})
DISABLED = {"enabled": "false"}


def carry_out(run: Run, undoing: Undoing, entry: UndoEntry, needed: Needed) -> UndoStep:
    """Bring one entry to its end; return what came of it.

    needed: what documents need that stay.

    Raises:
        RetriableError: a side does not answer; the entry is gone on with by the next attempt.
        ConnectionBrokenError: the authorisation is gone.
    """
    if entry.step in {UndoStep.DONE, UndoStep.KEPT}:
        return entry.step
    try:
        _undo(run, undoing, entry, needed)
    except NotUndoneError as kept:
        run.store.undos.note(run.connection_id, undoing.run_id, entry, UndoStep.KEPT, str(kept))
        return UndoStep.KEPT
    run.checkpoint("link saved")
    return UndoStep.DONE


def _undo(run: Run, undoing: Undoing, entry: UndoEntry, needed: Needed) -> None:
    if entry.way is UndoWay.KEEP:
        raise NotUndoneError(entry.why)
    standing = run.store.links.read(run.connection_id, entry.entity, entry.mobiwork_id)
    if not isinstance(standing, Link) or standing.quickbooks_id != entry.quickbooks_id:
        raise NotUndoneError(MOVED_ON)
    if entry.way in IN_QUICKBOOKS:
        _in_quickbooks(run, undoing, entry, TakingBack(run, entry, standing, needed))
    else:
        _in_mobiwork(run, undoing, entry, standing)


def _in_quickbooks(run: Run, undoing: Undoing, entry: UndoEntry, taking: TakingBack) -> None:
    there, link = taking.done(), taking.link
    if there is None or entry.way in ENDS_A_LINK:
        token = link.sync_token if there is None else str(there["SyncToken"])
        _let_go(run, undoing, entry, replace(link, sync_token=token))
        return
    again = restored(link, entry, there, said(undoing, entry))
    ended = run.store.undos.end_restored
    _kept(saved=ended(run.connection_id, undoing.run_id, entry, again, before=link))


def _in_mobiwork(run: Run, undoing: Undoing, entry: UndoEntry, link: Link) -> None:
    flow = PULL_NAMED[entry.flow]
    if entry.way is UndoWay.RESTORE_HERE:
        _give_back(run, undoing, entry, link)
        return
    there, echo_guard = run.mobiwork.find(*link.owner), EchoGuard(run, flow.push)
    begun = entry.step is UndoStep.BEGUN
    if there is not None and not (begun and _is_away(flow, there)):
        if kept := mobiwork_side.why_kept(flow, link, there):
            raise NotUndoneError(kept)
        _begin(run, entry)
        _take_away(run, flow, entry, there, echo_guard)
    elif not begun:
        raise NotUndoneError(mobiwork_side.GONE)
    _let_go(run, undoing, entry, link)
    echo_guard.save()


def _begin(run: Run, entry: UndoEntry) -> None:
    """Keep the intent, before anything is sent."""
    undos = run.store.undos
    undos.note(run.connection_id, str(run.about), entry, UndoStep.BEGUN, entry.why)
    run.checkpoint("intent saved")


def _is_away(flow: AnyPullFlow, there: RawRecord | None) -> bool:
    return there is None or not flow.records.enabled(parse(flow, there))


def _take_away(
    run: Run, flow: AnyPullFlow, entry: UndoEntry, there: RawRecord, echo_guard: EchoGuard
) -> None:
    """Delete a record of MobiWork, or disable it where that is refused or not possible."""
    own = there.entity, there.own_id
    try:
        if entry.way is UndoWay.REMOVE:
            run.mobiwork.delete(*own)
        else:
            after = run.mobiwork.edit(*own, DISABLED, read=there)
            _wrote(flow, there, after, DISABLED, echo_guard)
    except (RemoteDownError, UnreadableAnswerError) as error:
        if not error.unknown_outcome or not _is_away(flow, run.mobiwork.find(*own)):
            raise
    except RejectedError as error:
        if entry.way is not UndoWay.REMOVE or not mobiwork_side.can_be_disabled(run, there.entity):
            raise NotUndoneError(str(error)) from error
        _take_away(run, flow, replace(entry, way=UndoWay.DISABLE), there, echo_guard)
        return
    except EditedMeanwhileError as error:
        raise NotUndoneError(mobiwork_side.CHANGED) from error
    except RecordError as error:
        raise NotUndoneError(str(error)) from error
    run.checkpoint("answer received")


def _wrote(
    flow: AnyPullFlow, before: RawRecord, after: RawRecord, changes: Changes, echo_guard: EchoGuard
) -> None:
    """Let the next look not take our edit for a change, but find what a person typed meanwhile."""
    read = MobiWorkRecord(before, parse(flow, before))
    now = echo_guard.edited(flow, read, after, changes)
    echo_guard.remember(after.own_id, now.record, before=read.record)


def _give_back(run: Run, undoing: Undoing, entry: UndoEntry, link: Link) -> None:
    flow, echo_guard = PULL_NAMED[entry.flow], EchoGuard(run, PULL_NAMED[entry.flow].push)
    now = run.mobiwork.find(*link.owner)
    if now is None:
        raise NotUndoneError(mobiwork_side.GONE)
    if not (entry.step is UndoStep.BEGUN and mobiwork_side.holds(now, entry.before)):
        if not mobiwork_side.holds(now, entry.after):
            raise NotUndoneError(mobiwork_side.WRITTEN_OVER)
        _begin(run, entry)
        before, now = now, _edited(run, now, entry)
        _wrote(flow, before, now, entry.before, echo_guard)
    given = mobiwork_side.given_back(flow, now, entry)
    again = replace(
        link,
        in_mobiwork=dict(link.in_mobiwork)
        | {name: one for name, one in given.items() if name in link.in_mobiwork},
        drift=said(undoing, entry),
    )
    ended = run.store.undos.end_restored
    _kept(saved=ended(run.connection_id, undoing.run_id, entry, again, before=link))
    echo_guard.save()


def _edited(run: Run, there: RawRecord, entry: UndoEntry) -> RawRecord:
    own = there.entity, there.own_id
    try:
        after = run.mobiwork.edit(*own, entry.before, read=there)
    except (RemoteDownError, UnreadableAnswerError) as error:
        found = run.mobiwork.find(*own)
        if not error.unknown_outcome or found is None:
            raise
        if not mobiwork_side.holds(found, entry.before):
            raise
        after = found
    except EditedMeanwhileError as error:
        raise NotUndoneError(mobiwork_side.WRITTEN_OVER) from error
    except RecordError as error:
        raise NotUndoneError(str(error)) from error
    run.checkpoint("answer received")
    return after


def _let_go(run: Run, undoing: Undoing, entry: UndoEntry, link: Link) -> None:
    """Let go of a link, with all that tells of its record; the link itself comes last."""
    pushed = entry.flow in PUSH_NAMED
    reason = said(undoing, entry)
    if pushed:
        record_id = PUSH_NAMED[entry.flow].item_id(link.owner.mobiwork_id)
        _forget(run, entry, record_id, reason)
    undone = Undone(by=undoing.by, at=undoing.at, run_id=undoing.run_id, reason=reason, link=link)
    ended = run.store.undos.end_link
    back = not pushed
    _kept(saved=ended(run.connection_id, undoing.run_id, entry, undone, keep_back=back))


def _forget(run: Run, entry: UndoEntry, record_id: RecordId, reason: str) -> None:
    """Take away what is told of a posted record, and say that it is left out from now on."""
    kept, flow = run.store.pending, entry.flow
    run.store.totals.settle(run.connection_id, flow, entry.mobiwork_id)
    items = kept.read_many(run.connection_id, flow, [entry.mobiwork_id, record_id])
    for item in items.values():
        if item.state is PendingState.DELETED:
            kept.close(item)
    left = NewItem(
        record_id=record_id,
        record="",
        fingerprint="",
        found_at=run.now().isoformat(),
        label=entry.label,
    ).as_item(run.connection_id, flow)
    run.store.left_out.keep(left, label=entry.label, reason=reason)
    told = RecordOutcome(
        run_id=run.run_id,
        flow=flow,
        record_id=record_id,
        outcome=Outcome.LEFT_OUT,
        label=entry.label,
        note=reason,
        worth=entry.worth,
    )
    run.store.tracked.insist(run.connection_id, flow, [told], now=run.now())


def said(undoing: Undoing, entry: UndoEntry) -> str:
    """Say from now on of a record that it was undone: by whom, when, and what follows."""
    when = undoing.at[:16].replace("T", " ")
    who = f"It was undone by {shown_caller(undoing.by)} on {when} UTC, with run {undoing.run_id}:"
    named = f"{spoken(entry.target)} {entry.quickbooks_id}"
    here = f"{spoken(entry.entity)} {entry.mobiwork_id} of MobiWork"
    changed = {
        UndoWay.DELETE: f"{named} was deleted in QuickBooks",
        UndoWay.DEACTIVATE: f"{named} was made inactive in QuickBooks",
        UndoWay.RESTORE: f"{named} got back what it held before",
        UndoWay.REMOVE: f"{here} was taken away",
        UndoWay.DISABLE: f"{here} was disabled",
        UndoWay.RESTORE_HERE: f"{here} got back what it held before",
        UndoWay.KEEP: "nothing was changed",
    }[entry.way]
    return f"{who} {changed}. Nothing of it is sent again before somebody asks for that."


def _kept(*, saved: bool) -> None:
    """Go on only when the store kept it."""
    if not saved:
        raise NotUndoneError(MOVED_ON)
