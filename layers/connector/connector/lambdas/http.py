"""HTTP for people: the event handler of Powertools, what it lacks, and one format of errors."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import (
    BadRequestError,
    NotFoundError,
    ServiceError,
)
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from aws_lambda_powertools.utilities.typing import LambdaContext

from connector.errors import ConflictError, Wrong
from connector.lambdas.problems import (
    HEADERS,
    JSON,
    OURS,
    Problem,
    problem,
    problem_of,
    written,
)
from connector.lambdas.routing import Request, Routes
from connector.lambdas.unusable_words import words_of
from connector.lambdas.webhooks import WebhookHandler, raw_body
from connector.model.body import Body, Json
from connector.model.calls import BY_HAND
from connector.model.connection import Connection, Phase
from connector.observability import logger
from connector.services import services
from connector.store import connections

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class MethodNotAllowedError(ServiceError):
    """The path is there, but not for this method; `allowed` are those it is there for."""

    def __init__(self, allowed: Sequence[str]) -> None:
        self.allowed = ", ".join(allowed)
        super().__init__(HTTPStatus.METHOD_NOT_ALLOWED, f"Only {self.allowed} can be used here.")


def resolver(*routes: Routes) -> APIGatewayHttpResolver:
    """Return the event handler of some routes; every error it meets becomes a problem."""
    app = APIGatewayHttpResolver(enable_validation=True, json_body_deserializer=_parsed)
    for one in routes:
        app.include_router(one)
        for rule, allowed in one.methods.items():
            _close(app, rule, allowed)
    app.exception_handler(Exception)(lambda error: _answer(error, app.current_event.headers))
    return app


def web(routes: Routes) -> WebhookHandler:
    """Make a function that answers the HTTP requests of some routes."""
    app = resolver(routes)

    @logger.inject_lambda_context(clear_state=True)
    def handler(event: Body, context: LambdaContext) -> Body:
        opened = services()  # a cold start has no table before
        try:
            answer = _refused(APIGatewayProxyEventV2(event)) or app.resolve(event, context)
        finally:
            opened.flush(flow=BY_HAND)
        return answer | {"headers": HEADERS | _lower(answer["headers"])}

    return handler


def _refused(request: Request) -> Body | None:
    """Return the answer to a request that no route has to look at, None if there is no reason."""
    try:
        _check(request)
    except Exception as error:
        answer = _answer(error, request.headers)
        return {
            "statusCode": answer.status_code,
            "headers": answer.headers,
            "body": answer.body,
            "isBase64Encoded": False,
        }
    return None


def _check(request: Request) -> None:
    """Refuse a body that is no JSON text, a connection that is not there, changes of a closed one.

    The event handler would take forms for JSON, and fail on bytes that are no text.
    """
    kind = request.headers.get("content-type", JSON).partition(";")[0].strip().lower()
    if request.body and kind != JSON:
        told = f"Send the body as {JSON}, not as {kind[:80]}."
        raise ServiceError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, told)
    if not _is_text(raw_body(request.body or "", encoded=bool(request.is_base64_encoded))):
        raise BadRequestError("The body of the request is not text.")
    if (connection_id := request.path_parameters.get("connection_id")) is not None:
        check_open(request, connections.read(connection_id))


def check_open(request: Request, connection: Connection) -> None:
    """Refuse to change anything of a closed connection; closing it once more changes nothing."""
    changes = request.request_context.http.method not in ("GET", "HEAD", "OPTIONS")
    if changes and connection.phase is Phase.CLOSED and not request.path.endswith("/close"):
        raise ConflictError(
            f"The connection of {connection.company_name} is closed, so nothing of it can be "
            "changed. Connect the company again."
        )


def _is_text(body: bytes | None) -> bool:
    try:
        return body is not None and body.decode() is not None
    except UnicodeDecodeError:
        return False


def _close(app: APIGatewayHttpResolver, rule: str, allowed: Sequence[str]) -> None:
    """Answer all other methods of a path: Powertools says "not found" for them."""

    def refuse(**_parameters: str) -> None:
        raise MethodNotAllowedError(allowed)

    others = [method for method in METHODS if method not in allowed]
    app.route(rule, others, include_in_schema=False, enable_validation=False)(refuse)


def _answer(error: Exception, headers: Mapping[str, str]) -> Response[str]:
    told = _problem_of(error)
    kind, body = written(told, headers.get("accept") or "")
    allow = {"allow": error.allowed} if isinstance(error, MethodNotAllowedError) else {}
    return Response(told.status, kind, body, headers=allow)


def _problem_of(error: Exception) -> Problem:
    match error:
        case RequestValidationError():
            return _unusable(error.errors())
        case NotFoundError():
            return problem(HTTPStatus.NOT_FOUND, "There is nothing at this address.")
        case ServiceError():
            return problem(HTTPStatus(error.status_code), str(error.msg))
    return problem_of(error)


def _unusable(errors: Sequence[Json]) -> Problem:
    """Name what cannot be used and where; nothing of what was sent is repeated."""
    if errors[0]["loc"][0] == "response":
        logger.error("an answer is not what its route promises", at=[it["loc"] for it in errors])
        return problem(HTTPStatus.INTERNAL_SERVER_ERROR, OURS)
    wrong = tuple(Wrong(_pointer(one["loc"]), words_of(one)) for one in errors)
    broken = any(one["type"] == "json_invalid" for one in errors)
    status = HTTPStatus.BAD_REQUEST if broken else HTTPStatus.UNPROCESSABLE_CONTENT
    told = "; ".join(f"{_name(one.pointer)}: {one.detail}" for one in wrong)
    end = "" if told.endswith("?") else "."
    return problem(status, f"The request cannot be used: {told}{end}", wrong)


def _pointer(place: Sequence[str | int]) -> str:
    """Return where something is: a JSON pointer into the body, or the name of a parameter."""
    source, *path = place
    joined = "/".join(str(part) for part in path if part != "[key]")
    if source != "body":
        return joined
    return f"#/{joined}" if joined else "#"


def _name(where: str) -> str:
    return where.removeprefix("#").strip("/").replace("/", ".") or "body"


def _parsed(text: str | None) -> Any:  # noqa: ANN401 - JSON of any shape
    """Read a body with exact numbers; whatever is wrong with it is one kind of error."""
    try:
        return json.loads(text or "", parse_float=Decimal)
    except json.JSONDecodeError as error:
        told = f"It is not JSON: {error.msg} at character {error.pos}"
    except (ValueError, RecursionError):
        told = "It is not JSON that can be read: a number is too long or it is nested too deeply"
    raise RequestValidationError([{"type": "json_invalid", "loc": ("body",), "msg": told}])


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): text for name, text in headers.items()}
