"""Which pending items of a flow a run works through."""

from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import groupby

from connector.engine.run import Run
from connector.model.pending import PendingItem, PendingState

PAGE = 200
NOT_PLANNED = (PendingState.DELETED, PendingState.ASKED)


def items_of(run: Run, flow: str) -> Iterator[PendingItem]:
    """Yield what a run is to plan of a flow, from where an earlier invocation stopped.

    That is what a person chose, also what waits or was refused; else what there is to do. Where
    everything is planned anew it is every record that is not on the other side, also what waits
    for a decision, was planned before, or is left out.
    """
    connection_id, kept = run.connection_id, run.store.pending
    if run.chosen:
        found = kept.read_many(connection_id, flow, run.chosen.get(flow, ()))
        yield from (item for _, item in sorted(found.items()) if item.state not in NOT_PLANNED)
        return
    after = run.store.runs.progress(connection_id, run.run_id, flow)
    if not run.plans_all:
        yield from kept.to_plan(connection_id, flow, after=after, now=run.now())
        return
    back = after is None
    while back and not run.out_of_time():
        back = bool(run.store.left_out.replay(connection_id, flow, most=PAGE))
    known = (
        item
        for item in kept.read_all(connection_id, flow)
        if item.record_id > (after or "") and item.state not in NOT_PLANNED
    )
    left_out = left_out_items(run, flow, after or "") if run.dry_run else ()
    yield from _newest(merge(known, left_out, key=lambda item: item.record_id))


def left_out_items(run: Run, flow: str, after: str) -> Iterator[PendingItem]:
    """Yield what is left out, by record id; a dry run plans it where it lies."""
    store, connection_id = run.store.left_out, run.connection_id
    while page := store.read_page(connection_id, flow, after=after, most=PAGE):
        yield from (one.as_item(connection_id, flow) for one in page)
        after = page[-1].record_id


def _newest(items: Iterable[PendingItem]) -> Iterator[PendingItem]:
    """Yield each record once, as the first of several readings of it has it."""
    for _, readings in groupby(items, key=lambda one: one.record_id):
        yield next(readings)
