from collections import defaultdict
from collections.abc import Iterator
from dataclasses import MISSING, fields

from connector.entities.registry import PULLS, PUSHES
from connector.model.flows.pull_flow import (
    AnyPullFlow,
    PullEligibility,
    PullMatching,
    PullTranslation,
)
from connector.model.flows.push_flow import (
    AnyPushFlow,
    PushEligibility,
    PushMatching,
    PushReferences,
    PushTranslation,
    PushWording,
)

GROUPS = (
    PushEligibility,
    PushReferences,
    PushTranslation,
    PushMatching,
    PushWording,
    PullEligibility,
    PullTranslation,
    PullMatching,
)


def _chosen(flow: AnyPushFlow | AnyPullFlow) -> Iterator[tuple[str, bool]]:
    """Yield each optional attribute of a flow's groups, and whether this flow gives it a value."""
    for group in (getattr(flow, one.name) for one in fields(flow)):
        for one in fields(group) if isinstance(group, GROUPS) else ():
            if one.default is not MISSING:
                given = getattr(group, one.name) is not one.default
                yield f"{type(group).__name__}.{one.name}", given


def test_what_one_entity_alone_needs_is_a_strategy_and_in_no_group() -> None:
    used: defaultdict[str, set[str]] = defaultdict(set)
    flows: list[AnyPushFlow | AnyPullFlow] = [*PUSHES, *PULLS]
    for flow in flows:
        for name, given in _chosen(flow):
            used[name] |= {flow.name} if given else set()

    assert {name: users for name, users in used.items() if len(users) < 2} == {}
