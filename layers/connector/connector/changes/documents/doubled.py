"""Documents that somebody typed in QuickBooks after the same was posted: entries with both.

Before one is posted, what was typed there is asked about (`push/matching/typed_there`). What is
typed later, or is told of too late, stands beside the posted one: the money is in the books twice.
The entry ends by itself when a change shows that what was typed is void, deleted or not alike any
more, and when it is linked (`push/link`): it is then what another record stands for.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from connector.engine.stores import Store
from connector.entities.books import SaidThere, party_in
from connector.entities.shared.wire import dollars
from connector.entities.typed import (
    DAYS_APART,
    NewDocument,
    end_twice,
    may_be,
    posted_as,
    twice,
)
from connector.errors import SKIP
from connector.model.flows.push_flow import AnyPushFlow
from connector.model.links import Link, Origin
from connector.model.matching.matches import MatchDecision, elsewhere
from connector.model.pending import Deletion
from connector.model.tracking.tracked import Sought
from connector.model.worklist.causes import Kind

PAGE = 1_000
"""So many posted documents of these amounts are read at once."""
APART = timedelta(days=DAYS_APART)


def tell(  # noqa: PLR0913, PLR0917 - whose documents, what they say, and when
    connection_id: str,
    target: str,
    told: Mapping[str, SaidThere | None],
    owners: Container[str],
    store: Store,
    at: datetime,
) -> None:
    """Put on the worklist what may be in QuickBooks twice, and take off it what is not any more.

    `told` is what documents say, by id; None of those that are gone, void or as they are linked.
    Those that `owners` holds are linked. Money that is applied to an invoice pays that one, and no
    other may be meant. What was posted is read once for all of them, by months.
    """
    typed = {
        number: said
        for number, said in told.items()
        if said is not None and number not in owners and said.mark is None and said.unapplied != 0
    }
    for flow, kinds in posted_as(target):
        alike = dict[str, Link]()
        posted = _posted(connection_id, flow, typed.values(), store)
        for kind in kinds if posted else ():
            alike = {**_alike(connection_id, flow, (target, kind), typed, posted, store), **alike}
        for number, link in alike.items():
            entry = _entry(flow, link, (target, number), typed[number], at)
            store.pending.put_deleted(connection_id, flow.name, entry)
        end_twice(connection_id, flow, target, told.keys() - alike.keys(), store)


class _Posted(NamedTuple):
    """A posted document.

    day, number: when it is dated, and its QuickBooks id.
    """

    day: date
    number: str


type _ByAmount = Mapping[Decimal, Sequence[_Posted]]


def _alike(  # noqa: PLR0913, PLR0917 - whose documents, what they are and say, and what is posted
    connection_id: str,
    flow: AnyPushFlow,
    kinds: tuple[str, str],
    typed: Mapping[str, SaidThere],
    posted: _ByAmount,
    store: Store,
) -> dict[str, Link]:
    """Return at most one posted document of a flow for each that was typed and says the same.

    `kinds` are what was typed and what was posted.
    """
    target, kind = kinds
    near = {
        number: [
            one.number
            for one in posted.get(said.amount, ())
            if said.day and abs(one.day - date.fromisoformat(said.day)) <= APART
        ]
        for number, said in typed.items()
    }
    own = {one for some in near.values() for one in some}
    owners = store.links.owners_of(connection_id, kind, own) if own else {}
    links = store.links.read_many(connection_id, owners.values()) if owners else {}
    likely = [
        (number, link)
        for number, some in near.items()
        for link in (links.get(owners[one]) for one in some if one in owners)
        if isinstance(link, Link) and not link.gone and link.origin is not Origin.ADOPTED
        if may_be(_of(flow, link, typed[number]), typed[number])
    ]
    keys = [link.owner for _, link in likely]
    matches = store.matches.read_many(connection_id, kind, keys) if keys else {}
    found = dict[str, Link]()
    for number, link in likely:
        before = matches.get(link.owner)
        apart = before is not None and before.decision is MatchDecision.DIFFERENT
        known = number if kind == target else elsewhere(target, number)
        if not (before and apart and known in before.quickbooks_ids):
            found.setdefault(number, link)
    return found


def _posted(
    connection_id: str, flow: AnyPushFlow, typed: Iterable[SaidThere], store: Store
) -> _ByAmount:
    """Return the documents of a flow that come to what some do, of about the same days.

    Also those of which a change waits or was refused: they are in QuickBooks as they were posted.
    """
    said = [one for one in typed if one.day]
    amounts = frozenset(value for one in said for value in (one.amount, -one.amount))
    found = defaultdict[Decimal, list[_Posted]](list)
    for first, last in _spans(date.fromisoformat(one.day) for one in said if one.day):
        sought = Sought(first=first, last=last, flows=frozenset({flow.name}), amounts=amounts)
        after: str | None = None
        while True:
            page = store.tracked.find(connection_id, sought, after=after, limit=PAGE)
            for one in page.records:
                if one.quickbooks_id and one.day and one.amount is not None:
                    found[abs(one.amount)].append(_Posted(one.day, one.quickbooks_id))
            after = page.next
            if after is None:
                break
    return found


def _spans(days: Iterable[date]) -> Iterator[tuple[date, date]]:
    """Yield the days about some; no month is in two of them, for lists are read by months."""
    spans: list[tuple[date, date]] = []
    for day in sorted(days):
        first, last = day - APART, day + APART
        if spans and first.replace(day=1) <= spans[-1][1]:
            first, _ = spans.pop()
        spans.append((first, last))
    return iter(spans)


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
        record_id=twice(*typed),
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
