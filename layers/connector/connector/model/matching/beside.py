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
from connector.model.matching.dated_apart import match_dated_apart
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
    """Return which records may be some of another kind; never for certain.

    What has none about its day may be one that was dated up to a month off.
    """
    if not right:
        return []
    ours = [*left]
    found = match(ours, right, replace(table, certain=NEVER, recurs=()), apart=apart)
    told = (replace(one, pairs=tuple(filter(_may_be, one.pairs))) for one in found)
    near = [one for one in told if one.pairs]
    matched = {one.left for one in near}
    rest = [one for one in ours if one.id not in matched]
    return [*near, *match_dated_apart(rest, right, near, table, apart=apart)]


def _may_be(pair: Pair) -> bool:
    """Tell whether party and number agree, or the total about the day of no other party."""
    if PARTY in pair.other:
        return False
    if NUMBER in pair.same and PARTY in pair.same:
        return True
    return TOTAL in pair.same and DAY in pair.same | pair.near
