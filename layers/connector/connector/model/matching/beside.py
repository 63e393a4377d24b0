"""Records that the office entered as another kind of document in QuickBooks than MobiWork has.

An invoice with its payment may be a sales receipt there, an expense a bill, a bill an expense:
posted beside it, income or cost would be there twice. Another kind cannot be linked, so that none
is ever certain: a person says whether it is the same.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from connector.model.matching.assignment import Matched, match
from connector.model.matching.comparison import Pair
from connector.model.matching.evidence import Facts, Table
from connector.model.matching.scoring import DAY, NUMBER, PARTY, TOTAL
from connector.model.matching.voided import NEVER


def match_beside(
    left: Iterable[Facts],
    right: Sequence[Facts],
    table: Table,
    *,
    apart: AbstractSet[tuple[str, str]] = frozenset(),
) -> list[Matched]:
    """Return which records may be some of another kind, one to one; never for certain."""
    if not right:
        return []
    found = match(left, right, replace(table, certain=NEVER, recurs=()), apart=apart)
    told = (replace(one, pairs=tuple(filter(_may_be, one.pairs))) for one in found)
    return [one for one in told if one.pairs]


def _may_be(pair: Pair) -> bool:
    """Tell whether party and number agree, or the total about the day of no other party."""
    if PARTY in pair.other:
        return False
    if NUMBER in pair.same and PARTY in pair.same:
        return True
    return TOTAL in pair.same and DAY in pair.same | pair.near
