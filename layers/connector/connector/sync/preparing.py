"""A page of pending items becomes planned work: parsed, its links read at once, planned purely."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel, ValidationError

from connector.entities.catalogue import BY_ENTITY
from connector.errors import RETRY, SKIP
from connector.flow import Adopt, Flow, Known, Linked, Plan, Reference, Refuse, Wait
from connector.mobiwork.xml import RawRecord
from connector.quickbooks.query import select
from connector.requirements import needs
from connector.run import Run
from connector.store import left_out, links, pending
from connector.store.links import Link, LinkState
from connector.store.pending import Pending, PendingState
from connector.sync.plan import SHOWN, plan
from connector.sync.steps import Work

WITHOUT_ID = "without-id-"
NO_ID = "MobiWork sent it without an id, so it cannot be linked to anything."

type Links = Mapping[tuple[str, str], Link]


@dataclass(frozen=True)
class Prepared[R: BaseModel]:
    """One record with its plan and the link or intent it has so far.

    `there` is the QuickBooks record that an adoption is about.
    """

    work: Work[R]
    plan: Plan
    link: Link | None
    there: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Page[R: BaseModel]:
    """A page of pending items: those that could be read, planned, and those that could not."""

    prepared: list[Prepared[R]]
    unreadable: list[tuple[Pending, Refuse]]


def prepare[R: BaseModel](flow: Flow[R], run: Run, items: Sequence[Pending]) -> Page[R]:
    """Plan a page of items with one read of all links that they need."""
    records, unreadable = _read(flow, items)
    found = links.read_many(run.connection_id, _wanted(flow, run, records))
    found |= _siblings(flow, run, records)
    blocked = tuple(needs(flow.name, run.settings, run.company))
    known = Known(run.settings, run.company, _linked(found), "", blocked)
    works = [_work(flow, item, record, known) for item, record in records]
    prepared = [_planned(run, work, found, known) for work in works]
    return Page(_with_twins(run, list(_with_reasons(run, prepared))), unreadable)


def _read[R: BaseModel](
    flow: Flow[R], items: Sequence[Pending]
) -> tuple[list[tuple[Pending, R]], list[tuple[Pending, Refuse]]]:
    records: list[tuple[Pending, R]] = []
    unreadable: list[tuple[Pending, Refuse]] = []
    for item in items:
        try:
            record = read_record(flow, item.record_id, item.record)
        except ValidationError as error:
            unreadable.append((item, refusal_of(error)))
            continue
        if item.record_id.startswith(WITHOUT_ID):
            unreadable.append((item, Refuse(NO_ID, (SKIP,))))
            continue
        records.append((item, record))
    return records, unreadable


def _wanted[R: BaseModel](
    flow: Flow[R], run: Run, records: Sequence[tuple[Pending, R]]
) -> set[tuple[str, str]]:
    wanted = set()
    for item, record in records:
        wanted.add((flow.variant_of(record).entity, item.record_id))
        others = (
            *flow.refers_to(record),
            *flow.settings_refer_to(record, run.settings),
            *flow.mentions(record),
        )
        wanted |= {(one.entity, one.mobiwork_id) for one in others if one.mobiwork_id}
    return wanted


def _siblings[R: BaseModel](
    flow: Flow[R], run: Run, records: Sequence[tuple[Pending, R]]
) -> dict[tuple[str, str], Link]:
    """Read the links of all documents made of a record, for flows that make several."""
    if flow.own_id is None:
        return {}
    found: dict[tuple[str, str], Link] = {}
    for item, record in records:
        entity = flow.variant_of(record).entity
        found |= links.read_beginning(run.connection_id, entity, f"{item.record_id}-")
    return found


def _work[R: BaseModel](flow: Flow[R], item: Pending, record: R, known: Known) -> Work[R]:
    variant = flow.variant_of(record)
    own_id = item.record_id
    if flow.own_id is not None:
        begins = f"{item.record_id}-"
        made = {
            own: link
            for (entity, own), link in known.links.items()
            if entity == variant.entity and own.startswith(begins)
        }
        own_id = flow.own_id(record, made)
    return Work(flow, item, record, flow.label(record), variant.entity, own_id, variant.target)


def _planned[R: BaseModel](run: Run, work: Work[R], found: Links, known: Known) -> Prepared[R]:
    own = (work.entity, work.own_id)
    marked = replace(known, marker=run.marker(*own))
    decided = plan(work.flow, work.record, known.links.get(own), marked)
    return Prepared(work, decided, found.get(own))


def _with_twins[R: BaseModel](run: Run, prepared: list[Prepared[R]]) -> list[Prepared[R]]:
    """Read what is to be adopted, one metered call per page and entity."""
    wanted: dict[str, set[str]] = {}
    for one in prepared:
        if isinstance(one.plan, Adopt):
            wanted.setdefault(one.work.target, set()).add(one.plan.quickbooks_id)
    there = {
        (target, str(record["Id"])): record
        for target, ids in wanted.items()
        for record in run.quickbooks.query(select(target, Id=sorted(ids)))
    }
    return [
        replace(one, there=there.get((one.work.target, one.plan.quickbooks_id)))
        if isinstance(one.plan, Adopt)
        else one
        for one in prepared
    ]


def _linked(found: Links) -> dict[tuple[str, str], Linked]:
    return {own: link.linked() for own, link in found.items() if link.state == LinkState.LINKED}


def _with_reasons[R: BaseModel](run: Run, prepared: Sequence[Prepared[R]]) -> Iterator[Prepared[R]]:
    """Name on each waiting child what became of its parents."""
    missing = {
        reference
        for one in prepared
        if isinstance(one.plan, Wait)
        for reference in one.plan.references
    }
    fates = _fates(run, missing)
    for one in prepared:
        if isinstance(one.plan, Wait):
            told = " ".join(fates[reference] for reference in one.plan.references[:SHOWN])
            reason = f"{one.plan.reason} {told}".rstrip()
            yield replace(one, plan=replace(one.plan, reason=reason))
        else:
            yield one


def _fates(run: Run, references: set[Reference]) -> dict[Reference, str]:
    told: dict[Reference, str] = {}
    for entity in {reference.entity for reference in references}:
        wanted = [one for one in references if one.entity == entity]
        ids, flow = [one.mobiwork_id for one in wanted], BY_ENTITY[entity].name
        parents = pending.read_many(run.connection_id, flow, ids)
        others = left_out.read_many(run.connection_id, flow, set(ids) - set(parents))
        for one in wanted:
            other = others.get(one.mobiwork_id)
            if other is not None:
                told[one] = f"{_capital(one.label)} is left out: {other.reason}"
            else:
                told[one] = _fate(one, parents.get(one.mobiwork_id))
    return told


def _fate(reference: Reference, parent: Pending | None) -> str:
    if parent is None:
        return (
            f"MobiWork does not list {reference.label} as ready for QuickBooks: check that it "
            "exists there."
        )
    if parent.state == PendingState.REFUSED:
        return f"{_capital(reference.label)} was refused: {parent.reason}"
    return parent.reason


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def read_record[R: BaseModel](flow: Flow[R], record_id: str, text: str) -> R:
    """Read a stored record with the wire model of its flow.

    Raises:
        ValidationError: it is not what the model describes.
    """
    raw = RawRecord(entity=flow.source, id=record_id, xml=text)
    return flow.model.model_validate(raw.fields)


def refusal_of(error: ValidationError) -> Refuse:
    """Say which elements of a record could not be read, and what they held."""
    told = [
        f'"{".".join(str(part) for part in problem["loc"]) or "record"}" holds '
        f"{_shown(problem['input'])}: {problem['msg'].removeprefix('Value error, ')}"
        for problem in error.errors()
    ]
    return Refuse(f"MobiWork sent what cannot be read: {'; '.join(told)}.", (RETRY, SKIP))


def _shown(value: Any) -> str:  # noqa: ANN401
    return "nothing" if isinstance(value, dict) else f'"{str(value)[:60]}"'
