"""Documents of one party and one total that each side dates otherwise, up to a month apart.

So are those of one total without sales tax: the office may have typed it without any.

The field dates a visit, the office the day on which it typed the invoice. What has nothing nearer
may be one of those that are nobody's yet; which one only a person knows, so that none is ever
certain.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from datetime import date
from itertools import islice, product, takewhile

from connector.model.matching.assignment import MOST_SHOWN, Matched, to_ask
from connector.model.matching.comparison import Grade, KeyedFacts, Pair, compared, side_of
from connector.model.matching.evidence import (
    APART,
    IN_A_YEAR,
    Facts,
    Keys,
    Table,
    amount_key,
    is_one_number,
    number_key,
    number_tail,
    sorted_words,
)
from connector.model.matching.scoring import (
    CURRENCY,
    DAY,
    NET,
    NUMBER,
    PAID_INVOICE,
    PARTY,
    REFERENCE,
    TOTAL,
)

type _Dated = tuple[date, str]
"""A day of a document, and its id."""


def match_dated_apart(  # noqa: PLR0913 - both sides, and how they are compared
    left: Iterable[Facts],
    right: Iterable[Facts],
    found: Sequence[Matched],
    table: Table,
    *,
    apart: AbstractSet[tuple[str, str]] = frozenset(),
    within: int | None = APART,
) -> list[Matched]:
    """Return which records without a match may be some that were dated so many days off, or any.

    The left ones are those without a match; of the right ones those that `found` gives to others
    are passed over. `apart` are pairs of which a person said that they are not the same.
    """
    if not {PARTY, DAY, TOTAL} <= table.rules.keys():
        return []
    taken = given(found)
    free = {one.id: side_of(one, table) for one in right if one.id not in taken}
    dated = defaultdict[str, list[_Dated]](list)
    for own, side in free.items():
        for key, day in product(_of_whom_and_how_much(side), _days(side.keys)):
            dated[key].append((day, own))
    for some in dated.values():
        some.sort()
    sides = (side_of(each, table) for each in left)
    return to_ask((one.facts.id, _pairs(one, dated, free, table, apart, within)) for one in sides)


type KeysOf = Callable[[KeyedFacts], Iterable[object]]
"""Tells by what a document is found."""


def match_numbered(
    left: Iterable[Facts],
    right: Iterable[Facts],
    table: Table,
    *,
    apart: AbstractSet[tuple[str, str]] = frozenset(),
) -> list[Matched]:
    """Return which records bear the number of some of their party, a month off, whatever these say.

    A credit may have been taken off, or something added. `apart` are pairs of which a person said
    that they are not the same.
    """
    found = _about_a_month(left, right, table, _whose_number, apart)
    return _matched(found, lambda one, side, pair: _may_be(pair) and _is_one_number(one, side))


def match_paying(
    left: Iterable[Facts],
    right: Iterable[Facts],
    table: Table,
    *,
    apart: AbstractSet[tuple[str, str]] = frozenset(),
) -> list[Matched]:
    """Return which payments may be some of the same invoice, a month off, whatever they come to."""
    found = _about_a_month(left, right, table, lambda side: side.keys.get(PAID_INVOICE, ()), apart)
    return _matched(found, lambda _one, _side, pair: not {PARTY, CURRENCY} & pair.other)


def match_by_amount(
    left: Iterable[Facts],
    right: Iterable[Facts],
    table: Table,
    apart: AbstractSet[tuple[str, str]],
) -> list[Matched]:
    """Return which records may be some of their party and amount within a year.

    Where one of both names no party, within a month. `apart` are pairs of which a person said that
    they are not the same.
    """
    found = _about(left, right, table, lambda side: side.keys.get(TOTAL, ()), apart, IN_A_YEAR)

    def may_be(one: KeyedFacts, side: KeyedFacts, pair: Pair) -> bool:
        if CURRENCY in pair.other or PARTY in pair.other:
            return False
        return PARTY in pair.same or _days_between(one, side) <= APART

    return _matched(found, may_be)


def _days_between(one: KeyedFacts, side: KeyedFacts) -> int:
    both = product(_days(one.keys), _days(side.keys))
    return min(abs(day - other).days for day, other in both)


def _about_a_month(
    left: Iterable[Facts],
    right: Iterable[Facts],
    table: Table,
    keys_of: KeysOf,
    apart: AbstractSet[tuple[str, str]],
) -> Iterator[tuple[KeyedFacts, KeyedFacts, Pair]]:
    """Yield records with those that share a key of theirs and are dated a month off at most."""
    return _about(left, right, table, keys_of, apart, APART)


def _about(  # noqa: PLR0913, PLR0917 - both sides, and how they are compared
    left: Iterable[Facts],
    right: Iterable[Facts],
    table: Table,
    keys_of: KeysOf,
    apart: AbstractSet[tuple[str, str]],
    within: int,
) -> Iterator[tuple[KeyedFacts, KeyedFacts, Pair]]:
    """Yield records with those that share a key of theirs and are dated so many days off."""
    ours = [side_of(each, table) for each in left]
    wanted = {key for one in ours for key in keys_of(one)}
    known = defaultdict[object, list[KeyedFacts]](list)
    for side in (side_of(one, table) for one in (right if wanted else ())):
        for key in wanted.intersection(keys_of(side)):
            known[key].append(side)
    for one in ours:
        others = {side.facts.id: side for key in keys_of(one) for side in known.get(key, ())}
        for own, side in others.items():
            days = product(_days(one.keys), _days(side.keys))
            about = any(abs(day - other).days <= within for day, other in days)
            if about and (one.facts.id, own) not in apart:
                yield one, side, compared(one, side, table, confirmed=False)


def _matched(
    found: Iterable[tuple[KeyedFacts, KeyedFacts, Pair]],
    may_be: Callable[[KeyedFacts, KeyedFacts, Pair], bool],
) -> list[Matched]:
    pairs = defaultdict[str, list[Pair]](list)
    for one, side, pair in found:
        if len(pairs[one.facts.id]) < MOST_SHOWN and may_be(one, side, pair):
            pairs[one.facts.id].append(pair)
    return [Matched(own, Grade.CONTRADICTS, tuple(some)) for own, some in pairs.items() if some]


def _whose_number(side: KeyedFacts) -> Iterable[object]:
    tails = {number_tail(number_key(one)) for one in _numbers(side)}
    return product(side.keys.get(PARTY, ()), tails)


def _numbers(side: KeyedFacts) -> tuple[str, ...]:
    """Return the numbers of a document; of a payment, its references."""
    said = side.facts.said
    return said.get(NUMBER) or said.get(REFERENCE, ())


def _is_one_number(one: KeyedFacts, side: KeyedFacts) -> bool:
    return any(is_one_number(*both) for both in product(_numbers(one), _numbers(side)))


def given(found: Iterable[Matched]) -> set[str]:
    """Return the right records that are given away: each left one that may be several has one."""
    sure, several = {Grade.CERTAIN, Grade.LIKELY}, [*found]
    taken = {one.pairs[0].right for one in several if one.grade in sure}
    for one in several:
        if one.grade not in sure:
            alike = (pair.right for pair in one.pairs if TOTAL in pair.same)
            taken |= {*islice((each for each in alike if each not in taken), 1)}
    return taken


def _pairs(  # noqa: PLR0913, PLR0917 - a record, the others, and how they are compared
    one: KeyedFacts,
    dated: dict[str, list[_Dated]],
    free: dict[str, KeyedFacts],
    table: Table,
    apart: AbstractSet[tuple[str, str]],
    within: int | None,
) -> tuple[Pair, ...]:
    """Return a record's pairs, the nearest day first."""
    far = dict[str, int]()
    for key, day in product(_of_whom_and_how_much(one), _days(one.keys)):
        for other, own in _nearest(dated.get(key, ()), day, within):
            days = abs(other - day).days
            far[own] = min(days, far.get(own, days))
    nearest = sorted(far, key=lambda own: (far[own], own))
    pairs = (
        compared(one, free[own], table, confirmed=False)
        for own in nearest
        if (one.facts.id, own) not in apart
    )
    return tuple(islice(filter(_may_be, pairs), MOST_SHOWN))


