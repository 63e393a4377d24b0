"""Saying of records, of many at once, that each is the one that it may be in QuickBooks."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from connector.api.plans.taken_twice import taken_twice
from connector.api.worklist.fixes.doing import Doing, Effect, Fixer, FixWanted, named
from connector.api.worklist.fixes.records import matches_of
from connector.api.worklist.reading import OpenEntry
from connector.engine.stores import Store
from connector.entities.registry import PULL_NAMED
from connector.errors import ConflictError, RequestError
from connector.model.body import capital
from connector.model.matching.comparison import Grade
from connector.model.matching.matches import (
    ACTIVE,
    Candidate,
    Match,
    MatchDecision,
    is_elsewhere,
    is_listed_twice,
)
from connector.model.matching.scoring import CURRENCY, TOTAL
from connector.model.matching.wording import said

MOST_TOLD = 5
"""So many records are shown with what they may be; the list of matches shows all."""
ONE_BY_ONE = "Decide on them one by one in the list of matches."


def fitting(
    connection_id: str, store: Store, entries: Iterable[OpenEntry]
) -> Iterator[Match | None]:
    """Yield the open match of each entry with what would be chosen; None where it takes a look."""
    found = [_alone(connection_id, one, store) for one in entries]
    owners = {match.owner: match for match in found if match}
    wanted = Counter((one.target, one.chosen) for one in owners.values())
    for match in found:
        if match is None or wanted[match.target, match.chosen] > 1:
            yield None
        else:
            yield None if next(taken_twice(connection_id, [match], store), None) else match


def _alone(connection_id: str, entry: OpenEntry, store: Store) -> Match | None:
    """Return the open match of an entry, where one record there alone is alike enough."""
    pull, own = PULL_NAMED.get(entry.item.flow), entry.item.record_id
    some: Iterable[Match] = (
        matches_of(connection_id, entry.item, store)
        if pull is None
        else store.matches.of_quickbooks(connection_id, pull.source, [own]).get(own, ())
    )
    open_ones = [one for one in some if one.decision is MatchDecision.UNDECIDED]
    if len(open_ones) != 1 or is_listed_twice(open_ones[0]):
        return None
    [match] = open_ones
    alike = [one.quickbooks_id for one in match.candidates if _fits(match, one)]
    return replace(match, chosen=alike[0]) if len(alike) == 1 else None


def _fits(match: Match, candidate: Candidate) -> bool:
    """Tell whether two records are so alike that nobody has to look at both side by side.

    They are the same for certain, or documents of one amount; it can be linked, and is in use.
    """
    if candidate.ruled_out or is_elsewhere(candidate.quickbooks_id):
        return False
    if {ACTIVE, CURRENCY} & candidate.other.keys():
        return False
    of_one_amount = match.grade is Grade.LIKELY and TOTAL in candidate.same
    return match.grade is Grade.CERTAIN or of_one_amount


def _tells(doing: Doing, wanted: FixWanted) -> Effect:
    found = [*zip(wanted.entries, _found(doing, wanted.entries), strict=True)]
    matches, rest = [*_once(match for _, match in found)], [one for one, it in found if it is None]
    if not matches:
        raise RequestError(
            f"Of {named(rest)} it takes a look at both sides to say what it is there. {ONE_BY_ONE}"
        )
    told = [
        f"{capital(one.label)} is {said(candidate, one.target)}."
        for one in matches[:MOST_TOLD]
        for candidate in one.candidates
        if candidate.quickbooks_id == one.chosen
    ]
    if (more := len(matches) - MOST_TOLD) > 0:
        told.append(f"So it is with {more} more.")
    told.append("They are linked as both stand; nothing is written in QuickBooks.")
    if rest:
        told.append(f"Not {named(rest)}, which may be another one or differs. {ONE_BY_ONE}")
    return Effect(tuple(told))


def _say(doing: Doing, wanted: FixWanted) -> None:
    matches = [*_once(_found(doing, wanted.entries))]
    by, at = doing.by, doing.now.isoformat()
    same = MatchDecision.SAME
    decided = [(one, replace(one, decision=same, decided_by=by, decided_at=at)) for one in matches]
    if not doing.store.matches.decide_as_read(doing.connection_id, decided):
        raise ConflictError("Somebody has decided on one of them meanwhile. Look again.")
    for one in matches:
        doing.store.pending.replay(doing.connection_id, one.flow, one.item)
    for entry in wanted.entries:
        doing.again(entry.item)


def _found(doing: Doing, entries: Sequence[OpenEntry]) -> Iterator[Match | None]:
    return fitting(doing.connection_id, doing.store, entries)


def _once(some: Iterable[Match | None]) -> Iterator[Match]:
    """Yield each match once: both sides of one may stand on the worklist."""
    yield from {one.owner: one for one in some if one}.values()


SAME = Fixer(_tells, _say)
