"""Documents that one side has as one and the other as several, whose amounts add up.

The office may have typed two visits of the field as one invoice, or one as two; one check may pay
several invoices. Posted beside them, the money would be in the books twice. Which belong together
only a person knows, so that such a match is never certain and nothing is linked: who says that it
is the same has nothing of it posted.
"""

from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from heapq import nsmallest
from itertools import chain, islice

from connector.model.matching.comparison import KeyedFacts, compared, side_of
from connector.model.matching.evidence import (
    APART,
    EXTERNAL_ID,
    IN_A_YEAR,
    LIKELY_REFERENCE,
    Facts,
    Table,
)
from connector.model.matching.matches import NOBODY, Candidate, whole_of
from connector.model.matching.scoring import CURRENCY, DAY, PAID_INVOICE, PARTY, TOTAL
from connector.model.matching.sums import AddedUp, Addend, told_sum, ways

MOST_PIECES = 64
"""So many documents of one party, those of the nearest days, are tried for each one."""
MOST_WAYS = 20
"""So many ways in which a document may be a part of others or their sum are shown."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Which documents may be together one of another day.

    Attributes:
        days: How far they may be dated from it; None for any day.
        rows: Whether only those count that follow each other, all or those of one amount, three and
            more; and two of which one is dated about it, as what was paid down and the balance.
    """

    days: int | None
    rows: bool = False


ABOUT = Reach(APART)
A_YEAR = Reach(IN_A_YEAR, rows=True)
"""The visits of a quarter, or of a contract of a year, that are one invoice before or after; or
what was paid down, and the balance."""
ANY_DAY = Reach(None)
"""What is owed at the end of a year may be entered then, whenever it came to be."""
MOST_CREDITS = 8
"""So many credits of one party are tried for each document, those of the nearest days."""
_COUNTS = frozenset({PARTY, CURRENCY, TOTAL, DAY, EXTERNAL_ID})


@dataclass(frozen=True, slots=True)
class _Account:
    """The documents of one side of which the same is said of party and currency.

    Attributes:
        side: One of them, which is compared for all of them.
        documents: Those of them, in no order.
    """

    side: KeyedFacts
    documents: list[Addend] = field(default_factory=list)


def found_together(  # noqa: PLR0913 - both sides, and how they are compared
    sides: tuple[Sequence[Facts], Sequence[Facts]],
    table: Table,
    target: str,
    *,
    asked: AbstractSet[str],
    apart: AbstractSet[tuple[str, str]],
    reach: Reach = ABOUT,
    less: Sequence[Facts] = (),
) -> dict[str, list[Candidate]]:
    """Return by MobiWork's id the QuickBooks documents that it may be a part of, or together.

    `asked` are the ids of those that this is asked of; others of their parties may be with them.
    `apart` are the pairs of ids of which a person said that they are not the same. `less` are
    credits of MobiWork, which may be taken off the sum of others; those that name invoices only
    with one of these.
    """
    left, right = sides
    said = replace(table, rules={own: one for own, one in table.rules.items() if own in _COUNTS})
    wanted = (side_of(one, said) for one in left if one.id in asked)
    parties = frozenset(key for side in wanted for key in _parties(side))
    if not parties:
        return {}
    ours, theirs = _accounts(left, said, parties), _accounts(right, said, parties)
    off = _accounts(less, said, parties, sign=-1)
    far = reach if reach.days is None else replace(reach, days=IN_A_YEAR)
    sought = ((ours, reach), (off, far))
    meeting = (_meeting(theirs, some, said, one) for some, one in sought)
    credited = zip(*meeting, strict=True) if off else ()
    found = defaultdict[str, list[AddedUp]](list)
    for own, one in chain(
        _parts_of_one(_meeting(theirs, ours, said, reach), target, asked, apart),
        _several_for_one(_meeting(_only(asked, ours), theirs, said, reach), target, apart),
        _less_credits(credited, target, asked, apart),
    ):
        insort(found[own], one, key=lambda each: each.rank)
        del found[own][MOST_WAYS:]
    return {own: [told_sum(own, one, target) for one in some] for own, some in found.items()}


