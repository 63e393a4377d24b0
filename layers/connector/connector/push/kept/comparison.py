"""What came of a plan, held against it: decision, body and money."""

from collections.abc import Mapping, Set
from decimal import Decimal

from connector.model.body import Json
from connector.model.flows.context import Linked
from connector.model.flows.push_flow import AnyPushFlow
from connector.model.outcomes import WRITTEN, Outcome
from connector.model.review.planned import NEW, WRITES, Decision, PlannedRecord
from connector.push.planning import content_hash, lasting

EXPECTED: Mapping[Decision, Set[Outcome]] = {
    Decision.CREATE: {Outcome.CREATED, Outcome.DIFFERENT},
    Decision.UPDATE: {Outcome.UPDATED, Outcome.UNCHANGED},
    Decision.LINK: {Outcome.LINKED, Outcome.UPDATED, Outcome.UNCHANGED},
    Decision.NOTHING: {Outcome.UNCHANGED, Outcome.LEFT_OUT},
    Decision.LEFT_OUT: {Outcome.UNCHANGED, Outcome.LEFT_OUT},
}
"""What may become of a plan; what is held back may become anything once a person has acted."""

type Ids = Mapping[tuple[str, str], str]
"""The ids on the other side of records that were only planned, by entity and id."""


def named_new(body: object) -> set[tuple[str, str]]:
    """Return the records that a body names although they were only planned."""
    if isinstance(body, Mapping):
        return {own for part in body.values() for own in named_new(part)}
    if isinstance(body, list | tuple):
        return {own for part in body for own in named_new(part)}
    if isinstance(body, str) and body.startswith(NEW):
        _, entity, own = body.split(":", 2)
        return {(entity, own)}
    return set()


def with_ids(body: object, ids: Ids) -> object:
    """Return a body that names by their ids the records that are there by now."""
    if isinstance(body, Mapping):
        return {name: with_ids(part, ids) for name, part in body.items()}
    if isinstance(body, list | tuple):
        return [with_ids(part, ids) for part in body]
    if isinstance(body, str) and body.startswith(NEW):
        _, entity, own = body.split(":", 2)
        return ids.get((entity, own), body)
    return body


def unlike(
    planned: PlannedRecord,
    outcome: Outcome,
    link: Linked | None,
    *,
    flow: AnyPushFlow | None,
    ids: Ids,
) -> str:
    """Say how an outcome differs from what was planned; empty where it does not.

    `flow` is the one that pushed it; None for a pull, of which only the decision is known.
    """
    expected = EXPECTED.get(planned.decision)
    if expected is not None and outcome not in expected:
        return f"Planned: {planned.decision}. It is {outcome}."
    if planned.decision is not Decision.CREATE or link is None or flow is None:
        return ""
    found = [*_other_body(planned, link, flow, ids), *_other_total(planned, link.total)]
    return " ".join(found)


def is_compared(planned: PlannedRecord, outcome: Outcome) -> bool:
    """Tell whether an outcome says something about a plan: it was to be written, or it was.

    What was written is done with: a later outcome is of a later change, which that plan is not of.
    The same outcome once more is, where a run is finished again.
    """
    if planned.outcome in WRITTEN and planned.outcome != outcome:
        return False
    return planned.decision in WRITES or outcome in WRITTEN


def _other_body(planned: PlannedRecord, link: Linked, flow: AnyPushFlow, ids: Ids) -> list[str]:
    if link.content_hash in (None, planned.content_hash):
        return []
    meant: Json = dict(with_ids(planned.body or {}, ids))  # type: ignore[call-overload]
    if content_hash(lasting(flow, dict(meant))) == link.content_hash:
        return []
    names = sorted(
        name
        for name in {*meant, *link.base} - flow.translation.create_only
        if meant.get(name) != link.base.get(name)
    )
    return [f"What was sent is not what was planned ({', '.join(names) or 'its content'})."]


def _other_total(planned: PlannedRecord, total: Decimal | None) -> list[str]:
    if total is None or planned.total is None or total == planned.total:
        return []
    return [f"Its total was planned as {planned.total:,.2f} and is {total:,.2f} in QuickBooks."]
