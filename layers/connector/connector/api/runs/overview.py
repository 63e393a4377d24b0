"""Connections side by side: where each stands, its latest run, what needs somebody, its calls.

However many are shown, they are read together: a hundred rows are one call of the table.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from connector.api.connections import ShownConnection, shown_as
from connector.api.runs.history import state_of
from connector.entities.registry import NAMES
from connector.model.connection import Connection
from connector.model.control.budget import Budget, Pace
from connector.model.ids import ConnectionId
from connector.model.outcomes import SumOfKind, by_kind, over_kinds
from connector.model.tracking.history import RUNNING, PastRun, RunsOf
from connector.model.tracking.tracked import Counts, StandsAs
from connector.store import connections
from connector.store.tracking import changes, history
from connector.store.worklist import lists

if TYPE_CHECKING:
    from connector.services import Services

LONG = timedelta(hours=1)
"""A run that began before is asked about where it is executed: it may have died."""


@dataclass(frozen=True, kw_only=True)
class Stands:
    """Where one connection stands.

    Attributes:
        connection: Its name and state.
        refused, waiting: How many records do not go on by themselves, or wait for something.
        held_up: Both, by kind, with what each kind comes to.
        posted: What is on both sides, by kind, with what each kind comes to.
        run_id, run_state, run_at: The latest run and when it began; None before the first.
        metered: Metered calls of the month until now; forecast: those at its end.
        level: So many it may make.
        pace: Whether it is read at full pace.
    """

    connection: ShownConnection
    refused: int
    waiting: int
    held_up: tuple[SumOfKind, ...]
    posted: tuple[SumOfKind, ...]
    run_id: str | None
    run_state: str | None
    run_at: datetime | None
    metered: int
    forecast: int
    level: int
    pace: Pace


def to_look_at(connection_id: ConnectionId) -> int:
    """Count what is on the worklist and held up by nothing: posted, and changed or to be ended."""
    return lists.to_look_at(connection_id)


def everything() -> tuple[ShownConnection, ...]:
    """Return all connections, by the name of the company."""
    return in_order(map(shown_as, connections.read_many(connections.all_ids())))


def some(connection_ids: Iterable[ConnectionId]) -> tuple[ShownConnection, ...]:
    """Return those connections that there are, by the name of the company."""
    return in_order(map(shown_as, connections.read_many(connection_ids)))


def in_order(shown: Iterable[ShownConnection]) -> tuple[ShownConnection, ...]:
    """Return connections by the name of the company."""
    return tuple(sorted(shown, key=lambda one: (one.company.casefold(), one.connection_id)))


def stand(
    services: "Services", connection_ids: Iterable[ConnectionId]
) -> dict[ConnectionId, Stands]:
    """Return where some connections stand, by id."""
    known = connections.read_many(connection_ids)
    counts = changes.counts_of_many([one.connection_id for one in known], NAMES)
    latest = _latest(known)
    runs = {own: _asked_about(services, one) for own, one in latest.items()}
    budget = services.budgets.current(newest=True)
    return {
        one.connection_id: _standing(
            one, counts[one.connection_id], runs.get(one.connection_id), budget
        )
        for one in known
    }


def _latest(known: Iterable[Connection]) -> dict[ConnectionId, PastRun]:
    """Return the latest run of each connection; a job that undid one since is no run."""
    named = {one.connection_id: one.run_id for one in known if one.run_id}
    found = history.read_latest(named)
    for own in named.keys() - found.keys():
        for run in history.read_some(own, RunsOf(), after=None, limit=1).runs:
            found[own] = run
    return found


def _asked_about(services: "Services", run: PastRun) -> PastRun:
    """Return a run with its state; one that goes on for long is asked about."""
    if run.state == RUNNING and datetime.now(UTC) - run.started_at > LONG:
        return replace(run, state=state_of(services, run))
    return run


def _standing(one: Connection, counts: Counts, run: PastRun | None, budget: Budget) -> Stands:
    own = budget.companies.get(one.connection_id)
    return Stands(
        connection=shown_as(one),
        refused=over_kinds(_in(counts, StandsAs.REFUSED)).count,
        waiting=over_kinds(_in(counts, StandsAs.WAITING)).count,
        held_up=_in(counts, StandsAs.REFUSED, StandsAs.WAITING),
        posted=_in(counts, StandsAs.POSTED, StandsAs.CHANGED),
        run_id=run.run_id if run else None,
        run_state=run.state if run else None,
        run_at=run.started_at if run else None,
        metered=own.calls.metered if own else 0,
        forecast=own.forecast if own else 0,
        level=budget.level,
        pace=own.pace if own else Pace.FULL,
    )


def _in(counts: Counts, *states: StandsAs) -> tuple[SumOfKind, ...]:
    """Return the records in some states, by kind."""
    return by_kind(
        (flow, sums[state]) for flow, sums in counts.items() for state in states if state in sums
    )
