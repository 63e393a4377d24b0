"""Connections: list them, start one, confirm what was chosen, and lead each through its life."""

from collections.abc import Callable
from datetime import date
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlencode

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi import params
from aws_lambda_powertools.event_handler.openapi.params import Query

from connector.api import connect, consent, life, past, people
from connector.api import connections as listed
from connector.api.connect import CALLBACK, MobiWorkLogin, Started, Wanted
from connector.api.connections import ConnectionList, ShownConnection
from connector.api.consent import CompanyToConfirm, Confirmation, Connected, Consented
from connector.api.life import Close, ShownLife, Start
from connector.api.past import ActivityAsked, DeedPage
from connector.api.people import Invitation, People
from connector.errors import ConnectionBrokenError, RecordError
from connector.lambdas.problems import HTML, PageLink, page, wants_page
from connector.lambdas.routes.shared import ConnectionPath, api_url, caller
from connector.lambdas.routing import Routes
from connector.model.body import Body
from connector.services import services

PATH = "/connections"
ONE = "/connections/<connection_id>"
LOGIN = f"{ONE}/mobiwork-login"
StartBody = Annotated[Start | None, params.Body()]
DoneBy = Annotated[
    str | None, Query(max_length=200, description="Only by somebody; a part of the name.")
]
DoneWhat = Annotated[
    str | None, Query(max_length=200, description="Only with these words of what was done.")
]
DoneFrom = Annotated[date | None, Query(alias="from", description="On this day or later.")]
DoneTo = Annotated[date | None, Query(alias="to", description="On this day or before.")]
ActivityAfter = Annotated[str | None, Query(description="`next` of the page before.")]
ActivityLimit = Annotated[int, Query(ge=1, le=past.MOST, description="At most so many.")]
Email = Annotated[str, params.Path(max_length=254, description="As they sign in with it.")]
STEP = [HTTPStatus.CONFLICT]
routes = Routes("connections")
callback = Routes("connections")

REVIEWED_FIRST = (
    "A new connection is in review: what would be posted is planned and shown, and nothing is "
    "written on either side until somebody starts it. The review reads QuickBooks' documents once, "
    "about one metered call for 1,000 of them."
)

RENEWED = (
    "The two are connected already, and {phase}. Confirming renews the access; its links, its "
    "settings and what waits stay as they are."
)


@routes.answer("GET", PATH)
def list_connections() -> ConnectionList:
    """List all connections, each with its id, both sides and whether it works."""
    return listed.list_connections()


@routes.answer("POST", PATH, problems=[HTTPStatus.CONFLICT])
def start_connection(wanted: Wanted) -> Started:
    """Try a MobiWork login and answer with Intuit's consent page for the person."""
    back = api_url(routes) + CALLBACK
    return connect.start(services(), wanted, callback_url=back, by=caller(routes))


@routes.answer("POST", f"{PATH}/confirm", problems=[HTTPStatus.CONFLICT])
def confirm_connection(confirmation: Confirmation) -> Connected:
    """Join the company that was chosen on Intuit's page; only whoever started it can."""
    return consent.confirm(services(), confirmation, by=caller(routes))


@routes.answer("PUT", LOGIN)
def change_mobiwork_login(connection_id: ConnectionPath, login: MobiWorkLogin) -> ShownConnection:
    """Try a new MobiWork login and keep it; QuickBooks needs no new consent."""
    who = caller(routes)
    return listed.shown_as(connect.change_login(services(), connection_id, login, by=who))


@routes.answer("GET", ONE)
def show_connection(connection_id: ConnectionPath) -> ShownLife:
    """Show a connection with every step of its life: when and by whom."""
    return life.show(connection_id)


@routes.answer("POST", f"{ONE}/start", problems=STEP)
def start_posting(connection_id: ConnectionPath, asked: StartBody = None) -> ShownLife:
    """Let a connection in review post from now on; asked for twice, it starts once."""
    return life.start(services(), connection_id, asked or Start(), by=caller(routes))


@routes.answer("POST", f"{ONE}/pause", problems=STEP)
def pause_connection(connection_id: ConnectionPath) -> ShownLife:
    """Stop a live connection until it is resumed; a run under way ends within a page of records."""
    return life.pause(connection_id, by=caller(routes))


