"""What stands for records that are only planned, so that what refers to them is planned, too."""

from collections.abc import Iterable, Mapping, Sequence

from pydantic import BaseModel

from connector.engine.run import Run
from connector.model.flows.context import Linked
from connector.model.flows.push_flow import PushFlow
from connector.model.links import Link, Linking, RecordKey
from connector.model.pending import PendingItem


def links_instead[R: BaseModel](
    flow: PushFlow[R],
    run: Run,
    records: Sequence[tuple[PendingItem, R]],
    found: Mapping[tuple[str, str], Linking],
) -> dict[tuple[str, str], Linked]:
    """Return what stands for the records that some others refer to, where nothing is carried out.

    Nothing elsewhere: what waits for approval is not there until it is posted.
    """
    if not run.only_plans:
        return {}
    wanted = {
        (entity, one.record_id)
        for _, record in records
        for one in (
            *flow.references.needed(record, run.settings, run.company),
            *flow.references.mentioned(record),
        )
        for entity in (one.entity, one.instead)
        if entity and one.record_id
    }
    missing = {own for own in wanted if not isinstance(found.get(own), Link)}
    standing = run.store.plans.stand_ins(run.connection_id, run.scope, missing)
    return {own: one.as_link() for own, one in standing.items()}


def twins_pulled(run: Run, keys: Iterable[RecordKey]) -> dict[tuple[str, str], str]:
    """Return the QuickBooks ids of records that a pull of the same review is to link."""
    if not run.only_plans:
        return {}
    found = run.store.plans.stand_ins(run.connection_id, run.scope, keys)
    return {own: one.other_id for own, one in found.items() if one.flow.startswith("pull_")}
