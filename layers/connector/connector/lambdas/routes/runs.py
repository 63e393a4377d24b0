"""Runs, their outcomes, where records stand, and the story of one."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from http import HTTPStatus
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import TypeAdapter

from connector.api.runs import history, search, starting, story, words
from connector.api.runs.history import (
    RunInDetail,
    RunsAsked,
    RunStateName,
    ShownRunPage,
)
from connector.api.runs.search import RecordsAsked, ShownCounts
from connector.api.runs.starting import RunOf, StartedRun
from connector.api.runs.story import Story
from connector.lambdas.routes.shared import ConnectionPath, OldestFirst, caller, csv_answer
from connector.lambdas.routing import Routes
from connector.model.body import Body
from connector.model.outcomes import Outcome
from connector.model.tracking.history import OutcomePage, OutcomesOf
from connector.model.tracking.stands import AskedFor, kept_as
from connector.model.tracking.tracked import Sought, TrackedPage
from connector.services import services

BASE = "/connections/<connection_id>"
PAGE = TypeAdapter(OutcomePage)
routes = Routes("runs")

AfterPlace = Annotated[str | None, Query(description="`next` of the page before.")]
RunLimit = Annotated[int, Query(ge=1, le=history.MOST_RUNS, description="At most so many.")]
OutcomeLimit = Annotated[int, Query(ge=1, le=history.MOST_OUTCOMES, description="At most so many.")]
RecordLimit = Annotated[int, Query(ge=1, le=search.MOST, description="At most so many.")]
RunPath = Annotated[str, Path(description="The run, as the list shows it.", max_length=64)]
FlowPath = Annotated[str, Path(description="The flow, such as push_invoices.", max_length=64)]
RecordPath = Annotated[str, Path(description="The id in the flow's source.", max_length=200)]
OneFlow = Annotated[str | None, Query(description="Only of this flow, such as push_invoices.")]
Flows = Annotated[list[str] | None, Query(description="Only of these flows.")]
OneOutcome = Annotated[Outcome | None, Query(description="Only those that ended so.")]
RunState = Annotated[RunStateName | None, Query(description="Only those in this state.")]
StartedBy = Annotated[
    str | None, Query(max_length=200, description="Only those of somebody; a part of the name.")
]
RunFlow = Annotated[str | None, Query(description="Only those with records of this flow.")]
RunOutcome = Annotated[Outcome | None, Query(description="Only those with a record that ended so.")]
BegunFrom = Annotated[date | None, Query(alias="from", description="Begun on this day or later.")]
BegunTo = Annotated[date | None, Query(alias="to", description="Begun on this day or before.")]
Form = Annotated[
    Literal["json", "csv"],
    Query(alias="format", description="CSV tells in the header x-next what asks for more."),
]
Number = Annotated[str | None, Query(description="A number or a name, or a part of it.")]
Customer = Annotated[str | None, Query(description="How the name of a customer or vendor begins.")]
Amount = Annotated[Decimal | None, Query(description="What it comes to, to the cent.")]
First = Annotated[date | None, Query(alias="from", description="Dated on this day or later.")]
Last = Annotated[date | None, Query(alias="to", description="Dated on this day or before.")]
State = Annotated[AskedFor | None, Query(description="Where it stands.")]
MobiWorkIdQuery = Annotated[str | None, Query(description="Its id in MobiWork.")]
QuickBooksIdQuery = Annotated[str | None, Query(description="Its id in QuickBooks.")]


def _as_asked(
    app: APIGatewayHttpResolver, ask: Callable[..., Response[Body]]
) -> Response[Body] | Response[str]:
    """Answer with CSV where that is asked for."""
    answer = ask(app)
    asked = app.current_event.query_string_parameters or {}
    if answer.status_code != HTTPStatus.OK or asked.get("format") != "csv":
        return answer
    page = PAGE.validate_python(answer.body)
    return csv_answer(words.as_csv(page.outcomes), page.next)


@routes.answer("GET", f"{BASE}/runs")
def list_runs(  # noqa: PLR0913, PLR0917 - the parameters of a request
    connection_id: ConnectionPath,
    state: RunState = None,
    by: StartedBy = None,
    flow: RunFlow = None,
    outcome: RunOutcome = None,
    first: BegunFrom = None,
    last: BegunTo = None,
    after: AfterPlace = None,
    limit: RunLimit = 25,
) -> ShownRunPage:
    """List runs, the latest first: when, by whom, how long, and how many records ended how.

    Of those that are asked for a page may hold few, or none, although it has a `next`.
    """
    asked = RunsAsked(state=state, by=by, flow=flow, outcome=outcome, first=first, last=last)
    return history.list_runs(services(), connection_id, asked, after=after, limit=limit)


@routes.answer("POST", f"{BASE}/runs", problems=[HTTPStatus.CONFLICT], status=HTTPStatus.ACCEPTED)
def start_run(connection_id: ConnectionPath, asked: RunOf) -> StartedRun:
    """Start a run now: of everything, of some flows, or of some records, also refused ones."""
    return starting.start(services(), connection_id, asked, by=caller(routes))


@routes.answer("GET", f"{BASE}/runs/<run_id>")
def show_run(connection_id: ConnectionPath, run_id: RunPath) -> RunInDetail:
    """Show a run, also while it goes on: by flow how many records ended how, and the sums."""
    return history.show(services(), connection_id, run_id)


@routes.answer(
    "GET",
    f"{BASE}/runs/<run_id>/outcomes",
    formats=["text/csv"],
    middlewares=[_as_asked],
)
def list_outcomes(  # noqa: PLR0913, PLR0917 - the parameters of a request
    connection_id: ConnectionPath,
    run_id: RunPath,
    flow: OneFlow = None,
    outcome: OneOutcome = None,
    after: AfterPlace = None,
    limit: OutcomeLimit = 99,
    form: Form = "json",
) -> OutcomePage:
    """List what became of each record of a run, also the good ones with their remarks."""
    del form  # the middleware has it
    asked = OutcomesOf(run_id, flow, outcome)
    return history.list_outcomes(connection_id, asked, after=after, limit=limit)


@routes.answer("GET", f"{BASE}/records")
def find_records(  # noqa: PLR0913, PLR0917 - the parameters of a request
    connection_id: ConnectionPath,
    number: Number = None,
    customer: Customer = None,
    amount: Amount = None,
    first: First = None,
    last: Last = None,
    state: State = None,
    flow: Flows = None,
    mobiwork_id: MobiWorkIdQuery = None,
    quickbooks_id: QuickBooksIdQuery = None,
    oldest_first: OldestFirst = False,
    after: AfterPlace = None,
    limit: RecordLimit = 99,
) -> TrackedPage:
    """Find records by what is known of them, or list a view: those in one state, latest first."""
    sought = Sought(
        number=number,
        customer=customer,
        amounts=frozenset(() if amount is None else [amount]),
        first=first,
        last=last,
        flows=frozenset(flow or ()),
        state=kept_as(state),
    )
    asked = RecordsAsked(
        sought=sought,
        mobiwork_id=mobiwork_id,
        quickbooks_id=quickbooks_id,
        oldest_first=oldest_first,
    )
    return search.find(connection_id, asked, after=after, limit=limit)


@routes.answer("GET", f"{BASE}/records/<flow>/<record_id>")
def tell_record(connection_id: ConnectionPath, flow: FlowPath, record_id: RecordPath) -> Story:
    """Tell the story of a record: read, planned, sent, answered, linked, changed since, by whom."""
    return story.tell(services(), connection_id, flow, record_id)


@routes.answer("POST", f"{BASE}/records/<flow>/<record_id>/comparison")
def compare_record(connection_id: ConnectionPath, flow: FlowPath, record_id: RecordPath) -> Story:
    """Read a record on both sides now and tell its story with that; nothing is changed."""
    return story.tell(services(), connection_id, flow, record_id, now=True)


@routes.answer("GET", f"{BASE}/counts")
def count_records(connection_id: ConnectionPath) -> ShownCounts:
    """Count where all records stand, by flow and state, with sums."""
    return search.counts(connection_id)
