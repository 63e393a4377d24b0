"""Writing a QuickBooks record into the MobiWork record that it is a part of."""

from pydantic import BaseModel

from connector.engine.run import Run
from connector.engine.three_way_merge import there_values
from connector.model.outcomes import Outcome
from connector.model.pull_flow import Pull
from connector.pull.load import PART, Planned
from connector.pull.merge import save_link
from connector.pull.mobiwork_records import Readings, parse, read_side
from connector.store import links
from connector.store.links import Link
from connector.store.table import key


def write_part[R: BaseModel](
    flow: Pull[R], run: Run, planned: Planned, owner: str, readings: Readings
) -> bool:
    """Write a record into the MobiWork record `owner` and link it; False if that is gone."""
    before = read_side(flow, run, owner)
    if before is None:
        return False
    own_id, entity = planned.item.record_id, f"{flow.entity}{PART}"
    known = links.read(run.connection_id, entity, f"{owner}-{own_id}")
    changes = flow.part(planned.there, before.record, known.kind if known else "")
    if changes:
        after = run.mobiwork.edit(flow.entity, owner, changes)
        readings.wrote(after, parse(flow, after), before=before.record)
    link = Link(
        pk=key(run.connection_id, "link", entity),
        sk=f"{owner}-{own_id}",
        target=flow.source,
        quickbooks_id=own_id,
        sync_token=str(planned.there.get("SyncToken", "0")),
        origin="pulled",
        kind=flow.part_name(planned.there),
        there=there_values(flow.fields, planned.there),
        run_id=run.run_id,
    )
    outcome = Outcome.UPDATED if changes else Outcome.UNCHANGED
    note = f"It is a part of {flow.entity} {owner} in MobiWork."
    save_link(run, flow, link, outcome, label=planned.label, note=note)
    return True
