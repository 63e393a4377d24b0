"""A page of pending items becomes planned work: parsed, its links read at once, planned purely."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel, ValidationError

from connector.entities.catalogue import BY_SOURCE
from connector.errors import RETRY, SKIP
from connector.flow import Flow, Known, Linked, Plan, Reference, Refuse, Wait
from connector.mobiwork.xml import RawRecord
from connector.requirements import needs
from connector.run import Run
from connector.store import links, pending
from connector.store.links import Link, LinkState
from connector.store.pending import Pending, PendingState
from connector.sync.intents import Work
from connector.sync.plan import SHOWN, plan

WITHOUT_ID = "without-id-"
NO_ID = "MobiWork sent it without an id, so it cannot be linked to anything."

type Links = Mapping[tuple[str, str], Link]


@dataclass(frozen=True)
class Prepared[R: BaseModel]:
    """One record with its plan and the link or intent it has so far."""

    work: Work[R]
    plan: Plan
    link: Link | None


@dataclass(frozen=True)
class Page[R: BaseModel]:
    """A page of pending items: those that could be read, planned, and those that could not."""

    prepared: list[Prepared[R]]
    unreadable: list[tuple[Pending, Refuse]]


def prepare[R: BaseModel](flow: Flow[R], run: Run, items: Sequence[Pending]) -> Page[R]:
    """Plan a page of items with one read of all links that they need."""
    works, unreadable = _read(flow, items)
    wanted = [(flow.source, work.item.record_id) for work in works]
    for work in works:
        wanted += [(one.entity, one.mobiwork_id) for one in flow.refers_to(work.record)]
    found = links.read_many(run.connection_id, wanted)
    blocked = tuple(needs(flow.name, run.settings, run.company))
    known = Known(run.settings, run.company, _linked(found), "", blocked)
    prepared = [_planned(run, work, found, known) for work in works]
    return Page(list(_with_reasons(run, prepared)), unreadable)


def _read[R: BaseModel](
    flow: Flow[R], items: Sequence[Pending]
) -> tuple[list[Work[R]], list[tuple[Pending, Refuse]]]:
    works: list[Work[R]] = []
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
        works.append(Work(flow, item, record, flow.label(record)))
    return works, unreadable


def _planned[R: BaseModel](run: Run, work: Work[R], found: Links, known: Known) -> Prepared[R]:
    own = (work.flow.source, work.item.record_id)
    marked = replace(known, marker=run.marker(*own))
    decided = plan(work.flow, work.record, known.links.get(own), marked)
    return Prepared(work, decided, found.get(own))


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
    parents: dict[tuple[str, str], Pending] = {}
    for entity in {reference.entity for reference in references}:
        ids = [one.mobiwork_id for one in references if one.entity == entity]
        found = pending.read_many(run.connection_id, BY_SOURCE[entity].name, ids)
        parents |= {(entity, record_id): item for record_id, item in found.items()}
    return {one: _fate(one, parents.get((one.entity, one.mobiwork_id))) for one in references}


def _fate(reference: Reference, parent: Pending | None) -> str:
    if parent is None:
        return (
            f"MobiWork does not list {reference.label} as ready for QuickBooks: check that it "
            "exists there."
        )
    if parent.state == PendingState.REFUSED:
        return f"{reference.label} was refused: {parent.reason}"
    return parent.reason


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
