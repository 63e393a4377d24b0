"""Two records compared fact by fact: what they share, what is against it, and how sure that is."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from connector.model.matching.evidence import (
    EXTERNAL_ID,
    LIKELY_REFERENCE,
    Facts,
    Keys,
    Likeness,
    Rule,
    Table,
    keys_of,
    likeness,
)


class Grade(StrEnum):
    """How sure it is that two records are the same.

    CERTAIN: no other can be meant, and enough facts say so; linked together by one decision.
    LIKELY: the best of both, to be looked at side by side.
    SEVERAL: more than one can be meant.
    CONTRADICTS: something says that they are the same, and something strong that they are not.
    """

    CERTAIN = "certain"
    LIKELY = "likely"
    SEVERAL = "several"
    CONTRADICTS = "contradicts"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records, and how they compare.

    weighs: what the facts count that are the same or near; score: the same, less what is against.
    hinted: whether only an external id that nothing confirms says that they are the same.
    left, right: the ids of the two records.
    near: the facts in which they are alike.
    other: the facts in which they contradict each other.
    """

    left: str
    right: str
    same: frozenset[str]
    near: frozenset[str]
    other: frozenset[str]
    weighs: int
    score: int
    hinted: bool = False


@dataclass(frozen=True, slots=True)
class KeyedFacts:
    """A record with what counts of its facts.

    facts: what the record says.
    keys: by what candidates of it are found.
    """

    facts: Facts
    keys: Keys


def side_of(facts: Facts, table: Table) -> KeyedFacts:
    """Return a record with what counts of its facts."""
    return KeyedFacts(facts, keys_of(facts, table))


def compare(ours: Facts, theirs: Facts, table: Table, *, confirmed: bool = False) -> Pair:
    """Compare two records fact by fact.

    `confirmed` is whether one of them names another record, and that one's facts agree.
    """
    return compared(
        KeyedFacts(ours, keys_of(ours, table)),
        KeyedFacts(theirs, keys_of(theirs, table)),
        table,
        confirmed=confirmed,
    )


def grade_of(pair: Pair, table: Table) -> Grade:
    """Return how sure a pair is where no other record can be meant."""
    if is_sure(pair, table):
        return Grade.CERTAIN
    doubtful = pair.hinted or pair.score < table.likely
    return Grade.CONTRADICTS if doubtful else Grade.LIKELY


def is_sure(pair: Pair, table: Table) -> bool:
    """Tell whether the facts are enough for a certain match, and none of them is against it."""
    if pair.hinted or any(table.rules[fact].strong for fact in pair.other):
        return False
    if not table.named.isdisjoint(pair.near):  # John and Joan Smith of one house
        return False
    by_name = bool(pair.same & table.named) and not pair.other
    return pair.weighs >= table.certain or bool(
        table.alone and by_name and pair.weighs >= table.alone
    )


def is_the_same(pair: Pair, table: Table, *, native: bool) -> bool:
    """Tell whether two records may be linked without asking.

    Where one names the other's id (`native`), that is confirmed and too little is against it; else
    they share a name, and must be certain.
    """
    grade = grade_of(pair, table)
    if native:
        return EXTERNAL_ID in pair.same and grade is not Grade.CONTRADICTS
    return grade is Grade.CERTAIN


def names(ours: Facts, theirs: Facts) -> bool:
    """Tell whether one of two records names the other by its id."""
    return ours.hint == theirs.id or theirs.hint == ours.id


def compared(ours: KeyedFacts, theirs: KeyedFacts, table: Table, *, confirmed: bool) -> Pair:
    """Compare two records; see `compare`."""
    sorted_out: dict[Likeness, set[str]] = {one: set() for one in Likeness}
    weighs = against = 0
    for fact, rule in table.rules.items():
        found = _likeness(fact, rule, ours, theirs)
        if found is None:
            continue
        sorted_out[found].add(fact)
        if found is Likeness.OTHER:
            against += _against(fact, rule, ours, theirs)
        else:
            weighs += rule.same if found is Likeness.SAME else rule.near
    alike = sorted_out[Likeness.SAME] | sorted_out[Likeness.NEAR]
    named, hinted = names(ours.facts, theirs.facts), False
    if named and table.confirms(alike):
        sorted_out[Likeness.SAME].add(EXTERNAL_ID)
        weighs += table.rules[EXTERNAL_ID].same
    elif named:
        hinted = True
    elif confirmed:
        sorted_out[Likeness.OTHER].add(EXTERNAL_ID)
        against += table.rules[EXTERNAL_ID].other
    return Pair(
        left=ours.facts.id,
        right=theirs.facts.id,
        same=_shared(frozenset(sorted_out[Likeness.SAME])),
        near=_shared(frozenset(sorted_out[Likeness.NEAR])),
        other=_shared(frozenset(sorted_out[Likeness.OTHER])),
        weighs=weighs,
        score=weighs - against,
        hinted=hinted,
    )


@cache
def _shared(facts: frozenset[str]) -> frozenset[str]:
    """Return one object for equal sets: there are few of them, and many pairs."""
    return facts


def _likeness(fact: str, rule: Rule, ours: KeyedFacts, theirs: KeyedFacts) -> Likeness | None:
    """Compare one fact; nothing where a side does not know it. Known references come first."""
    known = _references(fact, ours, theirs)
    if known is not None:
        mine, others = known
        both, near = mine & others, _bare(mine) & _bare(others)
        if rule.whole and mine != others and all(map(_is_known, mine ^ others)):
            return Likeness.OTHER
        if any(map(_is_known, both)):
            return Likeness.SAME
        return Likeness.NEAR if near else Likeness.OTHER
    our_keys, their_keys = ours.keys.get(fact), theirs.keys.get(fact)
    if not our_keys or not their_keys:
        return None
    return likeness(rule, our_keys, their_keys)


def _against(fact: str, rule: Rule, ours: KeyedFacts, theirs: KeyedFacts) -> int:
    known = _references(fact, ours, theirs)
    sure = known is not None and all(any(map(_is_known, one)) for one in known)
    return (rule.elsewhere or rule.other) if sure else rule.other


def _references(
    fact: str, ours: KeyedFacts, theirs: KeyedFacts
) -> tuple[frozenset[str], frozenset[str]] | None:
    """Return the records that both sides refer to, where both are known."""
    one, another = ours.facts.refers.get(fact), theirs.facts.refers.get(fact)
    return (frozenset(one), frozenset(another)) if one and another else None


def _is_known(own: str) -> bool:
    """Tell whether it is known that a record is meant, and not only likely."""
    return not own.startswith(LIKELY_REFERENCE)


def _bare(ids: frozenset[str]) -> frozenset[str]:
    return frozenset(one.removeprefix(LIKELY_REFERENCE) for one in ids)
