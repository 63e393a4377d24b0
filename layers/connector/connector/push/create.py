"""Exactly once: intent -> POST -> link, each durable before the next, repairable after each.

Whoever finds an intent that is not its own watches it for `claim_seconds` by its own clock (no
clocks are compared), takes it over by its claim token, and looks in QuickBooks for the record
before anything is sent again. See docs/exactly-once.md.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from connector.engine.lease import ClaimLostError, Lease
from connector.engine.loop import Settled, Unsettled
from connector.engine.run import Run
from connector.entities.shared.documents import is_voided, why_gone
from connector.errors import (
    ConnectionBrokenError,
    ConnectorError,
    DuplicateNameError,
    DuplicateNumberError,
    RateLimitedError,
    RecordError,
    RejectedError,
    RemoteDownError,
    UnreadableAnswerError,
)
from connector.model.body import Body
from connector.model.markers import markers_in
from connector.model.outcomes import Outcome
from connector.model.pending import PendingState
from connector.model.plans import Adopt, Create, Plan
from connector.push.body_diff import agreed
from connector.push.link import Work, intent_of, link_to, note_failure, taken, too_many, with_name
from connector.store import links
from connector.store.links import Link

STEPS = ("intent saved", "answer received", "link saved", "item closed")
"""The durable steps of a create; a crash after any of them must leave one record."""

ADOPT_STEPS = ("intent saved", "link saved", "item closed")
"""The durable steps of linking a record to the one that MobiWork's own connector names."""


def create[R: BaseModel](run: Run, work: Work[R], plan: Create, before: Link | None) -> Settled:
    """Create a record in QuickBooks, once.

    After the table was restored it may be there already, with its link lost: it is looked for.

    Raises:
        RecordError: QuickBooks refused it; nothing was created.
        RetriableError: nothing was sent, or QuickBooks asked to slow down.
    """
    generation = 1 if before is None else int(before.generation)
    intent = intent_of(run, work, plan, generation)
    hierarchy = work.flow.hierarchy
    placed = hierarchy is not None and hierarchy.parent(plan.body) is not None
    twins = _twins(run, work, intent) if run.restored or placed else []
    if len(twins) > 1:
        raise too_many(work, twins)
    lease = _claimed(run, work, intent, before)
    if lease is None:
        return taken(run)
    run.checkpoint("intent saved")
    if twins:
        return _link_as_it_stands(run, work, intent, twins[0])
    return _post(run, work, lease)


def settle[R: BaseModel](run: Run, work: Work[R], plan: Plan, found: Link) -> Settled:
    """Take over an intent whose worker shows no life (or is us) and bring it to its end.

    Whatever the plan is by now, QuickBooks is asked first whether the record is there.

    Raises:
        RecordError: more than one record in QuickBooks carries the marker, or it was refused.
        RetriableError: QuickBooks does not answer.
    """
    intent = _renewed(run, found)
    lease = _claimed(run, work, intent, found)
    if lease is None:
        return taken(run)
    twins = _sent(run, work, plan, intent)
    same = isinstance(plan, Create) and plan.content_hash == intent.content_hash
    if len(twins) == 1:
        return _link_found(run, replace(work, again=not same), intent, twins[0])
    if twins:
        raise too_many(work, twins)
    if not isinstance(plan, Create):
        links.release(intent)
        return Unsettled("", 0.0, "")
    if not same:
        changed = intent_of(run, work, plan, int(intent.generation) + 1)
        lease = _claimed(run, work, changed, intent)
        if lease is None:
            return taken(run)
    return _post(run, work, lease, again=True)


def _claimed[R: BaseModel](
    run: Run, work: Work[R], intent: Link, before: Link | None
) -> Lease[Link] | None:
    """Write an intent under its claim; nothing when somebody was faster."""
    since = run.clock()
    if not links.claim(run.connection_id, work.entity, intent, before=before):
        return None

    def renew() -> bool:
        renewed = _renewed(run, intent)
        if not links.claim(run.connection_id, work.entity, renewed, before=intent):
            return False
        intent.claim = renewed.claim
        return True

    return Lease(run, intent, since, renew)


def _post[R: BaseModel](
    run: Run,
    work: Work[R],
    lease: Lease[Link],
    *,
    may_amend: bool = True,
    again: bool = False,
) -> Settled:
    """Send an intent; one that may have been sent before (`again`) is never given up unanswered.

    Giving it up would give the record another request id, although the look that found nothing
    may have come too early.
    """
    intent, body = lease.intent, lease.intent.body or {}
    try:
        answer = run.quickbooks.create(
            work.target, body, requestid=intent.request_id, before_sending=lease.hold
        )
    except ClaimLostError:
        return taken(run)
    except (DuplicateNameError, DuplicateNumberError) as refusal:
        return _adopt(run, work, intent, refusal)
    except (RemoteDownError, UnreadableAnswerError) as error:
        return _unanswered(run, work, intent, error, again=again)
    except (RateLimitedError, ConnectionBrokenError):
        _give_up(intent, again=again)
        raise
    except RecordError as refusal:
        links.release(intent)
        amended = _amended(run, work, body, refusal) if may_amend else None
        if amended is None:
            raise
        return _post_amended(run, work, intent, amended)
    run.checkpoint("answer received")
    return link_to(run, work, intent, answer, Outcome.CREATED)


