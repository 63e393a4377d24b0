"""Writing a QuickBooks record into the MobiWork record that it is kept in."""

from pydantic import BaseModel

from connector.engine.run import Run
from connector.engine.three_way_merge import quickbooks_values
from connector.model.flows.pull_flow import Embed, PullFlow
from connector.model.links import Link, Origin, RecordKey
from connector.model.outcomes import Outcome
from connector.pull.load import EMBEDDED, Planned
from connector.pull.merge import outcome_of, save_link
from connector.pull.mobiwork_records import EchoGuard, read_mobiwork_record


def embed[R: BaseModel](
    flow: PullFlow[R], run: Run, planned: Planned, decided: Embed, echo_guard: EchoGuard
) -> bool:
    """Write a record into another MobiWork record and link it; False if that is gone.

    Raises:
        EditedMeanwhileError: somebody changed there what would have been written over.
    """
    owner, hierarchy = decided.mobiwork_id, decided.hierarchy
    before = read_mobiwork_record(flow, run, owner)
    if before is None:
        return False
    quickbooks_id, entity = planned.item.record_id, f"{flow.entity}{EMBEDDED}"
    known = run.store.links.read(run.connection_id, entity, f"{owner}-{quickbooks_id}")
    called = (known.kind if isinstance(known, Link) else None) or ""
    changes = hierarchy.embed(planned.in_quickbooks, before.record, called)
    after = before
    if changes:
        raw = run.mobiwork.edit(flow.entity, owner, changes, read=before.raw)
        after = echo_guard.edited(flow, before, raw, changes)
    link = Link(
        owner=RecordKey(entity, f"{owner}-{quickbooks_id}"),
        target=flow.source,
        quickbooks_id=quickbooks_id,
        sync_token=str(planned.in_quickbooks.get("SyncToken", "0")),
        content_hash=None,
        base={},
        kind=hierarchy.embedded_name(planned.in_quickbooks) or None,
        in_quickbooks=quickbooks_values(flow.fields, planned.in_quickbooks),
        origin=Origin.PULLED,
    )
    outcome = Outcome.UPDATED if changes else Outcome.UNCHANGED
    note = f"It is kept in {flow.entity} {owner} in MobiWork."
    told = outcome_of(run, flow, link, outcome, label=planned.label, note=note)
    save_link(run, flow, link, told)
    if changes:
        echo_guard.remember(owner, after.record, before=before.record)
    return True
