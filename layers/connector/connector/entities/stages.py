"""Which flows a run starts, and in which order."""

from collections.abc import Collection
from datetime import datetime
from itertools import zip_longest

from connector.engine.stores import DYNAMODB, Store
from connector.entities.registry import (
    CHAINS,
    NAMES,
    POSTED_ONCE,
    PULL_NAMED,
    PULLED_LISTS,
    PUSHED_LISTS,
)
from connector.model.ids import ConnectionId, FlowName
from connector.model.pending import Need

type Stages = list[list[str]]
"""Stages one after the other, each of the names of flows side by side."""

MATCHING = "match_records"
"""What compares both sides before a review plans; the machine starts it as it does a flow."""
_ALONE = [[name] for name in POSTED_ONCE if not any(name in chain for chain in CHAINS)]
STAGES: tuple[list[FlowName], ...] = (
    *([name] for name in PULLED_LISTS),
    [*PUSHED_LISTS],
    *([one for one in stage if one] for stage in zip_longest(*CHAINS, *_ALONE)),
    ["pull_payments"],
)
"""The order of a whole run: pulls before pushes, lists before documents, MobiWork one at a time."""


def stages_of(flows: Collection[FlowName]) -> Stages:
    """Return some flows in the order of a run, as the machine takes it: each by its name.

    A name means the same to a machine of another version, which has flows more or less. A stage of
    which nothing is left is left out.
    """
    chosen = ([one for one in stage if one in flows] for stage in STAGES)
    return [stage for stage in chosen if stage]


def all_stages(*, matched: bool) -> Stages:
    """Return all flows in the order of a run; `matched` has both sides compared before them."""
    return [[MATCHING], *stages_of(NAMES)] if matched else stages_of(NAMES)


def flows_to_run(
    connection_id: ConnectionId,
    store: Store = DYNAMODB,
    *,
    fewer: frozenset[FlowName] = frozenset(),
    now: datetime | None = None,
) -> frozenset[FlowName]:
    """Return the flows that a run is to start; none where there is no need of a run.

    A run starts for items that changed, were sent or whose time has come. What waits for others
    goes along, in any flow, so that it follows in the same run when those are there. Of the flows
    `fewer`, of which records are gone, people may be asked about less than before. With a pull goes
    the push of what it brings: where MobiWork's side is the one to be kept, it is sent back.
    """
    needs = {name: store.pending.need(connection_id, name, now=now) for name in NAMES}
    recounted = {name for name in fewer if needs.get(name) is Need.RECOUNT}
    if Need.START not in needs.values():
        return frozenset(recounted)
    wanted = recounted | {name for name, need in needs.items() if need >= Need.ALONG}
    pushes = {PULL_NAMED[name].push for name in wanted if name in PULL_NAMED}
    return frozenset(wanted | {push for push in pushes if push})
