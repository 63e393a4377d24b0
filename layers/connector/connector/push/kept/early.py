"""Which of the documents that records refer to are left out: for their day, or by a person."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime

from pydantic import BaseModel, ValidationError

from connector.engine.run import Run
from connector.entities.registry import BY_ENTITY, INVOICE, INVOICED, PAID_BY_ITSELF
from connector.model.flows.context import BookedIn, PushContext
from connector.model.flows.exclusion import excluded
from connector.model.flows.push_flow import PushFlow
from connector.model.flows.start_date import MEMO, start_of, too_early
from connector.model.links import Link, RecordKey
from connector.model.matching.evidence import day_key
from connector.model.matching.matches import (
    LESS,
    Match,
    MatchDecision,
    as_listed,
    figures,
    is_elsewhere,
    stands_for,
    told_as,
)
from connector.model.matching.scoring import DAY, TOTAL
from connector.model.pending import LeftOut
from connector.model.policy.days import day_of, zone_of
from connector.push.invalid_records import read_record
from connector.push.planning import missing_of

WITH_IT = INVOICED | {MEMO}
"""What others belong to that are left out with it, whatever its day."""

type Missing = tuple[str, str]
"""A record by its entity and id."""


def with_too_early[R: BaseModel](
    flow: PushFlow[R], run: Run, records: Sequence[R], known: PushContext
) -> PushContext:
    """Note which missing documents of records are left out, and why, read in batches."""
    needed = flow.references.needed
    missing = {
        one
        for record in records
        for one in missing_of(needed(record, known.settings, known.company), known)
    }
    owns = {(one.entity, one.record_id) for one in missing}
    owns |= {(one.instead, one.record_id) for one in missing if one.instead}
    early, taken = _out(run, owns, known)
    stands = _stands(run, [one for one in taken if one[0] in INVOICED])
    taken = {own: there for own, there in taken.items() if own not in stands}

    def named[T](out: Mapping[Missing, T]) -> dict[Missing, T]:
        return {
            (one.entity, one.record_id): out[own]
            for one in missing
            for own in ((one.entity, one.record_id), (one.instead or "", one.record_id))
            if own in out
        }

    booked = {own: there for own, there in named(taken).items() if there}
    return replace(
        known,
        too_early=named(dict.fromkeys(early)).keys(),
        taken_out=named(taken).keys(),
        booked_in=booked,
        links={**known.links, **named(stands)},
    )


def _out(
    run: Run, owns: Iterable[Missing], known: PushContext
) -> tuple[set[Missing], dict[Missing, BookedIn | None]]:
    """Return which records are left out for their day, and which because a person said so.

    The latter with in what they are.
    """
    by_entity: dict[str, set[str]] = {}
    for entity, record_id in owns:
        flow = BY_ENTITY.get(entity)
        if flow is not None and (
            entity in WITH_IT or start_of(flow, known.settings, known.connected_on)
        ):
            by_entity.setdefault(entity, set()).add(record_id)
    early, taken = set[Missing](), dict[Missing, BookedIn | None]()
    for entity, ids in by_entity.items():
        kept = run.store.left_out.read_many(run.connection_id, BY_ENTITY[entity].name, ids)
        records = dict(_readable(entity, kept))
        early |= {(entity, one) for one in _too_early(entity, kept, records, known)}
        taken |= {(entity, one): there for one, there in _taken_out(run, entity, kept)}
        taken |= {(entity, one): None for one in _excluded(entity, records, known)}
    return early, taken


def _taken_out(run: Run, entity: str, kept: Iterable[str]) -> Iterator[tuple[str, BookedIn | None]]:
    if entity == MEMO:  # its application is the same record of MobiWork
        yield from ((one, None) for one in kept)
    owners = [RecordKey(entity, one) for one in kept] if entity in INVOICED else []
    if not owners:
        return
    found = run.store.matches.read_many(run.connection_id, INVOICE, owners)
    for owner, match in found.items():
        if match.decision is MatchDecision.LEFT_OUT or is_elsewhere(match.chosen or ""):
            yield owner.mobiwork_id, _booked_in(match)


def _stands(run: Run, left_out: Sequence[Missing]) -> dict[Missing, Link]:
    """Return what stands in QuickBooks for documents that are the same sale as another one.

    Where that was posted for another record of MobiWork it is the document of both: money for the
    one that is left out goes to it.
    """
    found = dict[Missing, Link]()
    owners = [RecordKey(*one) for one in left_out]
    matches = run.store.matches.read_many(run.connection_id, INVOICE, owners) if owners else {}
    for own, match in matches.items():
        [*some] = stands_for(match.target, match.chosen or "")
        number = some[0] if len(some) == 1 and not is_elsewhere(some[0]) else ""
        owner = run.store.links.owner_of(run.connection_id, INVOICE, number) if number else None
        link = run.store.links.read(run.connection_id, *owner) if owner else None
        if isinstance(link, Link) and not link.gone:
            found[own] = link
    return found


def settled(run: Run, matches: Mapping[RecordKey, Match]) -> dict[RecordKey, Match]:
    """Return matches as the settings decide those that were asked about before, and keep that."""
    chosen, at = run.settings.orders_among_invoices, run.now().isoformat()
    after = {own: as_listed(one, chosen, at) for own, one in matches.items()}
    said = [(one, after[own]) for own, one in matches.items() if after[own] is not one]
    if said and not run.only_plans:
        run.store.matches.decide_as_read(run.connection_id, said)
    return after


def _booked_in(match: Match) -> BookedIn | None:
    """Return what may be open of what a person said; what was received is paid by itself."""
    if match.said_to_be in {None, *PAID_BY_ITSELF}:
        return None
    chosen = next(one for one in match.candidates if one.quickbooks_id == match.chosen)
    day = day_key(figures(chosen, DAY)[1])
    less = LESS in figures(chosen, TOTAL)[0] and day
    return BookedIn(told_as(chosen.quickbooks_id), date.fromisoformat(day) if less else None)


def _readable(entity: str, kept: Mapping[str, LeftOut]) -> Iterator[tuple[str, BaseModel]]:
    for record_id, left in kept.items():
        if left.record:  # else it was undone
            with suppress(ValidationError):
                yield record_id, read_record(BY_ENTITY[entity], record_id, left.record)


def _too_early(
    entity: str,
    kept: Mapping[str, LeftOut],
    records: Mapping[str, BaseModel],
    known: PushContext,
) -> Iterable[str]:
    flow, zone = BY_ENTITY[entity], zone_of(known.settings, known.company)
    for record_id, record in records.items():
        seen = day_of(datetime.fromisoformat(kept[record_id].found_at), zone)
        if too_early(flow, record, replace(known, seen_on=seen)):
            yield record_id


def _excluded(entity: str, records: Mapping[str, BaseModel], known: PushContext) -> Iterable[str]:
    """Yield invoices that the settings keep out: what pays or credits them names no customer."""
    flow = BY_ENTITY[entity]
    for record_id, record in records.items():
        if entity in INVOICED and excluded(flow, record, known.settings):
            yield record_id
