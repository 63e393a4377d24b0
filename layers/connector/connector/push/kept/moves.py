"""Which records other settings would move, and what they come to: planned twice, written never."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import batched

from pydantic import BaseModel

from connector.engine.items import left_out_items
from connector.engine.run import Run
from connector.model.flows.push_flow import PushFlow
from connector.model.outcomes import Sum
from connector.model.pending import PendingItem, PendingState
from connector.model.plans import Create, Update
from connector.model.review.planned import Decision
from connector.push.kept.plans import decision_of
from connector.push.load import Prepared, outlook

PAGE = 50
STAYS = frozenset({PendingState.SENT, PendingState.DELETED, PendingState.ASKED})
"""Items that no setting moves: what was sent goes on, the others tell a person something."""

type Moves = dict[tuple[Decision, Decision], "Move"]


@dataclass(frozen=True)
class Move:
    """Records that are decided otherwise with other settings.

    Attributes:
        sum: How many, and what those with an amount come to.
        example: What a person knows the first one by.
        reason: What is said of that one with the other settings.
    """

    sum: Sum
    example: str
    reason: str


def moves[R: BaseModel](
    flow: PushFlow[R], now: Run, then: Run, *, out_of_time: Callable[[], bool]
) -> tuple[Moves, int, bool]:
    """Plan what is on its way or left out with the settings of two runs.

    Returns:
        What is decided otherwise, by both decisions; how many were looked at; whether all were.
    """
    found: Moves = {}
    looked = 0
    for page in batched(_items(now, flow.name), PAGE, strict=False):
        if out_of_time():
            return found, looked, False
        looked += len(page)
        for before, after in _planned_twice(flow, now, then, page):
            was, becomes = decision_of(before.plan), decision_of(after.plan)
            if was is not becomes or _is_other(before, after):
                found[was, becomes] = _more(found.get((was, becomes)), after)
    return found, looked, True


def _planned_twice[R: BaseModel](
    flow: PushFlow[R], now: Run, then: Run, page: Sequence[PendingItem]
) -> Iterator[tuple[Prepared[R], Prepared[R]]]:
    before, after = (outlook(flow, run, page, {})[0] for run in (now, then))
    by_id = {one.work.item.record_id: one for one in after}
    for one in before:
        if other := by_id.get(one.work.item.record_id):
            yield one, other


def _is_other[R: BaseModel](before: Prepared[R], after: Prepared[R]) -> bool:
    """Tell whether QuickBooks is sent something else, or a person is told another reason."""
    one, other = before.plan, after.plan
    if isinstance(one, Create | Update) and isinstance(other, Create | Update):
        return one.content_hash != other.content_hash
    return _reason(before) != _reason(after)


def _reason[R: BaseModel](one: Prepared[R]) -> str:
    return str(getattr(one.plan, "reason", ""))


def _more[R: BaseModel](found: Move | None, one: Prepared[R]) -> Move:
    if found is None:
        return Move(Sum().plus(one.work.worth), one.work.label, _reason(one))
    return Move(found.sum.plus(one.work.worth), found.example, found.reason)


def _items(run: Run, flow: str) -> Iterator[PendingItem]:
    for item in run.store.pending.read_all(run.connection_id, flow):
        if item.record and item.state not in STAYS:
            yield item
    yield from left_out_items(run, flow, "")
