"""Undo a run: preview it, carry that out, see how it stands, and send again what was undone."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from connector.api.undoing import again, undo
from connector.api.undoing.again import PostAgain, PostedAgain
from connector.api.undoing.undo import ShownUndo, Undo
from connector.lambdas.routes.shared import ConnectionPath, caller
from connector.lambdas.routing import Routes
from connector.services import services

UNDO = "/connections/<connection_id>/runs/<run_id>/undo"
AGAIN = "/connections/<connection_id>/post-again"
routes = Routes("undo")

UndoneRun = Annotated[str, Path(description="The run, as the list of runs has it.", max_length=64)]
AfterUndone = Annotated[str | None, Query(description="`next` of the page before.")]
UndoneLimit = Annotated[int, Query(ge=1, le=undo.MOST, description="At most so many records.")]


@routes.answer("POST", UNDO, problems=[HTTPStatus.CONFLICT], status=HTTPStatus.ACCEPTED)
def undo_run(connection_id: ConnectionPath, run_id: UndoneRun, asked: Undo) -> ShownUndo:
    """Find out what undoing a run would do, or carry out what that showed."""
    return undo.ask(services(), connection_id, run_id, asked, by=caller(routes))


@routes.answer("GET", UNDO)
def show_undo(
    connection_id: ConnectionPath,
    run_id: UndoneRun,
    after: AfterUndone = None,
    limit: UndoneLimit = 100,
) -> ShownUndo:
    """Show how undoing a run stands: sums, and each record with what is done and why."""
    return undo.show(services(), connection_id, run_id, after=after, limit=limit)


@routes.answer("POST", AGAIN, problems=[HTTPStatus.CONFLICT], status=HTTPStatus.ACCEPTED)
def post_again(connection_id: ConnectionPath, asked: PostAgain) -> PostedAgain:
    """Send again what was undone: the next look finds it, and a run posts it once."""
    return again.post_again(services(), connection_id, asked, by=caller(routes))
