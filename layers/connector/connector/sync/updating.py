"""Updates of records that are linked: sparse, against a fresh SyncToken, never over a conflict."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from connector.errors import RecordError, StaleSyncTokenError
from connector.flow import Outcome, Update
from connector.run import Run
from connector.store.links import Link
from connector.sync import snapshots
from connector.sync.merge import conflicts, in_words
from connector.sync.steps import Settled, Work, link_to, request_id

STALE_TRIES = 3


def update[R: BaseModel](run: Run, work: Work[R], plan: Update, link: Link) -> Settled:
    """Send what changed as a sparse update, reading again when somebody else changed the record.

    Raises:
        RecordError: refused, or the same member was changed on both sides.
        RetriableError: QuickBooks does not answer.
    """
    token = _guarded_token(run, work, plan, link)
    for _ in range(STALE_TRIES):
        body = {"Id": link.quickbooks_id, "SyncToken": token, "sparse": True} | plan.changed
        key = request_id(run, work, f"update {token}", plan.content_hash)
        try:
            answer = run.quickbooks.update(work.target, body, requestid=key)
        except StaleSyncTokenError:
            there = run.quickbooks.read(work.target, str(link.quickbooks_id))
            _refuse_conflicts(plan, link, there)
            token = str(there["SyncToken"])
            continue
        link.content_hash, link.body = plan.content_hash, plan.body
        snapshots.of_update(work.flow, work.record, link, plan)
        return link_to(run, work, link, answer, Outcome.UPDATED)
    raise RecordError(
        f"Somebody keeps changing {work.target} {link.quickbooks_id} in QuickBooks while it "
        "is being updated. Try again when they are done."
    )


def _guarded_token[R: BaseModel](run: Run, work: Work[R], plan: Update, link: Link) -> str:
    """Return the SyncToken to update with, after a look at the record where the flow asks for one.

    Raises:
        RecordError: it must not be updated any more.
    """
    if work.flow.guard is None:
        return str(link.sync_token)
    there = run.quickbooks.read(work.target, str(link.quickbooks_id))
    if reason := work.flow.guard(there, run.company):
        raise RecordError(f"It was changed in MobiWork, but cannot be pushed again. {reason}")
    if str(there["SyncToken"]) != link.sync_token:
        _refuse_conflicts(plan, link, there)
    return str(there["SyncToken"])


def _refuse_conflicts(plan: Update, link: Link, there: Mapping[str, Any]) -> None:
    names = [in_words(name) for name in conflicts(link.body or {}, plan.changed, there)]
    if names:
        raise RecordError(
            f"It was changed in MobiWork and in QuickBooks at once ({', '.join(names)}). Make both "
            "sides say the same, then try again."
        )
