"""Documents that somebody typed in QuickBooks and dated up to a month off: whose they may be.

The rule is that of the comparison of both sides (`model/matching/dated_apart`), on what is
remembered: one party and one total, and nobody else's. Nobody's is what is no match of another
record, has no posted document of its party and total nearer to it, and is not the next one of those
that recur.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import pairwise

from connector.engine.stores import Store
from connector.entities.books import SaidThere, money_flows, party_in
from connector.entities.typed import NewDocument
from connector.model.ids import FlowName, QuickBooksId
from connector.model.links import Link, RecordKey
from connector.model.matching.comparison import Grade
from connector.model.matching.dated_apart import match_dated_apart
from connector.model.matching.evidence import Facts
from connector.model.matching.matches import (
    Match,
    MatchDecision,
    is_ruled_out,
    stands_for,
)
from connector.model.matching.scoring import DAY, DOCUMENTS, NET, PARTY, TOTAL
from connector.model.matching.together import APART
from connector.model.tracking.tracked import Sought

MONTH = timedelta(days=APART)
ABOUT, DAYS_A_WEEK = 3, 7
"""What recurs is as many days apart as before, but for weekends and the lengths of months: three
days at most, and one of each week."""
PAGE = 1_000
"""So many posted documents of some amounts are read at once."""


def dated_apart(new: NewDocument, typed: Mapping[QuickBooksId, SaidThere]) -> list[QuickBooksId]:
    """Return which typed documents one of MobiWork may be, as both sides are compared.

    Money that is applied to an invoice pays that one, and no other may be meant.
    """
    if new.party is None:
        return []
    there = [
        _facts(own, (said.amount, said.amount - said.tax), said.day, said.party)
        for own, said in typed.items()
        if said.party == new.party and said.unapplied != 0 and said.dated
    ]
    here = _facts("", (new.amount, new.net), new.day.isoformat(), new.party)
    found = match_dated_apart([here], there, (), DOCUMENTS)
    return [pair.right for one in found for pair in one.pairs]


def _facts(own: str, amounts: tuple[Decimal, Decimal], day: str | None, party: str | None) -> Facts:
    total, net = map(str, amounts)
    said = {TOTAL: (total,), NET: (net,), DAY: (day or "",)}
    return Facts(own, own, said, {PARTY: (party or "",)})


@dataclass(frozen=True)
class Posted:
    """A posted document.

    day, number: when it is dated, and its QuickBooks id.
    flow: the flow that posted it.
    """

    day: date
    number: QuickBooksId
    flow: FlowName


type ByAmount = Mapping[Decimal, Sequence[Posted]]


def posted_about(
    connection_id: str,
    flows: frozenset[str],
    dated: Iterable[tuple[date, Decimal]],
    store: Store,
    *,
    before: timedelta = MONTH,
) -> ByAmount:
    """Return the documents of flows that come to what some do, of about the same days.

    Also those of which a change waits or was refused: they are in QuickBooks as they were posted.
    `before` is how long before each day they are looked for.
    """
    said = [*dated]
    amounts = frozenset(value for _, one in said for value in (one, -one))
    found = defaultdict[Decimal, list[Posted]](list)
    for first, last in _spans((day for day, _ in said), before):
        sought = Sought(first=first, last=last, flows=flows, amounts=amounts, unlisted=True)
        after: str | None = None
        while True:
            page = store.tracked.find(connection_id, sought, after=after, limit=PAGE)
            for one in page.records:
                if one.quickbooks_id and one.day and one.amount is not None:
                    posted = Posted(one.day, one.quickbooks_id, one.flow)
                    found[abs(one.amount)].append(posted)
            after = page.next
            if after is None:
                break
    return found


def _spans(days: Iterable[date], before: timedelta) -> Iterator[tuple[date, date]]:
    """Yield the days about some; no month is in two of them, for lists are read by months."""
    spans: list[tuple[date, date]] = []
    for day in sorted(days):
        first, last = _days_off(day, -before), _days_off(day, MONTH)
        if spans and first.replace(day=1) <= spans[-1][1]:
            first, _ = spans.pop()
        spans.append((first, last))
    return iter(spans)


def _days_off(day: date, far: timedelta) -> date:
    """Return the day that is so far from another, or the last one that there is."""
    try:
        return day + far
    except OverflowError:
        return date.min if far < timedelta(0) else date.max


def claimed(
    connection_id: str,
    target: str,
    quickbooks_ids: Iterable[QuickBooksId],
    owner: RecordKey,
    store: Store,
) -> set[QuickBooksId]:
    """Return which documents another record is, or may well be, that is not linked to any."""
    found = store.matches.of_quickbooks(connection_id, target, quickbooks_ids)
    others = {
        own: [one for one in some if one.owner != owner and own in _meant(one)]
        for own, some in found.items()
    }
    owners = {one.owner for some in others.values() for one in some}
    links = store.links.read_many(connection_id, owners) if owners else {}
    return {
        own
        for own, some in others.items()
        if any(not isinstance(links.get(one.owner), Link) for one in some)
    }


def _meant(match: Match) -> Sequence[QuickBooksId]:
    """Return which documents a match takes away from other records."""
    if match.decision is MatchDecision.SAME:
        return stands_for(match.target, match.chosen or "")
    sure = match.grade in {Grade.CERTAIN, Grade.LIKELY}
    return match.quickbooks_ids[:1] if sure and match.decision is MatchDecision.UNDECIDED else ()


def recurs(days: Sequence[date]) -> bool:
    """Tell whether days are as far apart as the last two, but for what is usual (`ABOUT`)."""
    apart = [(later - day).days for day, later in pairwise(days)]
    about = min(ABOUT, apart[-1] // DAYS_A_WEEK)
    return all(abs(one - apart[-1]) <= about for one in apart)


@dataclass
class Neighbours:
    """Documents of the party and amount of one, posted or typed, read at most once.

    Attributes:
        connection_id: Whose documents they are.
        new: The document of MobiWork.
        typed: Those that were typed, whose it may be.
        store: Where what is known of them is kept.
    """

    connection_id: str
    new: NewDocument
    typed: Mapping[QuickBooksId, SaidThere]
    store: Store

    def nobodys(self, some: Sequence[QuickBooksId], owner: RecordKey) -> list[QuickBooksId]:
        """Return which typed documents of other days are nobody else's."""
        if not some:
            return []
        taken = claimed(self.connection_id, self.new.target, some, owner, self.store)
        free = [own for own in some if own not in taken]
        return [own for own in free if not self._is_of_another(own)]

    def _is_of_another(self, own: QuickBooksId) -> bool:
        day = self.typed[own].dated
        if day is None or self._goes_on(own, day):
            return True
        far = abs(day - self.new.day)
        nearer = [link for each, link in self._posted if abs(day - each) < far]
        keys = [link.owner for link in nearer]
        said = self.store.matches.read_many(self.connection_id, self.new.target, keys)
        return any(not is_ruled_out(said.get(one), own) for one in keys)

    def _goes_on(self, own: QuickBooksId, day: date) -> bool:
        """Tell whether the later of both goes on in the rhythm of those before.

        What was typed between two that were posted is none of theirs, unless these came as often
        before: else it is one that was typed as well.
        """
        typed = {
            one.dated
            for other, one in self.typed.items()
            if other != own and one.party == self.new.party and one.dated
        }
        first, last = sorted((day, self.new.day))
        known = sorted({*typed, *(each for each, _ in self._posted)})
        before = [each for each in known if each < first][-2:]
        between = day == first and not typed.intersection(before[-1:])
        wanted = 2 if between else 1
        return len(before) >= wanted and recurs([*before[-wanted:], first, last])

    @cached_property
    def _posted(self) -> list[tuple[date, Link]]:
        new, target = self.new, self.new.target
        flows = frozenset(flow.name for flow in money_flows() if target in flow.targets)
        dated = [(new.day, new.amount), (_days_off(new.day, MONTH), new.amount)]
        before = 3 * MONTH + timedelta(days=2 * ABOUT)
        found = posted_about(self.connection_id, flows, dated, self.store, before=before)
        links = linked(self.connection_id, target, found.get(new.amount, ()), self.store)
        return [(day, one) for day, one in links if party_in(one.base) == new.party]


def linked(
    connection_id: str, target: str, some: Sequence[Posted], store: Store
) -> list[tuple[date, Link]]:
    """Return the links of posted documents that stand, each with its day."""
    owners = store.links.owners_of(connection_id, target, {one.number for one in some})
    links = store.links.read_many(connection_id, owners.values()) if owners else {}
    found = ((one, links.get(owners[one.number])) for one in some if one.number in owners)
    return [(one.day, link) for one, link in found if isinstance(link, Link) and not link.gone]
