"""What creates and updates share: the work, its request id, and the link that ends it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from hashlib import sha256

from pydantic import BaseModel

from connector.engine.loop import OutcomeUnknown, Settled, count_failure
from connector.engine.run import Run
from connector.entities.registry import PULL_OF
from connector.entities.shared.documents import finishing, hash_as_shown, tax_of
from connector.entities.typed.twice import end_twice_of_linked
from connector.errors import RETRY, SKIP, ConnectorError, Fix, RecordError
from connector.mobiwork.external_id import native_id
from connector.model.body import Body, Json, spoken
from connector.model.books.kinds import OF_TARGET
from connector.model.flows.context import PushContext
from connector.model.flows.push_flow import PushFlow
from connector.model.links import AlreadyLinkedError, Intent, Link, Origin, RecordKey
from connector.model.outcomes import NATIVE, About, Outcome, RecordOutcome
from connector.model.pending import Deletion, PendingItem
from connector.model.plans import Refuse, Skip, Wait
from connector.model.totals import Difference, in_order
from connector.model.worklist.causes import Kind
from connector.push import baseline
from connector.push.baseline import Baseline
from connector.push.money import totals
from connector.push.planning import held, once_deleted
from connector.quickbooks.words import legible


@dataclass(frozen=True)
class Work[R: BaseModel]:
    """One pending item with its record as read and the name a person knows it by.

    Attributes:
        flow: The flow that pushes it.
        item: The pending item.
        record: The record as read from MobiWork.
        label: What a person knows it by, such as `invoice INV-12 of Blue Heron`.
        entity, mobiwork_id: The key of its link.
        target: The QuickBooks entity that it becomes.
        known: What it was planned with.
        again: Whether it is planned once more after it is linked, for it changed after it was sent.
    """

    flow: PushFlow[R]
    item: PendingItem
    record: R
    label: str
    entity: str
    mobiwork_id: str
    target: str
    known: PushContext
    again: bool = False

    @property
    def worth(self) -> Decimal | None:
        """The amount of the record, for sums; nothing where it has none or another counts it."""
        verdict, known = self.flow.eligibility.verdict, self.known
        if verdict(self.record, known.settings, known.company).another_flow:
            return None
        return self.flow.wording.worth(self.record)

    @property
    def about(self) -> About:
        """By what a person looks for the record, with the day of its document.

        That of its latest one in QuickBooks, else the one that it would be posted with.
        """
        about = self.flow.wording.about(self.record, self.known)
        links, own = self.known.links.items(), self.item.record_id
        posted = [
            day
            for (entity, one), link in links
            if entity == self.entity and (one == own or one.startswith(f"{own}-"))
            if (day := day_in(link.base))
        ]
        expected = self.flow.eligibility.day(self.record, self.known)
        return replace(about, day=max(posted, default=expected))

    @property
    def key(self) -> RecordKey:
        """The key of its link."""
        return RecordKey(self.entity, self.mobiwork_id)


def day_in(document: Body) -> date | None:
    """Return the day that a document has in QuickBooks; None of what is no document."""
    day = str(document.get("TxnDate") or "")
    return date.fromisoformat(day) if day else None


def request_id[R: BaseModel](run: Run, work: Work[R], what: str, content: str) -> str:
    """Return QuickBooks' idempotency key, at most 50 characters (reference 1.4)."""
    parts = (run.connection_id, work.target, work.mobiwork_id, what, content)
    return sha256("\n".join(parts).encode()).hexdigest()[:40]


def link_new[R: BaseModel](  # noqa: PLR0913 - what a link is made of
    run: Run,
    work: Work[R],
    intent: Intent,
    answer: Json,
    outcome: Outcome,
    *,
    gone: str | None = None,
) -> Settled:
    """Link a record to its new, or found, record in QuickBooks and close the pending item.

    `gone` says that somebody voided it meanwhile.

    Raises:
        RecordError: the QuickBooks record belongs to another MobiWork record.
    """
    base = _agreed(run, work, intent, answer, outcome)
    link = replace(
        link_of(intent, answer, base),
        content_hash=intent.content_hash,
        origin=Origin.LINKED if outcome is Outcome.LINKED else Origin.CREATED,
        gone=gone,
        made_in=run.run_id if outcome is Outcome.CREATED else None,
    )
    if outcome is Outcome.CREATED and gone is None:
        _to_finish(run, work, link, answer)
    return save(run, work, link, answer, outcome, before=intent)


