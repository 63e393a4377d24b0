"""Holding the outcomes of a run against the plans that a person has seen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched

from connector.engine.run import Run
from connector.entities.registry import PUSH_NAMED
from connector.model.links import Link
from connector.model.outcomes import RecordOutcome
from connector.model.review.planned import PlannedRecord
from connector.push.kept.comparison import is_compared, named_new, unlike

PAGE = 100


@dataclass(frozen=True)
class Compared:
    """How many outcomes were held against their plans, and how many of them differ.

    outcomes, unlike: how many.
    """

    outcomes: int = 0
    unlike: int = 0


def compare(run: Run, flows: Iterable[str]) -> Compared:
    """Note on each plan of some flows what this run made of it; on outcomes, how they differ."""
    noted = [
        differs
        for flow in flows
        for page in batched(
            run.store.runs.outcomes(run.connection_id, run.run_id, flow), PAGE, strict=False
        )
        for differs in _compare_page(run, flow, page)
    ]
    return Compared(len(noted), sum(noted))


def _compare_page(run: Run, flow: str, page: Sequence[RecordOutcome]) -> list[bool]:
    kept = run.store.plans.read_many(
        run.connection_id, run.scope, flow, [one.record_id for one in page]
    )
    pairs = [
        (kept[one.record_id], one)
        for one in page
        if one.record_id in kept and is_compared(kept[one.record_id], one.outcome)
    ]
    owns = {(planned.entity, planned.record_id) for planned, _ in pairs if planned.entity}
    named = {own for planned, _ in pairs for own in named_new(planned.body)}
    found = run.store.links.read_many(run.connection_id, owns | named) if owns | named else {}
    links = {own: link for own, link in found.items() if isinstance(link, Link)}
    return [_note(run, planned, told, links) for planned, told in pairs]


def _note(
    run: Run, planned: PlannedRecord, told: RecordOutcome, links: Mapping[tuple[str, str], Link]
) -> bool:
    ids = {own: link.quickbooks_id for own, link in links.items()}
    link = links.get((planned.entity or "", planned.record_id))
    flow = PUSH_NAMED.get(planned.flow)
    why = unlike(planned, told.outcome, link, flow=flow, ids=ids)
    run.store.plans.note_result(
        run.connection_id, run.scope, planned, outcome=told.outcome.value, unlike=why
    )
    if why:
        run.store.runs.note_unlike(run.connection_id, told, why)
    return bool(why)
