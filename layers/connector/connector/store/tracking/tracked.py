"""Finding records that had an outcome: by number, by customer, and where they stand."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import batched, islice

from connector.model.fingerprints import folded
from connector.model.ids import ConnectionId, FlowName, RecordId, RunId
from connector.model.outcomes import Outcome
from connector.model.tracking.tracked import (
    Counts,
    Sought,
    TrackedPage,
    TrackedRecord,
    TrackedState,
)
from connector.store.table import SEPARATOR
from connector.store.tracking import postings, rows
from connector.store.tracking.changes import catch_up, counts, followed, insist, note
from connector.store.tracking.postings import Posting, ViewPlace, ViewPlaces, place_of

__all__ = [
    "catch_up",
    "counts",
    "find",
    "followed",
    "insist",
    "note",
    "of_run",
    "read_many",
    "read_some",
]

MOST_SEARCHED, MOST_NUMBERS = 5_000, 15_000
"""So many records of views are looked through for a page of those that come to an amount, and so
many numbers, of which more lie in a row, for those in which a part occurs.
"""

AT_ONCE = 1500
"""So many records of a state are read at once, rather than each of its flows as far as need be.

Of all states together a quarter of it, since a page of all of them is filled by the latest anyway.
"""

ONE_CALL = 100
"""So many rows DynamoDB answers at once."""


def read_many(
    connection_id: ConnectionId, flow: FlowName, record_ids: Iterable[RecordId]
) -> dict[RecordId, TrackedRecord]:
    """Return some records of a flow, by id."""
    found = rows.read(connection_id, ((flow, own) for own in record_ids))
    return {own: kept.record for (_, own), kept in found.items()}


def read_some(
    connection_id: ConnectionId, wanted: Iterable[tuple[FlowName, RecordId]]
) -> list[TrackedRecord]:
    """Return some records by flow and id, in that order; a hundred are one table call."""
    found = rows.read_shown(connection_id, wanted)
    return [one for _, one in sorted(found.items())]


def find(
    connection_id: ConnectionId,
    sought: Sought,
    *,
    after: str | None,
    limit: int,
    oldest_first: bool = False,
) -> TrackedPage:
    """Return a page of the records that are looked for, latest days first or the oldest.

    One by its number takes two calls of the table, a page of at most 99 of one flow in one state,
    too. Of several it takes three where few records stand in these states (`AT_ONCE`), and one more
    for each flow in a state with many. Nothing knows where an amount stands, or a part of a number:
    views or numbers are looked through for each page, up to `MOST_SEARCHED` or `MOST_NUMBERS`.
    Those with a part come in the order of the lists of numbers.
    """
    if sought.part and not sought.number:
        return _by_part(connection_id, sought, sought.part, after=after, limit=limit)
    if sought.number:
        found: Iterable[Posting] = postings.of_number(connection_id, sought.number)
    elif sought.customer:
        found = postings.of_customer(connection_id, sought.customer)
    else:
        found = postings.of_view(
            connection_id,
            _places(connection_id, sought),
            sought,
            after=_day_of(after),
            oldest_first=oldest_first,
        )
    in_order = sorted(found, reverse=not oldest_first) if isinstance(found, list) else found
    rest = (one for one in in_order if after is None or _is_after(one, after, oldest_first))
    if not sought.amounts or isinstance(found, list):
        return _page(connection_id, rest, limit, keep=sought.holds)
    looked_at = _LookedThrough(((one.place, one) for one in rest), MOST_SEARCHED)
    likely = (one for _, one in looked_at if postings.may_come_to(one, sought.amounts))
    page = _page(connection_id, likely, limit, keep=sought.holds)
    return page if page.next else page._replace(next=looked_at.goes_on_after)


def _by_part(
    connection_id: ConnectionId, sought: Sought, part: str, *, after: str | None, limit: int
) -> TrackedPage:
    wanted, places = folded(part), dict[tuple[FlowName, RecordId], str]()
    looked_at = _LookedThrough(postings.all_numbers(connection_id, after), MOST_NUMBERS)

    def likely() -> Iterator[Posting]:
        for place, one in looked_at:
            if wanted in one.text:
                places[one.flow, one.record_id] = place
                yield one

    page = _page(connection_id, likely(), limit, keep=sought.holds)
    if page.next is None:
        return page._replace(next=looked_at.goes_on_after)
    _, flow, own = page.next.split(SEPARATOR, 2)  # its day may be another one than in the list
    return page._replace(next=places[flow, own])


@dataclass
class _LookedThrough:
    """Goes through so many records at most; `goes_on_after` is the last of them if more follow."""

    found: Iterator[tuple[str, Posting]]
    most: int
    goes_on_after: str | None = None

    def __iter__(self) -> Iterator[tuple[str, Posting]]:
        place: str | None = None
        for place, one in islice(self.found, self.most):
            yield place, one
        if place is not None and next(self.found, None) is not None:
            self.goes_on_after = place


def _places(connection_id: ConnectionId, sought: Sought) -> ViewPlaces:
    """Return where records may stand; what is not told of both is looked up, by one query.

    States with few records are read together, with all flows, where their lists lie side by side.
    """
    if sought.state and len(sought.flows) == 1:
        return ViewPlaces([(sought.state, flow) for flow in sought.flows])
    many, together = list[ViewPlace](), list[list[ViewPlace]]([[]])
    room = AT_ONCE if sought.state else AT_ONCE // 4
    for state, total, flows in _standing(counts(connection_id), sought):
        here = [(state, flow) for flow in flows]
        if not here or total > room:
            many += here
            together.append([])
        else:
            together[-1] += here
            room -= total
    alone = [some[0] for some in together if len(some) == 1]
    few = [(some[0][0], some[-1][0]) for some in together if len(some) > 1]
    return ViewPlaces([*many, *alone], few)


def _standing(known: Counts, sought: Sought) -> Iterator[tuple[TrackedState, int, list[FlowName]]]:
    """Yield states in the order of their lists: how many stand there, and the flows sought."""
    for state in sorted(TrackedState):
        if sought.state in (None, state):
            there = {flow: sums[state].count for flow, sums in known.items() if state in sums}
            if total := sum(there.values()):
                yield (
                    state,
                    total,
                    [one for one in there if not sought.flows or one in sought.flows],
                )


def _day_of(place: str | None) -> str | None:
    return place.partition(SEPARATOR)[0] if place else None


def _is_after(one: Posting, after: str, oldest_first: bool) -> bool:
    return one.place > after if oldest_first else one.place < after


def of_run(
    connection_id: ConnectionId, run_id: RunId, outcome: Outcome, flow: FlowName | None = None
) -> list[tuple[FlowName, RecordId]]:
    """Return which records ended so in a run, by flow and id; one table query."""
    found = postings.of_run(connection_id, run_id, outcome, flow)
    return [(one.flow, one.record_id) for one in found]


def _page(
    connection_id: ConnectionId,
    rest: Iterable[Posting],
    limit: int,
    *,
    keep: Callable[[TrackedRecord], bool],
) -> TrackedPage:
    """Return a page of what is found, and after what the next one begins if anything is left."""
    records = _records(connection_id, rest, limit + 1)
    some = list(islice((one for one in records if keep(one)), limit + 1))
    following = place_of(some[limit - 1]) if len(some) > limit else None
    return TrackedPage(tuple(some[:limit]), following)


def _records(
    connection_id: ConnectionId, found: Iterable[Posting], limit: int
) -> Iterator[TrackedRecord]:
    """Yield the records of some postings in their order, at most a hundred by one call."""
    for some in batched(found, min(limit, ONE_CALL), strict=False):
        wanted = [(one.flow, one.record_id) for one in some]
        kept = rows.read_shown(connection_id, wanted)
        yield from (kept[one] for one in wanted if one in kept)