def _to_finish[R: BaseModel](run: Run, work: Work[R], link: Link, answer: Json) -> None:
    """Put on the worklist what a person has to do in QuickBooks about it, before it is linked.

    It stands there by a name of its own until somebody has seen to it, or the document is gone.
    """
    told = " ".join(work.flow.to_finish(work.record, legible(answer)[0], run.settings))
    if not told:
        return
    entry = Deletion(
        record_id=finishing(link.target, link.quickbooks_id),
        label=work.label,
        reason=f"It is in QuickBooks as {spoken(link.target)} {link.quickbooks_id}. {told}",
        fixes=(SKIP,),
        cause=Kind.TO_FINISH,
        found_at=run.now().isoformat(),
    )
    run.store.pending.put_deleted(run.connection_id, work.flow.name, entry)


def link_of(before: Intent | Link, answer: Json, base: Baseline) -> Link:
    """Return the link of a record as QuickBooks shows it now, with what both sides agree on."""
    said, _ = legible(answer)
    total = said.get("TotalAmt")
    return Link(
        owner=before.owner,
        target=before.target,
        quickbooks_id=str(answer["Id"]),
        sync_token=str(answer.get("SyncToken", "0")),
        content_hash=before.content_hash,
        base=base.body,
        total=total,
        tax=None if total is None else tax_of(said),
        kind=before.kind,
        line_ids=ids_of_lines(said),
        in_mobiwork=base.in_mobiwork,
        in_quickbooks=base.in_quickbooks,
        disputed=base.disputed,
        origin=Origin.CREATED,
        generation=before.generation,
        made_in=before.made_in if isinstance(before, Link) else None,
        shown=hash_as_shown(answer),
    )


def ids_of_lines(answer: Json) -> tuple[str, ...]:
    """Return the ids of the lines of a document in order; a subtotal and the like have none."""
    return tuple(str(line["Id"]) for line in in_order(answer) if line.get("Id"))


def save[R: BaseModel](  # noqa: PLR0913 - what the outcome says
    run: Run,
    work: Work[R],
    link: Link,
    answer: Json,
    outcome: Outcome,
    *,
    before: Intent | Link,
) -> Settled:
    """Save a link in the place of `before` with its outcome, and close the pending item.

    A record that is to be planned again keeps its item.

    Raises:
        RecordError: the QuickBooks record belongs to another MobiWork record.
    """
    link = replace(link, facts=_facts(work))
    difference = None if link.gone else _difference(run, work, link, answer, outcome)
    told = run.complete(_told(run, work, link, answer, outcome, difference=difference))
    again = work.again or difference is not None or work.item.was_deleted
    try:
        saved = run.store.links.save(
            run.connection_id, link, told, before=before, closes=None if again else work.item
        )
    except AlreadyLinkedError as error:
        if isinstance(before, Intent):
            run.store.links.release(run.connection_id, before)
        raise _of_another(run, work, link, error) from error
    if not saved:
        return taken(run)
    run.told.append(told)
    run.checkpoint("link saved")
    if outcome is Outcome.LINKED and link.target in OF_TARGET:
        end_twice_of_linked(run.connection_id, link.target, link.quickbooks_id, run.store)
    return OutcomeUnknown() if again else None


def _facts[R: BaseModel](work: Work[R]) -> Mapping[str, str]:
    """Return what later changes are compared with; unknown where it changed since it was sent."""
    return {} if work.again else work.flow.wording.facts(work.record)


def _difference[R: BaseModel](
    run: Run, work: Work[R], link: Link, answer: Json, outcome: Outcome
) -> Difference | None:
    """Keep how a document's total differs; the next planning tells it, whatever happens."""
    return totals.keep(
        run,
        work.flow,
        work.record,
        own=(work.mobiwork_id, work.label),
        sent=link.base,
        answer=answer,
        outcome=outcome,
    )


