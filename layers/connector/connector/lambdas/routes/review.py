"""Reviews, dry runs, approvals and matches: what would be posted, what may be, what is the same."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from connector.api.plans import approvals, dry_runs, matching, report_words, review
from connector.api.plans.approvals import Approvals, Approved, PlanPage
from connector.api.plans.dry_runs import DryRun, DryRunOf
from connector.api.plans.matching import Decided, Decisions
from connector.api.plans.review import Planning
from connector.api.plans.shown_matches import MatchPage
from connector.lambdas.problems import HTML, wants_page
from connector.lambdas.routes.shared import TEXT, ConnectionPath, caller, csv_answer
from connector.lambdas.routing import Routes
from connector.model.body import Body
from connector.model.matching.comparison import Grade
from connector.model.review.report import ReviewReport
from connector.services import services
from connector.store.reports import REPORT

REVIEW = "/connections/<connection_id>/review"
DRY_RUNS = "/connections/<connection_id>/dry-runs"
DRY_RUN = "/connections/<connection_id>/dry-runs/<run_id>"
APPROVALS = "/connections/<connection_id>/approvals"
MATCHES = "/connections/<connection_id>/matches"
FORMATS = ("text/plain", "text/html", "text/csv")
"""How answers may be asked for beside JSON."""
routes = Routes("review")

Format = Annotated[
    Literal["", "json", "text", "html", "csv"],
    Query(
        alias="format",
        description="json, text, html or csv; without it a browser gets a page. CSV has the plans "
        "themselves with their bodies, at most 2,000 at once, fewer where they are large: the "
        "header x-next says what `after` asks for those that follow.",
    ),
]
DryRunPath = Annotated[str, Path(description="The dry run, as starting it told.", max_length=64)]
Flow = Annotated[str, Query(description="The name of a flow, such as push_invoices.")]
After = Annotated[str, Query(description="`next` of the page before; empty for the first.")]
MatchedEntity = Annotated[str, Query(description="A kind of record, such as Invoice or customer.")]
MatchGrade = Annotated[Grade | None, Query(description="Only matches of this grade.")]
AfterMatch = Annotated[str | None, Query(description="`next` of the page before.")]
MatchLimit = Annotated[int, Query(ge=1, le=matching.MOST, description="At most so many.")]
Limit = Annotated[int, Query(ge=1, le=approvals.MOST, description="At most so many plans.")]


def _as_asked(
    app: APIGatewayHttpResolver, ask: Callable[..., Response[Body]]
) -> Response[Body] | Response[str]:
    """Answer with CSV, text or a page where that is asked for."""
    answer = ask(app)
    if answer.status_code != HTTPStatus.OK:
        return answer
    report = REPORT.validate_python(answer.body)
    event = app.current_event
    asked = event.query_string_parameters or {}
    page = wants_page(event.headers.get("accept") or "")
    match asked.get("format") or ("html" if page else "json"):
        case "csv":
            return _csv(report, asked.get("after", ""))
        case "text":
            return Response(HTTPStatus.OK, TEXT, report_words.as_text(report))
        case "html":
            written = report_words.as_page(report, "What would be posted")
            return Response(HTTPStatus.OK, HTML, written)
        case _:
            return answer


def _csv(report: ReviewReport, after: str) -> Response[str]:
    found, following = review.list_planned(report.connection_id, report.scope, after=after)
    return csv_answer(report_words.as_csv(found), following)


@routes.answer("POST", REVIEW, problems=[HTTPStatus.CONFLICT], status=HTTPStatus.ACCEPTED)
def make_review(connection_id: ConnectionPath) -> Planning:
    """Plan everything anew in a connection that is in review; nothing is written."""
    return review.make(services(), connection_id, by=caller(routes))


@routes.answer("GET", REVIEW, formats=FORMATS, middlewares=[_as_asked])
def show_review(
    connection_id: ConnectionPath, format_: Format = "", after: After = ""
) -> ReviewReport:
    """Show what is planned, added up; as JSON, as text or as a page; or all plans as CSV."""
    del format_, after
    return review.show(connection_id)


@routes.answer("POST", DRY_RUNS, problems=[HTTPStatus.CONFLICT], status=HTTPStatus.ACCEPTED)
def make_dry_run(connection_id: ConnectionPath, asked: DryRunOf) -> DryRun:
    """Plan what a run would do now; one record is answered at once, more by a run."""
    return dry_runs.make(services(), connection_id, asked, by=caller(routes))


@routes.answer("GET", DRY_RUN, formats=FORMATS, middlewares=[_as_asked])
def show_dry_run(
    connection_id: ConnectionPath,
    run_id: DryRunPath,
    flow: Flow = "",
    format_: Format = "",
    after: After = "",
) -> ReviewReport:
    """Show what a dry run planned, added up; of one flow if it is named; or all plans as CSV."""
    del format_, after
    return dry_runs.show(connection_id, run_id, flow)


@routes.answer("GET", APPROVALS)
def list_approvals(
    connection_id: ConnectionPath, flow: Flow, after: After = "", limit: Limit = 100
) -> PlanPage:
    """List the plans of a flow that wait, each with its exact body and the hash of it."""
    return approvals.list_plans(connection_id, flow, after=after, limit=limit)


@routes.answer("POST", APPROVALS, problems=[HTTPStatus.CONFLICT])
def approve_plans(connection_id: ConnectionPath, asked: Approvals) -> Approved:
    """Let plans be carried out as they were shown; what changed since is named and asked again."""
    return approvals.approve(services(), connection_id, asked, by=caller(routes))


@routes.answer("GET", MATCHES)
def list_matches(
    connection_id: ConnectionPath,
    entity: MatchedEntity,
    grade: MatchGrade = None,
    after: AfterMatch = None,
    limit: MatchLimit = 99,
) -> MatchPage:
    """List what both sides hold of an entity and may be the same, with both sides' facts."""
    return matching.list_matches(connection_id, entity, grade=grade, after=after, limit=limit)


@routes.answer("POST", MATCHES, problems=[HTTPStatus.CONFLICT], status=HTTPStatus.ACCEPTED)
def match_again(connection_id: ConnectionPath) -> Planning:
    """Compare once more what both sides of a live connection hold, and sync it after that."""
    return review.match_again(services(), connection_id, by=caller(routes))


@routes.answer("POST", f"{MATCHES}/decide", problems=[HTTPStatus.CONFLICT])
def decide_matches(connection_id: ConnectionPath, asked: Decisions) -> Decided:
    """Say which records are the same: one, several, or all certain ones; all of it or nothing."""
    return matching.decide(services(), connection_id, asked, by=caller(routes))
