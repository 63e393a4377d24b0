"""Finding records that had an outcome: by number, by customer, and where they stand."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice

from connector.model.fingerprints import folded
from connector.model.ids import ConnectionId, FlowName, RecordId, RunId
from connector.model.outcomes import Outcome
from connector.model.tracking.tracked import Sought, TrackedPage, TrackedRecord
from connector.store.tracking import postings, rows
from connector.store.tracking.changes import catch_up, counts, followed, insist, note
from connector.store.tracking.months import Months
from connector.store.tracking.postings import Posting

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


def read_many(
    connection_id: ConnectionId, flow: FlowName, record_ids: Iterable[RecordId]
) -> dict[RecordId, TrackedRecord]:
    """Return some records of a flow, by id."""
    found = rows.read_shown(connection_id, ((flow, own) for own in record_ids))
    return {own: record for (_, own), record in found.items()}


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

    A page of at most 99 takes three calls of the table, one by its number two: at most two that
    look for records, and one for what they are. What is rare or lies far back may not all be found
    by two, and what its list does not say of a record may not be what is sought: then a page is
    short, and `next` goes on from there. A month that two calls do not hold is read whole by each
    page that begins in it. A part of a number is looked for by one call, and what
    bears it comes in the order of the lists of numbers.
    """
    if sought.part and not sought.number:
        numbers = postings.NumbersWith(connection_id, folded(sought.part), after)
        page = _page(connection_id, numbers, limit, keep=sought.holds)
        return page if page.next else replace(page, next=numbers.goes_on_after)
    if (at_once := _at_once(connection_id, sought)) is None:
        months = Months(connection_id, sought, after, oldest_first)
        page = _page(connection_id, _rest(months, after, oldest_first), limit, keep=sought.holds)
        return page if page.next else replace(page, next=months.goes_on_after)
    in_order = sorted(at_once, reverse=not oldest_first)
    return _page(connection_id, _rest(in_order, after, oldest_first), limit, keep=sought.holds)


def _at_once(connection_id: ConnectionId, sought: Sought) -> Iterable[Posting] | None:
    """Return what is on a list that is read whole; None where no such list is."""
    if sought.number:
        return postings.of_number(connection_id, sought.number)
    if sought.customer:
        return postings.of_customer(connection_id, sought.customer, sought)
    if sought.state in postings.APART:
        return postings.of_state(connection_id, sought.state, sought)
    return None


def _rest(
    found: Iterable[Posting], after: str | None, oldest_first: bool
) -> Iterator[tuple[str, Posting]]:
    rest = (one for one in found if after is None or _is_after(one, after, oldest_first))
    return ((one.place, one) for one in rest)


def _is_after(one: Posting, after: str, oldest_first: bool) -> bool:
    return one.place > after if oldest_first else one.place < after


def of_run(
    connection_id: ConnectionId, run_id: RunId, outcome: Outcome, flow: FlowName | None = None
) -> list[tuple[FlowName, RecordId]]:
    """Return which records ended so in a run, by flow and id; one table query."""
    found = postings.postings_of_run(connection_id, run_id, outcome, flow)
    return [(one.flow, one.record_id) for one in found]


def _page(
    connection_id: ConnectionId,
    rest: Iterable[tuple[str, Posting]],
    limit: int,
    *,
    keep: Callable[[TrackedRecord], bool],
) -> TrackedPage:
    """Return a page of what is found, and after what the next one begins if anything is left.

    So many are looked at as it may hold: a hundred are one call.
    """
    some = list(islice(rest, limit + 1))
    wanted = [(one.flow, one.record_id) for _, one in some[:limit]]
    kept = rows.read_shown(connection_id, wanted)
    records = tuple(kept[one] for one in wanted if one in kept and keep(kept[one]))
    return TrackedPage(records, some[limit - 1][0] if len(some) > limit else None)
