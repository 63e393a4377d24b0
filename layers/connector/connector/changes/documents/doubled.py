"""Documents that somebody typed in QuickBooks after the same was posted: entries with both.

Before one is posted, what was typed there is asked about (`push/matching/typed_there`). What is
typed later, or is told of too late, stands beside the posted one: the money is in the books twice.
The entry ends by itself when a change shows that what was typed is void, deleted or not alike any
more, and when it is linked (`push/link`) or said to be another record (`api/plans/matching`): it is
then what that one stands for.
"""

from collections.abc import Container, Iterable, Mapping
from datetime import UTC, date, datetime

from connector.engine.stores import Store
from connector.entities.books import SaidThere, party_in
from connector.entities.customers.parties_there import Parties, party_kind
from connector.entities.recognitions import kinds_beside
from connector.entities.shared.wire import dollars
from connector.entities.typed import NewDocument, as_of, end_twice, may_be, posted_as, twice
from connector.entities.typed_apart import (
    MONTH,
    ByAmount,
    Neighbours,
    Posted,
    dated_apart,
    linked,
    posted_about,
)
from connector.entities.typed_beside import may_be_beside, said_to_be
from connector.errors import SKIP
from connector.model.flows.push_flow import AnyPushFlow
from connector.model.links import Link, Origin
from connector.model.matching.matches import elsewhere, is_ruled_out, told_as
from connector.model.pending import Deletion
from connector.model.worklist.causes import Kind


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
    flows = list(posted_as(target))
    dated = [(one.dated, one.amount) for one in typed.values() if one.dated]
    posted = posted_about(connection_id, frozenset(flow.name for flow, _ in flows), dated, store)
    for flow, kinds in flows:
        alike, own = dict[str, Link](), _of_flow(flow, posted)
        for kind in kinds if own else ():
            some = {each: one for each, one in typed.items() if _is_any_of(target, [kind], one)}
            alike = {**_alike(connection_id, flow, (target, kind), some, own, store), **alike}
        for number, link in alike.items():
            entry = _entry(flow, link, (target, number), typed[number], at)
            store.pending.put_deleted(connection_id, flow.name, entry)
        end_twice(connection_id, flow, target, told.keys() - alike.keys(), store)


def _is_any_of(target: str, kinds: Iterable[str], said: SaidThere) -> bool:
    """Tell whether what was typed may be one of some kinds: a line by whom it names on which side.

    All but lines of journal entries may be all of them.
    """
    if said.entered_as is None:
        return True
    roles = dict(kinds_beside(target))
    return any(roles[kind].entered_as == said.entered_as for kind in kinds if kind in roles)


def _alike(  # noqa: PLR0913, PLR0917 - whose documents, what they are and say, and what is posted
    connection_id: str,
    flow: AnyPushFlow,
    kinds: tuple[str, str],
    typed: Mapping[str, SaidThere],
    posted: ByAmount,
    store: Store,
) -> dict[str, Link]:
    """Return at most one posted document of a flow for each that was typed and says the same.

    `kinds` are what was typed and what was posted. The nearest day comes first.
    """
    target, kind = kinds
    about = {number: _about(said, posted) for number, said in typed.items()}
    every = {one for some in about.values() for one in some}
    links = {one.quickbooks_id: one for _, one in linked(connection_id, kind, [*every], store)}
    likely = [
        (number, link)
        for number, some in about.items()
        for link in (links.get(one.number) for one in some)
        if link and link.origin is not Origin.ADOPTED
    ]
    keys = [link.owner for _, link in likely]
    matches = store.matches.read_many(connection_id, kind, keys) if keys else {}
    others = {elsewhere(target, number) for number, _ in likely} if kind != target else ()
    taken = said_to_be(connection_id, kind, others, store)
    found, parties = dict[str, Link](), Parties(connection_id, store)
    for number, link in likely:
        known = number if kind == target else elsewhere(target, number)
        of_another = taken.get(known, set()) - {link.owner}
        if number in found or of_another or is_ruled_out(matches.get(link.owner), known):
            continue
        new = _of(flow, link, typed[number])
        said = as_of(new, {number: typed[number]}, parties)[number]
        near = may_be(new, said) if kind == target else may_be_beside(new, target, said)
        if near or _dated_otherwise(connection_id, new, link, {known: said}, store):
            found[number] = link
    return found


def _of_flow(flow: AnyPushFlow, posted: ByAmount) -> ByAmount:
    found = {
        amount: [one for one in some if one.flow == flow.name] for amount, some in posted.items()
    }
    return {amount: some for amount, some in found.items() if some}


def _about(said: SaidThere, posted: ByAmount) -> list[Posted]:
    """Return the posted documents of one amount within a month of a day, the nearest first."""
    day = said.dated
    if day is None:
        return []
    some = [one for one in posted.get(said.amount, ()) if abs(one.day - day) <= MONTH]
    return sorted(some, key=lambda one: (abs(one.day - day), one.number))


def _dated_otherwise(
    connection_id: str, new: NewDocument, link: Link, typed: Mapping[str, SaidThere], store: Store
) -> bool:
    """Tell whether a posted document may be one that was typed under a day of up to a month off."""
    neighbours = Neighbours(connection_id, new, typed, store)
    return bool(neighbours.nobodys(dated_apart(new, typed), link.owner))


def _of(flow: AnyPushFlow, link: Link, said: SaidThere) -> NewDocument:
    """Return what tells a posted document from others; its amount is that which was looked for."""
    base = link.base
    return NewDocument(
        target=link.target,
        amount=said.amount,
        net=said.amount,
        day=date.fromisoformat(str(base.get("TxnDate") or said.day)),
        party=party_in(base),
        number=str(base.get("DocNumber") or base.get("PaymentRefNum") or ""),
        typed=flow.matching.typed,
        kind=party_kind(base),
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
            f"and somebody entered {told_as(elsewhere(*typed))}{shown} of "
            f"{dollars(said.amount)}{of} on {said.day} there{left}. If they are the same, delete "
            "the one that was entered by hand in QuickBooks; this entry then goes away "
            "automatically. If both count, leave this entry out."
        ),
        fixes=(SKIP,),
        cause=Kind.TWICE,
        found_at=at.astimezone(UTC).isoformat(),
    )
