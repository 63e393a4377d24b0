"""Creates in QuickBooks, as `exactly_once` carries them out, and the links to what was there."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from pydantic import BaseModel

from connector.engine import exactly_once
from connector.engine.loop import OutcomeUnknown, Settled, is_current
from connector.engine.run import Run
from connector.entities.shared.documents import is_voided, why_gone
from connector.errors import (
    ConnectorError,
    DuplicateNameError,
    DuplicateNumberError,
    RecordError,
    RejectedError,
)
from connector.model.body import Body, Json, Read, spoken
from connector.model.flows.context import PushContext
from connector.model.links import Intent, Released
from connector.model.outcomes import Outcome
from connector.model.plans import Adopt, Create, Plan, Update, Wait
from connector.model.worklist.causes import Kind
from connector.push.baseline import as_adopted
from connector.push.body_diff import agreed
from connector.push.kept.approved import not_approved, not_to_be_linked
from connector.push.link import Work, link_new, note_failure, request_id, taken, with_name
from connector.push.matching import same_record, sent
from connector.push.matching.absent import not_there
from connector.quickbooks.dead_references import explained
from connector.quickbooks.words import legible

type StopCheck = Callable[[str | None], object]
"""Told the state of a flow's differences; raises where they stop a document."""


class RefusedError(Exception):
    """QuickBooks refused a record, and why is to be looked for with the others of its page.

    Attributes:
        refusal: What QuickBooks said.
        intent: What was sent.
        amend: Tries once more, given a way to read QuickBooks and what is known by now; a
            RecordError where nothing was created.
    """

    def __init__(
        self, refusal: RejectedError, intent: Intent, amend: Callable[[Read, PushContext], Settled]
    ) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal
        self.intent = intent
        self.amend = amend


OF_QUICKBOOKS = frozenset({"Id", "SyncToken", "MetaData", "domain", "sparse", "Balance"})
"""Members that QuickBooks keeps for itself."""

ADOPT_STEPS = ("intent saved", "link saved")
"""The durable steps of linking a record to the one that MobiWork's own connector names."""


def create[R: BaseModel](
    run: Run,
    work: Work[R],
    plan: Create,
    before: Released | None,
    *,
    check: StopCheck | None = None,
) -> Settled:
    """Create a record in QuickBooks, once.

    After the table was restored it may be there already, with its link lost: it is looked for.
    `check` is told, when nothing but the call is left, which totals of the flow differ by then, and
    may stop the call by raising.

    Raises:
        RecordError: QuickBooks refused it; nothing was created.
        RetriableError: nothing was sent, or QuickBooks asked to slow down.
    """
    creation = Creation(run, work, plan, before, check=check)
    intent = _intent(run, work, plan, _next(before))
    hierarchy = work.flow.hierarchy
    placed = hierarchy is not None and hierarchy.parent(plan.body) is not None
    if (run.restored_to or placed) and (twin := creation.find(intent)) is not None:
        creation.look_at(twin, intent.body)
        return _adopt(creation, intent, twin)
    return exactly_once.begin(run, creation, intent)


def settle[R: BaseModel](run: Run, work: Work[R], plan: Plan, seen: Intent) -> Settled | Wait:
    """Bring an intent whose worker shows no life to its end, whatever the plan is by now.

    Raises:
        RecordError: more than one record in QuickBooks carries the marker, or it was refused.
        RetriableError: QuickBooks does not answer.
    """
    return exactly_once.settle(run, Creation(run, work, plan, seen), seen)


LOOKED_FOR_EVERY = timedelta(hours=4)
"""What may be in QuickBooks and is not to be sent again for now is looked for after such a time."""


