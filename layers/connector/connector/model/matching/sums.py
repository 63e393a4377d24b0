"""In which ways amounts add up to another one, and how a person is asked about such documents.

Any two are tried; three and more where they are of one day or follow each other, all or those of
one amount, for among twelve amounts nearly every one is the sum of some.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, groupby

from connector.model.matching.evidence import APART, Facts
from connector.model.matching.matches import LESS, SUM, Candidate, is_part, shown
from connector.model.matching.scoring import DAY, PARTY, TOTAL

MOST_OF_A_DAY = 8
"""Of so many documents of one day each choice is tried, of more only pairs and all of them."""
_PIECES_A_CENT = 2
"""Sales tax is rounded once for the whole and once for each piece: half a cent each."""
PAIR = 2
MOST_TOLD = 7
"""So many pieces are named, of more the first ones."""


@dataclass(frozen=True, slots=True)
class Addend:
    """A document with its amount.

    Attributes:
        facts: What is known of it.
        cents: Its amount in hundredths of the currency.
        day: Its day as a number, so that days can be counted.
    """

    facts: Facts
    cents: int
    day: int


@dataclass(frozen=True, slots=True)
class AddedUp:
    """A document of one side, and those of the other that add up to it.

    Attributes:
        own: The id by which it is chosen.
        apart: How many days lie between the record that is asked about and those of the other side.
        whole: The document that the others add up to.
        pieces: Those others.
    """

    own: str
    apart: int
    whole: Addend
    pieces: tuple[Addend, ...]

    @property
    def rank(self) -> tuple[int, int]:
        """Order sums by their days, then the fewest pieces first."""
        return self.apart, len(self.pieces)


def told_sum(own: str, one: AddedUp, target: str) -> Candidate:
    """Return what a person sees of a sum, by the id of the record that is asked about."""
    pieces = [each.facts for each in one.pieces]
    if not is_part(target, one.own):
        return _together(one.own, one.whole.facts, pieces)
    [piece] = (each for each in pieces if each.id == own)
    return _part(one.own, piece, [each for each in pieces if each.id != own], one.whole.facts)


def _part(own: str, piece: Facts, others: Sequence[Facts], whole: Facts) -> Candidate:
    ours = {
        TOTAL: SUM.join(shown(one, TOTAL) for one in (piece, *others)).replace(f"{SUM}-", LESS),
        DAY: ", ".join(dict.fromkeys(shown(one, DAY) for one in (piece, *others))),
    }
    together = _listed([one.label for one in others])
    return _candidate(own, f"{whole.label}, in which it may be with {together}", ours, whole)


def _together(own: str, whole: Facts, pieces: Sequence[Facts]) -> Candidate:
    theirs = {
        TOTAL: SUM.join(shown(one, TOTAL) for one in pieces),
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
    whose = {PARTY: shown(named, PARTY)} if shown(named, PARTY) else {}
    same = whose | {fact: text for fact, text in ours.items() if text == theirs[fact]}
    other = {fact: (text, theirs[fact]) for fact, text in ours.items() if text != theirs[fact]}
    return same, other


def _listed(labels: Sequence[str]) -> str:
    if len(labels) > MOST_TOLD:
        return f"{', '.join(labels[:MOST_TOLD])} and {len(labels) - MOST_TOLD} others"
    *first, last = labels
    return f"{', '.join(first)} and {last}" if first else last


def ways(whole: Addend, pieces: Sequence[Addend], *, rows: bool) -> Iterator[tuple[int, ...]]:
    """Yield the places of those that add up to the whole, in order, pairs first, each once.

    `rows` is whether only those count that follow each other, and two of which one is about it, or
    that are all there is.
    """
    cents = [one.cents for one in pieces]
    if rows:
        all_there_is = len(pieces) == PAIR
        about = [all_there_is or abs(one.day - whole.day) <= APART for one in pieces]
        pairs = (way for way in _pairs(whole.cents, cents) if any(about[place] for place in way))
        yield from chain(pairs, dict.fromkeys(_rows(whole.cents, cents)))
        return
    yield from _pairs(whole.cents, cents)
    yield from dict.fromkeys(chain(_of_days(whole.cents, pieces), _rows(whole.cents, cents)))


def pairs_and_days(whole: Addend, pieces: Sequence[Addend]) -> Iterator[tuple[int, ...]]:
    """Yield the places of two, or of more of one day, that add up to the whole."""
    yield from _pairs(whole.cents, [one.cents for one in pieces])
    yield from _of_days(whole.cents, pieces)


def _of_days(whole: int, pieces: Sequence[Addend]) -> Iterator[tuple[int, ...]]:
    cents = [one.cents for one in pieces]
    days = groupby(range(len(pieces)), key=lambda place: pieces[place].day)
    yield from chain.from_iterable(_of_a_day(whole, cents, [*some]) for _, some in days)


def _rows(whole: int, cents: Sequence[int]) -> Iterator[tuple[int, ...]]:
    yield from _in_a_row(whole, cents, range(len(cents)))
    for some in _of_one_amount(cents):
        yield from _in_a_row(whole, cents, some)


def _of_one_amount(cents: Sequence[int]) -> Iterable[Sequence[int]]:
    """Return the places of each amount: the visits of one kind, whatever comes between them."""
    found = defaultdict[int, list[int]](list)
    for place, own in enumerate(cents):
        found[own].append(place)
    return found.values()


def _pairs(whole: int, cents: Sequence[int]) -> Iterator[tuple[int, int]]:
    before = defaultdict[int, list[int]](list)
    most = PAIR // _PIECES_A_CENT
    for place, own in enumerate(cents):
        for rest in range(whole - own - most, whole - own + most + 1):
            yield from ((one, place) for one in before.get(rest, ()))
        before[own].append(place)


def _of_a_day(whole: int, cents: Sequence[int], places: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield each choice of three or more of one day; its place in `sums` says which it is of."""
    if not PAIR < len(places) <= MOST_OF_A_DAY:
        return
    sums = [0]
    for place in places:
        sums += [one + cents[place] for one in sums]
    most = MOST_OF_A_DAY // _PIECES_A_CENT
    for chosen, total in enumerate(sums):
        if -most <= total - whole <= most:
            way = tuple(one for bit, one in enumerate(places) if chosen >> bit & 1)
            if len(way) > PAIR and abs(total - whole) <= len(way) // _PIECES_A_CENT:
                yield way


def _in_a_row(whole: int, cents: Sequence[int], places: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield three or more that follow each other: the difference of two sums from the first on."""
    sums = [0, *accumulate(cents[place] for place in places)]
    most = len(places) // _PIECES_A_CENT
    for first, before in enumerate(sums):
        nearest = bisect_left(sums, before + whole - most, lo=min(first + PAIR + 1, len(sums)))
        for last in range(nearest, bisect_right(sums, before + whole + most, lo=nearest)):
            if abs(sums[last] - before - whole) <= (last - first) // _PIECES_A_CENT:
                yield tuple(places[first:last])
