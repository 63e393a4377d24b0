"""Documents that somebody typed in QuickBooks after the same was posted: entries with both.

Before one is posted, what was typed there is asked about (`push/matching/typed_there`). What is
typed later, or is told of too late, stands beside the posted one: the money is in the books twice.
Both are compared as before the post. The entry ends by itself when a change shows that what was
typed is void, deleted or not alike any more, and when it is linked (`push/link`) or said to be
another record (`api/plans/matching`): it is then what that one stands for.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from connector.engine.stores import Store
from connector.entities.books import SaidThere
from connector.entities.parties.merged import Parties
from connector.entities.recognitions import PAYS_STATEMENTS, kinds_beside
from connector.entities.registry import INVOICE
from connector.entities.shared.wire import dollars
from connector.entities.typed.apart import (
    MONTH,
    Among,
    Posted,
    PostedOfParties,
    linked,
    posted_about,
)
from connector.entities.typed.beside import lines_of
from connector.entities.typed.compared import (
    RECEIPT,
    NewDocument,
    is_nobodys_receipt,
    posted_document,
    sold_over_the_counter,
    with_parties_near,
)
from connector.entities.typed.twice import end_twice, posted_as, twice
from connector.errors import SKIP
from connector.model.body import spoken
from connector.model.flows.push_flow import AnyPushFlow
from connector.model.links import Link, Origin
from connector.model.matching.alike import Resemblance
from connector.model.matching.matches import (
    Candidate,
    MatchDecision,
    elsewhere,
    is_part,
    stands_for,
    told_as,
)
from connector.model.matching.scoring import NUMBER, REFERENCE, TOTAL
from connector.model.pending import Deletion
from connector.model.worklist.causes import Kind

A_STATEMENT = 2 * MONTH
"""What a vendor's statement of a month is of is paid within the month after it."""


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
    names = frozenset(flow.name for flow, _ in flows)
    dated = [(one.dated, one.amount) for one in typed.values() if one.dated]
    posted = [
        one for some in posted_about(connection_id, names, dated, store).values() for one in some
    ]
    alike = _alike(connection_id, target, typed, posted, store)
    nobodys = {
        own for own, said in typed.items() if is_nobodys_receipt(elsewhere(target, own), said)
    }
    if some := nobodys.intersection(alike):
        over = _sold_over_the_counter(connection_id, typed, some, store)
        alike = {own: one for own, one in alike.items() if own not in over}
    rest = {own: said for own, said in typed.items() if own not in alike and own not in nobodys}
    if rest:
        before = A_STATEMENT if target in PAYS_STATEMENTS else MONTH
        others = PostedOfParties(connection_id, names, store, before).of([*rest.values()])
        alike |= _alike(connection_id, target, rest, others, store)
    for flow, _ in flows:
        own = {number: one for number, one in alike.items() if one.flow is flow}
        for number, one in own.items():
            entry = _entry(one, (target, number), typed[number], at)
            store.pending.put_deleted(connection_id, flow.name, entry)
        end_twice(connection_id, flow, target, told.keys() - own.keys(), store)


def _sold_over_the_counter(
    connection_id: str, typed: Mapping[str, SaidThere], some: Iterable[str], store: Store
) -> set[str]:
    """Return which receipts of nobody are of days that have many, with those told before."""
    kept = store.typed.read_all(connection_id, INVOICE)
    every = {**lines_of(kept.get(RECEIPT, {})), **typed}
    over = sold_over_the_counter({elsewhere(RECEIPT, own): said for own, said in every.items()})
    return {own for own in some if elsewhere(RECEIPT, own) in over}


def _alike(
    connection_id: str,
    target: str,
    typed: Mapping[str, SaidThere],
    posted: Sequence[Posted],
    store: Store,
) -> dict[str, "_Twice"]:
    """Return what each typed document may be, of the first flow and kind that has such a one."""
    found = dict[str, _Twice]()
    for flow, kinds in posted_as(target):
        own = [one for one in posted if one.flow == flow.name]
        for kind in kinds if own else ():
            some = {each: one for each, one in typed.items() if _is_any_of(target, [kind], one)}
            found = _of_kind(connection_id, flow, (target, kind), some, own, store) | found
    return found