def adopt[R: BaseModel](
    run: Run,
    work: Work[R],
    plan: Adopt,
    in_quickbooks: Json | None,
    before: Released | None,
) -> Settled:
    """Link a record to the one that a person or MobiWork's own connector named, as both stand.

    Raises:
        RecordError: QuickBooks has no such record, it belongs to another MobiWork record,
            nothing but an external id says that they are the same, or what a person decided on has
            changed since.
    """
    if in_quickbooks is None and plan.decided:
        raise RecordError(
            f"It was matched with {spoken(work.target)} {plan.quickbooks_id} in QuickBooks, "
            "which does not exist there any more or is inactive. Decide on that match again, or "
            "make the record in QuickBooks active again.",
            cause=Kind.SAME,
        )
    if in_quickbooks is None:
        raise not_there(work.target, plan.quickbooks_id)
    if not plan.decided:
        same_record.check(run, work, in_quickbooks, native=True)
    else:
        same_record.check_decided(run, work, in_quickbooks)
        plan = replace(plan, body=plan.body or _as_it_stands(in_quickbooks))
    return _adopt(
        Creation(run, work, plan, before), _intent(run, work, plan, _next(before)), in_quickbooks
    )


def _as_it_stands(in_quickbooks: Json) -> Body:
    """Return what QuickBooks holds of a record that nobody could translate."""
    return {name: value for name, value in in_quickbooks.items() if name not in OF_QUICKBOOKS}


def _next(before: Released | None) -> int:
    return 1 if before is None else before.generation


def _intent[R: BaseModel](run: Run, work: Work[R], plan: Create | Adopt, generation: int) -> Intent:
    """Build the intent of a create, or of an adoption, for which nothing is sent."""
    return Intent(
        owner=work.key,
        target=work.target,
        generation=generation,
        claim=None,
        request_id=request_id(run, work, f"create {generation}", plan.content_hash),
        content_hash=plan.content_hash,
        body=plan.body,
        twin_query=plan.twin_query if isinstance(plan, Create) else None,
        kind=work.flow.kind_of(work.record),
    )


def _adopt[R: BaseModel](creation: "Creation[R]", intent: Intent, twin: Json) -> Settled:
    """Link a record to one that was there before it was ever sent, unless it is gone by now."""
    claimed = creation.claim(intent, None)
    if claimed is None:
        return creation.taken()
    creation.run.checkpoint("intent saved")
    if not is_current(creation.run, creation.work.item):
        creation.release(claimed)
        return OutcomeUnknown()
    return creation.link_as_it_stands(claimed, twin)


