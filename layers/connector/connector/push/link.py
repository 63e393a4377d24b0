"""What the steps of exactly-once share: the work, its intent, its request id, its link."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from pydantic import BaseModel

from connector.engine.loop import Settled, Unsettled, count_failure
from connector.engine.run import Run
from connector.entities.registry import PULL_OF
from connector.errors import RETRY, SKIP, ConnectorError, Fix, RecordError
from connector.mobiwork.external_id import native_id
from connector.model.outcomes import NATIVE, Outcome
from connector.model.pending import PendingItem
from connector.model.plans import Create
from connector.model.push_flow import PushFlow
from connector.model.totals import Difference
from connector.push import baseline, totals
from connector.store import links
from connector.store.links import Link, LinkState


@dataclass(frozen=True)
class Work[R: BaseModel]:
    """One pending item with its record as read and the name a person knows it by.

    `entity` and `own_id` are the key of its link, `target` is what it becomes in QuickBooks.
    `again` asks to plan it once more after it is linked, because it changed after it was sent.
    """

    flow: PushFlow[R]
    item: PendingItem
    record: R
    label: str
    entity: str
    own_id: str
    target: str
    again: bool = False

    @property
    def worth(self) -> Decimal | None:
        """The amount of the record, for sums; nothing where it has none."""
        return self.flow.wording.worth(self.record)


def intent_of[R: BaseModel](run: Run, work: Work[R], plan: Create, generation: int) -> Link:
    """Build the intent of a create, under a claim of its own."""
    return Link(
        state=LinkState.PENDING.value,
        generation=generation,
        claim=run.new_claim(),
        request_id=request_id(run, work, f"create {generation}", plan.content_hash),
        content_hash=plan.content_hash,
        twin_query=plan.twin_query,
        body=plan.body,
        started_at=datetime.now(UTC).isoformat(),
        target=work.target,
        kind=work.flow.kind_of(work.record),
        run_id=run.run_id,
        pk="",
        sk=work.own_id,
    )


def request_id[R: BaseModel](run: Run, work: Work[R], what: str, content: str) -> str:
    """Return QuickBooks' idempotency key, at most 50 characters (reference 1.4)."""
    parts = (run.connection_id, work.target, work.own_id, what, content)
    return sha256("\n".join(parts).encode()).hexdigest()[:40]


def link_to[R: BaseModel](
    run: Run, work: Work[R], intent: Link, answer: Mapping[str, Any], outcome: Outcome
) -> Settled:
    """Link a record to QuickBooks' answer, store the outcome and close the pending item.

    Raises:
        RecordError: the QuickBooks record belongs to another MobiWork record.
    """
    _agree(run, work, intent, answer, outcome)
    difference = None if intent.gone else _difference(run, work, intent, answer, outcome)
    if difference is not None and outcome is Outcome.CREATED:
        outcome = Outcome.DIFFERENT
    external_id = work.flow.records.external_id(work.record)
    named = native_id(external_id, run.settings.external_id_format)
    native = NATIVE if outcome is Outcome.ADOPTED and named else ""
    differs = difference.sentence if difference else ""
    remarks = [native, differs, intent.gone, *work.flow.wording.remarks(work.record, answer)]
    told = {
        "run_id": run.run_id,
        "record_id": work.item.record_id,
        "flow": work.flow.name,
        "label": work.label,
        "note": " ".join(remark for remark in remarks if remark),
    }
    try:
        saved = links.save(
            intent, answer, outcome=outcome, worth=work.worth, facts=_facts(work), **told
        )
    except links.AlreadyLinkedError as error:
        links.release(intent)
        raise RecordError(
            f"{work.target} {answer['Id']} in QuickBooks is the only one of that name, but it "
            f"belongs to {work.flow.noun} {error.mobiwork_id} of MobiWork already. Give one of "
            "the two another name in MobiWork.",
            fixes=with_name(
                (RETRY, Fix(action="create_as", label="Create it under another name"), SKIP),
                work.flow.matching.another_name(intent.body or {}),
            ),
        ) from error
    if not saved:
        return taken(run)
    run.checkpoint("link saved")
    if work.again or difference is not None:
        return Unsettled("", 0.0, "")
    run.store.pending.close(work.item)
    run.checkpoint("item closed")
    return None


def _facts[R: BaseModel](work: Work[R]) -> Mapping[str, str]:
    """Return what later changes are compared with; unknown where it changed since it was sent."""
    return {} if work.again else work.flow.wording.facts(work.record)


def _difference[R: BaseModel](
    run: Run, work: Work[R], intent: Link, answer: Mapping[str, Any], outcome: Outcome
) -> Difference | None:
    """Keep how a document's total differs; the next planning tells it, whatever happens."""
    return totals.keep(
        run,
        work.flow,
        work.record,
        own=(work.own_id, work.label),
        sent=intent.body or {},
        answer=answer,
        outcome=outcome,
    )


def _agree[R: BaseModel](
    run: Run, work: Work[R], intent: Link, answer: Mapping[str, Any], outcome: Outcome
) -> None:
    """Note on the link of a two-way record what both sides hold now."""
    flow = work.flow
    if not flow.fields or outcome is Outcome.UPDATED:
        return
    if outcome is Outcome.CREATED:
        baseline.of_create(flow, work.record, intent, answer, changed=work.again)
    elif baseline.of_adoption(flow, work.record, intent, answer):
        baseline.pull_again(run, PULL_OF[flow.name].name, answer, work.label)


def note_failure[R: BaseModel](run: Run, work: Work[R], error: ConnectorError) -> None:
    """Count that QuickBooks failed on a record although it answers; at last a person is asked.

    Raises:
        RecordError: it failed too often to be an accident.
    """
    count_failure(run, work.item, str(error), remote="QuickBooks", source="MobiWork")


def taken(run: Run) -> Unsettled:
    """Say that another worker was faster; it is looked at again after a while."""
    return Unsettled("", run.claim_seconds, "Another run is sending it at this moment.")


def too_many[R: BaseModel](work: Work[R], twins: Sequence[Mapping[str, Any]]) -> RecordError:
    """Say that QuickBooks has a record more than once, so that nobody knows which is meant."""
    ids = ", ".join(str(twin["Id"]) for twin in twins)
    return RecordError(
        f"QuickBooks has {len(twins)} records of this {work.flow.noun} ({work.target} {ids}). "
        "Delete or merge the ones that are too many in QuickBooks, then try again."
    )


def with_name(fixes: tuple[Fix, ...], name: str) -> tuple[Fix, ...]:
    """Let the fix that creates a record under another name say which name."""
    if not name:
        return fixes
    named = Fix(action="create_as", label=f'Create it as "{name}"', target=name)
    return tuple(named if fix.action == named.action else fix for fix in fixes)
