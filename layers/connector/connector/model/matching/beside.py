"""Records that the office entered as another kind of document in QuickBooks than MobiWork has.

An invoice with its payment may be a sales receipt there, an expense a bill, a bill an expense:
posted beside it, income or cost would be there twice. Another kind cannot be linked, so that none
is ever certain: a person says whether it is the same.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from connector.model.matching.assignment import Matched, match
from connector.model.matching.comparison import Pair
from connector.model.matching.dated_apart import match_dated_apart
from connector.model.matching.evidence import APART, Facts, Table
from connector.model.matching.scoring import DAY, NUMBER, PARTY, TOTAL
from connector.model.matching.voided import NEVER


def match_beside(  # noqa: PLR0913 - both sides, and how they are compared
    left: Iterable[Facts],
    right: Sequence[Facts],
    table: Table,
    *,
    apart: AbstractSet[tuple[str, str]] = frozenset(),
    strangers: AbstractSet[str] = frozenset(),
    within: int | None = APART,
) -> list[Matched]:
    """Return which records may be some of another kind; never for certain.

    What has none about its day may be one that was dated `within` days of it, or whenever.
    `strangers` are left ids whose party is matched with nobody: there it may have another name.
    """
    if not right:
        return []
    ours = [*left]
    found = match(ours, right, replace(table, certain=NEVER, recurs=()), apart=apart)
    renamed = _renamed([one for each in found for one in each.pairs if one.left in strangers])
    told = (
        replace(one, pairs=tuple(pair for pair in one.pairs if _may_be(pair) or pair in renamed))
        for one in found
    )
    near = [one for one in told if one.pairs]
    matched = {one.left for one in near}
    rest = [one for one in ours if one.id not in matched]
    return [*near, *match_dated_apart(rest, right, near, table, apart=apart, within=within)]


def _may_be(pair: Pair) -> bool:
    """Tell whether party and number agree, or the total about the day of no other party."""
    if PARTY in pair.other:
        return False
    if NUMBER in pair.same and PARTY in pair.same:
        return True
    return TOTAL in pair.same and DAY in pair.same | pair.near


def _renamed(pairs: Iterable[Pair]) -> set[Pair]:
    """Return the pairs that may be the same although the party has another name.

    The total is the same, and so is the very day; or it is about the day, and the number is the
    same, or neither may be another one by that.
    """
    told = [one for one in pairs if TOTAL in one.same and DAY in one.same | one.near]
    ends = Counter(end for one in told for end in (("", one.left), (one.right, "")))
    return {
        one
        for one in told
        if {DAY, NUMBER} & one.same or ends["", one.left] == ends[one.right, ""] == 1
    }
