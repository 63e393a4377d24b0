"""Documents of one party and about one day whose amounts were typed nearly alike.

Rounded to whole dollars, or with two digits in each other's place; or the only two that are left,
less a discount, or a bill less what the vendor gave back, or with a fee or a tip. Whether it is
that only a person knows, so that none is ever certain.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from itertools import islice, product

from connector.model.matching.assignment import MOST_SHOWN, Matched, match, to_ask
from connector.model.matching.banked import day_and_cents
from connector.model.matching.comparison import Grade, KeyedFacts, Pair, compare, compared, side_of
from connector.model.matching.dated_apart import given
from connector.model.matching.evidence import (
    EXTERNAL_ID,
    Facts,
    Keys,
    Table,
    days_around,
    sorted_words,
)
from connector.model.matching.scoring import CURRENCY, DAY, PAID_INVOICE, PARTY, TOTAL
from connector.model.matching.together import MOST_PIECES

DOLLAR = 100

type Nearly = Callable[[int, int], bool]
"""Tells whether two amounts in cents may be one."""


def typed_nearly(ours: int, theirs: int) -> bool:
    """Tell whether an amount in cents is another one rounded, or with two digits exchanged.

    Or without its decimal point: 47.83 typed as 4,783.00, and 4,783.00 as 47.83.
    """
    if ours == theirs:
        return False
    if DOLLAR * min(ours, theirs) == max(ours, theirs):
        return True
    if theirs % DOLLAR == 0 and abs(ours - theirs) < DOLLAR:
        return True
    one, other = str(ours), str(theirs)
    differ = [place for place, pair in enumerate(zip(one, other, strict=False)) if len({*pair}) > 1]
    if len(one) != len(other) or len(differ) != 2:  # noqa: PLR2004 - two digits
        return False
    first, second = differ
    exchanged = one[first] == other[second] and one[second] == other[first]
    return second == first + 1 and exchanged


def match_nearly(  # noqa: PLR0913 - both sides, and how they are compared
    left: Iterable[Facts],
    right: Iterable[Facts],
    found: Sequence[Matched],
    table: Table,
    *,
    apart: AbstractSet[tuple[str, str]] = frozenset(),
    alike: Nearly = typed_nearly,
) -> list[Matched]:
    """Return which records without a match may be some whose amount was typed nearly alike.

    Or is as `alike` says. Of the right ones those that `found` gives to others are passed over.
    `apart` are pairs of which a person said that they are not the same.
    """
    if not {PARTY, DAY, TOTAL} <= table.rules.keys():
        return []
    taken = given(found)
    free = {one.id: side_of(one, table) for one in right if one.id not in taken}
    known = defaultdict[tuple[str, str], list[str]](list)
    for own, side in free.items():
        for key in product(_parties(side.keys), side.keys.get(DAY, ())):
            known[key].append(own)
    pairs_of = partial(_pairs, known, free, table, apart, alike)
    pairs = (
        (one.facts.id, tuple(islice(pairs_of(one), MOST_SHOWN)))
        for one in (side_of(each, table) for each in (left if known else ()))
    )
    return to_ask(pairs)


def with_doubles(
    found: Sequence[Matched],
    ours: Mapping[str, Facts],
    right: Sequence[Facts],
    table: Table,
    *,
    apart: AbstractSet[tuple[str, str]] = frozenset(),
) -> list[Matched]:
    """Return what was found, with what somebody typed beside a document that is tied by its id.

    Such a document is a record's for certain. One of the same party and total about its day, which
    is nobody's, may be the same entered by hand: a person looks at both.
    """
    there, taken = {one.id: one for one in right}, given(found)
    sure = (one for one in found if one.grade is Grade.CERTAIN)
    marked = {one.pairs[0].right: one for one in sure if EXTERNAL_ID in one.pairs[0].same}
    rest = [one for one in right if marked and one.hint is None and one.id not in taken]
    doubles = {
        marked[one.left].left: twice
        for one in match([there[own] for own in marked], rest, table)
        if (
            twice := [
                pair
                for pair in one.pairs
                if _is_double(pair) and (marked[one.left].left, pair.right) not in apart
            ]
        )
    }
    return [_also(one, doubles.get(one.left, ()), ours, there, table) for one in found]


def _also(
    found: Matched,
    doubles: Sequence[Pair],
    ours: Mapping[str, Facts],
    there: Mapping[str, Facts],
    table: Table,
) -> Matched:
    if not doubles:
        return found
    also = (compare(ours[found.left], there[one.right], table) for one in doubles)
    return Matched(found.left, Grade.LIKELY, (*found.pairs, *also))


def _is_double(pair: Pair) -> bool:
    """Tell whether two documents of QuickBooks may be one that was entered twice."""
    differs = {DAY, CURRENCY, PAID_INVOICE} & pair.other
    return {PARTY, TOTAL} <= pair.same and not differs


def differing(most: int) -> Nearly:
    """Return what tells whether one of two amounts in cents is less by so many per cent at most."""

    def tells(ours: int, theirs: int) -> bool:
        less, more = sorted((ours, theirs))
        return less < more and (more - less) * 100 <= more * most

    return tells


def only_ones(some: Iterable[Matched]) -> list[Matched]:
    """Return those that may be one other record, which is none of the others."""
    told = [one for one in some if len(one.pairs) == 1]
    count = Counter(one.pairs[0].right for one in told)
    return [one for one in told if count[one.pairs[0].right] == 1]


def _pairs(  # noqa: PLR0913, PLR0917 - the others, how they are compared, and a record
    known: dict[tuple[str, str], list[str]],
    free: dict[str, KeyedFacts],
    table: Table,
    apart: AbstractSet[tuple[str, str]],
    nearly: Nearly,
    one: KeyedFacts,
) -> Iterator[Pair]:
    told = day_and_cents(one)
    days = [near for day in one.keys.get(DAY, ()) for near in days_around(day)]
    near = dict.fromkeys(
        own
        for key in (product(_parties(one.keys), days) if told else ())
        for own in known.get(key, ())[:MOST_PIECES]
    )
    for own in near:
        theirs = day_and_cents(free[own])
        if told and theirs and nearly(told[1], theirs[1]):
            pair = compared(one, free[own], table, confirmed=False)
            alike = PARTY in pair.same | pair.near and CURRENCY not in pair.other
            if alike and (one.facts.id, own) not in apart:
                yield pair


def _parties(keys: Keys) -> list[str]:
    return sorted({*map(sorted_words, keys.get(PARTY, ()))})
