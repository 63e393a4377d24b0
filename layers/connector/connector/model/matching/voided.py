"""What does not count in QuickBooks any more: a record of MobiWork may be one that was voided.

Nothing is left of the amount of a voided document, so its party, day and number must tell; whether
it is to be posted after all only a person knows, so that none is ever certain. The same goes for
customers, vendors and products that are inactive there.
"""

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from itertools import product

from connector.model.matching.assignment import Matched, match
from connector.model.matching.comparison import Grade, Pair
from connector.model.matching.evidence import (
    Facts,
    Keys,
    Table,
    days_around,
    number_tail,
    sorted_words,
)
from connector.model.matching.scoring import (
    DAY,
    EMAIL,
    NAME,
    NUMBER,
    PARTY,
    REFERENCE,
    SKU,
    TEXT,
    TOTAL,
)

NEVER = 1000
"""More than all facts count together."""
_NUMBERS = frozenset({NUMBER, REFERENCE})


def match_voided(
    left: Iterable[Facts],
    right: Sequence[Facts],
    table: Table,
    *,
    apart: AbstractSet[tuple[str, str]] = frozenset(),
    strangers: AbstractSet[str] = frozenset(),
) -> list[Matched]:
    """Return which records may be documents that were voided, one to one; never for certain.

    The right ones are those that are `voided`; `apart` are pairs of which a person said that they
    are not the same. A customer alone, or another customer, says nothing; of `strangers`, left ids
    whose customer is matched with nobody, another name is no other customer.
    """
    if not right:
        return []
    found = match(left, right, _without_total(table), apart=apart)
    told = (_told(one, lambda pair: _may_be(pair, strangers)) for one in found)
    return [one for one in told if one.pairs]


def match_inactive(
    left: Iterable[Facts],
    right: Sequence[Facts],
    table: Table,
    *,
    apart: AbstractSet[tuple[str, str]] = frozenset(),
) -> list[Matched]:
    """Return which records may be those of a list that are not in use there, never for certain."""
    if not right:
        return []
    found = match(left, right, replace(table, certain=NEVER, alone=0), apart=apart)
    told = (_told(one, _is_named) for one in found)
    return [one for one in told if one.pairs]


def _is_named(pair: Pair) -> bool:
    return bool(pair.same & {NAME, EMAIL, SKU})


def _without_total(table: Table) -> Table:
    rules = {fact: rule for fact, rule in table.rules.items() if fact != TOTAL}
    return replace(table, rules=rules, found_by=_found_by, certain=NEVER, recurs=())


def _told(found: Matched, may_be: Callable[[Pair], bool]) -> Matched:
    pairs = tuple(one for one in found.pairs if one.hinted or may_be(one))
    return Matched(found.left, Grade.CONTRADICTS if len(pairs) < 2 else Grade.SEVERAL, pairs)  # noqa: PLR2004 - more than one


def _may_be(pair: Pair, strangers: AbstractSet[str]) -> bool:
    """Tell whether number and about the day agree, or the very day and whose or what it is."""
    alike = pair.same | pair.near
    another = PARTY in pair.other and pair.left not in strangers
    if another or DAY not in alike:
        return False
    return bool(_NUMBERS & alike) or (DAY in pair.same and bool(pair.same & {PARTY, TEXT}))


def _found_by(keys: Keys) -> tuple[list[str], list[str]]:
    """Find a document by its number or reference, and by its day with its party or text."""
    named = [
        f"{fact} {number_tail(key)}" for fact in sorted(_NUMBERS) for key in keys.get(fact, ())
    ]
    days = sorted(keys.get(DAY, ()))
    around = [near for day in days for near in days_around(day)]
    said = [*map(sorted_words, keys.get(PARTY, ())), *keys.get(TEXT, ())]
    return named + _on(days, said), named + _on(around, said)


def _on(days: Sequence[str], said: Sequence[str]) -> list[str]:
    return [f"{text} on {day}" for day, text in product(days, said)]