def _nearest(some: Sequence[_Dated], day: date, within: int | None) -> Iterator[_Dated]:
    """Yield those about a day, of thousands only the nearest before it and from it on.

    And those of a day that was typed wrongly for it.
    """
    place = bisect_left(some, (day, ""))
    for one in some[max(0, place - MOST_SHOWN) : place + MOST_SHOWN]:
        if within is None or abs(one[0] - day).days <= within:
            yield one
    for other in _mistyped(day):
        place = bisect_left(some, (other, ""))
        yield from takewhile(lambda one: one[0] == other, some[place : place + MOST_SHOWN])  # noqa: B023 - used at once


def _mistyped(day: date) -> set[date]:
    """Return for what a day may have been typed: of another year, or with its month in front."""
    parts = ((day.year - 1, day.month, day.day), (day.year + 1, day.month, day.day))
    found = set[date]()
    for year, month, of_month in (*parts, (day.year, day.day, day.month)):
        with suppress(ValueError):
            found.add(date(year, month, of_month))
    return found - {day}


def _may_be(pair: Pair) -> bool:
    """Tell whether two are of one party; they were found by a total of both."""
    return PARTY in pair.same | pair.near and CURRENCY not in pair.other


def _of_whom_and_how_much(side: KeyedFacts) -> list[str]:
    parties = sorted({*map(sorted_words, side.keys.get(PARTY, ()))})
    totals = dict.fromkeys(
        (*side.keys.get(TOTAL, ()), *map(amount_key, side.facts.said.get(NET, ())))
    )
    return [f"{total} of {party}" for total, party in product(totals, parties)]


def _days(keys: Keys) -> list[date]:
    return [*map(date.fromisoformat, keys.get(DAY, ()))]