def _told[R: BaseModel](  # noqa: PLR0913 - what the outcome says
    run: Run,
    work: Work[R],
    link: Link,
    answer: Json,
    outcome: Outcome,
    *,
    difference: Difference | None,
) -> RecordOutcome:
    external_id = work.flow.records.external_id(work.record)
    named = native_id(external_id, run.settings.external_id_format)
    native = NATIVE if outcome is Outcome.LINKED and named else ""
    differs = difference.sentence if difference else ""
    wording = work.flow.wording
    said, odd = legible(answer)
    remarks = [native, differs, link.gone, *([] if differs else totals.not_read(odd))]
    remarks += wording.remarks(work.record, said)
    remarks += work.flow.to_finish(work.record, said, run.settings)
    remarks += wording.stood_in(work.record, work.known)
    return RecordOutcome(
        run_id=run.run_id,
        flow=work.flow.name,
        record_id=work.item.record_id,
        outcome=Outcome.DIFFERENT if differs and outcome is Outcome.CREATED else outcome,
        label=work.label,
        note=" ".join(dict.fromkeys(remark for remark in remarks if remark)) or None,
        quickbooks_id=link.quickbooks_id,
        worth=_worth(work, link),
    )


def _worth[R: BaseModel](work: Work[R], link: Link) -> Decimal | None:
    """Return what a document comes to: of one of several that a record becomes its own total."""
    in_pieces = work.flow.piece_id is not None
    return link.total if in_pieces and link.total is not None else work.worth


def _of_another[R: BaseModel](
    run: Run, work: Work[R], link: Link, error: AlreadyLinkedError
) -> RecordError:
    """Say whose record it is; one whose own is deleted in MobiWork may be the same, split again."""
    owner, flow = error.mobiwork_id, work.flow
    item = run.store.pending.read_many(run.connection_id, flow.name, [owner]).get(owner)
    advice = (
        ", which was deleted there. If both are the same, create this one under another name and "
        "merge the two in QuickBooks: the documents of this one then go to the one that is left. "
        "If not, create it under another name."
        if item is not None and item.was_deleted
        else ". Give one of the two another name in MobiWork."
    )
    return RecordError(
        f"{spoken(work.target)} {link.quickbooks_id} in QuickBooks is the only one of that "
        f"name, but it belongs to {flow.noun} {owner} of MobiWork already{advice}",
        fixes=with_name(
            (RETRY, Fix(action="create_as", label="Create it under another name"), SKIP),
            flow.matching.another_name(link.base),
        ),
        cause=Kind.LINKED_ELSEWHERE,
    )


def _agreed[R: BaseModel](
    run: Run, work: Work[R], intent: Intent, answer: Json, outcome: Outcome
) -> Baseline:
    """Return what both sides hold now of a record that is new on one of them."""
    flow = work.flow
    if not flow.fields:
        return Baseline(intent.body)
    said, _ = legible(answer)
    if outcome is Outcome.CREATED:
        return baseline.of_create(flow, work.record, intent.body, said, changed=work.again)
    agreed = baseline.of_adoption(flow, work.record, intent.body, said)
    if agreed.disputed:
        baseline.pull_again(run, PULL_OF[flow.name].name, answer, work.label)
    return agreed


def note_failure[R: BaseModel](run: Run, work: Work[R], error: ConnectorError) -> None:
    """Count that QuickBooks failed on a record although it answers; at last a person is asked.

    Raises:
        RecordError: it failed too often to be an accident.
    """
    count_failure(run, work.item, str(error), remote="QuickBooks", source="MobiWork")


def refused[R: BaseModel](run: Run, work: Work[R], error: RecordError) -> Skip | Wait | Refuse:
    """Return what becomes of a record that cannot be sent.

    One that was deleted in MobiWork since stays known as that, for whatever it is refused: it is
    never sent anew, and where nothing of it can be in QuickBooks any more it is at its end.
    """
    plan = held(error)
    if not work.item.was_deleted:
        return plan
    once = once_deleted(run.store.links.read(run.connection_id, *work.key))
    return replace(plan, cause=Kind.DELETED_HERE) if isinstance(once, Wait) else once


def taken(run: Run) -> OutcomeUnknown:
    """Say that another worker was faster; it is looked at again after a while."""
    return OutcomeUnknown(None, run.claim_seconds, "Another run is sending it at this moment.")


def with_name(fixes: tuple[Fix, ...], name: str | None) -> tuple[Fix, ...]:
    """Let the fix that creates a record under another name say which name, if there is one."""
    if not name:
        return fixes
    named = Fix(action="create_as", label=f'Create it as "{name}"', target=name)
    return tuple(named if fix.action == named.action else fix for fix in fixes)