def _accounts(
    some: Iterable[Facts], table: Table, parties: AbstractSet[str], *, sign: int = 1
) -> Sequence[_Account]:
    """Return what has a day and an amount and is of one of some parties, by what it says of it."""
    found = dict[object, _Account]()
    for facts in some:
        side = side_of(facts, table)
        totals, days = side.keys.get(TOTAL, ()), side.keys.get(DAY, ())
        if parties.isdisjoint(_parties(side)) or not totals or not days:
            continue
        if (cents := int(Decimal(totals[0]) * 100) * sign) > 0:
            whose = tuple((facts.refers.get(one), side.keys.get(one)) for one in (PARTY, CURRENCY))
            one = Addend(facts, cents, date.fromisoformat(days[0]).toordinal())
            found.setdefault(whose, _Account(side)).documents.append(one)
    return [*found.values()]


def _only(asked: AbstractSet[str], accounts: Iterable[_Account]) -> Iterator[_Account]:
    for account in accounts:
        if some := [one for one in account.documents if one.facts.id in asked]:
            yield _Account(account.side, some)


def _parties(side: KeyedFacts) -> list[str]:
    nobody = f"#{NOBODY.removeprefix(LIKELY_REFERENCE)}"
    return [one for one in side.keys.get(PARTY, ()) if one != nobody]


class _Days:
    """The documents of one party by their days."""

    def __init__(self, some: Iterable[Addend], reach: Reach) -> None:
        self._of, self.reach = defaultdict[int, list[Addend]](list), reach
        for one in sorted(some, key=lambda one: one.facts.id):
            self._of[one.day].append(one)
        self._days = sorted(self._of)
        self._least = {day: min(one.cents for one in each) for day, each in self._of.items()}

    def about(self, whole: Addend, without: AbstractSet[str] = frozenset()) -> list[Addend]:
        """Return what may be a piece of a whole, of the nearest days, in the order of days."""
        found = list[Addend]()
        for days in self._nearest(whole.day):
            some = chain.from_iterable(self._smaller(day, whole.cents, without) for day in days)
            left = MOST_PIECES - len(found)
            found += sorted(some, key=lambda one: one.facts.id)[:left]
            if len(found) == MOST_PIECES:
                break
        return sorted(found, key=lambda one: (one.day, one.facts.id))

    def nearest(self, whole: Addend) -> list[Addend]:
        """Return all documents within reach of a whole, those of the nearest days first."""
        return [one for days in self._nearest(whole.day) for day in days for one in self._of[day]]

    def _nearest(self, middle: int) -> Iterator[list[int]]:
        """Yield the days within reach that have documents, those that are as far away together."""
        place, most = bisect_left(self._days, middle), self.reach.days
        before, after = place - 1, place
        while before >= 0 or after < len(self._days):
            ends = [self._days[one] for one in (before, after) if 0 <= one < len(self._days)]
            apart = min(abs(day - middle) for day in ends)
            if most is not None and apart > most:
                return
            days = [day for day in ends if abs(day - middle) == apart]
            before -= any(day < middle for day in days)
            after += any(day >= middle for day in days)
            yield days

    def _smaller(self, day: int, cents: int, without: AbstractSet[str]) -> Iterable[Addend]:
        if self._least.get(day, cents) >= cents:
            return ()
        some = self._of[day]
        smaller = (one for one in some if one.cents < cents and one.facts.id not in without)
        return islice(smaller, MOST_PIECES)


def _meeting(
    wholes: Iterable[_Account], pieces: Iterable[_Account], table: Table, reach: Reach
) -> Iterator[tuple[Addend, _Days]]:
    """Yield each document of one side with those of its party of the other one.

    Who shares a party is decided once for all documents of two accounts.
    """
    of_party = defaultdict[str, list[_Account]](list)
    for account in pieces:
        for key in _parties(account.side):
            of_party[key].append(account)
    for account in wholes:
        known = {
            id(one): one for key in _parties(account.side) for one in of_party.get(key, ())
        }.values()
        of_one = [one for one in known if _of_one_party(account.side, one.side, table)]
        days = _Days((each for one in of_one for each in one.documents), reach)
        yield from ((whole, days) for whole in account.documents)


