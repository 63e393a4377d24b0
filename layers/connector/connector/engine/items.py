"""Which pending items of a flow a run works through."""

from collections.abc import Iterator

from connector.engine.run import Run
from connector.model.pending import PendingItem, PendingState

PAGE = 200
NOT_PLANNED = (PendingState.DELETED, PendingState.ASKED)


def items_of(run: Run, flow: str) -> Iterator[PendingItem]:
    """Yield what a run is to plan of a flow, from where an earlier invocation stopped.

    That is what there is to do; where everything is planned anew it is every record that is not
    on the other side, also what waits for a decision, was planned before, or is left out.
    """
    connection_id, kept = run.connection_id, run.store.pending
    after = run.store.runs.progress(connection_id, run.run_id, flow)
    if not run.plans_all:
        yield from kept.to_plan(connection_id, flow, after=after, now=run.now())
        return
    while after is None and run.store.left_out.replay(connection_id, flow, most=PAGE):
        pass
    for item in kept.read_all(connection_id, flow):
        if item.record_id > (after or "") and item.state not in NOT_PLANNED:
            yield item
