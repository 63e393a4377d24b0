"""Which of the documents that records refer to are left out for their day."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from pydantic import BaseModel, ValidationError

from connector.engine.run import Run
from connector.entities.registry import BY_ENTITY
from connector.model.flows.context import PushContext
from connector.model.flows.push_flow import PushFlow
from connector.model.flows.start_date import start_of, too_early
from connector.model.policy.days import day_of, zone_of
from connector.push.invalid_records import read_record
from connector.push.planning import missing_of


def with_too_early[R: BaseModel](
    flow: PushFlow[R], run: Run, records: Sequence[R], known: PushContext
) -> PushContext:
    """Note which missing documents of records are left out for their day, read in batches."""
    needed = flow.references.needed
    missing = {
        one
        for record in records
        for one in missing_of(needed(record, known.settings, known.company), known)
    }
    owns = {(one.entity, one.record_id) for one in missing}
    owns |= {(one.instead, one.record_id) for one in missing if one.instead}
    early = _early(run, owns, known)
    named = {
        (one.entity, one.record_id)
        for one in missing
        if {(one.entity, one.record_id), (one.instead, one.record_id)} & early
    }
    return replace(known, too_early=named)


def _early(
    run: Run, owns: Iterable[tuple[str, str]], known: PushContext
) -> set[tuple[str | None, str]]:
    by_entity: dict[str, set[str]] = {}
    for entity, record_id in owns:
        flow = BY_ENTITY.get(entity)
        if flow is not None and start_of(flow, known.settings, known.connected_on):
            by_entity.setdefault(entity, set()).add(record_id)
    return {
        (entity, record_id)
        for entity, ids in by_entity.items()
        for record_id in _left_out(run, entity, ids, known)
    }


def _left_out(run: Run, entity: str, ids: set[str], known: PushContext) -> Iterable[str]:
    flow, zone = BY_ENTITY[entity], zone_of(known.settings, known.company)
    kept = run.store.left_out.read_many(run.connection_id, flow.name, ids)
    for record_id, left in kept.items():
        if not left.record:
            continue  # it was undone
        try:
            record = read_record(flow, record_id, left.record)
        except ValidationError:
            continue
        seen = day_of(datetime.fromisoformat(left.found_at), zone)
        if too_early(flow, record, replace(known, seen_on=seen)):
            yield record_id
