"""The budget of metered calls, as people see it: of one connection, and of the app."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from connector.api.runs import history
from connector.api.runs.history import written_of
from connector.model.calls import Calls
from connector.model.control.budget import (
    SLOW_AT,
    STOP_AT,
    CompanyStanding,
    Pace,
    means,
)
from connector.store import call_meter, connections

if TYPE_CHECKING:
    from connector.services import Services


@dataclass(frozen=True)
class FlowCalls:
    """The calls of one flow, of looks, or of what was done by hand.

    Attributes:
        flow: its name.
        metered: calls that Intuit counts.
        free: calls that are free: single writes.
        written: how many records it wrote, where one run is asked about.
        cost: what each of them cost, as a sentence, likewise.
    """

    flow: str
    metered: int
    free: int
    written: int | None = None
    cost: str | None = None


@dataclass(frozen=True)
class ConnectionBudget:
    """How one connection stands in a month.

    Attributes:
        month: the month (UTC), such as 2026-11.
        metered: calls that Intuit counts, until now.
        free: those that are free.
        forecast: metered calls at the end of the month, going on as until now.
        level: so many any company of the app may make; more only while others leave them.
        pace: whether it is read at full pace, slowed down, or not read any more.
        means: what that means, in sentences.
        flows: the calls by what they were for.
    """

    month: str
    metered: int
    free: int
    forecast: int
    level: int
    pace: Pace
    means: str
    flows: tuple[FlowCalls, ...]


@dataclass(frozen=True)
class RunCalls:
    """The calls of one run.

    Attributes:
        run_id: the run.
        metered: calls that Intuit counts.
        free: those that are free.
        flows: the same by flow, with what a record cost.
    """

    run_id: str
    metered: int
    free: int
    flows: tuple[FlowCalls, ...]


@dataclass(frozen=True)
class CompanyCalls:
    """How one company of the app stands in the month.

    Attributes:
        connection_id: the connection.
        metered: calls that Intuit counts, until now.
        free: those that are free.
        forecast: metered calls at the end of the month.
        pace: how it is read.
    """

    connection_id: str
    metered: int
    free: int
    forecast: int
    pace: Pace


@dataclass(frozen=True)
class AppBudget:
    """How the app stands in a month, all its companies together.

    Attributes:
        month: the month (UTC).
        line: metered calls after which Intuit blocks the app for the rest of the month.
        metered: those made until now.
        forecast: those at the end of the month, going on as until now.
        percent: the forecast in percent of the line.
        slow_at: from which part of the line on those who read most are slowed down.
        stop_at: at which part reading stops for those who read most; writes never stop.
        companies: each company that made a call, those with most reads first.
    """

    month: str
    line: int
    metered: int
    forecast: int
    percent: int
    slow_at: float
    stop_at: float
    companies: tuple[CompanyCalls, ...]


def of_connection(services: "Services", connection_id: str) -> ConnectionBudget:
    """Return how a connection stands in this month."""
    connections.read(connection_id)
    budget = services.budgets.current(newest=True)
    nothing = CompanyStanding(Calls(), 0, Pace.FULL)
    own = budget.companies.get(connection_id, nothing)
    return ConnectionBudget(
        month=budget.month,
        metered=own.calls.metered,
        free=own.calls.free,
        forecast=own.forecast,
        level=budget.level,
        pace=own.pace,
        means=means(own, budget),
        flows=_flows(call_meter.by_flow(connection_id, budget.month)),
    )


def of_run(services: "Services", connection_id: str, run_id: str) -> RunCalls:
    """Return what a run has cost so far, by flow and by record.

    Raises:
        NotThereError: there is no such run.
    """
    told = history.show(services, connection_id, run_id)
    flows = tuple(
        FlowCalls(one.flow, one.metered, one.free, written_of(one), one.cost)
        for one in told.flows
        if one.metered or one.free
    )
    return RunCalls(run_id, told.metered, told.free, flows)


def _flows(made: Mapping[str, Calls]) -> tuple[FlowCalls, ...]:
    return tuple(FlowCalls(flow, one.metered, one.free) for flow, one in sorted(made.items()))


def of_app(services: "Services") -> AppBudget:
    """Return how the app stands in this month."""
    budget = services.budgets.current(newest=True)
    by_reads = sorted(budget.companies.items(), key=lambda one: -one[1].calls.metered)
    return AppBudget(
        month=budget.month,
        line=budget.line,
        metered=budget.metered,
        forecast=budget.forecast,
        percent=budget.percent,
        slow_at=SLOW_AT,
        stop_at=STOP_AT,
        companies=tuple(
            CompanyCalls(
                connection_id=own,
                metered=one.calls.metered,
                free=one.calls.free,
                forecast=one.forecast,
                pace=one.pace,
            )
            for own, one in by_reads
        ),
    )
