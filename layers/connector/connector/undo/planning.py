"""What undoing a run would do, planned flow by flow: what refers to others comes first."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from connector.engine.run import Run
from connector.entities.registry import PULL_NAMED, PUSH_NAMED
from connector.entities.shared.wire import dollars
from connector.model.body import Json, spoken
from connector.model.flows.push_flow import AnyPushFlow
from connector.model.links import Link
from connector.model.outcomes import Outcome, RecordOutcome
from connector.model.undoing.images import BeforeImage, Restoration, chained
from connector.model.undoing.undo import UndoEntry, UndoWay
from connector.undo import mobiwork_side, reading
from connector.undo.entries import PLACE, entry_of
from connector.undo.needed import Needed
from connector.undo.rules import LISTS, open_balance, way_of, why_kept, why_not_restored

LINKED = "It was only linked to what was there: nothing of it was written."
NO_IMAGE = "What it held before is not known, so it stays as it is."
EMPTY = "had nothing there before, and QuickBooks is not known to let it be emptied"


def undo_entries(
    run: Run, run_id: str, told: Sequence[RecordOutcome], needed: Needed
) -> list[UndoEntry]:
    """Plan what is done about some records of one flow that a run wrote.

    needed: what documents need that stay. One metered call for all that were created in
    QuickBooks, and one for all that were changed there.
    """
    name = told[0].flow
    if name in PULL_NAMED:
        return mobiwork_side.entries_there(run, run_id, PULL_NAMED[name], told)
    return _pushed(run, run_id, PUSH_NAMED[name], told, needed)


def _pushed(
    run: Run,
    run_id: str,
    flow: AnyPushFlow,
    told: Sequence[RecordOutcome],
    needed: Needed,
) -> list[UndoEntry]:
    links = reading.links_of(run, flow, [one.record_id for one in told])
    made = [(one, link) for one in told for link in links[one.record_id] if link.made_in == run_id]
    new = {one.record_id for one, _ in made}
    entries = list(_taken_back(run, made, needed))
    images = reading.changes_of(run, run_id, told)
    for one in told:
        if one.record_id in new:
            continue
        if one.outcome is Outcome.LINKED:
            entries += [entry_of(one, link, UndoWay.KEEP, LINKED) for link in links[one.record_id]]
        else:
            entries += _restored(run, flow, one, links[one.record_id], images[one.record_id])
    return entries


def _taken_back(
    run: Run, made: Sequence[tuple[RecordOutcome, Link]], needed: Needed
) -> Iterator[UndoEntry]:
    made = sorted(made, key=lambda one: one[1].target)
    for target, some in groupby(made, key=lambda one: one[1].target):
        pairs = list(some)
        there = reading.in_quickbooks(run, target, [link.quickbooks_id for _, link in pairs])
        kept = {
            link.owner: link.gone
            or why_kept(link, there.get(link.quickbooks_id), run.company, ours=needed.ours)
            or needed.why(link)
            for _, link in pairs
        }
        going = (link.quickbooks_id for _, link in pairs if not kept[link.owner])
        entered = needed.entered(target, going)
        for one, link in pairs:
            found = there.get(link.quickbooks_id)
            why = kept[link.owner] or entered.get(link.quickbooks_id)
            way = UndoWay.KEEP if why else way_of(target)
            yield entry_of(one, link, way, why or _as_it_was(link, found))


def _as_it_was(link: Link, there: Json | None) -> str:
    named = f"{spoken(link.target)} {link.quickbooks_id}"
    owed = open_balance(there) if there and link.target in LISTS else None
    still = f" {dollars(owed)} is open; it stays if anything is open then." if owed else ""
    return f"{named} was created and is as it was.{still}"


def _restored(
    run: Run,
    flow: AnyPushFlow,
    one: RecordOutcome,
    links: Iterable[Link],
    images: Sequence[BeforeImage],
) -> Iterator[UndoEntry]:
    link = next((link for link in links if _is_of(images, link)), None)
    if link is None:
        first = next(iter(links), None)
        if first is not None and one.outcome is Outcome.UPDATED:
            yield entry_of(one, first, UndoWay.KEEP, NO_IMAGE)
        return
    change = chained(images)
    if not change.after:
        return
    there = reading.read_one(run, link.target, link.quickbooks_id)
    kept = why_not_restored(link, there, change.after) or _cannot_empty(flow, change)
    way = UndoWay.KEEP if kept else UndoWay.RESTORE
    why = kept or f"{spoken(link.target)} {link.quickbooks_id} gets back what it held."
    yield entry_of(one, link, way, why, change)


def _is_of(images: Sequence[BeforeImage], link: Link) -> bool:
    return any((one.entity, one.own_id) == (link.target, link.quickbooks_id) for one in images)


def _cannot_empty(flow: AnyPushFlow, change: Restoration) -> str | None:
    """Say which members cannot be emptied again; None where all can (reference 7.1)."""
    clears = {member for one in flow.fields for member in one.clears}
    names = [name for name, was in change.before.items() if was is None and name not in clears]
    return f"The {', '.join(names)} {EMPTY}." if names else None


def is_undoable(told: RecordOutcome) -> bool:
    """Tell whether a run may have written anything of a record."""
    return told.flow in PLACE and told.outcome not in NOTHING


NOTHING = frozenset({Outcome.PLANNED, Outcome.LEFT_OUT})
"""Outcomes of records of which nothing can have been written in that run."""
