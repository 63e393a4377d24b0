"""Which flows a run starts, and in which order."""

from collections.abc import Collection, Mapping
from datetime import datetime

from connector.engine.stores import DYNAMODB, Store
from connector.entities.payments import pull as pull_payments
from connector.entities.registry import CHAINS, NAMES, PULLS, PUSHES
from connector.model.ids import ConnectionId, FlowName
from connector.model.pending import Need

type Stages = list[list[list[int]]]
"""Stages one after the other, each of chains side by side, each of flows one after the other."""

_LISTS = [pull.name for pull in PULLS if pull is not pull_payments.PULL]
_CHAINED = [[flow.name for flow in chain] for chain in CHAINS]
_ALONE = [
    [flow.name]
    for flow in PUSHES
    if not flow.fields and not any(flow.name in chain for chain in _CHAINED)
]
STAGES: tuple[list[list[FlowName]], ...] = (
    [_LISTS],
    [[flow.name] for flow in PUSHES if flow.fields],
    [*_CHAINED, *_ALONE],
    [[pull_payments.PULL.name]],
)
"""The order of a whole run: pulls before pushes, lists before documents, MobiWork one at a time."""


def stages_of(flows: Collection[FlowName]) -> Stages:
    """Return some flows in the order of a run, as the machine takes it: each by its place in NAMES.

    A stage and a chain of which nothing is left is left out.
    """
    chosen = (
        [[NAMES.index(one) for one in chain if one in flows] for chain in stage] for stage in STAGES
    )
    kept = ([chain for chain in stage if chain] for stage in chosen)
    return [stage for stage in kept if stage]


FOLLOWS: Mapping[FlowName, FlowName] = {pull.name: pull.push for pull in PULLS if pull.push}
"""The push of what a pull brings: where MobiWork's side is the one to be kept, it is sent back."""


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
    `fewer`, of which records are gone, people may be asked about less than before.
    """
    needs = {name: store.pending.need(connection_id, name, now=now) for name in NAMES}
    recounted = {name for name in fewer if needs.get(name) is Need.RECOUNT}
    if Need.START not in needs.values():
        return frozenset(recounted)
    wanted = recounted | {name for name, need in needs.items() if need >= Need.ALONG}
    return frozenset(wanted | {FOLLOWS[name] for name in wanted if name in FOLLOWS})
