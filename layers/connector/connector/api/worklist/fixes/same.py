"""Saying of records, of many at once, that each is the one that it may be in QuickBooks."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from connector.api.plans.taken_twice import taken_twice
from connector.api.worklist.fixes.doing import Doing, Effect, Fixer, FixWanted, named
from connector.api.worklist.reading import OpenEntry
from connector.engine.stores import Store
from connector.entities.registry import PULL_NAMED, PUSH_NAMED
from connector.errors import ConflictError, RequestError
from connector.model.body import capital
from connector.model.links import RecordKey
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

MOST_TOLD = 50
"""So many records are decided on at once, each shown with what it is: nothing is decided unseen."""
ONE_BY_ONE = "Decide on them one by one in the list of matches."


def alike(connection_id: str, store: Store, entries: Iterable[OpenEntry]) -> Iterator[Match | None]:
    """Yield the open match of each entry with what is alike there; None where it takes a look.

    All are read together: three calls of the table for what they can become.
    """
    some = [*entries]
    open_ones = _open_matches(connection_id, store, some)
    found = [_alone(open_ones.get(_place(one), ())) for one in some]
    owners = {match.owner: match for match in found if match}
    wanted = Counter((one.target, one.chosen) for one in owners.values())
    for match in found:
        yield match if match and wanted[match.target, match.chosen] == 1 else None


def fitting(
    connection_id: str, store: Store, entries: Iterable[OpenEntry]
) -> Iterator[Match | None]:
    """Yield the open match of each entry with what would be chosen; None where it takes a look."""
    for match in alike(connection_id, store, entries):
        taken = match and next(taken_twice(connection_id, [match], store), None)
        yield None if taken else match


def _place(entry: OpenEntry) -> tuple[str, str]:
    return entry.item.flow, entry.item.record_id


def _open_matches(
    connection_id: str, store: Store, entries: Sequence[OpenEntry]
) -> Mapping[tuple[str, str], Sequence[Match]]:
    """Return the matches of entries that nobody has decided on, read together for each kind."""
    by_flow: dict[str, list[str]] = defaultdict(list)
    for one in entries:
        by_flow[one.item.flow].append(one.item.record_id)
    found: dict[tuple[str, str], list[Match]] = defaultdict(list)
    for flow, owns in by_flow.items():
        for own, match in _matches(connection_id, store, flow, owns):
            if match.decision is MatchDecision.UNDECIDED:
                found[flow, own].append(match)
    return found


def _matches(
    connection_id: str, store: Store, flow: str, owns: Sequence[str]
) -> Iterator[tuple[str, Match]]:
    """Yield what some records of a flow, of either side, were found to be the same as."""
    if pull := PULL_NAMED.get(flow):
        told = store.matches.of_quickbooks(connection_id, pull.source, owns)
        yield from ((own, one) for own, some in told.items() for one in some)
    elif push := PUSH_NAMED.get(flow):
        keys = [RecordKey(push.entity, own) for own in owns]
        for target in push.targets:
            found = store.matches.read_many(connection_id, target, keys)
            yield from ((own.mobiwork_id, match) for own, match in found.items())


def _alone(open_ones: Sequence[Match]) -> Match | None:
    """Return the only open match of a record, where one record there alone is alike enough."""
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
    rest = [one for one, it in found if it is None]
    matches, more = _shown(match for _, match in found)
    if not matches:
        raise RequestError(
            f"For {named(rest)}, compare both sides to see which record it is. {ONE_BY_ONE}"
        )
    told = [
        f"{capital(one.label)} is {said(candidate, one.target)}."
        for one in matches
        for candidate in one.candidates
        if candidate.quickbooks_id == one.chosen
    ]
    if more:
        told.append(f"Not shown and not decided yet: {more} more. Repeat to do those.")
    told.append("They are linked as they are; nothing is written in QuickBooks.")
    if rest:
        told.append(
            f"Not {named(rest)}, which may be a different record or has differences. {ONE_BY_ONE}"
        )
    return Effect(tuple(told))


def _say(doing: Doing, wanted: FixWanted) -> None:
    matches, _ = _shown(_found(doing, wanted.entries))
    by, at = doing.by, doing.now.isoformat()
    same = MatchDecision.SAME
    decided = [(one, replace(one, decision=same, decided_by=by, decided_at=at)) for one in matches]
    if not doing.store.matches.decide_as_read(doing.connection_id, decided):
        raise ConflictError("Someone else has decided on one of them in the meantime. Check again.")
    for one in matches:
        doing.store.pending.replay(doing.connection_id, one.flow, one.item)
    for entry in wanted.entries:
        doing.again(entry.item)


def _found(doing: Doing, entries: Sequence[OpenEntry]) -> Iterator[Match | None]:
    return fitting(doing.connection_id, doing.store, entries)


def _shown(some: Iterable[Match | None]) -> tuple[list[Match], int]:
    """Return the matches that are shown and decided on, and how many more there are.

    Each comes once: both sides of one may stand on the worklist.
    """
    found = [*{one.owner: one for one in some if one}.values()]
    return found[:MOST_TOLD], max(0, len(found) - MOST_TOLD)


SAME = Fixer(_tells, _say)