def _is_any_of(target: str, kinds: Iterable[str], said: SaidThere) -> bool:
    """Tell whether what was typed may be one of some kinds: a line by whom it names on which side.

    Or by its account. All but lines of deposits and journal entries may be all of them.
    """
    if said.entered_as is None:
        return True
    roles = dict(kinds_beside(target))
    wanted = {roles[kind].entered_as for kind in kinds if kind in roles}
    return not wanted.isdisjoint({None, said.entered_as})


@dataclass(frozen=True)
class _Twice:
    """A posted document that something is beside.

    Attributes:
        flow: The flow that posted it.
        link: Its link.
        day: The day it was posted on.
        beside: What was typed, as it is compared: alone, or in a sum.
    """

    flow: AnyPushFlow
    link: Link
    day: date
    beside: Candidate


def _of_kind(  # noqa: PLR0913, PLR0917 - whose documents, what they are and say, and what is posted
    connection_id: str,
    flow: AnyPushFlow,
    kinds: tuple[str, str],
    typed: Mapping[str, SaidThere],
    posted: Sequence[Posted],
    store: Store,
) -> dict[str, _Twice]:
    """Return at most one posted document of a flow for each that was typed and says the same.

    `kinds` are what was typed and what was posted. The nearest day comes first.
    """
    target, kind = kinds
    known = {own if kind == target else elsewhere(target, own): own for own in typed}
    links = {
        link.owner: link
        for _, link in linked(connection_id, kind, posted, store)
        if link.origin is not Origin.LINKED or link.facts
    }
    news = [new for one in links.values() if (new := posted_document(flow, one))]
    if not news or not typed:
        return {}  # A payment that was shown in MobiWork has no facts: MobiWork did not tell it.
    matches = store.matches.read_many(connection_id, kind, [*links])
    apart = {
        (" ".join(own), each)
        for own, one in matches.items()
        if one.decision is MatchDecision.DIFFERENT
        for each in one.quickbooks_ids
    }
    said = {own: typed[number] for own, number in known.items()}
    there = with_parties_near(news, said, Parties(connection_id, store))
    among = Among(connection_id, flow, store)
    alike = among.compared(news, there, frozenset(apart))
    found = dict[str, _Twice]()
    for new in sorted(news, key=lambda one: (one.day, one.id)):
        for candidate in among.shown(new, there, alike) if _is_told(alike, new) else ():
            one = _Twice(flow, links[new.owner], new.day, candidate)
            for own in stands_for(kind, candidate.quickbooks_id):
                if own in known and _is_nearer(one, found.get(known[own]), said[own]):
                    found[known[own]] = one
    return found


def _is_told(alike: Resemblance, new: NewDocument) -> bool:
    """Tell whether what a posted document may be has its total or number: a day alone is little."""
    found = alike.found.get(new.id)
    if new.id in alike.only:
        return False
    return found is None or bool({TOTAL, NUMBER, REFERENCE} & found.pairs[0].same)


def _is_nearer(one: _Twice, other: _Twice | None, said: SaidThere) -> bool:
    day = said.dated
    if other is None or day is None:
        return other is None
    return abs(one.day - day) < abs(other.day - day)


def _entry(one: _Twice, typed: tuple[str, str], said: SaidThere, at: datetime) -> Deletion:
    flow, link = one.flow, one.link
    own = flow.item_id(link.owner.mobiwork_id)
    shown = f" (number {said.number})" if said.number else ""
    of = f" of {said.name}" if said.name else ""
    left = f", of which {dollars(said.unapplied)} is applied to nothing" if said.unapplied else ""
    how = "is linked to" if link.origin is Origin.LINKED else "was posted as"
    also = f" It may be {one.beside.label}." if _is_sum(link.target, one.beside) else ""
    return Deletion(
        record_id=twice(*typed),
        label=f"{flow.noun_of(link.owner.entity)} {own}",
        reason=(
            f"QuickBooks may have it twice: it {how} {spoken(link.target)} {link.quickbooks_id}, "
            f"and somebody entered {told_as(elsewhere(*typed))}{shown} of "
            f"{dollars(said.amount)}{of} on {said.day} there{left}.{also} If they are the same, "
            "delete the one that was entered by hand in QuickBooks; this entry then goes away "
            "automatically. If both count, leave this entry out."
        ),
        fixes=(SKIP,),
        cause=Kind.TWICE,
        found_at=at.astimezone(UTC).isoformat(),
    )


def _is_sum(target: str, one: Candidate) -> bool:
    own = one.quickbooks_id
    return is_part(target, own) or len(stands_for(target, own)) > 1