def _of_one_party(whole: KeyedFacts, piece: KeyedFacts, table: Table) -> bool:
    pair = compared(whole, piece, table, confirmed=False)
    return PARTY in pair.same | pair.near and CURRENCY not in pair.other


def _parts_of_one(
    near: Iterable[tuple[Addend, _Days]],
    target: str,
    asked: AbstractSet[str],
    apart: AbstractSet[tuple[str, str]],
) -> Iterator[tuple[str, AddedUp]]:
    """Yield by those asked about what each may be a part of, once for each whole."""
    said = defaultdict[str, set[str]](set)
    for piece_id, own in apart:
        said[own].add(piece_id)
    for whole, days in near:
        own = whole_of(target, [whole.facts.id])
        pieces = days.about(whole, said.get(own, frozenset()))
        left = {place for place, one in enumerate(pieces) if one.facts.id in asked}
        for way in ways(whole, pieces, rows=days.reach.rows) if left else ():
            together = tuple(pieces[place] for place in way)
            for one in (pieces[place] for place in left.intersection(way)):
                yield one.facts.id, AddedUp(own, abs(one.day - whole.day), whole, together)
            left.difference_update(way)
            if not left:
                break


def _less_credits(
    near: Iterable[tuple[tuple[Addend, _Days], ...]],
    target: str,
    asked: AbstractSet[str],
    apart: AbstractSet[tuple[str, str]],
) -> Iterator[tuple[str, AddedUp]]:
    """Yield by those asked about what each may be a part of with a credit taken off."""
    for (whole, days), (_, credited) in near:
        own = whole_of(target, [whole.facts.id])
        off = (one for one in credited.nearest(whole) if _may_be_off(one, whole, days.reach))
        for credit in islice(off, MOST_CREDITS):
            for some in _gross(whole, credit, days):
                for one in some:
                    if one.facts.id in asked and (one.facts.id, own) not in apart:
                        away = abs(one.day - whole.day)
                        yield one.facts.id, AddedUp(own, away, whole, (*some, credit))


def _may_be_off(credit: Addend, whole: Addend, reach: Reach) -> bool:
    """Tell whether a credit is about the day, or was given before on an invoice that it names."""
    if reach.days is None or abs(credit.day - whole.day) <= reach.days:
        return True
    return bool(credit.facts.refers.get(PAID_INVOICE)) and credit.day < whole.day


def _gross(whole: Addend, credit: Addend, days: _Days) -> Iterator[tuple[Addend, ...]]:
    """Yield one document, or several, that come to a whole less a credit of one of them."""
    gross = replace(whole, cents=whole.cents + credit.cents)
    pieces = days.about(replace(gross, cents=gross.cents + 1))
    alone = ((place,) for place, one in enumerate(pieces) if one.cents == gross.cents)
    named = {*credit.facts.refers.get(PAID_INVOICE, ())}
    for way in chain(alone, ways(gross, pieces, rows=days.reach.rows)):
        some = tuple(pieces[place] for place in way)
        if not named or not named.isdisjoint(one.facts.id for one in some):
            yield some


def _several_for_one(
    near: Iterable[tuple[Addend, _Days]], target: str, apart: AbstractSet[tuple[str, str]]
) -> Iterator[tuple[str, AddedUp]]:
    """Yield those of the other side that may be each document together, the nearest ways only."""
    said = Counter(own for own, _ in apart)
    for whole, days in near:
        pieces = days.about(whole)
        away = [abs(one.day - whole.day) for one in pieces]
        found = ways(whole, pieces, rows=days.reach.rows)
        farthest = ((max(away[way[0]], away[way[-1]]), len(way), way) for way in found)
        for most, _, way in nsmallest(MOST_WAYS + said[whole.facts.id], farthest):
            together = tuple(pieces[place] for place in way)
            own = whole_of(target, [one.facts.id for one in together])
            if (whole.facts.id, own) not in apart:
                yield whole.facts.id, AddedUp(own, most, whole, together)
