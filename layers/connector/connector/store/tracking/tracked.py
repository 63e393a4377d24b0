"""Finding records that had an outcome: by number, by customer, and where they stand."""

from collections.abc import Iterable, Iterator
from itertools import islice

from connector.model.ids import ConnectionId, FlowName, RecordId
from connector.model.tracking.tracked import TrackedPage, TrackedRecord, View
from connector.store.tracking import postings, rows
from connector.store.tracking.changes import catch_up, counts, note
from connector.store.tracking.postings import LAST, Posting

__all__ = ["catch_up", "counts", "note", "of_customer", "of_number", "read_many", "read_some"]


def read_many(
    connection_id: ConnectionId, flow: FlowName, record_ids: Iterable[RecordId]
) -> dict[RecordId, TrackedRecord]:
    """Return some records of a flow, by id."""
    found = rows.read(connection_id, ((flow, own) for own in record_ids))
    return {own: kept.record for (_, own), kept in found.items()}


def of_number(connection_id: ConnectionId, number: str) -> list[TrackedRecord]:
    """Return the records of all flows that bear a number or a name; two table calls."""
    return _records(connection_id, postings.of_number(connection_id, number))


def of_customer(
    connection_id: ConnectionId, name: str, *, after: str | None, limit: int
) -> TrackedPage:
    """Return a page of the records about those whose names begin so, latest days first."""
    return _page(connection_id, postings.of_customer(connection_id, name), after, limit)


def read_some(
    connection_id: ConnectionId, view: View, *, after: str | None, limit: int
) -> TrackedPage:
    """Return a page of a view, latest days first; at most 100 records are two table calls."""
    until = after or (view.last.isoformat() if view.last else LAST)
    day = until.partition("#")[0]
    found = postings.of_view(connection_id, view.flow, view.state, first=view.first, last=day)
    return _page(connection_id, (one for one in found if view.has_day(one.dated)), after, limit)


def _page(
    connection_id: ConnectionId, found: Iterable[Posting], after: str | None, limit: int
) -> TrackedPage:
    """Return a page of what is found, and after what the next one begins if anything is left."""
    rest: Iterator[Posting] = (one for one in found if after is None or one.place < after)
    some = list(islice(rest, limit + 1))
    following = some[limit - 1].place if len(some) > limit else None
    return TrackedPage(tuple(_records(connection_id, some[:limit])), following)


def _records(connection_id: ConnectionId, found: Iterable[Posting]) -> list[TrackedRecord]:
    wanted = [(one.flow, one.record_id) for one in found]
    kept = rows.read(connection_id, wanted)
    return [kept[one].record for one in wanted if one in kept]
