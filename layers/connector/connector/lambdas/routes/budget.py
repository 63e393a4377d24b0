"""The budget of metered calls: of a connection, of one of its runs, and of the app."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from connector.api import budget
from connector.api.budget import AppBudget, ConnectionBudget, RunCalls
from connector.lambdas.routes.shared import ConnectionPath
from connector.lambdas.routing import Routes
from connector.services import services

routes = Routes("budget")

CountedRun = Annotated[str, Path(description="The run, as the list of runs has it.", max_length=64)]


@routes.answer("GET", "/budget")
def show_app_budget() -> AppBudget:
    """Show how all companies of the app share the calls that Intuit counts in this month."""
    return budget.of_app(services())


@routes.answer("GET", "/connections/<connection_id>/budget")
def show_budget(connection_id: ConnectionPath) -> ConnectionBudget:
    """Show a connection's calls of this month by flow, the forecast, and what it means."""
    return budget.of_connection(services(), connection_id)


@routes.answer("GET", "/connections/<connection_id>/runs/<run_id>/calls")
def show_run_calls(connection_id: ConnectionPath, run_id: CountedRun) -> RunCalls:
    """Show what a run cost in calls, by flow and by record."""
    return budget.of_run(services(), connection_id, run_id)
