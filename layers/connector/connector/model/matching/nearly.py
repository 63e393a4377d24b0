"""Documents of one party and about one day whose amounts were typed nearly alike.

Rounded to whole dollars, or with two digits in each other's place. Whether it is that only a person
knows, so that none is ever certain.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import islice, product

from connector.model.matching.assignment import MOST_SHOWN, Matched
from connector.model.matching.banked import day_and_cents
from connector.model.matching.comparison import Grade, KeyedFacts, Pair, compared, side_of
from connector.model.matching.dated_apart import given
from connector.model.matching.evidence import Facts, Keys, Table, days_around, sorted_words
from connector.model.matching.scoring import CURRENCY, DAY, PARTY, TOTAL
from connector.model.matching.together import MOST_PIECES

DOLLAR = 100


def match_nearly(
    left: Iterable[Facts],
    right: Iterable[Facts],
    found: Sequence[Matched],
    table: Table,
    *,
    apart: AbstractSet[tuple[str, str]] = frozenset(),
) -> list[Matched]:
    """Return which records without a match may be some whose amount was typed nearly alike.

    Of the right ones those that `found` gives to others are passed over. `apart` are pairs of which
    a person said that they are not the same.
    """
    if not {PARTY, DAY, TOTAL} <= table.rules.keys():
        return []
    taken = given(found)
    free = {one.id: side_of(one, table) for one in right if one.id not in taken}
    known = defaultdict[tuple[str, str], list[str]](list)
    for own, side in free.items():
        for key in product(_parties(side.keys), side.keys.get(DAY, ())):
            known[key].append(own)
    pairs = (
        (one.facts.id, tuple(islice(_pairs(one, known, free, table, apart), MOST_SHOWN)))
        for one in (side_of(each, table) for each in (left if known else ()))
    )
    return [
        Matched(own, Grade.CONTRADICTS if len(some) == 1 else Grade.SEVERAL, some)
        for own, some in pairs
        if some
    ]


def typed_nearly(ours: int, theirs: int) -> bool:
    """Tell whether an amount in cents is another one rounded, or with two digits exchanged."""
    if ours == theirs:
        return False
    if theirs % DOLLAR == 0 and abs(ours - theirs) < DOLLAR:
        return True
    one, other = str(ours), str(theirs)
    differ = [place for place, pair in enumerate(zip(one, other, strict=False)) if len({*pair}) > 1]
    if len(one) != len(other) or len(differ) != 2:  # noqa: PLR2004 - two digits
        return False
    first, second = differ
    exchanged = one[first] == other[second] and one[second] == other[first]
    return second == first + 1 and exchanged


def _pairs(
    one: KeyedFacts,
    known: dict[tuple[str, str], list[str]],
    free: dict[str, KeyedFacts],
    table: Table,
    apart: AbstractSet[tuple[str, str]],
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
        if told and theirs and typed_nearly(told[1], theirs[1]):
            pair = compared(one, free[own], table, confirmed=False)
            alike = PARTY in pair.same | pair.near and CURRENCY not in pair.other
            if alike and (one.facts.id, own) not in apart:
                yield pair


def _parties(keys: Keys) -> list[str]:
    return sorted({*map(sorted_words, keys.get(PARTY, ()))})
