"""Books Match: both sides compared to the cent, with a cause for every difference."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import TypeAdapter

from connector.api.books import matches, words
from connector.api.books.certificate import certificate
from connector.api.books.matches import (
    BalancePage,
    BooksAsked,
    BooksMatchList,
    BooksStarted,
    DifferencePage,
)
from connector.lambdas.routes.shared import TEXT, ConnectionPath, caller, csv_answer
from connector.lambdas.routing import Routes
from connector.model.body import Body
from connector.model.books.causes import BooksCause
from connector.model.books.kinds import BooksKind
from connector.model.books.report import BooksMatch
from connector.services import services

MATCHES = "/connections/<connection_id>/books-match"
ONE = "/connections/<connection_id>/books-match/<match_id>"
PDF = "application/pdf"
FORMATS = ("text/plain", "text/csv", "application/pdf")
"""How answers may be asked for beside JSON."""
LINES = 2000
"""So many differences are told at once as CSV."""
MATCH = TypeAdapter(BooksMatch)
routes = Routes("books")

MatchId = Annotated[str, Path(description="The match, as starting it told.", max_length=64)]
BooksFormat = Annotated[
    Literal["json", "text", "csv", "pdf"],
    Query(
        alias="format",
        description="json, text, csv or pdf. CSV has the differences, at most 2,000 at once: the "
        "header x-next says what `after` asks for those that follow. pdf is one page, a "
        "certificate for the accountant.",
    ),
]
OfKind = Annotated[BooksKind | None, Query(description="Only differences of this kind.")]
OfCause = Annotated[BooksCause | None, Query(description="Only differences of this cause.")]
After = Annotated[str | None, Query(description="`next` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=matches.MOST, description="At most so many.")]


def _as_asked(
    app: APIGatewayHttpResolver, ask: Callable[..., Response[Body]]
) -> Response[Body] | Response[str] | Response[bytes]:
    """Answer with text, CSV or a certificate where that is asked for."""
    answer = ask(app)
    if answer.status_code != HTTPStatus.OK:
        return answer
    match = MATCH.validate_python(answer.body)
    asked = app.current_event.query_string_parameters or {}
    match asked.get("format"):
        case "text":
            return Response(HTTPStatus.OK, TEXT, words.as_text(match))
        case "csv":
            connection_id = str((app.current_event.path_parameters or {})["connection_id"])
            return _csv(connection_id, match.match_id, asked.get("after"))
        case "pdf":
            return Response(HTTPStatus.OK, PDF, certificate(match))
        case _:
            return answer


def _csv(connection_id: str, match_id: str, after: str | None) -> Response[str]:
    found = matches.list_differences(connection_id, match_id, after=after, limit=LINES)
    return csv_answer(words.as_csv(found.differences), found.next)


@routes.answer("POST", MATCHES, problems=[HTTPStatus.CONFLICT], status=HTTPStatus.ACCEPTED)
def match_books(connection_id: ConnectionPath, asked: BooksAsked) -> BooksStarted:
    """Compare both sides for some days; from stored data, or proven by reading both."""
    return matches.start(services(), connection_id, asked, by=caller(routes))


@routes.answer("GET", MATCHES)
def list_books_matches(connection_id: ConnectionPath) -> BooksMatchList:
    """List the latest matches of the books, the newest first."""
    return matches.list_books_matches(connection_id)


@routes.answer("GET", ONE, formats=FORMATS, middlewares=[_as_asked])
def show_books_match(
    connection_id: ConnectionPath,
    match_id: MatchId,
    format_: BooksFormat = "json",
    after: After = None,
) -> BooksMatch:
    """Show a match: totals of both sides and causes; as JSON, text, CSV, or a PDF certificate."""
    del format_, after
    return matches.show(connection_id, match_id)


@routes.answer("GET", f"{ONE}/differences")
def list_differences(  # noqa: PLR0913, PLR0917 - each is a parameter of the request
    connection_id: ConnectionPath,
    match_id: MatchId,
    kind: OfKind = None,
    cause: OfCause = None,
    after: After = None,
    limit: Limit = 100,
) -> DifferencePage:
    """List the differences of a match, each with its cause and what helps."""
    return matches.list_differences(
        connection_id, match_id, kind=kind, cause=cause, after=after, limit=limit
    )


@routes.answer("GET", f"{ONE}/balances")
def list_balances(
    connection_id: ConnectionPath, match_id: MatchId, after: After = None, limit: Limit = 100
) -> BalancePage:
    """List what each customer owes on both sides on the last day, and why that differs."""
    return matches.list_balances(connection_id, match_id, after=after, limit=limit)
