"""What a review held is carried out once the connection is started, by the looks after that."""

from collections.abc import Callable

from connector.engine.stores import DYNAMODB, Store
from connector.entities.registry import NAMES, POSTED_ONCE

PAGE = 200
"""So many records are let go between two looks at the time."""


def replay(
    connection_id: str, store: Store = DYNAMODB, out_of_time: Callable[[], bool] = lambda: False
) -> bool:
    """Let all planned records be work to do, if a review held any.

    What needs approval is held again by the run that follows, as it is then.

    Returns:
        Whether all of it is done; False when the time was up first.
    """
    if not store.plans.holds(connection_id):
        return True
    store.totals.watch(connection_id, POSTED_ONCE)
    for flow in NAMES:
        for place, item in enumerate(store.pending.planned(connection_id, flow)):
            if place % PAGE == 0 and out_of_time():
                return False
            store.pending.replay(connection_id, flow, item.record_id)
    store.plans.let_go(connection_id)
    return True
