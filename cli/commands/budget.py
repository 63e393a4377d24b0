"""The budget of reads of QuickBooks: of a connection, of a run, of the app."""

from typing import Annotated

import typer

from cli.api import Body
from cli.screen import kind
from cli.session import AsJson, OfConnection, Session, session_of

CALLS = ("for", "#reads", "#writes")
FLOWS = (*CALLS, "#records", "cost of a record")
"""What a record cost is known of runs only."""
COMPANIES = ("connection", "#reads", "#writes", "#forecast", "pace")


def budget(
    context: typer.Context,
    run: Annotated[str, typer.Option("--run", help="What one run used, by flow and record.")] = "",
    app: Annotated[bool, typer.Option("--app", help="All companies of the app combined.")] = False,
    connection: OfConnection = "",
    as_json: AsJson = False,
) -> None:
    """Show how many calls were made that Intuit counts, and where that leads by month's end."""
    session = session_of(context, connection, as_json=as_json)
    if app:
        told = session.api.get("/budget")
        known = {one["connection_id"] for one in session.api.get("/connections")["connections"]}
        session.show(told, lambda: _show_app(session, told, known))
        return
    path = f"{session.path}/runs/{run}/calls" if run else f"{session.path}/budget"
    answer = session.api.get(path)
    session.show(answer, lambda: _show(session, answer))


def _show(session: Session, told: Body) -> None:
    forecast = f", {told['forecast']:,} projected for the month" if "forecast" in told else ""
    what = told.get("month") or f"Run {told['run_id']}"
    session.screen.say(f"{what}: {told['metered']:,} reads, {told['free']:,} writes{forecast}")
    if told.get("means"):
        session.screen.say(told["means"])
    width = len(FLOWS) if "run_id" in told else len(CALLS)
    rows = [
        (kind(one["flow"]), one["metered"], one["free"], one.get("written"), one.get("cost"))[
            :width
        ]
        for one in told["flows"]
    ]
    session.screen.table(FLOWS[:width], rows)


def _show_app(session: Session, told: Body, known: set[str]) -> None:
    """Show the calls by company; those of what is no connection (any more) count all the same."""
    session.screen.say(
        f"{told['month']}: {told['metered']:,} of {told['line']:,} reads "
        f"({told['percent']} %), {told['forecast']:,} projected for the month"
    )
    rows = [
        (
            _named(one["connection_id"], known),
            one["metered"],
            one["free"],
            one["forecast"],
            one["pace"],
        )
        for one in told["companies"]
    ]
    session.screen.table(COMPANIES, rows)


def _named(connection_id: str, known: set[str]) -> str:
    return connection_id if connection_id in known else f"{connection_id} (not connected)"
