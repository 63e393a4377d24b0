"""Documents that one side has as one and the other as several, whose amounts add up.

The office may have typed two visits of the field as one invoice, or one as two; one check may pay
several invoices. Posted beside them, the money would be in the books twice. Which belong together
only a person knows, so that such a match is never certain and nothing is linked: who says that it
is the same has nothing of it posted.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations

from connector.model.matching.comparison import KeyedFacts, compared, side_of
from connector.model.matching.evidence import LIKELY_REFERENCE, Facts, Table
from connector.model.matching.matches import NOBODY, Candidate, shown, whole_of
from connector.model.matching.scoring import CURRENCY, DAY, PARTY, TOTAL

APART = timedelta(days=31)
"""What was typed as one is dated no further apart: one bill for the visits of a month."""
MOST_OF_A_DAY = 8
"""Of so many documents of one day each choice is tried, of more only pairs and all of them."""
MOST_PIECES = 40
"""So many documents of one party, those of the nearest days, are tried for each one."""
MOST_WAYS = 20
"""So many ways in which a document may be the sum of others are shown."""
_PIECES_A_CENT = 2
"""Sales tax is rounded once for the whole and once for each piece: half a cent each."""


@dataclass(frozen=True, slots=True)
class _Addend:
    side: KeyedFacts
    cents: int
    day: date

    @property
    def facts(self) -> Facts:
        """What is said of the document."""
        return self.side.facts


type AddedUp = tuple[Facts, tuple[Facts, ...]]
"""A document of one side, and those of the other that add up to it."""


def found_together(
    sides: tuple[Sequence[Facts], Sequence[Facts]],
    table: Table,
    target: str,
    *,
    asked: AbstractSet[str],
    apart: AbstractSet[tuple[str, str]],
) -> dict[str, list[Candidate]]:
    """Return by MobiWork's id the QuickBooks documents that it may be a part of, or together.

    `asked` are the ids of those that this is asked of; others of their parties may be with them.
    `apart` are the pairs of ids of which a person said that they are not the same.
    """
    left, right = sides
    parties = frozenset(
        key for one in left if one.id in asked for key in _parties(side_of(one, table))
    )
    if not parties:
        return {}
    parts = _parts_of_one(_sums(right, left, table, parties), target, apart)
    several = _several_for_one(_sums(left, right, table, parties), target, apart)
    return {own: [*parts.get(own, ()), *several.get(own, ())] for own in parts | several}


def _sums(
    wholes: Iterable[Facts], pieces: Iterable[Facts], table: Table, parties: AbstractSet[str]
) -> Iterator[AddedUp]:
    """Yield documents with others of the same party and about the day that add up to them.

    One may be a piece of several. Those of other parties than some are passed over.
    """
    of_party = defaultdict[str, list[_Addend]](list)
    for piece in _measured(pieces, table, parties):
        for key in _parties(piece.side):
            of_party[key].append(piece)
    for whole in _measured(wholes, table, parties):
        near = {
            piece.facts.id: piece
            for key in _parties(whole.side)
            for piece in of_party.get(key, ())
            if piece.cents < whole.cents and abs(piece.day - whole.day) <= APART
        }
        of_one = [one for one in near.values() if _of_one_party(whole, one, table)]
        for some in _ways(whole, of_one):
            yield whole.facts, tuple(one.facts for one in some)


def _measured(some: Iterable[Facts], table: Table, parties: AbstractSet[str]) -> Iterator[_Addend]:
    """Yield what has a day and an amount and is of one of some parties, with both."""
    for facts in some:
        side = side_of(facts, table)
        if parties.isdisjoint(_parties(side)):
            continue
        totals, days = side.keys.get(TOTAL, ()), side.keys.get(DAY, ())
        if totals and days and (cents := int(Decimal(totals[0]) * 100)) > 0:
            yield _Addend(side, cents, date.fromisoformat(days[0]))


def _parties(side: KeyedFacts) -> list[str]:
    nobody = f"#{NOBODY.removeprefix(LIKELY_REFERENCE)}"
    return [one for one in side.keys.get(PARTY, ()) if one != nobody]


def _of_one_party(whole: _Addend, piece: _Addend, table: Table) -> bool:
    pair = compared(whole.side, piece.side, table, confirmed=False)
    return PARTY in pair.same | pair.near and CURRENCY not in pair.other


def _ways(whole: _Addend, near: Sequence[_Addend]) -> Iterator[tuple[_Addend, ...]]:
    """Yield the ways in which some add up to the whole, the fewest pieces first, each once."""
    nearest = sorted(near, key=lambda one: (abs(one.day - whole.day), one.facts.id))[:MOST_PIECES]
    ordered = sorted(nearest, key=lambda one: (one.day, one.facts.id))
    told = set[tuple[str, ...]]()
    for some in (*combinations(ordered, 2), *_of_days(ordered), *_in_a_row(ordered)):
        ids = tuple(one.facts.id for one in some)
        apart = abs(sum(one.cents for one in some) - whole.cents)
        if apart <= len(some) // _PIECES_A_CENT and ids not in told:
            told.add(ids)
            yield some


def _of_days(ordered: Sequence[_Addend]) -> Iterator[tuple[_Addend, ...]]:
    """Yield each choice of three or more of one day."""
    of_day = defaultdict[date, list[_Addend]](list)
    for one in ordered:
        of_day[one.day].append(one)
    for some in of_day.values():
        if len(some) <= MOST_OF_A_DAY:
            for count in range(3, len(some) + 1):
                yield from combinations(some, count)


def _in_a_row(ordered: Sequence[_Addend]) -> Iterator[tuple[_Addend, ...]]:
    """Yield three or more that follow each other."""
    for first in range(len(ordered)):
        for last in range(first + 3, len(ordered) + 1):
            yield tuple(ordered[first:last])


def _parts_of_one(
    found: Iterable[AddedUp], target: str, apart: AbstractSet[tuple[str, str]]
) -> dict[str, list[Candidate]]:
    parts = defaultdict[str, dict[str, Candidate]](dict)
    for whole, pieces in found:
        own = whole_of(target, [whole.id])
        if any((piece.id, own) in apart for piece in pieces):
            continue
        for piece in pieces:
            if own not in parts[piece.id]:
                others = [one for one in pieces if one.id != piece.id]
                parts[piece.id][own] = _part(own, piece, others, whole)
    return {own: [*some.values()] for own, some in parts.items()}


def _several_for_one(
    found: Iterable[AddedUp], target: str, apart: AbstractSet[tuple[str, str]]
) -> dict[str, list[Candidate]]:
    several = defaultdict[str, list[Candidate]](list)
    for whole, pieces in found:
        own = whole_of(target, [one.id for one in pieces])
        if (whole.id, own) not in apart and len(several[whole.id]) < MOST_WAYS:
            several[whole.id].append(_together(own, whole, pieces))
    return {own: some for own, some in several.items() if some}


def _part(own: str, piece: Facts, others: Sequence[Facts], whole: Facts) -> Candidate:
    ours = {
        TOTAL: " + ".join(shown(one, TOTAL) for one in (piece, *others)),
        DAY: ", ".join(dict.fromkeys(shown(one, DAY) for one in (piece, *others))),
    }
    together = _listed([one.label for one in others])
    return _candidate(own, f"{whole.label}, in which it may be with {together}", ours, whole)


def _together(own: str, whole: Facts, pieces: Sequence[Facts]) -> Candidate:
    theirs = {
        TOTAL: " + ".join(shown(one, TOTAL) for one in pieces),
        DAY: ", ".join(dict.fromkeys(shown(one, DAY) for one in pieces)),
    }
    ours = {fact: shown(whole, fact) for fact in theirs}
    label = f"{_listed([one.label for one in pieces])} together"
    return Candidate(own, label, *_sorted_out(ours, theirs, pieces[0]))


def _candidate(own: str, label: str, ours: Mapping[str, str], theirs: Facts) -> Candidate:
    there = {fact: shown(theirs, fact) for fact in ours}
    return Candidate(own, label, *_sorted_out(ours, there, theirs))


def _sorted_out(
    ours: Mapping[str, str], theirs: Mapping[str, str], named: Facts
) -> tuple[dict[str, str], dict[str, tuple[str, str]]]:
    same = {PARTY: shown(named, PARTY)} | {
        fact: text for fact, text in ours.items() if text == theirs[fact]
    }
    other = {fact: (text, theirs[fact]) for fact, text in ours.items() if text != theirs[fact]}
    return same, other


def _listed(labels: Sequence[str]) -> str:
    *first, last = labels
    return f"{', '.join(first)} and {last}" if first else last
