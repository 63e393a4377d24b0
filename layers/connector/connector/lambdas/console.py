"""The console over HTTP: cookies and forms in, pages and redirects out."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from hmac import compare_digest
from http import HTTPStatus
from types import ModuleType
from urllib.parse import urlsplit

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from aws_lambda_powertools.utilities.typing import LambdaContext

from connector.api import activity
from connector.console import deployment, door, limits, sessions, signing_in
from connector.console.asking import Download, Go, PageRequest, PageView, Reply, Route, address
from connector.console.door import NotAllowedError
from connector.console.limits import TooOftenError
from connector.console.rendering import environment, static, static_path
from connector.console.sessions import COOKIE, KEPT_SECONDS, SIGNING_IN, SIGNING_IN_SECONDS
from connector.errors import NotThereError, RemoteDownError, RequestError
from connector.lambdas import mistakes, sent_forms, themes
from connector.lambdas.http import check_open
from connector.lambdas.problems import HTML, Problem, problem, problem_of
from connector.lambdas.visits import HOME, KEPT, SAID, Visit, cookie, no_cookie
from connector.lambdas.webhooks import WebhookHandler
from connector.model.body import Body
from connector.model.calls import BY_HAND
from connector.model.control.people import Visitor
from connector.observability import logger
from connector.services import services
from connector.store import connections
from connector.store.control import people

LONGEST_WAY_BACK = 1000
"""Of the page that was asked for: with the rest of what signing in keeps, it must fit a cookie."""
LONG = "public, max-age=31536000, immutable"
SIGNED_IN, SIGNED_OUT = f"{HOME}/signed-in", f"{HOME}/signed-out"
HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "same-origin",
    "strict-transport-security": "max-age=31536000",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


class SignedOutError(Exception):
    """Nobody is signed in."""


class StaleFormError(RequestError):
    """A form is of another session than that of who sends it."""


def console() -> WebhookHandler:
    """Make the function that serves the console."""
    app, served = APIGatewayHttpResolver(), set[ModuleType]()
    for (method, rule), answer in OPEN.items():
        app.route(f"{HOME}{rule}", method)(_answering(app, answer))
    app.exception_handler(Exception)(lambda error: _failed(app, error))

    @logger.inject_lambda_context(clear_state=True)
    def handler(event: Body, context: LambdaContext) -> Body:
        opened = services()
        for theme in themes.themes_of(APIGatewayProxyEventV2(event).path.removeprefix(HOME)):
            if theme not in served:
                served.add(theme)
                _serve_theme(app, theme)
        try:
            answer = app.resolve(event, context)
        finally:
            opened.flush(flow=BY_HAND)
        given = {name.lower(): text for name, text in answer["headers"].items()}
        return answer | {"headers": HEADERS | given}

    return handler


def _serve_theme(app: APIGatewayHttpResolver, theme: ModuleType) -> None:
    """Let the pages of a theme be served from now on."""
    for one in themes.routes_of(theme):
        app.route(f"{HOME}{one.rule}".rstrip("/"), one.method)(_serving(app, one))


def _answering(
    app: APIGatewayHttpResolver, answer: Callable[..., Response[str]]
) -> Callable[..., Response[str]]:
    def serve(**path: str) -> Response[str]:
        return answer(app, **path)

    return serve


def _serving(app: APIGatewayHttpResolver, route: Route) -> Callable[..., Response[str]]:
    def serve(**path: str) -> Response[str]:
        visit = Visit.of(_event(app))
        if visit.person is None:
            raise SignedOutError
        return _answer(visit, _reply(visit, visit.person, route, path))

    return serve


def _reply(visit: Visit, person: Visitor, route: Route, path: Mapping[str, str]) -> Reply:
    """Return what a page answers to whom it is open."""
    connection_id = path.get("connection_id")
    _check(visit, person, route, connection_id)
    asked = _asked(visit, person, path)
    if connection_id is not None:
        connection = connections.read(connection_id)
        check_open(visit.event, connection)
        asked = replace(asked, connection=connection)
    return route.show(asked)


def _check(visit: Visit, person: Visitor, route: Route, connection_id: str | None) -> None:
    """Check role and, of a form, that it came from a page of this session; refusals are kept.

    All are in the log; those of people who have a role in the connection are in its activity, too.
    """
    try:
        if route.method == "POST":
            limits.FORMS.take(person.email)
        door.check(person, route, connection_id)
        if route.method == "POST":
            _check_form(visit)
    except (NotAllowedError, NotThereError, RequestError, TooOftenError) as error:
        subject = visit.session.subject if visit.session else None
        logger.warning("refused", by=subject, path=visit.event.path, why=str(error))
        if connection_id is not None and isinstance(error, NotAllowedError):
            activity.note(
                connection_id, by=person.email, what=door.refusal(person, route, connection_id)
            )
        raise


def _check_form(visit: Visit) -> None:
    token = dict(sent_forms.fields(visit.event)).get("token", "")
    site = visit.event.headers.get("sec-fetch-site", "same-origin")
    if (
        visit.session is None
        or site not in {"same-origin", "none"}
        or not sessions.is_token(visit.sealer, visit.session, token)
    ):
        raise StaleFormError(
            "This page has expired, or the form came from somewhere else. Reload it."
        )


def _asked(visit: Visit, person: Visitor, path: Mapping[str, str]) -> PageRequest:
    kept = {
        name.removeprefix(KEPT): opened[0]["value"]
        for name, text in visit.cookies.items()
        if name.startswith(KEPT) and (opened := visit.sealer.open(name, text, seconds=KEPT_SECONDS))
    }
    return PageRequest(
        person=person,
        path=path,
        query=visit.event.query_string_parameters or {},
        form=sent_forms.fields(visit.event),
        here=visit.event.path.removeprefix(HOME),
        home=f"{visit.origin}{visit.home}",
        cookies=kept,
    )


def _event(app: APIGatewayHttpResolver) -> APIGatewayProxyEventV2:
    event = app.current_event
    if not isinstance(event, APIGatewayProxyEventV2):
        raise TypeError("the console is called by an HTTP API")
    return event


def _answer(visit: Visit, answer: Reply) -> Response[str]:
    match answer:
        case PageView():
            return _page(visit, answer, HTTPStatus.OK)
        case Download():
            headers = {"content-disposition": f'attachment; filename="{answer.name}"'}
            return Response(HTTPStatus.OK, answer.kind, answer.content, headers=headers)  # type: ignore[arg-type]
        case Go():
            return _redirect(visit, answer)


def _redirect(visit: Visit, answer: Go) -> Response[str]:
    cookies = [
        cookie(f"{KEPT}{name}", visit.sealer.seal(f"{KEPT}{name}", {"value": value}), KEPT_SECONDS)
        if value
        else no_cookie(f"{KEPT}{name}")
        for name, value in answer.keep.items()
    ]
    if answer.said:
        cookies.append(cookie(SAID, visit.sealer.seal(SAID, {"said": answer.said})))
    headers = {"location": visit.at(answer.to)}
    return Response(HTTPStatus.SEE_OTHER, HTML, "", headers=headers, cookies=cookies)


def _page(
    visit: Visit, page: PageView, status: HTTPStatus, mistake: str | None = None
) -> Response[str]:
    said = visit.sealer.open(SAID, visit.cookies.get(SAID, ""), seconds=SIGNING_IN_SECONDS)
    shown = (
        environment()
        .get_template(page.template)
        .render(
            page.values
            | {
                "title": page.title,
                "home": visit.home,
                "here": visit.event.path,
                "person": visit.person,
                "token": visit.token,
                "said": said[0]["said"] if said else "",
                "mistake": mistake,
            }
        )
    )
    return Response(status, HTML, shown, cookies=[no_cookie(SAID)] if said else [])


def _failed(app: APIGatewayHttpResolver, error: Exception) -> Response[str]:
    event = _event(app)
    if isinstance(error, SignedOutError):
        return _to_sign_in(event)
    told = _problem(error)
    visit = _visit_of(event)
    if visit is None:
        return Response(told.status, "text/plain; charset=utf-8", told.detail)
    if isinstance(error, StaleFormError) and (kept := sent_forms.kept(event)):
        return _page(visit, kept, HTTPStatus(told.status))
    if shown := _on_its_page(visit, told):
        return shown
    values = {"problem": asdict(told), "back": visit.came_from}
    page = PageView(
        template="problem.html", title=mistakes.HEADINGS.get(told.status, told.title), values=values
    )
    return _page(visit, page, HTTPStatus(told.status))


def _to_sign_in(event: APIGatewayProxyEventV2) -> Response[str]:
    if event.headers.get("hx-request"):  # a part of a page that looks again by itself
        refresh = {"hx-refresh": "true"}
        return Response(HTTPStatus.UNAUTHORIZED, HTML, "", headers=refresh)
    if kept := sent_forms.kept(event):
        return _page(_nobody(Visit.of(event)), kept, HTTPStatus.UNAUTHORIZED)
    back = f"{event.path.removeprefix(HOME)}?{event.raw_query_string}".rstrip("?")
    base = urlsplit(services().config.api_url).path.rstrip("/")
    there = address(f"{base}{HOME}/sign-in", back=back if event.http_method == "GET" else "/")
    return Response(HTTPStatus.SEE_OTHER, HTML, "", headers={"location": there})


def _on_its_page(visit: Visit, told: Problem) -> Response[str] | None:
    """Say what is wrong with a form on the page that it stands on, with what was typed into it.

    None where nobody sent one from a page that can be shown.
    """
    page = mistakes.behind(visit)
    if page is None or visit.person is None:
        return None
    try:
        shown = _reply(page.visit, visit.person, page.route, page.path)
        if not isinstance(shown, PageView):
            return None
        answer = _page(page.visit, shown, HTTPStatus(told.status), mistake=told.detail)
        sent_to = visit.at(visit.event.path.removeprefix(HOME))
        answer.body = mistakes.refilled(str(answer.body), sent_to, sent_forms.fields(visit.event))
    except Exception as error:
        logger.warning("the page of a form cannot be shown", exc_info=error)
        return None
    return answer


def _visit_of(event: APIGatewayProxyEventV2) -> Visit | None:
    """Return a visit for a page that tells of a failure; None where even that fails."""
    try:
        return Visit.of(event)
    except Exception as error:
        logger.error("a page cannot be shown", exc_info=error)
        return None


def _problem(error: Exception) -> Problem:
    match error:
        case NotFoundError():
            return problem(HTTPStatus.NOT_FOUND, "This page does not exist.")
        case NotAllowedError():
            return problem(HTTPStatus.FORBIDDEN, str(error))
        case TooOftenError():
            return problem(HTTPStatus.TOO_MANY_REQUESTS, str(error))
    return problem_of(error)


def _static(_app: APIGatewayHttpResolver, version: str, name: str) -> Response[str]:
    found = static(name)
    if found is None or static_path(name) != f"/static/{version}/{name}":
        raise NotFoundError
    content, kind = found
    return Response(HTTPStatus.OK, kind, content.decode(), headers={"cache-control": LONG})


def _sign_in(app: APIGatewayHttpResolver) -> Response[str]:
    visit = Visit.of(_event(app))
    limits.SIGN_INS.take(visit.address)
    back = (visit.event.query_string_parameters or {}).get("back", "/")
    ours = back.startswith("/") and not back.startswith("//") and back.isprintable()
    short = len(back) <= LONGEST_WAY_BACK
    return _to_issuer(visit, signing_in.attempt(back if ours and short else "/"))


def _to_issuer(visit: Visit, begun: "signing_in.Attempt") -> Response[str]:
    page = deployment.issuer().page(begun, redirect_uri=f"{visit.origin}{visit.base}{SIGNED_IN}")
    kept = cookie(SIGNING_IN, visit.sealer.seal(SIGNING_IN, asdict(begun)), SIGNING_IN_SECONDS)
    return Response(HTTPStatus.SEE_OTHER, HTML, "", headers={"location": page}, cookies=[kept])


def _signed_in(app: APIGatewayHttpResolver) -> Response[str]:
    visit = Visit.of(_event(app))
    limits.SIGN_INS.take(visit.address)
    asked = visit.event.query_string_parameters or {}
    kept = visit.sealer.open(
        SIGNING_IN, visit.cookies.get(SIGNING_IN, ""), seconds=SIGNING_IN_SECONDS
    )
    begun = signing_in.Attempt(**kept[0]) if kept else None
    state = asked.get("state", "").encode()
    if begun is None or not compare_digest(state, begun.state.encode()) or not asked.get("code"):
        raise RequestError("Sign-in was not completed or took too long. Sign in again.")
    back = f"{visit.origin}{visit.base}{SIGNED_IN}"
    who = deployment.issuer().identity(begun, asked["code"], redirect_uri=back)
    if who.proved_before(people.read(who.email).signed_out_at):
        if not begun.proves_anew:
            return _to_issuer(visit, signing_in.attempt(begun.back, anew=True))
        logger.warning("the issuer goes by a sign-in from before signing out", by=who.subject)
    people.take_up(who.email)
    session = sessions.begin(visit.sealer, email=who.email, name=who.name, subject=who.subject)
    cookies = [cookie(COOKIE, session, sessions.LASTS_SECONDS), no_cookie(SIGNING_IN)]
    headers = {"location": visit.at(begun.back)}
    return Response(HTTPStatus.SEE_OTHER, HTML, "", headers=headers, cookies=cookies)


def _sign_out(app: APIGatewayHttpResolver) -> Response[str]:
    visit = Visit.of(_event(app))
    if visit.session is None:
        raise SignedOutError
    _check_form(visit)
    people.sign_out(visit.session.email)
    shown = _page(_nobody(visit), _signed_out_of(_leaving(visit)), HTTPStatus.OK)
    left = [no_cookie(one) for one in visit.cookies if one == SAID or one.startswith(KEPT)]
    return Response(HTTPStatus.OK, HTML, shown.body, cookies=[no_cookie(COOKIE), *left])


def _leaving(visit: Visit) -> str | None:
    """Return where the session at the issuer ends, too; None where that cannot be known now."""
    back = f"{visit.origin}{visit.base}{SIGNED_OUT}"
    try:
        return deployment.issuer().leaving(back=back)
    except RemoteDownError as error:
        logger.warning("the issuer does not say where to sign out", exc_info=error)
        return None


def _signed_out_of(leaving: str | None, *, everywhere: bool = False) -> PageView:
    values = {"leaving": leaving, "everywhere": everywhere}
    return PageView(template="signed_out.html", title="You are signed out", values=values)


def _nobody(visit: Visit) -> Visit:
    return Visit(visit.event, {}, visit.sealer, None, None)


def _signed_out(app: APIGatewayHttpResolver) -> Response[str]:
    """Say what came of it to whom the issuer sends back after its own session ended."""
    gone = _nobody(Visit.of(_event(app)))
    return _page(gone, _signed_out_of(None, everywhere=True), HTTPStatus.OK)


OPEN: Mapping[tuple[str, str], Callable[..., Response[str]]] = {
    ("GET", "/static/<version>/<name>"): _static,
    ("GET", "/sign-in"): _sign_in,
    ("GET", "/signed-in"): _signed_in,
    ("POST", "/sign-out"): _sign_out,
    ("GET", "/signed-out"): _signed_out,
}
"""What is answered before it is known who asks; a test says why of each."""
