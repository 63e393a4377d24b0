"""What a record that waits is told about those it waits for, and which wait for a void.

Some are called off in MobiWork and entered again while QuickBooks has the first ones. A bounced
check, say: MobiWork's advice is to delete the payment and to enter it again. The new one waits
until the old one is voided or deleted in QuickBooks, or a person says that both count.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import BaseModel, ValidationError

from connector.engine.run import Run
from connector.entities.registry import BY_ENTITY, OPEN_ORDER
from connector.errors import Obstacle
from connector.model.body import Body, capital
from connector.model.flows.context import PushContext
from connector.model.flows.push_flow import PushFlow
from connector.model.links import Intent, Link
from connector.model.pending import LeftOut, PendingItem, PendingState
from connector.model.plans import Reference, Wait
from connector.model.policy.postable import Standing
from connector.model.worklist.causes import Kind, cause
from connector.push.invalid_records import read_record
from connector.push.link import Work
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
        f"Sales order {order.owner.mobiwork_id} is still open ({order.target} "
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


@dataclass(frozen=True)
class CalledOff:
    """A record that does not count in MobiWork any more, or may not, and what QuickBooks has of it.

    label: what a person knows it by.
    standing: its document, or the intent of one that may be there.
    counts: whether it does count and was only changed in MobiWork since.
    """

    label: str
    standing: Link | Intent
    counts: bool = False


def called_off[R: BaseModel](run: Run, flow: PushFlow[R]) -> tuple[CalledOff, ...]:
    """Return what was called off in MobiWork and stands in QuickBooks, or may.

    It may be told of already, or on a later page. Of one that was sent nobody can see yet whether
    it is there, also where MobiWork does not list it any more.
    """
    if flow.entered_again is None:
        return ()
    items = {one.record_id: one for one in _items(run, flow)}
    found = {own for own, one in items.items() if _may_not_count(run, flow, one)}
    changed = {own for own, one in items.items() if one.cause == Kind.CHANGED_HERE} - found
    owns = [(entity, own) for entity in flow.link_entities for own in found | changed]
    links = run.store.links.read_many(run.connection_id, owns)
    return tuple(
        CalledOff(items[own].label, link, counts=own in changed)
        for (_, own), link in links.items()
        if isinstance(link, Intent) or (isinstance(link, Link) and not link.gone)
    )


def _items[R: BaseModel](run: Run, flow: PushFlow[R]) -> Iterable[PendingItem]:
    """Yield what may have been called off; where they may be many, only what was told already."""
    if flow.called_off_on_any_page:
        return run.store.pending.read_all(run.connection_id, flow.name)
    items = run.store.pending.open_items(run.connection_id, flow.name)
    return (one for one in items if one.state is PendingState.DELETED or one.was_deleted)


def _may_not_count[R: BaseModel](run: Run, flow: PushFlow[R], item: PendingItem) -> bool:
    """Tell whether an item is of a record that was deleted, or sent, or that is called off."""
    if item.state is PendingState.ASKED:
        return False
    if not item.record or item.was_deleted or item.state is PendingState.SENT:
        return True
    try:
        record = read_record(flow, item.record_id, item.record)
    except ValidationError:
        return False
    verdict = flow.eligibility.verdict(record, run.settings, run.company)
    return verdict.standing is Standing.NEVER


def for_the_first[R: BaseModel](
    work: Work[R], body: Body, earlier: Iterable[CalledOff], now: datetime
) -> str | None:
    """Say that a body looks like one of a record that was called off; None where it does not.

    One that waits as QuickBooks refused it for such a record is not sent again before its time.
    """
    again, item = work.flow.entered_again, work.item
    if again is None:
        return None
    waits = item.state is PendingState.WAITING and item.cause == Kind.ENTERED_AGAIN
    early = waits and item.not_before and now < datetime.fromisoformat(item.not_before)
    for one in earlier:
        own = one.standing.owner.mobiwork_id == work.mobiwork_id
        if own or one.counts:
            continue
        if again(body, _sent(one.standing)):
            return _first(one)
        if early and _linked_to(body) & _linked_to(_sent(one.standing)):
            return item.reason
    return None


def _linked_to(body: Body) -> set[tuple[str, str]]:
    """Return the documents that the lines of a body are linked to, such as what it pays."""
    linked = (one for line in body.get("Line", ()) for one in line.get("LinkedTxn", ()))
    return {(str(one["TxnType"]), str(one["TxnId"])) for one in linked}


def knowing(known: PushContext, earlier: Iterable[CalledOff]) -> PushContext:
    """Return what is known with which posted records are not in MobiWork as they are there."""
    posted = [one for one in earlier if isinstance(one.standing, Link)]
    return replace(
        known,
        called_off={one.standing.owner: one.label for one in posted if not one.counts},
        changed_here={one.standing.owner: one.label for one in posted if one.counts},
    )


def _sent(standing: Link | Intent) -> Body:
    return standing.body if isinstance(standing, Intent) else standing.base


def _first(one: CalledOff) -> str:
    there = one.standing
    if isinstance(there, Intent):
        return (
            f"It looks like {one.label}, which was sent to QuickBooks, and it is not certain yet "
            f"that the {there.target} is there. This one goes on when that is known."
        )
    return (
        f"It looks like {one.label} entered again, which does not count in MobiWork any "
        f"more and still stands in QuickBooks as {there.target} {there.quickbooks_id}. Void or "
        "delete that one in QuickBooks; this one is then posted automatically. If both count, "
        "leave out the entry of the first."
    )