@routes.answer("POST", f"{ONE}/resume", problems=STEP)
def resume_connection(connection_id: ConnectionPath) -> ShownLife:
    """Let a paused connection go on."""
    return life.resume(services(), connection_id, by=caller(routes))


@routes.answer("POST", f"{ONE}/close", problems=STEP)
def close_connection(connection_id: ConnectionPath, how: Close) -> ShownLife:
    """End a connection: tokens revoked, login forgotten, links kept or erased."""
    return life.close(services(), connection_id, how, by=caller(routes))


@routes.answer("GET", f"{ONE}/activity")
def list_activity(  # noqa: PLR0913, PLR0917 - the parameters of a request
    connection_id: ConnectionPath,
    by: DoneBy = None,
    what: DoneWhat = None,
    first: DoneFrom = None,
    last: DoneTo = None,
    after: ActivityAfter = None,
    limit: ActivityLimit = 100,
) -> DeedPage:
    """List what people changed in a connection, who and when; the latest first.

    Of those that are asked for a page may hold few, or none, although it has a `next`.
    """
    asked = ActivityAsked(by=by, what=what, first=first, last=last)
    return past.show(connection_id, asked, after=after, limit=limit)


@routes.answer("GET", f"{ONE}/people")
def list_people(connection_id: ConnectionPath) -> People:
    """List who may do what in a connection when they use the console."""
    return people.show(connection_id)


@routes.answer("POST", f"{ONE}/people", problems=STEP)
def invite_person(connection_id: ConnectionPath, asked: Invitation) -> People:
    """Give a person a role in a connection; it counts as soon as they sign in to the console."""
    return people.invite(connection_id, asked, by=caller(routes))


@routes.answer("DELETE", f"{ONE}/people/<email>", problems=STEP)
def remove_person(connection_id: ConnectionPath, email: Email) -> People:
    """Take a person's role in a connection away."""
    return people.remove(connection_id, email, by=caller(routes))


def _confirming(told: CompanyToConfirm) -> str:
    """Return the page of the console that confirms what was chosen, where it was begun there."""
    return f"{api_url(callback)}/console/connect/confirm?{urlencode({'code': told.code})}"


def _as_page(
    app: APIGatewayHttpResolver, ask: Callable[..., Response[Body]]
) -> Response[Body] | Response[str]:
    """Answer a browser with a page."""
    if not wants_page(app.current_event.headers.get("accept") or ""):
        return ask(app)
    try:
        answer = ask(app)
    except (RecordError, ConnectionBrokenError) as error:
        again = PageLink("Back to the console", f"{api_url(callback)}/console/connect")
        told = page("QuickBooks was not connected", [str(error)], link=again)
        return Response(HTTPStatus.BAD_REQUEST, HTML, told)
    chosen = CompanyToConfirm(**(answer.body or {}))
    written = page(
        f"You chose {chosen.company}",
        [
            f"It is to be joined with MobiWork account {chosen.mobiwork_client_id}.",
            "Nothing is connected yet: whoever started this confirms it with the code below, "
            "within an hour.",
            REVIEWED_FIRST if chosen.phase is None else RENEWED.format(phase=chosen.phase),
            "If you did not expect this page, do not pass the code on: the access is given back.",
        ],
        [chosen.code],
        PageLink("Confirm it in the console", _confirming(chosen)),
    )
    return Response(HTTPStatus.OK, HTML, written)


@callback.answer("GET", CALLBACK, middlewares=[_as_page])
def finish_connection(
    state: Annotated[str | None, Query(description="As Intuit was given it.")] = None,
    code: Annotated[str | None, Query(description="Intuit's code.")] = None,
    realm_id: Annotated[
        str | None, Query(alias="realmId", description="The QuickBooks company.")
    ] = None,
    error: Annotated[str | None, Query(description="Why the person was turned away.")] = None,
) -> CompanyToConfirm:
    """Show the company that a person chose on Intuit's page, with the code that confirms it."""
    answer = Consented(state, code, realm_id, error)
    return consent.choose(services(), answer, callback_url=api_url(callback) + CALLBACK)
