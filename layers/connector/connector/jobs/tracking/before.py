"""Taking up once where records stand that were told of before that was followed or listed.

Links, pending items and what is left out say it. It counts as told by a run before all runs, so
that it never takes the place of what a run told.
"""

from collections.abc import Iterable, Iterator

from connector.engine.run import Run
from connector.entities.registry import NAMES, PULL_OF, PUSH_NAMED
from connector.model.flows.push_flow import AnyPushFlow
from connector.model.ids import FlowName, MobiWorkId
from connector.model.links import Link, Origin
from connector.model.outcomes import About, Outcome, RecordOutcome
from connector.model.pending import LeftOut, PendingItem, PendingState
from connector.pull.about import about
from connector.store import runs
from connector.store.records import links
from connector.store.tracking import changes, filled

LINKED, HELD = "00-linked-before", "01-held-before"
"""The runs that it counts as told by; they sort before all others."""
PAGE = 100
BETWEEN = "/"
IN_ORDER = sorted(PUSH_NAMED)
HELD_AS = {
    PendingState.WAITING: Outcome.WAITING,
    PendingState.UNDECIDED: Outcome.WAITING,
    PendingState.REFUSED: Outcome.REFUSED,
    PendingState.PLANNED: Outcome.PLANNED,
}
HOW = {
    Origin.CREATED: Outcome.CREATED,
    Origin.LINKED: Outcome.LINKED,
    Origin.PULLED: Outcome.CREATED,
}


def fill(run: Run) -> bool:
    """Take up what was told before; False where there was no time to end it.

    Nothing was where no run wrote anything before this one.
    """
    connection_id = run.connection_id
    place = filled.read(connection_id)
    if place == filled.DONE:
        return True
    if place is None and runs.is_first(connection_id, run.run_id):
        filled.save(connection_id, filled.DONE)
        return True
    if not (place or "").startswith(filled.HELD):
        if place != filled.LINKED and not _linked_taken_up(run, place or ""):
            return False
        _take_up_held(run)
        filled.save(connection_id, filled.HELD)
        place = filled.HELD
    return _listed_by_month(run, place or "")


def _take_up_held(run: Run) -> None:
    for name in NAMES:
        _note(run, _held(run, name))
        held = run.store.pending.open_items(run.connection_id, name)
        run.store.worklist.settle(run.connection_id, name, [one.record_id for one in held])


def _listed_by_month(run: Run, place: str) -> bool:
    """List what was followed before as it is listed now, page by page."""
    _, begun, after = [*place.split(BETWEEN, 2), "", ""][:3]
    for flow in (name for name in sorted(NAMES) if name >= begun):
        last = after if flow == begun else ""
        while last := changes.list_anew(run.connection_id, flow, after=last):
            filled.save(run.connection_id, BETWEEN.join((filled.HELD, flow, last)))
            if run.out_of_time():
                return False
    filled.save(run.connection_id, filled.DONE)
    return True


def _linked_taken_up(run: Run, place: str) -> bool:
    begun, _, after = place.partition(BETWEEN)
    for flow in (PUSH_NAMED[name] for name in IN_ORDER if name >= begun):
        for last, told in _linked(run, flow, after if flow.name == begun else ""):
            _note(run, told)
            filled.save(run.connection_id, f"{flow.name}{BETWEEN}{last}")
            if run.out_of_time():
                return False
    return True


def _note(run: Run, told: Iterable[RecordOutcome]) -> None:
    by_flow: dict[FlowName, list[RecordOutcome]] = {}
    for one in told:
        by_flow.setdefault(one.flow, []).append(one)
    for flow, some in by_flow.items():
        run.store.tracked.insist(run.connection_id, flow, some, now=run.now())


def _linked(
    run: Run, flow: AnyPushFlow, after: MobiWorkId
) -> Iterator[tuple[MobiWorkId, list[RecordOutcome]]]:
    """Yield what the links of a flow tell, page by page, each with its last record."""
    for entity in flow.link_entities:
        place = after
        while page := links.read_some(run.connection_id, entity, after=place, limit=PAGE):
            place = max(page)
            found = (one for one in page.values() if isinstance(one, Link))
            yield place, [_of_link(flow, one) for one in found]


def _of_link(flow: AnyPushFlow, link: Link) -> RecordOutcome:
    """Return what a link tells; of a record in pieces nobody knows what it came to as a whole."""
    pull = PULL_OF.get(flow.name)
    pulled = pull is not None and link.origin is Origin.PULLED
    known, own = about(link.base), link.owner.mobiwork_id
    return RecordOutcome(
        run_id=LINKED,
        flow=pull.name if pull and pulled else flow.name,
        record_id=link.quickbooks_id if pulled else flow.item_id(own),
        outcome=HOW[link.origin],
        label=f"{flow.noun_of(link.owner.entity)} {known.number or own}",
        note=link.drift or link.gone,
        quickbooks_id=link.quickbooks_id,
        worth=None if flow.piece_id else link.total,
        about=known,
        drift=bool(link.drift or link.gone),
    )


def _held(run: Run, flow: FlowName) -> Iterator[RecordOutcome]:
    """Yield what is held or left out of a flow."""
    connection_id, store = run.connection_id, run.store
    for item in store.pending.read_all(connection_id, flow):
        if item.state in HELD_AS:
            yield _of_item(item, HELD_AS[item.state])
    after = ""
    while page := store.left_out.read_page(connection_id, flow, after=after, most=PAGE):
        after = page[-1].record_id
        why = store.left_out.read_many(connection_id, flow, [one.record_id for one in page])
        yield from (_of_left_out(flow, one) for one in why.values())


def _of_item(item: PendingItem, outcome: Outcome) -> RecordOutcome:
    return RecordOutcome(
        run_id=HELD,
        flow=item.flow,
        record_id=item.record_id,
        outcome=outcome,
        label=item.label,
        note=item.reason,
        worth=item.worth,
        about=About(read_at=item.found_at),
    )


def _of_left_out(flow: FlowName, left: LeftOut) -> RecordOutcome:
    return RecordOutcome(
        run_id=HELD,
        flow=flow,
        record_id=left.record_id,
        outcome=Outcome.LEFT_OUT,
        label=left.label,
        note=left.reason,
        about=About(read_at=left.found_at),
    )
