"""Reading some records by their ids at once, also beside one that nobody can read."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from connector.errors import UNREADABLE, ConnectorError, RecordError
from connector.model.body import Json
from connector.quickbooks.query import select


@dataclass(frozen=True)
class FoundByIds:
    """What was read.

    rows: the records that are there, by id.
    unread: why those cannot be read that QuickBooks fails on, that are too large or refused, by id.
    """

    rows: dict[str, Json] = field(default_factory=dict)
    unread: dict[str, ConnectorError] = field(default_factory=dict)


def read_by_ids(
    query: Callable[[str], Iterable[Json]],
    target: str,
    ids: Sequence[str],
    *,
    include_inactive: bool = False,
) -> FoundByIds:
    """Return records by their ids: one metered call; a few more where one cannot be read.

    Raises:
        QueryFailedError, AnswerBrokenError: QuickBooks fails on each of several.
        AnswerTooLargeError: each of several is.
    """
    found = FoundByIds()
    _read(query, target, ids, found, include_inactive=include_inactive)
    failed = [one for one in found.unread.values() if not isinstance(one, RecordError)]
    if len(ids) > 1 and len(failed) == len({*ids}):
        raise failed[0]
    return found


def _read(
    query: Callable[[str], Iterable[Json]],
    target: str,
    ids: Sequence[str],
    found: FoundByIds,
    *,
    include_inactive: bool,
) -> None:
    """Read by halves what cannot be read together."""
    try:
        rows = list(query(select(target, include_inactive=include_inactive, Id=list(ids))))
    except (RecordError, *UNREADABLE) as error:
        if len(ids) == 1:
            found.unread[ids[0]] = error
            return
        half = len(ids) // 2
        for some in (ids[:half], ids[half:]):
            _read(query, target, some, found, include_inactive=include_inactive)
    else:
        found.rows.update((str(row["Id"]), row) for row in rows)