def _unanswered[R: BaseModel](
    run: Run,
    work: Work[R],
    intent: Link,
    error: RemoteDownError | UnreadableAnswerError,
    *,
    again: bool,
) -> Unsettled:
    """Keep an intent that may have arrived; raise again where nothing was sent."""
    if not error.unknown_outcome:
        _give_up(intent, again=again)
        raise error
    kept = run.store.pending
    kept.hold(work.item, PendingState.SENT, label=work.label, reason=str(error))
    if again:
        note_failure(run, work, error)
    return Unsettled(intent.claim, run.settle_seconds, str(error), unanswered=True)


def _give_up(intent: Link, *, again: bool) -> None:
    """Release an intent that was not sent, unless an earlier attempt may have arrived."""
    if not again:
        links.release(intent)


def _amended[R: BaseModel](
    run: Run, work: Work[R], body: Body, refusal: ConnectorError
) -> Body | None:
    if not isinstance(refusal, RejectedError):
        return None
    return work.flow.translation.retry_body(body, refusal, run.quickbooks.read)


def _post_amended[R: BaseModel](run: Run, work: Work[R], refused: Link, body: Body) -> Settled:
    """Try once more with another body; the content the record is known by stays the same."""
    free = links.read(run.connection_id, work.entity, work.own_id)
    plan = Create(body, refused.content_hash, work.flow.matching.twin_query(body))
    intent = intent_of(run, work, plan, int(refused.generation) + 1)
    lease = _claimed(run, work, intent, free)
    if lease is None:
        return taken(run)
    run.checkpoint("intent saved")
    return _post(run, work, lease, may_amend=False)


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
    intent = intent_of(run, work, Create(body, plan.content_hash, ""), generation)
    if not links.claim(run.connection_id, work.entity, intent, before=before):
        return taken(run)
    run.checkpoint("intent saved")
    return link_to(run, _told_if_void(work, intent, there), intent, there, Outcome.ADOPTED)


def _adopt[R: BaseModel](run: Run, work: Work[R], intent: Link, refusal: RejectedError) -> Settled:
    """Link to the record that has the name or number already, if it is the same one."""
    twins = _twins(run, work, intent)
    if len(twins) == 1:
        return _link_as_it_stands(run, work, intent, twins[0])
    links.release(intent)
    refusal.fixes = with_name(refusal.fixes, work.flow.matching.another_name(intent.body or {}))
    raise refusal


def _link_found[R: BaseModel](
    run: Run, work: Work[R], intent: Link, twin: Mapping[str, Any]
) -> Settled:
    """Link to what was found after an unknown outcome.

    It is ours if it has our mark or is what we sent; another of the same name is adopted.
    """
    body = intent.body or {}
    marked = run.marker(work.entity, work.own_id) in markers_in(twin)
    if marked or agreed(body, twin) == body:
        return link_to(run, _told_if_void(work, intent, twin), intent, twin, Outcome.CREATED)
    return _link_as_it_stands(run, work, intent, twin)


def _link_as_it_stands[R: BaseModel](
    run: Run, work: Work[R], intent: Link, twin: Mapping[str, Any]
) -> Settled:
    """Link to a twin that was there before; nothing of it is overwritten."""
    intent.body = agreed(intent.body or {}, twin)
    return link_to(run, _told_if_void(work, intent, twin), intent, twin, Outcome.ADOPTED)


def _told_if_void[R: BaseModel](work: Work[R], intent: Link, twin: Mapping[str, Any]) -> Work[R]:
    """Have a document told that somebody voided before it was linked: no reading knew whose it is.

    The link says it from its first moment, so that the next planning tells it whatever happens.
    """
    if not is_voided(twin):
        return work
    intent.gone = why_gone(work.target, str(twin["Id"]), "voided")
    return replace(work, again=True)


def _sent[R: BaseModel](run: Run, work: Work[R], plan: Plan, intent: Link) -> list[dict[str, Any]]:
    """Look for what was sent, and where it would be by now: its customer may have been merged."""
    twins = _twins(run, work, intent) if intent.twin_query else []
    if twins or not isinstance(plan, Create) or plan.twin_query == intent.twin_query:
        return twins
    marker = run.marker(work.entity, work.own_id)
    found = run.quickbooks.query(plan.twin_query)
    return [twin for twin in found if marker in markers_in(twin)]


def _twins[R: BaseModel](run: Run, work: Work[R], intent: Link) -> list[dict[str, Any]]:
    found = run.quickbooks.query(intent.twin_query)
    return [twin for twin in found if work.flow.matching.is_twin(intent.body or {}, twin)]


def _renewed(run: Run, found: Link) -> Link:
    """Return the same intent under our own claim."""
    values = dict(found.attribute_values)
    return Link(**(values | {"claim": run.new_claim()}))
