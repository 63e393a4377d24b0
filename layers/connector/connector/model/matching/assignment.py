"""Matching is pure: which records of the two sides are the same in real life, one to one.

Records are looked up by the facts they may share, never all with all. A pair that is not the only
possible one at both of its ends is never certain, nor is one of a series whose numbers do not say
so; a pair is ruled out by a better one only where it differs in a fact that the better one shares,
and is closer in none.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby

from connector.model.matching.comparison import (
    Grade,
    KeyedFacts,
    Pair,
    compared,
    grade_of,
    is_sure,
    names,
    side_of,
)
from connector.model.matching.evidence import Facts, Table, number_tail

MOST_ALIKE = 20
"""Of records that share a key with more than so many, each is compared with so many only: enough to
see that nobody can tell them apart by it."""
SAME_NUMBERS_AGREE = Decimal("0.75")
"""Of the documents with a number that the other side has, so many agree where it is one number."""
MOST_SHOWN = MOST_ALIKE
"""So many possible records are shown to a person, who may choose each of them."""


@dataclass(frozen=True, slots=True)
class Matched:
    """What a record of the left side may be on the right one, the best first.

    left: the id of that record.
    grade: how sure it is.
    pairs: one for each candidate.
    """

    left: str
    grade: Grade
    pairs: tuple[Pair, ...]


def to_ask(found: Iterable[tuple[str, tuple[Pair, ...]]]) -> list[Matched]:
    """Return what records may be, by their ids, as questions: none of them is ever certain."""
    return [
        Matched(left, Grade.CONTRADICTS if len(pairs) == 1 else Grade.SEVERAL, pairs)
        for left, pairs in found
        if pairs
    ]


def match(
    left: Iterable[Facts],
    right: Iterable[Facts],
    table: Table,
    *,
    apart: AbstractSet[tuple[str, str]] = frozenset(),
) -> list[Matched]:
    """Match the records of two sides, by the id of the left one; those without a pair are absent.

    `apart` are the pairs of ids of which a person said that they are not the same.
    """
    ours, theirs = _sides(left, table), _sides(right, table)
    pairs = _pairs(ours, theirs, table, apart)
    series = _in_series(ours, table) | _in_series(theirs, table)
    telling = _telling(ours, theirs, pairs, table)
    return _Assignment(pairs, telling, table, series).matched()


@dataclass(frozen=True)
class _Telling:
    """The facts that tell records of a series apart: where they are the same, and where near.

    same, near: names of facts.
    """

    same: frozenset[str]
    near: frozenset[str]

    def confirms(self, pair: Pair) -> bool:
        """Tell whether one of them says that two records are the same."""
        return bool(self.same & pair.same or self.near & pair.near)


def _telling(
    ours: Mapping[str, KeyedFacts],
    theirs: Mapping[str, KeyedFacts],
    pairs: Iterable[Pair],
    table: Table,
) -> _Telling:
    """Leave out a number by which each side counts its own documents.

    Then equal numbers are mostly of different customers and totals, and say nothing where they are
    not: of two visits of one day each may have the number of the other one.
    """
    if table.counted_by is None:
        return _Telling(table.tells_apart, table.tells_apart)
    number = frozenset({table.counted_by})
    alike = [pair for pair in pairs if pair.other.isdisjoint(table.recurs)]
    equal = {pair.left for pair in alike if number & pair.same}
    near = {pair.left for pair in alike if number & pair.near}
    whole = _shared(ours, theirs, table.counted_by, str)
    ended = _shared(ours, theirs, table.counted_by, number_tail) - whole
    return _Telling(
        table.tells_apart - (frozenset() if _is_one(equal, whole) else number),
        table.tells_apart - (frozenset() if _is_one(near, ended) else number),
    )


def _shared(
    ours: Mapping[str, KeyedFacts],
    theirs: Mapping[str, KeyedFacts],
    fact: str,
    part: Callable[[str], str],
) -> set[str]:
    """Return the left records of which a part of a number is on the other side, too."""
    there = {part(key) for side in theirs.values() for key in side.keys.get(fact, ())}
    return {
        own
        for own, side in ours.items()
        if any(part(key) in there for key in side.keys.get(fact, ()))
    }


def _is_one(agree: AbstractSet[str], shared: AbstractSet[str]) -> bool:
    return len(agree & shared) >= SAME_NUMBERS_AGREE * len(shared)


def _in_series(side: Mapping[str, KeyedFacts], table: Table) -> frozenset[str]:
    """Return the ids of records that others of their side are like in all that recurs."""
    alike = defaultdict[tuple[frozenset[str], ...], list[str]](list)
    for one, record in side.items() if table.recurs else ():
        said = tuple(frozenset(record.keys.get(fact, ())) for fact in table.recurs)
        if all(said):
            alike[said].append(one)
    return frozenset(one for some in alike.values() if len(some) > 1 for one in some)


def _sides(records: Iterable[Facts], table: Table) -> dict[str, KeyedFacts]:
    ordered = sorted(records, key=lambda one: one.id)
    return {one.id: side_of(one, table) for one in ordered}


def _pairs(
    left: Mapping[str, KeyedFacts],
    right: Mapping[str, KeyedFacts],
    table: Table,
    apart: AbstractSet[tuple[str, str]],
) -> list[Pair]:
    """Compare what may be the same, and keep what a person could take for it."""
    found = _candidates(left, right, table)
    candidates = sorted(found - apart if apart else found)
    del found
    confirmed = {
        end
        for one, another in candidates
        if names(left[one].facts, right[another].facts)
        and not compared(left[one], right[another], table, confirmed=False).hinted
        for end in ((one, ""), ("", another))
    }
    pairs = (
        compared(
            left[one],
            right[another],
            table,
            confirmed=(one, "") in confirmed or ("", another) in confirmed,
        )
        for one, another in candidates
    )
    return [
        pair
        for pair in pairs
        if pair.score >= table.floor or pair.hinted or pair.same & table.named
    ]


def _candidates(
    left: Mapping[str, KeyedFacts], right: Mapping[str, KeyedFacts], table: Table
) -> set[tuple[str, str]]:
    """Return the pairs that share a key, or of which one names the other.

    Keys are kept by their hash, and who alone holds one without a list, which takes less room; that
    two share one by chance does no harm.
    """
    found = {
        (one, side.facts.hint)
        for one, side in left.items()
        if side.facts.hint and side.facts.hint in right
    } | {
        (side.facts.hint, one)
        for one, side in right.items()
        if side.facts.hint and side.facts.hint in left
    }
    holders = _holders(right, table)
    seekers = defaultdict[int, list[str]](list)
    for one, side in left.items():
        for mark in map(hash, table.found_by(side.keys)[1]):
            if mark in holders:
                seekers[mark].append(one)
    for mark, some in seekers.items():
        known = holders[mark]
        found |= _crossed(some, [known] if isinstance(known, str) else known)
    return found


def _holders(right: Mapping[str, KeyedFacts], table: Table) -> dict[int, str | list[str]]:
    """Return which records are found under which key: one alone, or several."""
    holders = dict[int, str | list[str]]()
    for one, side in right.items():
        for mark in map(hash, table.found_by(side.keys)[0]):
            known = holders.setdefault(mark, one)
            if isinstance(known, list):
                known.append(one)
            elif known != one:
                holders[mark] = [known, one]
    return holders


def _crossed(some: Sequence[str], others: Sequence[str]) -> set[tuple[str, str]]:
    """Return each with each, or each with a few where they are many."""
    if len(some) <= MOST_ALIKE or len(others) <= MOST_ALIKE:
        few_left, few_right = some, others
    else:
        few_left, few_right = some[:MOST_ALIKE], others[:MOST_ALIKE]
    return {
        *((one, another) for one in some for another in few_right),
        *((one, another) for one in few_left for another in others),
    }


@dataclass
class _Assignment:
    """Gives each record at most one on the other side: the certain ones first, then the best.

    pairs: all pairs that are compared.
    telling: the facts that tell a series apart.
    table: how grades are given.
    series: the left ids of records that recur.
    of_left, of_right: the pairs of each id, the best first.
    grades: by left id.
    chosen: the pair that each left id was given.
    taken: by right id, the pair that has it; None where several may.
    """

    pairs: Sequence[Pair]
    telling: _Telling
    table: Table
    series: frozenset[str] = frozenset()
    of_left: dict[str, list[Pair]] = field(default_factory=dict)
    of_right: dict[str, list[Pair]] = field(default_factory=dict)
    grades: dict[str, Grade] = field(default_factory=dict)
    chosen: dict[str, Pair] = field(default_factory=dict)
    taken: dict[str, Pair | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.pairs = sorted(self.pairs, key=lambda one: (-one.score, one.left, one.right))
        for pair in self.pairs:
            self.of_left.setdefault(pair.left, []).append(pair)
            self.of_right.setdefault(pair.right, []).append(pair)

    def matched(self) -> list[Matched]:
        """Return what each left record may be."""
        for pair in self.pairs:
            sure = is_sure(pair, self.table) and not self._may_be_another_visit(pair)
            if sure and not self._rivals(pair):
                self._choose(pair, Grade.CERTAIN)
        for _, level in groupby(self.pairs, key=lambda one: one.score):
            self._choose_best(list(level))
        for left in self.of_left:
            self._ask_about_rest(left)
        return [self._shown(left) for left in sorted(self.grades)]

    def _may_be_another_visit(self, pair: Pair) -> bool:
        """Tell whether nothing says that two of a series are one visit: each may lack its own."""
        if pair.left not in self.series and pair.right not in self.series:
            return False
        return not self.telling.confirms(pair) or bool(self.table.tells_apart & pair.other)

    def _rivals(self, pair: Pair) -> list[Pair]:
        """Return the other pairs of both records that this one does not rule out."""
        others = (*self.of_left[pair.left], *self.of_right[pair.right])
        return [one for one in others if one is not pair and not _rules_out(pair, one)]

    def _choose(self, pair: Pair, grade: Grade) -> None:
        self.grades[pair.left] = grade
        self.chosen[pair.left] = self.taken[pair.right] = pair

    def _choose_best(self, level: Sequence[Pair]) -> None:
        """Choose among pairs of one score; where a record has several, it is asked about."""
        free = [
            one
            for one in level
            if one.left not in self.grades
            and one.right not in self.taken
            and grade_of(one, self.table) is not Grade.CONTRADICTS
        ]
        lefts, rights = Counter(one.left for one in free), Counter(one.right for one in free)
        for pair in free:
            if lefts[pair.left] == rights[pair.right] == 1:
                self._choose(pair, Grade.LIKELY)
            else:
                self.grades[pair.left] = Grade.SEVERAL
                self.taken[pair.right] = None

    def _ask_about_rest(self, left: str) -> None:
        """Ask about a record without a choice that could still be one of some others."""
        if left in self.grades:
            return
        open_pairs = [pair for pair in self.of_left[left] if self._is_open(pair)]
        if not open_pairs:
            return
        sound = [one for one in open_pairs if grade_of(one, self.table) is not Grade.CONTRADICTS]
        self.grades[left] = Grade.SEVERAL if sound else Grade.CONTRADICTS

    def _is_open(self, pair: Pair) -> bool:
        """Tell whether a pair may still be meant, although its right record may be taken."""
        if pair.right not in self.taken:
            return True
        by = self.taken[pair.right]
        if by is None:
            return True
        surely = self.grades[by.left] is Grade.CERTAIN
        contradicts = grade_of(pair, self.table) is Grade.CONTRADICTS
        return not (surely and contradicts) and not _rules_out(by, pair)

    def _shown(self, left: str) -> Matched:
        """Return a record's pairs: the chosen one, then those that may be meant as well."""
        chosen = self.chosen.get(left)
        if chosen is None:
            rest = [pair for pair in self.of_left[left] if self._is_open(pair)]
        else:
            rest = [
                pair
                for pair in self.of_left[left]
                if pair is not chosen and self._is_open(pair) and not _rules_out(chosen, pair)
            ]
        first = [chosen] if chosen else []
        return Matched(left, self.grades[left], (*first, *rest)[:MOST_SHOWN])


def _rules_out(better: Pair, worse: Pair) -> bool:
    """Tell whether the worse of two pairs cannot be meant.

    It can where it is the closer one in a fact: of visits every other day one has the number of
    another, whose day is the right one.
    """
    is_closer = not worse.same.isdisjoint(better.near | better.other)
    return better.score > worse.score and bool(worse.other & better.same) and not is_closer
