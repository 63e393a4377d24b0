"""Matches that would make one record of QuickBooks the same as two of MobiWork."""

from collections.abc import Iterator, Sequence

from connector.engine.stores import DYNAMODB, Store
from connector.errors import Wrong
from connector.model.body import spoken
from connector.model.links import RecordKey
from connector.model.matching.comparison import Grade
from connector.model.matching.matches import (
    Match,
    MatchDecision,
    is_elsewhere,
    is_part,
    stands_for,
    told_as,
)


def taken_twice(
    connection_id: str, decided: Sequence[Match], store: Store = DYNAMODB
) -> Iterator[Wrong]:
    """Yield what would be the same as two records: said before, said here, linked, or certain.

    Several may be parts of one record of QuickBooks; then none of them is that one itself.
    """
    said: dict[tuple[str, str], Match] = {}
    for place, one in enumerate(decided):
        for own in _stands_for(one):
            other = said.setdefault((one.target, own), one)
            here = {other.owner} if _excludes(one, other) else set[RecordKey]()
            holders = _holders(connection_id, one, own, {each.owner for each in decided}, store)
            for holder in sorted(here | holders):
                there = told_as(own) if is_elsewhere(own) else f"{spoken(one.target)} {own}"
                yield Wrong(
                    f"#/matches/{place}",
                    f"{there} is {spoken(holder.entity)} {holder.mobiwork_id} of MobiWork "
                    "already, or for certain. Decide on that one first.",
                )


def _stands_for(match: Match) -> tuple[str, ...]:
    return stands_for(match.target, match.chosen) if match.chosen else ()


def _excludes(one: Match, other: Match) -> bool:
    """Tell whether two cannot both be what was said of them: they are not parts of one record."""
    both = all(is_part(each.target, each.chosen or "") for each in (one, other))
    return one.owner != other.owner and not both


def _holders(
    connection_id: str, one: Match, own: str, here: set[RecordKey], store: Store
) -> set[RecordKey]:
    found = store.matches.of_quickbooks(connection_id, one.target, [own]).get(own, [])
    holders = {
        each.owner
        for each in found
        if each.owner not in here
        and ((own in _stands_for(each) and _excludes(one, each)) or _is_open_and_certain(each))
    }
    linked = store.links.owner_of(connection_id, one.target, own)
    return (holders | ({linked} if linked else set())) - {one.owner}


def _is_open_and_certain(match: Match) -> bool:
    return match.grade is Grade.CERTAIN and match.decision is MatchDecision.UNDECIDED
