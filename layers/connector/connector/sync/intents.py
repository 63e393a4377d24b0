"""Exactly once: intent -> POST -> link, each durable before the next, repairable after each.

Whoever finds an intent that is not its own watches it for `claim_seconds` by its own clock (no
clocks are compared), takes it over by its claim token, and looks in QuickBooks for the record
before anything is sent again. See docs/exactly-once.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from pydantic import BaseModel

from connector.errors import (
    RETRY,
    SKIP,
    ConnectionBrokenError,
    ConnectorError,
    DuplicateNameError,
    DuplicateNumberError,
    Fix,
    RateLimitedError,
    RecordError,
    RejectedError,
    RemoteDownError,
    StaleSyncTokenError,
    UnreadableAnswerError,
)
from connector.flow import Adopt, Body, Create, Flow, Outcome, Plan, Update
from connector.run import Run
from connector.store import links, pending
from connector.store.links import Link, LinkState
from connector.store.pending import Pending
from connector.sync.merge import agreed, conflicts

STEPS = ("intent saved", "answer received", "link saved", "item closed")
"""The durable steps of a create; a crash after any of them must leave one record."""

STALE_TRIES = 3


@dataclass(frozen=True)
class Work[R: BaseModel]:
    """One pending item with its record as read and the name a person knows it by.

    `entity` and `own_id` are the key of its link, `target` is what it becomes in QuickBooks.
    """

    flow: Flow[R]
    item: Pending
    record: R
    label: str
    entity: str
    own_id: str
    target: str


@dataclass(frozen=True)
class Unsettled:
    """What became of a record is not known yet: look again after `seconds` without a change."""

    claim: str
    seconds: float
    reason: str


Settled = Unsettled | None
"""Nothing, when the record reached its outcome."""


def create[R: BaseModel](run: Run, work: Work[R], plan: Create, before: Link | None) -> Settled:
    """Create a record in QuickBooks, once.

    Raises:
        RecordError: QuickBooks refused it; nothing was created.
        RetriableError: nothing was sent, or QuickBooks asked to slow down.
    """
    generation = 1 if before is None else int(before.generation)
    intent = _intent(run, work, plan, generation)
    if not links.claim(run.connection_id, work.entity, intent, before=before):
        return _taken(run)
    run.checkpoint("intent saved")
    return _post(run, work, intent)


def settle[R: BaseModel](run: Run, work: Work[R], plan: Plan, found: Link) -> Settled:
    """Take over an intent whose worker shows no life (or is us) and bring it to its end.

    Whatever the plan is by now, QuickBooks is asked first whether the record is there.

    Raises:
        RecordError: more than one record in QuickBooks carries the mark, or it was refused.
        RetriableError: QuickBooks does not answer.
    """
    intent = _renewed(run, found)
    if not links.claim(run.connection_id, work.entity, intent, before=found):
        return _taken(run)
    twins = _twins(run, work, intent)
    if len(twins) == 1:
        return _link(run, work, intent, twins[0], Outcome.CREATED)
    if twins:
        ids = ", ".join(str(twin["Id"]) for twin in twins)
        raise RecordError(
            f"QuickBooks has {len(twins)} records of this {work.flow.source} ({work.target} "
            f"{ids}). Delete the ones that are too many in QuickBooks, then try again."
        )
    if not isinstance(plan, Create):
        links.release(intent)
        return Unsettled("", 0.0, "")
    if intent.content_hash != plan.content_hash:
        changed = _intent(run, work, plan, int(intent.generation) + 1)
        if not links.claim(run.connection_id, work.entity, changed, before=intent):
            return _taken(run)
        intent = changed
    return _post(run, work, intent)


def update[R: BaseModel](run: Run, work: Work[R], plan: Update, link: Link) -> Settled:
    """Send what changed as a sparse update, reading again when somebody else changed the record.

    Raises:
        RecordError: refused, or the same member was changed on both sides.
        RetriableError: QuickBooks does not answer.
    """
    token = _guarded_token(run, work, link)
    for _ in range(STALE_TRIES):
        body = {"Id": link.quickbooks_id, "SyncToken": token, "sparse": True} | plan.changed
        key = _request_id(run, work, f"update {token}", plan.content_hash)
        try:
            answer = run.quickbooks.update(work.target, body, requestid=key)
        except StaleSyncTokenError:
            there = run.quickbooks.read(work.target, str(link.quickbooks_id))
            _refuse_conflicts(plan, link, there)
            token = str(there["SyncToken"])
            continue
        link.content_hash, link.body = plan.content_hash, plan.body
        return _link(run, work, link, answer, Outcome.UPDATED)
    raise RecordError(
        f"Somebody keeps changing {work.target} {link.quickbooks_id} in QuickBooks while it "
        "is being updated. Try again when they are done."
    )


def _guarded_token[R: BaseModel](run: Run, work: Work[R], link: Link) -> str:
    """Return the SyncToken to update with, after a look at the record where the flow asks for one.

    Raises:
        RecordError: it must not be updated any more.
    """
    if work.flow.guard is None:
        return str(link.sync_token)
    there = run.quickbooks.read(work.target, str(link.quickbooks_id))
    if reason := work.flow.guard(there, run.company):
        raise RecordError(f"It was changed in MobiWork, but cannot be pushed again. {reason}")
    return str(there["SyncToken"])


def _refuse_conflicts(plan: Update, link: Link, there: Mapping[str, Any]) -> None:
    names = conflicts(link.body or {}, plan.changed, there)
    if names:
        raise RecordError(
            f"It was changed in MobiWork and in QuickBooks at once ({', '.join(names)}). Make both "
            "sides say the same, then try again."
        )


def _post[R: BaseModel](
    run: Run, work: Work[R], intent: Link, *, may_amend: bool = True
) -> Settled:
    body = intent.body or {}
    try:
        answer = run.quickbooks.create(work.target, body, requestid=intent.request_id)
    except (DuplicateNameError, DuplicateNumberError) as refusal:
        return _adopt(run, work, intent, refusal)
    except (RemoteDownError, UnreadableAnswerError) as error:
        if not error.unknown_outcome:
            links.release(intent)
            raise
        pending.hold(work.item, pending.PendingState.SENT, label=work.label, reason=str(error))
        return Unsettled(intent.claim, run.settle_seconds, str(error))
    except (RecordError, RateLimitedError, ConnectionBrokenError) as refusal:
        links.release(intent)
        amended = _amended(run, work, body, refusal) if may_amend else None
        if amended is None:
            raise
        return _post_amended(run, work, intent, amended)
    run.checkpoint("answer received")
    return _link(run, work, intent, answer, Outcome.CREATED)


def _amended[R: BaseModel](
    run: Run, work: Work[R], body: Body, refusal: ConnectorError
) -> Body | None:
    if not isinstance(refusal, RejectedError):
        return None
    return work.flow.amend(body, refusal, run.quickbooks.read)


def _post_amended[R: BaseModel](run: Run, work: Work[R], refused: Link, body: Body) -> Settled:
    """Try once more with another body; the content the record is known by stays the same."""
    free = links.read(run.connection_id, work.entity, work.own_id)
    plan = Create(body, refused.content_hash, refused.twin_query)
    intent = _intent(run, work, plan, int(refused.generation) + 1)
    if not links.claim(run.connection_id, work.entity, intent, before=free):
        return _taken(run)
    run.checkpoint("intent saved")
    return _post(run, work, intent, may_amend=False)


def adopt[R: BaseModel](
    run: Run, work: Work[R], plan: Adopt, there: Mapping[str, Any] | None, before: Link | None
) -> Settled:
    """Link a record to the one that MobiWork's own connector linked it to, as both stand.

    Raises:
        RecordError: QuickBooks has no such record, or it belongs to another MobiWork record.
    """
    if there is None:
        raise RecordError(
            f"MobiWork says that it is {work.target} {plan.quickbooks_id} in QuickBooks, which "
            "does not exist there or is inactive. Clear its External ID in MobiWork to have it "
            "created, or make the record in QuickBooks active again.",
        )
    generation = 1 if before is None else int(before.generation)
    body = agreed(plan.body, there)
    intent = _intent(run, work, Create(body, plan.content_hash, ""), generation)
    if not links.claim(run.connection_id, work.entity, intent, before=before):
        return _taken(run)
    return _link(run, work, intent, there, Outcome.ADOPTED)


def _adopt[R: BaseModel](run: Run, work: Work[R], intent: Link, refusal: RejectedError) -> Settled:
    """Link to the record that has the name or number already, if it is the same one."""
    twins = _twins(run, work, intent)
    if len(twins) == 1:
        intent.body = agreed(intent.body or {}, twins[0])
        return _link(run, work, intent, twins[0], Outcome.ADOPTED)
    links.release(intent)
    refusal.fixes = _with_name(refusal.fixes, work.flow.another_name(intent.body or {}))
    raise refusal


def _with_name(fixes: tuple[Fix, ...], name: str) -> tuple[Fix, ...]:
    """Let the fix that creates a record under another name say which name."""
    if not name:
        return fixes
    named = Fix(action="create_as", label=f'Create it as "{name}"', target=name)
    return tuple(named if fix.action == named.action else fix for fix in fixes)


def _link[R: BaseModel](
    run: Run, work: Work[R], intent: Link, answer: Mapping[str, Any], outcome: Outcome
) -> Settled:
    difference = work.flow.difference(work.record, answer)
    if difference and outcome is Outcome.CREATED:
        outcome = Outcome.DIFFERENT
    remarks = [difference, *work.flow.remarks(work.record, answer)]
    told = {
        "run_id": run.run_id,
        "flow": work.flow.name,
        "label": work.label,
        "note": " ".join(remark for remark in remarks if remark),
    }
    try:
        saved = links.save(intent, answer, outcome=outcome, **told)
    except links.AlreadyLinkedError as error:
        links.release(intent)
        raise RecordError(
            f"{work.target} {answer['Id']} in QuickBooks is the only one of that name, but it "
            f"belongs to {work.flow.source} {error.mobiwork_id} of MobiWork already. Give one of "
            "the two another name in MobiWork.",
            fixes=_with_name(
                (RETRY, Fix(action="create_as", label="Create it under another name"), SKIP),
                work.flow.another_name(intent.body or {}),
            ),
        ) from error
    if not saved:
        return _taken(run)
    run.checkpoint("link saved")
    pending.close(work.item)
    run.checkpoint("item closed")
    return None


def _twins[R: BaseModel](run: Run, work: Work[R], intent: Link) -> list[dict[str, Any]]:
    found = run.quickbooks.query(intent.twin_query)
    return [twin for twin in found if work.flow.is_twin(intent.body or {}, twin)]


def _intent[R: BaseModel](run: Run, work: Work[R], plan: Create, generation: int) -> Link:
    return Link(
        state=LinkState.PENDING.value,
        generation=generation,
        claim=run.new_claim(),
        request_id=_request_id(run, work, f"create {generation}", plan.content_hash),
        content_hash=plan.content_hash,
        twin_query=plan.twin_query,
        body=plan.body,
        started_at=datetime.now(UTC).isoformat(),
        target=work.target,
        kind=work.flow.kind(work.record),
        run_id=run.run_id,
        pk="",
        sk=work.own_id,
    )


def _renewed(run: Run, found: Link) -> Link:
    """Return the same intent under our own claim."""
    values = dict(found.attribute_values)
    return Link(**(values | {"claim": run.new_claim()}))


def _request_id[R: BaseModel](run: Run, work: Work[R], what: str, content: str) -> str:
    """Return QuickBooks' idempotency key, at most 50 characters (reference 1.4)."""
    parts = (run.connection_id, work.target, work.own_id, what, content)
    return sha256("\n".join(parts).encode()).hexdigest()[:40]


def _taken(run: Run) -> Unsettled:
    return Unsettled("", run.claim_seconds, "Another run is sending it at this moment.")
