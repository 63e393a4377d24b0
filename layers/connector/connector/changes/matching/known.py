"""What MobiWork's records refer to in QuickBooks, as far as it is known; and who is a stranger."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from pydantic import ValidationError

from connector.engine.run import Run
from connector.entities.recognitions import RECOGNITIONS
from connector.entities.registry import BY_ENTITY
from connector.mobiwork.wire_records import parse_record
from connector.mobiwork.xml import RawRecord
from connector.model.flows.recognition import AnyRecognition
from connector.model.links import Link, Origin, RecordKey
from connector.model.matching.comparison import Grade
from connector.model.matching.evidence import LIKELY_REFERENCE, Facts
from connector.model.matching.matches import (
    NOBODY,
    Match,
    MatchDecision,
    is_elsewhere,
    is_part,
    stands_for,
)
from connector.model.matching.scoring import PAID_INVOICE, PARTY


def target_of(entity: str) -> str:
    """Return which QuickBooks entity the records of a link's entity become."""
    flow = BY_ENTITY[entity]
    variants = flow.splitting.variants if flow.splitting else ()
    return next((one.target for one in variants if one.entity == entity), flow.target)


class Known:
    """What some records refer to, by QuickBooks' ids: linked, matched for certain, or likely."""

    def __init__(self, run: Run, recognition: AnyRecognition, all_facts: Sequence[Facts]) -> None:
        self._recognition = recognition
        wanted = {
            RecordKey(entity, own)
            for facts in all_facts
            for fact, entities in recognition.refers.items()
            for entity in entities
            for own in facts.refers.get(fact, ())
        }
        links = run.store.links.read_many(run.connection_id, wanted) if wanted else {}
        self._ids = {
            RecordKey(*own): link.quickbooks_id
            for own, link in links.items()
            if isinstance(link, Link)
        }
        self._made = {
            RecordKey(*own)
            for own, link in links.items()
            if isinstance(link, Link) and link.origin is Origin.CREATED
        }
        self._ids = _matched(run, wanted) | self._ids

    def translated(self, facts: Facts) -> Facts:
        """Return facts that refer to QuickBooks' records, as far as they are known."""
        refers = {
            fact: tuple(
                self._ids[key]
                for own in some
                for entity in self._recognition.refers.get(fact, ())
                if (key := RecordKey(entity, own)) in self._ids
            )
            for fact, some in facts.refers.items()
        }
        return replace(facts, refers={fact: some for fact, some in refers.items() if some})

    def is_lost(self, facts: Facts, fact: str) -> bool:
        """Tell whether a record refers to some, of which none is known to have been there."""
        named = facts.refers.get(fact, ())
        keys = [RecordKey(one, own) for own in named for one in self._recognition.refers[fact]]
        there = (self._ids.get(one, NOBODY) for one in keys if one not in self._made)
        return bool(named) and all(own == NOBODY for own in there)

    def stranger(self, facts: Facts) -> str | None:
        """Return the party that a record names, where nobody who was there is it; else None."""
        return facts.refers[PARTY][0] if self.is_lost(facts, PARTY) else None


def _matched(run: Run, wanted: Iterable[RecordKey]) -> dict[RecordKey, str]:
    """Return what referred records are matched with; a likely one is marked as such.

    One that contradicts, or that a person said is another one, is nobody there: no name may say
    that it is. One that may be several is not known.
    """
    by_target: dict[str, list[RecordKey]] = {}
    for key in wanted:
        by_target.setdefault(target_of(key.entity), []).append(key)
    found: dict[RecordKey, str] = {}
    for target, keys in by_target.items():
        for key, match in run.store.matches.read_many(run.connection_id, target, keys).items():
            if own := _meant(match):
                found[key] = own
    return found


def _meant(match: Match) -> str | None:
    if match.decision is MatchDecision.SAME:
        return _linkable(match.target, match.chosen or "")
    if match.decision is not MatchDecision.UNDECIDED or match.grade is Grade.CONTRADICTS:
        return NOBODY
    if not match.candidates:
        return None
    first = match.candidates[0].quickbooks_id
    if is_part(match.target, first) and not is_elsewhere(stands_for(match.target, first)[0]):
        return _linkable(match.target, first)
    likely = f"{LIKELY_REFERENCE}{first}" if match.grade is Grade.LIKELY else ""
    return first if match.grade is Grade.CERTAIN else likely


def _linkable(target: str, own: str) -> str:
    """Return what a match names; where it is several there or a part of one, only likely that."""
    first, *_ = stands_for(target, own)
    return own if first == own else f"{LIKELY_REFERENCE}{first}"


def strangers(
    run: Run, recognition: AnyRecognition, known: Known, some: Sequence[Facts]
) -> dict[str, str]:
    """Return by record the party that it names, itself or by its invoice, and nobody there is."""
    if PARTY not in recognition.refers:
        return {}
    found = {one.id: known.stranger(one) for one in some}
    lost = [one for one in some if PARTY not in one.refers and known.is_lost(one, PAID_INVOICE)]
    if lost:
        named = _named_by_invoices(run, recognition, lost)
        theirs = Known(run, recognition, named)
        found |= {one.id: theirs.stranger(one) for one in named}
    return {own: whose for own, whose in found.items() if whose}


def _named_by_invoices(
    run: Run, recognition: AnyRecognition, payments: Sequence[Facts]
) -> list[Facts]:
    """Return payments with the customers of their invoices in MobiWork."""
    wanted = {own for one in payments for own in one.refers[PAID_INVOICE]}
    of = dict[str, tuple[str, ...]]()
    for flow in map(BY_ENTITY.__getitem__, recognition.refers[PAID_INVOICE]):
        left_out = run.store.left_out.read_many(run.connection_id, flow.name, wanted)
        pending = run.store.pending.read_many(run.connection_id, flow.name, wanted)
        for own, item in (left_out | pending).items():
            raw = RawRecord(flow.records.entity, own, item.record)
            try:
                record = parse_record(flow.records.model, raw)
            except ValidationError:
                continue
            of[own] = RECOGNITIONS[flow.name].here(record).refers.get(PARTY, ())
    return [
        replace(one, refers={**one.refers, PARTY: named})
        for one in payments
        if (named := tuple(whose for own in one.refers[PAID_INVOICE] for whose in of.get(own, ())))
    ]