@dataclass(frozen=True)
class Creation[R: BaseModel]:
    """One record that QuickBooks is to get; a `Sending` of the protocol.

    run: the run that it is created in.
    work: its pending item and its record as read.
    plan: what is planned of it by now, whatever its intent says.
    before: what an earlier intent left behind, or the intent itself where it may have been sent.
    may_amend: whether another body may be tried after a refusal.
    check: told at the last moment which totals of the flow differ; it may stop the call by raising.
    """

    run: Run
    work: Work[R]
    plan: Plan
    before: Released | Intent | None = None
    may_amend: bool = True
    check: StopCheck | None = None

    def claim(self, intent: Intent, seen: Intent | None) -> Intent | None:
        """Write an intent under a new claim; nothing when somebody was faster."""
        now = int(self.run.now().timestamp())
        begun = now if intent.begun is None else intent.begun
        mine = replace(intent, claim=self.run.new_claim(), begun=begun, claimed=now)
        links, before = self.run.store.links, seen or self.before
        return mine if links.claim(self.run.connection_id, mine, before=before) else None

    def release(self, intent: Intent) -> None:
        """Give up an intent; its request id is not used again."""
        self.run.store.links.release(self.run.connection_id, intent)

    def find(self, intent: Intent) -> Json | None:
        """Look for what was sent; where it is about to be sent again, wherever it may be by now.

        Raises:
            RecordError: QuickBooks has it more than once.
        """
        return sent.find(self.run, self.work, self.plan, intent)

    def repeat(self, intent: Intent) -> Intent | OutcomeUnknown | Wait:
        """Send the same again, or what the record became meanwhile under another request id.

        What is not to be created any more keeps its intent and request id: the look that found
        nothing may have come too early, and the next request id would make a second record.
        """
        if not isinstance(self.plan, Create):
            return self._not_sent_again(intent)
        if intent.twin_query is not None and self.plan.content_hash == intent.content_hash:
            return intent
        changed = _intent(self.run, self.work, self.plan, intent.generation + 1)
        return self.claim(replace(changed, begun=intent.begun), intent) or self.taken()

    def _not_sent_again(self, intent: Intent) -> OutcomeUnknown | Wait:
        if intent.twin_query is None or sent.is_over(self.run, self.plan, intent, self.before):
            self.release(intent)
            return OutcomeUnknown()
        self.run.store.links.let_go(self.run.connection_id, intent)
        return Wait(
            (),
            "It was already sent to QuickBooks and may be there, although no "
            f"{spoken(intent.target).lower()} of it shows up yet. It is not sent again for now."
            + (f" {why}" if (why := _why(self.plan)) else ""),
            not_before=self.run.now() + LOOKED_FOR_EVERY,
            cause=Kind.DELETED_HERE if self.work.item.was_deleted else Kind.BEING_SENT,
        )

    def send(self, intent: Intent, hold: Callable[[bool], None]) -> Json:
        """Post an intent with its request id, after one look at all that may still stop it."""
        item, check = self.work.item, self.check

        def last_look() -> None:
            seen = self.run.store.totals.glance(item, differing=check is not None)
            if check is not None:
                check(seen.differing)
            hold(seen.fingerprint == item.fingerprint)

        return self.run.quickbooks.create(
            intent.target, intent.body, requestid=intent.request_id, before_sending=last_look
        )

    def refused(self, intent: Intent, refusal: RecordError, *, again: bool) -> Settled:
        """Link to the record that it is already; any other refusal is looked into with its page.

        Raises:
            RefusedError: nothing was created, and the flow may know another body.
            RecordError: nothing was created.
        """
        if isinstance(refusal, DuplicateNameError | DuplicateNumberError):
            return self._name_taken(intent, refusal, again=again)
        left = self._left_of(intent, again=again)
        if not isinstance(refusal, RejectedError):
            raise refusal
        if self.may_amend:
            before = replace(self, before=left)
            raise RefusedError(refusal, intent, partial(before.amend, intent, refusal))
        raise explained(refusal, intent.body, self.run.quickbooks.query)

    def _left_of(self, intent: Intent, *, again: bool) -> Released | Intent:
        """Return what is left of an intent that was refused.

        Where a document was sent before, and that call may still be carried out, it keeps its
        request id: under the next one it would be there twice. Names are unique by themselves.
        """
        before = self.before.claimed if isinstance(self.before, Intent) else None
        since = None if before is None else self.run.now().timestamp() - before
        if again and sent.is_marked(intent) and (since is None or since < sent.ARRIVES):
            self.run.store.links.let_go(self.run.connection_id, intent)
            return replace(intent, claim=None)
        self.release(intent)
        return Released(generation=intent.generation + 1)

    def amend(
        self, intent: Intent, refusal: RejectedError, read: Read, known: PushContext
    ) -> Settled:
        """Try the flow's other body once, or link to the record that it turns out to be.

        Where plans are approved, only what was approved is sent; where the first body may still
        arrive, no other one is.

        Raises:
            RecordError: there is no other body, or it was refused too; nothing was created.
        """
        body = self.work.flow.translation.retry_body(intent.body, refusal, read, known)
        left = self.before
        if isinstance(left, Intent) and body is not None and "Id" in body:
            return self.link_as_it_stands(left, body)
        if body is None or isinstance(left, Intent):
            raise explained(refusal, intent.body, self.run.quickbooks.query)
        tried = intent.body if "Id" in body else body
        plan = Create(tried, intent.content_hash, self.work.flow.matching.twin_query(tried))
        amended = replace(self, may_amend=False)
        other = _intent(self.run, self.work, plan, intent.generation + 1)
        if "Id" in body:
            return _adopt(amended, other, body)
        if self.run.needs_approval(self.work.flow.name):
            raise not_approved(refusal, intent.body, tried)
        return exactly_once.begin(self.run, amended, other)

    def _name_taken(self, intent: Intent, refusal: RejectedError, *, again: bool) -> Settled:
        twins = sent.twins_of(self.run, self.work, intent)
        if len(twins) == 1:
            return self._is_it(intent, twins[0], again=again)
        self._left_of(intent, again=again)
        refusal.fixes = with_name(refusal.fixes, self.work.flow.matching.another_name(intent.body))
        raise refusal

    def _is_it(self, intent: Intent, twin: Json, *, again: bool) -> Settled:
        """Link to the one record of the name, unless other facts differ."""
        try:
            self.look_at(twin, intent.body)
        except RecordError:
            self._left_of(intent, again=again)
            raise
        return self.link_as_it_stands(intent, twin)

    def look_at(self, twin: Json, meant: Body) -> None:
        """Compare both sides of a record that is about to be linked by its name.

        Where plans are approved, only to what is as `meant`.

        Raises:
            RecordError: a person must say whether they are the same.
        """
        if sent.has_mark(self.run, self.work, twin):
            return
        same_record.check(self.run, self.work, twin, native=False)
        if self.run.needs_approval(self.work.flow.name) and agreed(meant, twin) != meant:
            raise not_to_be_linked(self.work.target, twin)

    def link(self, intent: Intent, answer: Json) -> Settled:
        """Link a record to QuickBooks' answer."""
        return link_new(self.run, self.work, intent, answer, Outcome.CREATED)

    def link_found(self, intent: Intent, found: Json) -> Settled:
        """Link to what was found after an unknown outcome.

        It is ours if it has our marker or is what we sent, or may be, edited since; one that was
        there before is looked at like any other. What is planned otherwise is planned once more.
        """
        same = isinstance(self.plan, Create) and self.plan.content_hash == intent.content_hash
        later = self if same else replace(self, work=replace(self.work, again=True))
        if sent.has_mark(self.run, self.work, found) or agreed(intent.body, found) == intent.body:
            return later.link_as(Outcome.CREATED, intent, found, meant=intent.body)
        if sent.was_there(intent, found):
            return later._is_it(intent, found, again=True)
        return later.link_as_it_stands(intent, found)

    def link_as_it_stands(self, intent: Intent, twin: Json) -> Settled:
        """Link to a twin that was there before; nothing of it is overwritten."""
        flow, meant = self.work.flow, intent.body
        agreed_on = as_adopted(flow, self.work.record, self.run.settings, meant, twin)
        as_it_stands = replace(intent, body=agreed_on)
        return self.link_as(Outcome.LINKED, as_it_stands, twin, meant=intent.body)

    def link_as(self, outcome: Outcome, intent: Intent, twin: Json, *, meant: Body) -> Settled:
        """Link to what was found; one that somebody voided meanwhile is planned again, to be told.

        No reading knew whose it is. The link says it from its first moment, so that the next
        planning tells it whatever happens. `meant` is what it was to be.
        """
        if not is_voided(legible(twin)[0], meant):
            return link_new(self.run, self.work, intent, twin, outcome)
        gone = why_gone(self.work.target, str(twin["Id"]), "voided")
        return link_new(self.run, replace(self.work, again=True), intent, twin, outcome, gone=gone)

    def taken(self) -> OutcomeUnknown:
        """Say that another worker was faster."""
        return taken(self.run)

    def count_failure(self, error: ConnectorError) -> None:
        """Count that QuickBooks failed on the record again."""
        note_failure(self.run, self.work, error)


def _why(plan: Plan) -> str | None:
    """Say why a record is not to be created now; None where it is, or what it is says it."""
    match plan:
        case Adopt():
            return f"MobiWork names record {plan.quickbooks_id} of QuickBooks as the same one."
        case Create() | Update():
            return None
        case _:
            return plan.reason
