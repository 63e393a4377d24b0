"""Reading runs and their outcomes page by page."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import reduce
from itertools import islice
from operator import and_

from pynamodb.expressions.condition import Condition

from connector.model.ids import ConnectionId, FlowName, RecordId, RunId
from connector.model.outcomes import RecordOutcome
from connector.model.tracking.history import (
    DIED,
    RUNNING,
    OutcomePage,
    OutcomesOf,
    PastRun,
    RunPage,
    RunsOf,
)
from connector.store.packing import value_of
from connector.store.runs import OutcomeRow, RunRow, outcome_in
from connector.store.table import (
    FILLS,
    FIRST,
    LAST,
    SEPARATOR,
    key,
    one_call,
    read_row,
    says,
    sk_of,
)
from connector.store.tracking import postings


def read(connection_id: ConnectionId, run_id: RunId) -> PastRun | None:
    """Return one run; None where there is none of that id."""
    row = read_row(RunRow, key(connection_id, "run"), run_id)
    return None if row is None else _run(row)


def read_latest(run_ids: Mapping[ConnectionId, RunId]) -> dict[ConnectionId, PastRun]:
    """Return the run of each connection that has one; a hundred are one table call."""
    owners = {key(one, "run"): one for one in run_ids}
    keys = [(key(one, "run"), run_id) for one, run_id in run_ids.items()]
    rows = RunRow.batch_get(keys, consistent_read=True)
    return {owners[row.pk]: _run(row) for row in rows}


def read_some(
    connection_id: ConnectionId, asked: RunsOf, *, after: RunId | None, limit: int
) -> RunPage:
    """Return runs of a connection by one call, the latest first, those before `after`.

    At most `limit`; where some are passed over, as many as one call finds.
    """
    began = _second(asked.since) if asked.since else FIRST
    ended = after or (_second(asked.until) if asked.until else LAST)
    if ended < began:
        return RunPage((), None)
    size = limit + 2 if asked.all else FILLS  # the one that it is to be before comes along
    rows, read_to = one_call(
        RunRow,
        key(connection_id, "run"),
        RunRow.sk.between(began, ended),
        _only(asked),
        size=size,
        latest_first=True,
    )
    rows = [row for row in rows if sk_of(row) != after]
    if asked.all and len(rows) > limit:
        rows, read_to = rows[:limit], sk_of(rows[limit - 1])
    return RunPage(tuple(_run(RunRow.from_raw_data(dict(row))) for row in rows), read_to)


def _second(moment: datetime) -> str:
    """Write a moment as the ids of runs begin."""
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%S}"


def _only(asked: RunsOf) -> Condition | None:
    """Hold for runs in a state and of a person, as far as their rows say so."""
    wanted: list[Condition] = []
    if asked.state:
        wanted.append(RunRow.state == (RUNNING if asked.state == DIED else asked.state))
    if asked.by:
        wanted.append(says(RunRow.by, asked.by))
    return reduce(and_, wanted) if wanted else None


def before(connection_id: ConnectionId, run_id: RunId) -> tuple[RunId, bool] | None:
    """Return the run before one, and whether it said its end; None where there was none."""
    rows = RunRow.query(
        key(connection_id, "run"),
        RunRow.sk < run_id,
        scan_index_forward=False,
        limit=1,
        consistent_read=True,
    )
    return next(((row.sk, row.state != RUNNING) for row in rows), None)


def unfinished(connection_id: ConnectionId, *, since: datetime) -> Iterator[RunId]:
    """Yield the runs begun since a moment that did not say their end, the latest first.

    Some may have died. Those of before are not read: there is one row for each run of a year.
    """
    rows = RunRow.query(
        key(connection_id, "run"),
        RunRow.sk >= _second(since),
        filter_condition=RunRow.state == RUNNING,
        scan_index_forward=False,
        consistent_read=True,
    )
    return (row.sk for row in rows)


def _run(row: RunRow) -> PastRun:
    return value_of(row, PastRun, run_id=row.sk)


def outcomes(
    connection_id: ConnectionId, asked: OutcomesOf, *, after: str | None, limit: int
) -> OutcomePage:
    """Return at most `limit` outcomes of a run by flow and record id, those after `after`.

    Those of one outcome are found through the lists of the run; a run without lists, because it
    only planned, is read through.
    """
    if asked.outcome is not None:
        found = postings.postings_of_run(connection_id, asked.run_id, asked.outcome, asked.flow)
        if listed := [f"{one.flow}{SEPARATOR}{one.record_id}" for one in found]:
            rest = sorted(one for one in listed if one > (after or ""))
            some = read_many(connection_id, asked.run_id, rest[:limit])
            return OutcomePage(tuple(some), rest[limit - 1] if len(rest) > limit else None)
    return _read_through(connection_id, asked, after, limit)


def _read_through(
    connection_id: ConnectionId, asked: OutcomesOf, after: str | None, limit: int
) -> OutcomePage:
    begins = f"{asked.flow}{SEPARATOR}" if asked.flow else FIRST
    ends = f"{begins}{LAST}" if asked.flow else LAST
    rows = OutcomeRow.query(
        key(connection_id, "outcome", asked.run_id),
        OutcomeRow.sk.between(f"{after}{FIRST}" if after else begins, ends),
        limit=None if asked.outcome else limit + 1,
        consistent_read=True,
    )
    kept = (row for row in rows if asked.outcome in (None, outcome_in(row).outcome))
    some = list(islice(kept, limit + 1))
    following = some[limit - 1].sk if len(some) > limit else None
    return OutcomePage(tuple(map(outcome_in, some[:limit])), following)


def read_many(
    connection_id: ConnectionId, run_id: RunId, places: Iterable[str]
) -> list[RecordOutcome]:
    """Return the outcomes at some places of a run, flow and record id, in their order."""
    keys = [(key(connection_id, "outcome", run_id), one) for one in places]
    return _found(keys)


def of_record(
    connection_id: ConnectionId, flow: FlowName, record_id: RecordId, run_ids: Sequence[RunId]
) -> list[RecordOutcome]:
    """Return what some runs told of one record, in the order of the runs; one table call."""
    place = f"{flow}{SEPARATOR}{record_id}"
    return _found([(key(connection_id, "outcome", one), place) for one in run_ids])


def _found(keys: list[tuple[str, str]]) -> list[RecordOutcome]:
    rows = OutcomeRow.batch_get(keys, consistent_read=True)
    kept = {(row.pk, row.sk): outcome_in(row) for row in rows}
    return [kept[one] for one in keys if one in kept]
