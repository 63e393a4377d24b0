"""Payments that came to the bank less what a processor kept: deposits of a little less.

A card payment of 100.00 is a deposit of 96.80 where the office takes it from the bank's statement.
Which one it is only a person knows, so that none is ever certain.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from decimal import Decimal
from itertools import islice

from connector.model.matching.assignment import MOST_SHOWN, Matched
from connector.model.matching.comparison import Grade, KeyedFacts, Pair, compared, side_of
from connector.model.matching.evidence import Facts, Table
from connector.model.matching.scoring import CURRENCY, DAY, PARTY, TOTAL

LEAST, MOST, FIXED = Decimal("0.015"), Decimal("0.04"), 50
"""What a processor keeps: at least and at most so much of a payment, and so many cents more."""
DAYS = (0, 1, 2, 3, 4, 5, -1)
"""How many days after a payment it is paid out, in the order in which they are looked through."""

type _ByDay = dict[int, list[tuple[int, str]]]
"""The lines of each day, by cents and id, in the order of cents."""


def match_less_fee(
    left: Iterable[Facts],
    right: Iterable[Facts],
    table: Table,
    *,
    apart: AbstractSet[tuple[str, str]] = frozenset(),
) -> list[Matched]:
    """Return which payments may be lines of deposits that are less by a fee; never for certain.

    Of the same customer, or of a line that names nobody. `apart` are pairs of which a person said
    that they are not the same.
    """
    theirs = {one.id: side_of(one, table) for one in right}
    lines: _ByDay = defaultdict(list)
    for own, side in theirs.items():
        if (told := day_and_cents(side)) is not None:
            day, cents = told
            lines[day].append((cents, own))
    for some in lines.values():
        some.sort()
    found = (
        (one.facts.id, _pairs(one, lines, theirs, table, apart))
        for one in (side_of(each, table) for each in (left if lines else ()))
    )
    return [
        Matched(own, Grade.CONTRADICTS if len(pairs) == 1 else Grade.SEVERAL, pairs)
        for own, pairs in found
        if pairs
    ]


def less_fee(cents: int) -> tuple[int, int]:
    """Return from and to which amount a payment may come to the bank."""
    return cents - int(cents * MOST) - FIXED, cents - max(1, int(cents * LEAST))


def _pairs(
    one: KeyedFacts,
    lines: _ByDay,
    theirs: dict[str, KeyedFacts],
    table: Table,
    apart: AbstractSet[tuple[str, str]],
) -> tuple[Pair, ...]:
    told = day_and_cents(one)
    if told is None:
        return ()
    day, cents = told
    near = (own for after in DAYS for own in _between(lines.get(day + after, ()), cents))
    pairs = (
        compared(one, theirs[own], table, confirmed=False)
        for own in near
        if (one.facts.id, own) not in apart
    )
    return tuple(islice((pair for pair in pairs if not {PARTY, CURRENCY} & pair.other), MOST_SHOWN))


def _between(some: Sequence[tuple[int, str]], cents: int) -> Iterator[str]:
    """Yield the lines of a day that come to a payment less a fee, of many only so many."""
    least, most = less_fee(cents)
    first, last = bisect_left(some, (least, "")), bisect_right(some, (most + 1, ""))
    yield from (own for _, own in some[first : min(last, first + MOST_SHOWN)])


def day_and_cents(side: KeyedFacts) -> tuple[int, int] | None:
    """Return the day of a record as a number, and its amount above zero; None without them."""
    days, totals = side.keys.get(DAY, ()), side.keys.get(TOTAL, ())
    if not days or not totals:
        return None
    cents = int(Decimal(totals[0]) * 100)
    return (date.fromisoformat(days[0]).toordinal(), cents) if cents > 0 else None
