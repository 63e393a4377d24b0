"""Approve before post: list what is planned and waits for it, and let it go on as it was shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from connector.api import activity
from connector.api.sent_ids import SentId
from connector.changes import doorbell
from connector.entities.registry import NAMES
from connector.errors import RequestError, StaleVersionError
from connector.model.connection import Phase
from connector.model.pending import PendingState
from connector.model.review.planned import PlannedRecord
from connector.store import connections
from connector.store.records import pending, plans

if TYPE_CHECKING:
    from connector.services import Services

MOST = 500


class Approval(BaseModel):
    """One plan that is approved as it was shown.

    record_id: MobiWork's id.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    record_id: SentId
    content_hash: str = Field(min_length=1, description="Of the plan, as it was shown.")


class Approvals(BaseModel):
    """The plans of one flow that are approved.

    approved: Each with what was shown.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    flow: str = Field(description="The name of the flow, such as push_invoices.")
    approved: tuple[Approval, ...] = Field(min_length=1, max_length=MOST)


@dataclass(frozen=True)
class PlanPage:
    """Some plans; `next` is what asks for those after them, None at the end.

    plans: In their order.
    """

    plans: tuple[PlannedRecord, ...]
    next: str | None


@dataclass(frozen=True)
class Approved:
    """What an approval came to.

    Attributes:
        approved: The records that go on.
        changed: Those whose plan is another one by now, or that do not wait any more.
    """

    approved: tuple[str, ...]
    changed: tuple[str, ...]


def list_plans(connection_id: str, flow: str, *, after: str, limit: int) -> PlanPage:
    """Return one page of the plans of a flow that wait for approval, by record id.

    A page may be shorter than `limit`, or empty, although there is a next one.

    Raises:
        RequestError: there is no such flow.
    """
    _check_flow(flow)
    scope = plans.scope(connection_id)
    found = plans.read_some(connection_id, scope, flow, after=after, limit=limit)
    waiting = _waiting(connection_id, flow, [one.record_id for one in found])
    following = found[-1].record_id if len(found) == limit else None
    return PlanPage(tuple(one for one in found if one.record_id in waiting), following)


def approve(services: "Services", connection_id: str, asked: Approvals, *, by: str) -> Approved:
    """Let plans be carried out as they were shown, and have that done soon.

    Raises:
        RequestError: there is no such flow.
        StaleVersionError: the connection is not live: starting it is what lets its plans go on.
    """
    _check_flow(asked.flow)
    phase = connections.phase(connection_id)
    if phase is not Phase.LIVE:
        raise StaleVersionError(
            f"The connection is {phase.value}. Only a live connection posts anything."
        )
    ids = [one.record_id for one in asked.approved]
    scope = plans.scope(connection_id)
    kept = plans.read_many(connection_id, scope, asked.flow, ids)
    done = [one.record_id for one in asked.approved if _approve(connection_id, one, kept, asked)]
    if done:
        records = [(asked.flow, one) for one in done]
        activity.note(connection_id, by=by, what="Approved its plan.", records=records)
        doorbell.look_now(services.bell, connection_id)
    return Approved(tuple(done), tuple(one for one in ids if one not in done))


def _approve(
    connection_id: str, one: Approval, kept: dict[str, PlannedRecord], asked: Approvals
) -> bool:
    planned = kept.get(one.record_id)
    if planned is None or planned.content_hash != one.content_hash:
        return False
    return pending.approve(connection_id, asked.flow, one.record_id, one.content_hash)


def _waiting(connection_id: str, flow: str, ids: Sequence[str]) -> set[str]:
    found = pending.read_many(connection_id, flow, ids)
    return {own for own, item in found.items() if item.state is PendingState.PLANNED}


def _check_flow(flow: str) -> None:
    if flow not in NAMES:
        raise RequestError(f"There is no flow {flow!r}.")
