"""Writing a QuickBooks record into the MobiWork record that it is a part of."""

from pydantic import BaseModel

from connector.flow import Outcome
from connector.pulling import Pull
from connector.run import Run
from connector.store.links import Link
from connector.store.table import key
from connector.sync.merging import save_link
from connector.sync.mobiwork_side import Readings, parse, read_side
from connector.sync.pull_page import PART, Planned


def write_part[R: BaseModel](
    flow: Pull[R], run: Run, planned: Planned, owner: str, readings: Readings
) -> bool:
    """Write a record into the MobiWork record `owner` and link it; False if that is gone."""
    before = read_side(flow, run, owner)
    if before is None:
        return False
    changes = flow.part(planned.there, before.record)
    if changes:
        after = run.mobiwork.edit(flow.entity, owner, changes)
        readings.wrote(after, parse(flow, after), before=before.record)
    own_id = planned.item.record_id
    link = Link(
        pk=key(run.connection_id, "link", f"{flow.entity}{PART}"),
        sk=f"{owner}-{own_id}",
        target=flow.source,
        quickbooks_id=own_id,
        sync_token=str(planned.there.get("SyncToken", "0")),
        origin="pulled",
        run_id=run.run_id,
    )
    outcome = Outcome.UPDATED if changes else Outcome.UNCHANGED
    note = f"It is a part of {flow.entity} {owner} in MobiWork."
    save_link(run, flow, link, outcome, label=planned.label, note=note)
    return True
