"""What a record that waits is told about those it waits for."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from connector.engine.run import Run
from connector.entities.registry import BY_ENTITY, OPEN_ORDER
from connector.errors import Obstacle
from connector.model.body import capital, spoken
from connector.model.links import Link
from connector.model.pending import LeftOut, PendingItem, PendingState
from connector.model.plans import Reference, Wait
from connector.model.worklist.causes import Kind, cause
from connector.push.planning import SHOWN, waiting_for

type Own = tuple[str, str]
"""An entity and the MobiWork id of one of its records."""

type KeptParent = PendingItem | LeftOut
"""What is kept of a record that is not in QuickBooks: it is on its way, or left out."""


def told(run: Run, waits: Iterable[Wait]) -> dict[Wait, Wait]:
    """Return for each wait itself with what became of the records it waits for, and their names."""
    waiting = list(waits)
    references = {reference for wait in waiting for reference in wait.references}
    known = _known(run, references)
    fates = {one: _fate(one, kept) for one, kept in known.items()}
    fates |= _unknown_of(run, references - known.keys())
    return {wait: _with_fates(_by_name(wait, known), fates) for wait in waiting}


def _with_fates(wait: Wait, fates: Mapping[Reference, Obstacle]) -> Wait:
    found = [fates[one] for one in wait.references]
    reason = " ".join([wait.reason, *found[:SHOWN]]).rstrip()
    gone = next((one.cause for one in found if one.cause), None)
    return replace(wait, reason=reason, cause=wait.cause or gone)


def _by_name(wait: Wait, known: Mapping[Reference, KeptParent]) -> Wait:
    """Say what a record waits for as a person knows it: a payment knows its invoices by id only."""
    if wait.reason != waiting_for(wait.references):
        return wait
    named = (one._replace(label=_name(one, known.get(one))) for one in wait.references)
    return replace(wait, reason=waiting_for(tuple(named)))


def _name(reference: Reference, kept: KeptParent | None) -> str:
    """Return what a person calls a record; one that is not known by its id alone is named well."""
    by_id = reference.label.endswith(f" {reference.record_id}")
    return (kept.label if kept and by_id else "") or reference.label


def listed(run: Run, owns: set[Own]) -> set[Own]:
    """Return those of some records that are not in QuickBooks which MobiWork lists."""
    return set(_kept(run, owns))


def _known(run: Run, references: set[Reference]) -> dict[Reference, KeptParent]:
    """Return what is kept of the records that some references mean, or that stand in for them."""
    named = {one: [(one.entity, one.record_id)] for one in references}
    for one, owns in named.items():
        if one.instead:
            owns.append((one.instead, one.record_id))
    kept = _kept(run, {own for owns in named.values() for own in owns})
    first = {one: next((own for own in owns if own in kept), None) for one, owns in named.items()}
    return {one: kept[own] for one, own in first.items() if own}


def _kept(run: Run, owns: set[Own]) -> dict[Own, KeptParent]:
    """Return what is kept of records that are not in QuickBooks."""
    found: dict[Own, KeptParent] = {}
    for entity in {entity for entity, _ in owns}:
        flow, ids = BY_ENTITY[entity].name, {one for its, one in owns if its == entity}
        items = run.store.pending.read_many(run.connection_id, flow, ids)
        others = run.store.left_out.read_many(run.connection_id, flow, ids - set(items))
        found |= {(entity, one): other for one, other in others.items()}
        found |= {(entity, one): item for one, item in items.items()}
    return found


def _unknown_of(run: Run, references: Iterable[Reference]) -> dict[Reference, Obstacle]:
    """Say of records that nothing is kept of why; one may be an order that is still open."""
    found = {one: (OPEN_ORDER, one.record_id) for one in references}
    orders = {own for one, own in found.items() if one.instead}
    links = run.store.links.read_many(run.connection_id, orders) if orders else {}
    return {
        one: _still_open(link) if isinstance(link := links.get(own), Link) else _unknown(one)
        for one, own in found.items()
    }


def _still_open(order: Link) -> Obstacle:
    told = (
        f"Sales order {order.owner.mobiwork_id} is still open ({spoken(order.target)} "
        f"{order.quickbooks_id}): this is posted when it is checked out. If the money is to be in "
        "the books before, enter it in QuickBooks by hand as a payment on account, and leave it "
        "out here."
    )
    return Obstacle(told, None)


def _unknown(reference: Reference) -> Obstacle:
    told = (
        f"MobiWork does not list {reference.label} as ready for QuickBooks: check that it exists "
        "there."
    )
    return Obstacle(told, cause(Kind.PARENT_UNKNOWN, reference.label))


def _fate(reference: Reference, kept: KeptParent) -> Obstacle:
    """Say what became of a record; where it will not come by itself that is a cause of its own."""
    label = _name(reference, kept)
    if isinstance(kept, LeftOut):
        left_out = cause(Kind.PARENT_LEFT_OUT, reference.label)
        return Obstacle(f"{capital(label)} is left out: {kept.reason}", left_out)
    if kept.state == PendingState.REFUSED:
        return Obstacle(f"{capital(label)} was refused: {kept.reason}", None)
    return Obstacle(f"About {label}: {kept.reason}" if kept.reason else "", None)
