"""What is planned of one record and kept instead of carried out, for a person to look at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from connector.model.body import Body
from connector.model.flows.context import Linked

REVIEW = "review"
"""The scope of the plans of a connection until its review is made anew; see `Plans.scope`."""

NEW = "new:"
"""How the id begins of a record that does not exist yet, because it is only planned."""


class Decision(StrEnum):
    """What is to be done with a record; the first three write."""

    CREATE = "create"
    UPDATE = "update"
    LINK = "link"
    NOTHING = "nothing to do"
    LEFT_OUT = "left out"
    WAIT = "waiting"
    REFUSE = "refused"


CHANGES = (Decision.CREATE, Decision.UPDATE)
"""What makes or changes a record; a link only joins two that are there."""
WRITES = (*CHANGES, Decision.LINK)
HELD_BACK = (Decision.WAIT, Decision.REFUSE)


@dataclass(frozen=True, kw_only=True)
class PlannedRecord:
    """The plan of one record, as it is kept.

    Attributes:
        flow: The flow that planned it.
        record_id: Its id in the flow's source.
        label: What a person knows it by.
        decision: What is to be done.
        entity: The entity by which others refer to it; None where none does.
        target: What it becomes on the other side.
        other_id: The record of the other side that it belongs to, or is to belong to.
        body: Exactly what is to be sent; records that are only planned are named by `placeholder`.
        content_hash: Identifies the body; of an update the whole one that is agreed afterwards.
        total, tax: What the document comes to on the other side, in dollars.
        day: The date of the document.
        accounts: What goes to which account, by its name.
        reason: Why it is not written, or what to say of it.
        waits_for: The records that must be there first.
        warnings: Why the other side is likely to refuse it.
        outcome: What became of it when it was carried out, if it was.
        unlike: How that differs from the plan, if it does.
    """

    flow: str
    record_id: str
    label: str
    decision: Decision
    entity: str | None = None
    target: str | None = None
    other_id: str | None = None
    body: Body | None = None
    content_hash: str | None = None
    total: Decimal | None = None
    tax: Decimal | None = None
    day: date | None = None
    accounts: Mapping[str, Decimal] = field(default_factory=dict)
    reason: str | None = None
    waits_for: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    outcome: str | None = None
    unlike: str | None = None


@dataclass(frozen=True, kw_only=True)
class StandIn:
    """What stands for a record of the other side until there is one.

    Attributes:
        flow: Whose plan says so.
        entity, record_id: The record that others refer to.
        other_id: What it is, or will be, on the other side.
        body, total: As they are planned.
    """

    flow: str
    entity: str
    record_id: str
    other_id: str
    body: Body = field(default_factory=dict)
    total: Decimal | None = None

    def as_link(self) -> Linked:
        """Return it as planning knows a record that is linked."""
        return Linked(self.other_id, "0", None, self.body, total=self.total)


def placeholder(entity: str, record_id: str) -> str:
    """Return what a body names a record by that is itself only planned."""
    return f"{NEW}{entity}:{record_id}"


def stand_ins_of(planned: PlannedRecord) -> dict[tuple[str, str], StandIn | None]:
    """Return what stands for records from now on, by entity and id; None where nothing does.

    A record that is to be linked stands for its twin, too.
    """
    if not planned.entity:
        return {}
    here = (planned.entity, planned.record_id)
    if planned.decision is Decision.CREATE:
        return {here: _standing(planned, *here, placeholder(*here))}
    linked = planned.decision is Decision.LINK
    if not linked or planned.other_id is None or planned.target is None:
        return {here: None}
    there = (planned.target, planned.other_id)
    return {
        here: _standing(planned, *here, planned.other_id),
        there: _standing(planned, *there, planned.record_id),
    }


def _standing(planned: PlannedRecord, entity: str, record_id: str, other_id: str) -> StandIn:
    return StandIn(
        flow=planned.flow,
        entity=entity,
        record_id=record_id,
        other_id=other_id,
        body=planned.body or {},
        total=planned.total,
    )
