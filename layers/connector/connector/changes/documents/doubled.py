"""Documents that somebody typed in QuickBooks after the same was posted: entries with both.

Before one is posted, what was typed there is asked about (`push/matching/typed_there`). What is
typed later, or is told of too late, stands beside the posted one: the money is in the books twice.
The entry ends by itself when what was typed is void or deleted.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta

from connector.engine.stores import Store
from connector.entities.books import SaidThere, money_flows, party_in
from connector.entities.recognitions import BESIDE
from connector.entities.shared.wire import dollars
from connector.entities.typed import DAYS_APART, NewDocument, may_be
from connector.errors import SKIP
from connector.model.flows.push_flow import AnyPushFlow
from connector.model.links import Link, Origin
from connector.model.matching.matches import MatchDecision, elsewhere
from connector.model.pending import Deletion
from connector.model.tracking.tracked import Sought, TrackedState
from connector.model.worklist.causes import Kind

PAGE = 99


def tell(
    connection_id: str,
    target: str,
    typed: Mapping[str, SaidThere | None],
    store: Store,
    at: datetime,
) -> None:
    """Put on the worklist what may be in QuickBooks twice, and take off it what is there no more.

    `typed` is what documents say that no record stands behind, by id; None of those that are gone.
    Money that is applied to an invoice pays that one, and no other may be meant.
    """
    posted = [*_may_be_posted_as(target)]
    for number, said in typed.items():
        if said is None:
            _end(connection_id, {flow.name for flow, _ in posted}, _name(target, number), store)
        elif said.mark is None and said.unapplied != 0:
            for flow, kind in posted:
                known = number if kind == target else elsewhere(target, number)
                for link in _alike(connection_id, flow, kind, known, said, store):
                    entry = _entry(flow, link, (target, number), said, at)
                    store.pending.put_deleted(connection_id, flow.name, entry)


def _may_be_posted_as(target: str) -> Iterator[tuple[AnyPushFlow, str]]:
    """Yield which flows post what somebody enters so, and as what: a bill may be a purchase."""
    beside = {
        kind: one.never for kind, others in BESIDE.items() for one in others if one.target == target
    }
    for flow in money_flows():
        for kind in dict.fromkeys(flow.targets):
            if kind == target or (kind in beside and flow.name not in beside[kind]):
                yield flow, kind


def _alike(  # noqa: PLR0913, PLR0917 - whose document, what it is and says
    connection_id: str,
    flow: AnyPushFlow,
    target: str,
    number: str,
    said: SaidThere,
    store: Store,
) -> Iterator[Link]:
    """Yield at most one posted document of a flow that says the same."""
    own = {*_posted(connection_id, flow, said, store)}
    owners = store.links.owners_of(connection_id, target, own) if own else {}
    links = store.links.read_many(connection_id, owners.values()) if owners else {}
    for key in owners.values():
        link = links.get(key)
        if not isinstance(link, Link) or link.gone or link.origin is Origin.ADOPTED:
            continue
        if may_be(_of(flow, link, said), said):
            before = store.matches.read_many(connection_id, target, [key]).get(key)
            apart = before is not None and before.decision is MatchDecision.DIFFERENT
            if not (before and apart and number in before.quickbooks_ids):
                yield link
                return


def _posted(connection_id: str, flow: AnyPushFlow, said: SaidThere, store: Store) -> Iterator[str]:
    """Yield the ids of the documents of an amount that were posted of about the same day."""
    if said.day is None:
        return
    day, apart = date.fromisoformat(said.day), timedelta(days=DAYS_APART)
    sought = Sought(
        first=day - apart,
        last=day + apart,
        flows=frozenset({flow.name}),
        state=TrackedState.POSTED,
    )
    after: str | None = None
    while True:
        page = store.tracked.find(connection_id, sought, after=after, limit=PAGE)
        for one in page.records:
            if one.quickbooks_id and one.amount is not None and abs(one.amount) == said.amount:
                yield one.quickbooks_id
        after = page.next
        if after is None:
            return


def _of(flow: AnyPushFlow, link: Link, said: SaidThere) -> NewDocument:
    """Return what tells a posted document from others; its amount is that which was looked for."""
    base = link.base
    return NewDocument(
        target=link.target,
        amount=said.amount,
        day=date.fromisoformat(str(base.get("TxnDate") or said.day)),
        party=party_in(base),
        number=str(base.get("DocNumber") or base.get("PaymentRefNum") or ""),
        typed=flow.matching.typed,
    )


def _entry(
    flow: AnyPushFlow, link: Link, typed: tuple[str, str], said: SaidThere, at: datetime
) -> Deletion:
    own = flow.item_id(link.owner.mobiwork_id)
    shown = f" (number {said.number})" if said.number else ""
    of = f" of {said.name}" if said.name else ""
    left = f", of which {dollars(said.unapplied)} is applied to nothing" if said.unapplied else ""
    return Deletion(
        record_id=_name(*typed),
        label=f"{flow.noun} {own}",
        reason=(
            f"QuickBooks may have it twice: it was posted as {link.target} {link.quickbooks_id}, "
            f"and somebody entered {' '.join(typed)}{shown} of {dollars(said.amount)}{of} on "
            f"{said.day} there{left}. If they are the same, delete the one that was entered by "
            "hand in QuickBooks; this entry then goes away automatically. If both count, leave "
            "this entry out."
        ),
        fixes=(SKIP,),
        cause=Kind.TWICE,
        found_at=at.astimezone(UTC).isoformat(),
    )


def _end(connection_id: str, flows: Iterable[str], name: str, store: Store) -> None:
    for flow in flows:
        for entry in store.pending.read_many(connection_id, flow, [name]).values():
            store.pending.close(entry)


def _name(target: str, quickbooks_id: str) -> str:
    return f"twice-{target}-{quickbooks_id}"
