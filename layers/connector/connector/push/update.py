"""Updates of records that are linked: sparse, against a fresh SyncToken, never over a conflict."""

from dataclasses import replace

from pydantic import BaseModel

from connector.engine.loop import OutcomeUnknown, Settled, is_current
from connector.engine.run import Run
from connector.errors import (
    RecordError,
    RemoteDownError,
    RetriableError,
    StaleSyncTokenError,
    UnreadableAnswerError,
)
from connector.model.body import Body, Json, spoken
from connector.model.links import Link
from connector.model.outcomes import Outcome
from connector.model.plans import Update
from connector.model.worklist.causes import Kind
from connector.push import baseline, before_image
from connector.push.body_diff import conflicts, same, shown
from connector.push.later_changes import figures_changed
from connector.push.link import Work, link_of, note_failure, request_id, save
from connector.quickbooks.words import illegible, legible, name_of_member

STALE_TRIES = 3
CHANGED = "It was changed in MobiWork, but cannot be pushed again."

STEPS = ("answer received", "link saved")
"""The durable steps of an update; after a crash it is made once more or found made."""


def update[R: BaseModel](run: Run, work: Work[R], plan: Update, link: Link) -> Settled:
    """Send what changed as a sparse update, reading again when somebody else changed the record.

    So it does when the answer was lost: the record itself says whether the update was made. A
    reading that is not the newest any more is not sent: it is planned again.

    Raises:
        RecordError: refused, or the same member was changed on both sides.
        RetriableError: QuickBooks does not answer.
    """
    token, seen = _guarded(run, work, plan, link)
    if not is_current(run, work.item):
        return OutcomeUnknown()
    for _ in range(STALE_TRIES):
        body = {"Id": link.quickbooks_id, "SyncToken": token, "sparse": True} | plan.changed
        key = request_id(run, work, f"update {token}", plan.content_hash)
        before_image.keep(run, work, plan, link, seen)
        try:
            answer = run.quickbooks.update(work.target, body, requestid=key)
        except (StaleSyncTokenError, RemoteDownError, UnreadableAnswerError) as error:
            answer = _moved_on(run, work, link, token, error)
            if plan.only_as_posted and not _is_made(plan, answer):
                raise RecordError(_by_hand(plan, link), cause=Kind.CHANGED_THERE) from error
            _refuse_conflicts(plan, link, answer)
            token, seen = str(answer["SyncToken"]), answer
            if not _is_made(plan, answer):
                continue
        run.checkpoint("answer received")
        return _link_updated(run, work, plan, link, answer)
    raise RecordError(
        f"Someone keeps changing {spoken(work.target)} {link.quickbooks_id} in QuickBooks while it "
        "is being updated. Try again when they are done.",
        cause=Kind.BOTH_CHANGED,
    )


def _link_updated[R: BaseModel](
    run: Run, work: Work[R], plan: Update, link: Link, answer: Json
) -> Settled:
    base = baseline.of_update(work.flow, work.record, link, plan, legible(answer)[0])
    updated = replace(
        link_of(link, answer, base),
        content_hash=plan.content_hash,
        origin=link.origin,
        gone=link.gone,
    )
    return save(run, work, updated, answer, Outcome.UPDATED, before=link)


def _moved_on[R: BaseModel](
    run: Run, work: Work[R], link: Link, token: str, error: RetriableError
) -> Body:
    """Read the record of a refused or unanswered update; raise again if nothing came of it."""
    if not isinstance(error, StaleSyncTokenError) and not error.unknown_outcome:
        raise error
    in_quickbooks = run.quickbooks.read(work.target, link.quickbooks_id)
    if str(in_quickbooks["SyncToken"]) == token:
        note_failure(run, work, error)
        raise error
    return in_quickbooks


def _by_hand(plan: Update, link: Link) -> str:
    """Say what a person has to change of a document that was changed in QuickBooks meanwhile."""
    changed = plan.changed.items()
    wanted = ", ".join(f"{name_of_member(name)} {shown(value)}" for name, value in changed)
    return (
        f"{spoken(link.target)} {link.quickbooks_id} was changed in QuickBooks after it was "
        f"posted, so it was not changed there again. It would become: {wanted}. Change it there by "
        "hand if that is right, then try again; or leave this out."
    )


def _is_made(plan: Update, in_quickbooks: Json) -> bool:
    return all(same(in_quickbooks.get(name), value) for name, value in plan.changed.items())


def _guarded[R: BaseModel](
    run: Run, work: Work[R], plan: Update, link: Link
) -> tuple[str, Json | None]:
    """Return the SyncToken to update with, and the record where the flow asks for a look at it."""
    updating = work.flow.updating
    blocker = updating.blocker if updating and not plan.only_as_posted else None
    if updating is None or blocker is None or not updating.looks_before(plan.changed):
        return link.sync_token, None
    in_quickbooks = run.quickbooks.read(work.target, link.quickbooks_id)
    unread = illegible(work.target, in_quickbooks)
    if reason := unread or blocker(in_quickbooks, run.company, link.base):
        figures = figures_changed(work.flow, work.record, link)
        raise RecordError(" ".join([CHANGED, *figures, reason]), cause=Kind.NOT_UPDATABLE)
    if str(in_quickbooks["SyncToken"]) != link.sync_token:
        _refuse_conflicts(plan, link, in_quickbooks)
    return str(in_quickbooks["SyncToken"]), in_quickbooks


def _refuse_conflicts(plan: Update, link: Link, in_quickbooks: Json) -> None:
    names = [name_of_member(name) for name in conflicts(link.base, plan.changed, in_quickbooks)]
    if names:
        raise RecordError(
            f"It was changed in MobiWork and in QuickBooks at once ({', '.join(names)}). Make both "
            "sides say the same, then try again.",
            cause=Kind.BOTH_CHANGED,
        )
