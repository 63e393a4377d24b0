"""What a record of QuickBooks held of what an update is about to write, kept to undo it."""

from datetime import UTC

from pydantic import BaseModel

from connector.engine.run import Run
from connector.model.body import Body, Json
from connector.model.links import Link
from connector.model.plans import Update
from connector.model.undoing.images import BeforeImage
from connector.push.body_diff import same
from connector.push.link import Work


def keep[R: BaseModel](
    run: Run, work: Work[R], plan: Update, link: Link, seen: Json | None
) -> None:
    """Note what an update writes over, before it is sent.

    seen: the record, where it was read for the update. Else the link tells it, as long as what was
    agreed of each field is what QuickBooks held; where it is not, the record is read (metered).
    """
    there = seen
    if there is None and not _told_by(work, link, plan.changed):
        there = run.quickbooks.read(work.target, link.quickbooks_id)
    held = link.base if there is None else there
    written = {
        name: value for name, value in plan.changed.items() if not same(held.get(name), value)
    }
    if not written:
        return
    image = BeforeImage(
        run_id=run.run_id,
        flow=work.flow.name,
        record_id=work.item.record_id,
        side="QuickBooks",
        entity=work.target,
        own_id=link.quickbooks_id,
        label=work.label,
        before={name: held.get(name) for name in written},
        after=written,
        at=run.now().astimezone(UTC).isoformat(),
    )
    run.store.images.keep(run.connection_id, image)


def _told_by[R: BaseModel](work: Work[R], link: Link, changed: Body) -> bool:
    """Tell whether a link tells for certain what QuickBooks holds of some members."""
    for one in work.flow.fields:
        if not changed.keys() & set(one.members):
            continue
        known = link.in_quickbooks.get(one.name)
        if one.name not in link.in_quickbooks or not same(one.quickbooks(link.base), known):
            return False
    return True
