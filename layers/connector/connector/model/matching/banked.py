"""What came to the bank: payments less what a processor kept, and several in one amount.

The office takes a deposit from the bank's statement: a card payment of 100.00 is one of 96.80, and
the checks of a week or the cards of a day are one amount which names nobody. Whose they are only a
person knows, so that none is ever certain.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from decimal import Decimal
from itertools import accumulate, chain, islice

from connector.model.matching.assignment import MOST_SHOWN, Matched, to_ask
from connector.model.matching.comparison import KeyedFacts, Pair, compared, side_of
from connector.model.matching.evidence import (
    BANKED_AFTER,
    BANKED_BEFORE,
    Facts,
    Table,
    spelled,
)
from connector.model.matching.matches import Candidate, whole_of
from connector.model.matching.scoring import CURRENCY, DAY, PAID_BY, PAID_FROM, PARTY, TOTAL
from connector.model.matching.sums import AddedUp, Addend, pairs_and_days, told_sum
from connector.model.matching.together import MOST_PIECES, MOST_WAYS

LEAST, MOST, FIXED = Decimal("0.015"), Decimal("0.04"), 50
"""What a processor keeps: at least and at most so much of a payment, and so many cents more."""
RATES = (
    *((290, 30), (270, 5), (260, 10), (260, 15), (350, 15), (230, 10), (250, 10)),
    *((299, 0), (250, 0), (350, 0), (290, 25), (240, 25), (340, 25)),
    *((299, 49), (349, 49), (229, 9)),
)
"""What Stripe, Square, Clover, Intuit and PayPal publish: of 10,000, and cents more."""
BANK_TRANSFERS = ((80, 500), (80, None), (100, 1_000), (100, None))
"""What they publish for bank transfers (ACH): of 10,000, and at most so many cents of each."""
WHOLE, HALF = 10_000, 5_000
LEAST_OF_A_CARD, FEWEST_OF_A_CARD, MOST_OF_A_CARD = 5, 20, 35
"""A statement of a card has so many expenses at least, and is of so many days."""
DAYS = (0, 1, 2, 3, 4, 5, -1)
"""How many days after a payment it is paid out, in the order in which they are looked through."""

MOST_DAYS = 3
"""The cards of so many days, as of a weekend, are paid out together."""

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
    return to_ask(found)


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
    """Yield the lines of a day that come to a payment less a fee, of many only so many.

    That of a bank transfer is less than any card's, and to the cent.
    """
    transfers = {cents - fee for fee in _of_transfers(cents) if fee}
    for least, most in (less_fee(cents), *((one, one) for one in sorted(transfers))):
        first, last = bisect_left(some, (least, "")), bisect_right(some, (most + 1, ""))
        yield from (own for _, own in some[first : min(last, first + MOST_SHOWN)])


def _of_transfers(cents: int) -> list[int]:
    """Return what each processor keeps of a payment that was transferred from a bank."""
    fees = (((cents * parts + HALF) // WHOLE, most) for parts, most in BANK_TRANSFERS)
    return [fee if most is None else min(fee, most) for fee, most in fees]


def day_and_cents(side: KeyedFacts) -> tuple[int, int] | None:
    """Return the day of a record as a number, and its amount above zero; None without them."""
    days, totals = side.keys.get(DAY, ()), side.keys.get(TOTAL, ())
    if not days or not totals:
        return None
    cents = int(Decimal(totals[0]) * 100)
    return (date.fromisoformat(days[0]).toordinal(), cents) if cents > 0 else None


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
        first, last = (
            bisect_left(days, whole.day - BANKED_BEFORE),
            bisect_right(days, whole.day + BANKED_AFTER),
        )
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


def found_on_statements(
    left: Iterable[Facts],
    right: Iterable[Facts],
    table: Table,
    target: str,
    *,
    apart: AbstractSet[tuple[str, str]],
) -> dict[str, list[Candidate]]:
    """Return by expense the documents that it may be with all others of a month of one card.

    The office may enter what it pays for a card's statement as one check, of whatever party: all
    expenses of 20 to 35 days that were paid in one way and from one account, five at least.
    """
    pieces = sorted(_addends(left, table), key=lambda one: (one.day, one.facts.id))
    few = len(pieces) < LEAST_OF_A_CARD
    wholes = defaultdict[int, list[Addend]](list)
    for whole in () if few else _addends(right, table):
        wholes[whole.cents].append(whole)
    found = defaultdict[str, list[Candidate]](list)
    for some in _of_cards(pieces):
        for whole, month in _months(wholes, some):
            own = whole_of(target, [whole.facts.id])
            for one in month:
                if (one.facts.id, own) not in apart and len(found[one.facts.id]) < MOST_WAYS:
                    sum_of = AddedUp(own, abs(one.day - whole.day), whole, tuple(month))
                    found[one.facts.id].append(told_sum(one.facts.id, sum_of, target))
    return {own: some for own, some in found.items() if some}


def _of_cards(pieces: Iterable[Addend]) -> Iterable[Sequence[Addend]]:
    """Return expenses by how and from what they were paid."""
    found = defaultdict[tuple[str, ...], list[Addend]](list)
    for one in pieces:
        said = (one.facts.said.get(fact, ()) for fact in (PAID_BY, PAID_FROM))
        found[tuple(spelled(text) for texts in said for text in texts)].append(one)
    return found.values()


def _months(
    wholes: Mapping[int, Sequence[Addend]], pieces: Sequence[Addend]
) -> Iterator[tuple[Addend, Sequence[Addend]]]:
    """Yield all pieces of so many days that come to a whole of the month after, with it."""
    ends = [place for place in range(1, len(pieces) + 1) if _ends_a_day(pieces, place)]
    sums = [0, *accumulate(one.cents for one in pieces)]
    for first in (0, *ends[:-1]):
        for last in ends[bisect_left(ends, first + LEAST_OF_A_CARD) :]:
            days = pieces[last - 1].day - pieces[first].day
            if days > MOST_OF_A_CARD:
                break
            for whole in wholes.get(sums[last] - sums[first], ()):
                after = whole.day - pieces[last - 1].day
                if days >= FEWEST_OF_A_CARD and 0 <= after <= MOST_OF_A_CARD:
                    yield whole, pieces[first:last]


def _ends_a_day(pieces: Sequence[Addend], place: int) -> bool:
    return place == len(pieces) or pieces[place].day != pieces[place - 1].day


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
    """Return the payments that come to a line less a fee: to the cent by a rate that is published.

    These may be of several days, as of a weekend. Else the only ones of one day that may be; none
    where more may be.
    """
    paid = [one for one in near if whole.day - one.day in DAYS]
    exact = [some for some in _of_days(paid, MOST_DAYS) if _is_less_a_rate(whole, some)]
    if exact:
        return exact
    found = [some for some in _of_days(paid, 1) if _may_be_less_a_fee(whole, some)]
    return found if len(found) == 1 else ()


def _is_less_a_rate(whole: Addend, some: Sequence[Addend]) -> bool:
    """Tell whether payments come to an amount less what one processor keeps of each of them."""
    fee = _total(some) - whole.cents
    of_cards = (
        [fixed + (one.cents * parts + HALF) // WHOLE for one in some] for parts, fixed in RATES
    )
    of_transfers = zip(*(_of_transfers(one.cents) for one in some), strict=True)
    return any(abs(fee - sum(each)) <= 1 for each in chain(of_cards, of_transfers))


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
