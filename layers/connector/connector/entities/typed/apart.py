"""Documents that somebody typed in QuickBooks and dated up to a month off: whose they may be.

The rule is that of the comparison of both sides (`model/matching/dated_apart`), on what is
remembered: one party and one total, and nobody else's. Nobody's is what is no match of another
record, has no posted document of its party and total nearer to it, and is not the next one of those
that recur.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from connector.engine.stores import Store
from connector.entities.books import SaidThere, money_flows, party_in
from connector.entities.parties.merged import CUSTOMER, VENDOR
from connector.entities.typed.beside import said_to_be
from connector.entities.typed.compared import NewDocument, Typed, compared
from connector.model.flows.push_flow import AnyPushFlow
from connector.model.ids import FlowName, QuickBooksId
from connector.model.links import Link, RecordKey
from connector.model.matching.comparison import Grade, Pair
from connector.model.matching.evidence import APART, BANKED_AFTER, BANKED_BEFORE
from connector.model.matching.matches import (
    Candidate,
    Match,
    MatchDecision,
    is_elsewhere,
    is_ruled_out,
    stands_for,
)
from connector.model.matching.scoring import DAY, NUMBER, REFERENCE
from connector.model.tracking.tracked import Sought

if TYPE_CHECKING:
    from connector.model.matching.alike import Resemblance

MONTH = timedelta(days=APART)
ABOUT, DAYS_A_WEEK = 3, 7
"""What recurs is as many days apart as before, but for weekends and the lengths of months: three
days at most, and one of each week."""
NO_TIME, A_DAY = timedelta(0), timedelta(days=1)
WEEK = timedelta(days=BANKED_BEFORE), timedelta(days=BANKED_AFTER)
PAGE = 1_000
"""So many posted documents are read at once."""


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
        sought = Sought(first=first, last=last, flows=flows, amounts=amounts)
        for one, amount in _every(connection_id, sought, store):
            if amount is not None:
                found[abs(amount)].append(one)
    return found


def _every(
    connection_id: str, sought: Sought, store: Store
) -> Iterator[tuple[Posted, Decimal | None]]:
    """Yield all posted documents that are sought, of whichever page, each with what it comes to."""
    after: str | None = None
    while True:
        page = store.tracked.find(connection_id, sought, after=after, limit=PAGE)
        for one in page.records:
            if one.quickbooks_id and one.day:
                yield Posted(one.day, one.quickbooks_id, one.flow), one.amount
        after = page.next
        if after is None:
            return


def _spans(
    days: Iterable[date], before: timedelta, after: timedelta = MONTH
) -> Iterator[tuple[date, date]]:
    """Yield the days about some; no month is in two of them, for lists are read by months."""
    spans: list[tuple[date, date]] = []
    for day in sorted(days):
        first, last = _days_off(day, -before), _days_off(day, after)
        if spans and first.replace(day=1) <= _days_off(spans[-1][1], A_DAY):
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


@dataclass
class PostedOfParties:
    """The posted documents with which typed ones may have their party in common.

    A document may be several of them, or one of them otherwise: they are found by the name and the
    days, not by what they come to. What names nobody may be those of the days before it. Whoever
    is no customer or vendor that is linked has none. All are read, for the next may be the piece:
    so many as were posted to that customer, or to all in the months of those days; each day once.

    Attributes:
        connection_id: Whose they are.
        flows: The flows that posted them.
        store: Where what is known of them is kept.
        before: How long before what names somebody they may be dated; a month after it at most.
    """

    connection_id: str
    flows: frozenset[str]
    store: Store
    before: timedelta = MONTH
    _read: dict[str, set[date]] = field(default_factory=lambda: defaultdict(set))
    _known: dict[str, dict[QuickBooksId, Posted]] = field(default_factory=lambda: defaultdict(dict))

    def of(self, typed: Sequence[SaidThere]) -> list[Posted]:
        """Return those about the days of some typed documents, of their parties."""
        found = dict[QuickBooksId, Posted]()
        for name, days in self._days(typed).items():
            self._read_more(name, days - self._read[name])
            found |= {own: one for own, one in self._known[name].items() if one.day in days}
        return [*found.values()]

    def _read_more(self, name: str, days: Iterable[date]) -> None:
        for first, last in _spans(days, NO_TIME, NO_TIME):
            sought = Sought(first=first, last=last, flows=self.flows, customer=name or None)
            every = _every(self.connection_id, sought, self.store)
            self._known[name] |= {one.number: one for one, _ in every}
        self._read[name].update(days)

    def _days(self, typed: Sequence[SaidThere]) -> dict[str, set[date]]:
        """Return the days about typed documents, by the name of their party; empty for nobody."""
        found = defaultdict[str, set[date]](set)
        whose, known = {one.party for one in typed if one.party}, set[str]()
        for kind in (CUSTOMER, VENDOR) if whose else ():
            known |= {*self.store.links.owners_of(self.connection_id, kind, whose)}
        for said in typed:
            if said.dated and (said.party in known or said.party is None):
                name = (said.name or "") if said.party else ""
                reach = (self.before, MONTH) if name else WEEK
                found[name].update(days_about(said.dated, *reach))
        return found


def days_about(day: date, before: timedelta, after: timedelta) -> Iterator[date]:
    """Yield the days so long before a day and after it."""
    first, last = _days_off(day, -before), _days_off(day, after)
    return map(date.fromordinal, range(first.toordinal(), last.toordinal() + 1))


@dataclass
class Among:
    """Documents of a flow among those that were typed in QuickBooks.

    Attributes:
        connection_id: Whose they are.
        flow: The flow that posts them.
        store: Where what is known of them is kept.
    """

    connection_id: str
    flow: AnyPushFlow
    store: Store
    _free: set[QuickBooksId] = field(default_factory=set)

    def compared(
        self,
        news: Sequence[NewDocument],
        typed: Typed,
        apart: frozenset[tuple[str, str]],
        others: Sequence[NewDocument] = (),
    ) -> "Resemblance":
        """Compare some with what is typed and no other record's: linked to it, or said to be it."""
        target, owners = news[0].target, {one.owner for one in news}
        while True:
            alike = compared(news, typed, self.flow.name, others=others, apart=apart)
            meant = {
                own
                for one in alike.all_found().values()
                for each in alike.candidates(one)
                for own in stands_for(target, each.quickbooks_id)
            }
            taken = self._taken(target, meant - self._free, owners)
            self._free |= meant - taken
            if not taken:
                return alike
            typed = typed.without(taken)

    def _taken(
        self, target: str, some: set[QuickBooksId], owners: set[RecordKey]
    ) -> set[QuickBooksId]:
        own_kind = [own for own in some if not is_elsewhere(own)]
        linked = self.store.links.owners_of(self.connection_id, target, own_kind)
        said = said_to_be(self.connection_id, target, some, self.store)
        return {*linked, *(own for own, whose in said.items() if whose - owners)}

    def shown(self, new: NewDocument, typed: Typed, alike: "Resemblance") -> list[Candidate]:
        """Return what a document may be; of what is dated otherwise, what is nobody else's."""
        found = alike.all_found().get(new.id)
        if found is None:
            return []
        far = [pair.right for pair in found.pairs if _is_far(pair)]
        unapplied = [own for own in far if typed.said[own].unapplied != 0]
        near = Neighbours(self.connection_id, new, typed.coming_to(new), self.store)
        out = {*far}.difference(near.nobodys(unapplied, new.owner))
        return [one for one in alike.candidates(found) if one.quickbooks_id not in out]


def _is_far(pair: Pair) -> bool:
    """Tell whether two have no more in common than their party and total: a number tells more."""
    return DAY in pair.other and not {NUMBER, REFERENCE} & (pair.same | pair.near)
