"""In which ways some amounts add up to another one: in few steps, and not any choice of many.

Any two are tried; three and more where they are of one day or follow each other, all or those of
one amount, for among twelve amounts nearly every one is the sum of some.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, chain, groupby

from connector.model.matching.sums import Addend

MOST_OF_A_DAY = 8
"""Of so many documents of one day each choice is tried, of more only pairs and all of them."""
_PIECES_A_CENT = 2
"""Sales tax is rounded once for the whole and once for each piece: half a cent each."""
_PAIR = 2


def ways(whole: Addend, pieces: Sequence[Addend], *, rows: bool) -> Iterator[tuple[int, ...]]:
    """Yield the places of those that add up to the whole, in order, pairs first, each once.

    `rows` is whether only those count that follow each other.
    """
    cents = [one.cents for one in pieces]
    if rows:
        yield from dict.fromkeys(_rows(whole.cents, cents))
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
    most = _PAIR // _PIECES_A_CENT
    for place, own in enumerate(cents):
        for rest in range(whole - own - most, whole - own + most + 1):
            yield from ((one, place) for one in before.get(rest, ()))
        before[own].append(place)


def _of_a_day(whole: int, cents: Sequence[int], places: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield each choice of three or more of one day; its place in `sums` says which it is of."""
    if not _PAIR < len(places) <= MOST_OF_A_DAY:
        return
    sums = [0]
    for place in places:
        sums += [one + cents[place] for one in sums]
    most = MOST_OF_A_DAY // _PIECES_A_CENT
    for chosen, total in enumerate(sums):
        if -most <= total - whole <= most:
            way = tuple(one for bit, one in enumerate(places) if chosen >> bit & 1)
            if len(way) > _PAIR and abs(total - whole) <= len(way) // _PIECES_A_CENT:
                yield way


def _in_a_row(whole: int, cents: Sequence[int], places: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield three or more that follow each other: the difference of two sums from the first on."""
    sums = [0, *accumulate(cents[place] for place in places)]
    most = len(places) // _PIECES_A_CENT
    for first, before in enumerate(sums):
        nearest = bisect_left(sums, before + whole - most, lo=min(first + _PAIR + 1, len(sums)))
        for last in range(nearest, bisect_right(sums, before + whole + most, lo=nearest)):
            if abs(sums[last] - before - whole) <= (last - first) // _PIECES_A_CENT:
                yield tuple(places[first:last])
