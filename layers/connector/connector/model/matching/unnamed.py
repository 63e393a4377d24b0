"""Several payments that are one line of a bank deposit which names nobody, less a fee or not.

The office takes a deposit from the bank's statement, where the checks of a week or the cards of a
day are one amount. Whose they are only a person knows, so that none is ever certain.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain

from connector.model.matching.comparison import side_of
from connector.model.matching.evidence import Facts, Table, spelled
from connector.model.matching.fees import DAYS, FIXED, day_and_cents, less_fee
from connector.model.matching.matches import Candidate, whole_of
from connector.model.matching.scoring import CURRENCY, PAID_BY, PARTY
from connector.model.matching.sums import AddedUp, Addend, pairs_and_days, told_sum
from connector.model.matching.together import MOST_PIECES, MOST_WAYS

BEFORE, AFTER = 7, 1
"""What is deposited was paid at most a week before, or the day after where days differ."""
MOST_DAYS = 3
"""The cards of so many days, as of a weekend, are paid out together."""


def found_unnamed(  # noqa: PLR0913 - both sides, and how they are compared
    left: Iterable[Facts],
    right: Iterable[Facts],
    table: Table,
    target: str,
    *,
    asked: AbstractSet[str],
    apart: AbstractSet[tuple[str, str]],
) -> dict[str, list[Candidate]]:
    """Return by payment the lines of deposits that may be it with others: two, some of a day, days.

    Less a fee only all of one day, or all of it that were paid in one way, where no other day or
    way fits: a band of a few per cent holds the sum of one or the other by chance. `asked` are the
    ids of those that this is asked of, `apart` the pairs of which a person said that they are not
    the same.
    """
    pieces = sorted(_addends(left, table), key=lambda one: (one.day, one.facts.id))
    days = [one.day for one in pieces]
    found = defaultdict[str, list[AddedUp]](list)
    lines = (one for one in right if not _is_named(one)) if pieces else ()
    for whole in _addends(lines, table):
        own = whole_of(target, [whole.facts.id])
        first, last = bisect_left(days, whole.day - BEFORE), bisect_right(days, whole.day + AFTER)
        near = [one for one in pieces[first:last] if (one.facts.id, own) not in apart]
        for some in _ways(whole, near):
            for one in some:
                if one.facts.id in asked and len(found[one.facts.id]) < MOST_WAYS:
                    away = abs(one.day - whole.day)
                    found[one.facts.id].append(AddedUp(own, away, whole, tuple(some)))
    return {
        own: [told_sum(own, one, target) for one in sorted(some, key=lambda each: each.rank)]
        for own, some in found.items()
        if some
    }


def _addends(some: Iterable[Facts], table: Table) -> Iterator[Addend]:
    for facts in some:
        if (told := day_and_cents(side_of(facts, table))) is not None:
            day, cents = told
            yield Addend(facts, cents, day)


def _is_named(facts: Facts) -> bool:
    return bool({PARTY, CURRENCY} & facts.said.keys() or facts.refers.get(PARTY))


def _ways(whole: Addend, near: Sequence[Addend]) -> Iterable[Sequence[Addend]]:
    """Return each set of payments that a line may be, once."""
    smaller = [one for one in near if one.cents < whole.cents][-MOST_PIECES:]
    of_cents = ([smaller[place] for place in way] for way in pairs_and_days(whole, smaller))
    exact = (some for some in of_cents if _total(some) == whole.cents)
    days = (some for some in _of_days(near, MOST_DAYS) if _total(some) == whole.cents)
    found = chain(days, exact, _less_a_fee(whole, near))
    return {tuple(one.facts.id for one in some): some for some in found}.values()


def _total(some: Sequence[Addend]) -> int:
    return sum(one.cents for one in some)


def _less_a_fee(whole: Addend, near: Sequence[Addend]) -> Sequence[Sequence[Addend]]:
    """Return the only payments of one day that come to a line less a fee; nothing where more do."""
    paid = [one for one in near if whole.day - one.day in DAYS]
    found = [some for some in _of_days(paid, 1) if _may_be_less_a_fee(whole, some)]
    return found if len(found) == 1 else ()


def _may_be_less_a_fee(whole: Addend, some: Sequence[Addend]) -> bool:
    least, most = less_fee(_total(some))
    return least - FIXED * (len(some) - 1) <= whole.cents <= most


def _of_days(near: Sequence[Addend], most: int) -> Iterator[Sequence[Addend]]:
    """Yield all payments of so many days that follow each other, and those paid in one way."""
    by_day = defaultdict[int, list[Addend]](list)
    for one in near:
        by_day[one.day].append(one)
    days = sorted(by_day)
    for first in range(len(days)):
        for last in range(first, min(first + most, len(days))):
            if days[last] - days[first] < most:
                some = [one for day in days[first : last + 1] for one in by_day[day]]
                yield from (each for each in (some, *_paid_in_one_way(some)) if len(each) > 1)


def _paid_in_one_way(some: Sequence[Addend]) -> Iterable[Sequence[Addend]]:
    found = defaultdict[str, list[Addend]](list)
    for one in some:
        found["".join(map(spelled, one.facts.said.get(PAID_BY, ())))].append(one)
    return found.values() if len(found) > 1 else ()
