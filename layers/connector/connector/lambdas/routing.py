"""The routes of a function, as the event handler of Powertools and OpenAPI know them."""

from collections import defaultdict
from collections.abc import Callable, Collection
from http import HTTPStatus
from inspect import getdoc
from typing import cast, get_type_hints

from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.types import (
    OpenAPIResponse,
    OpenAPIResponseContentModel,
    OpenAPIResponseContentSchema,
)
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from connector.lambdas.problems import JSON, PROBLEM, Problem

EVERY = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNPROCESSABLE_CONTENT,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
"""The problems that every route may have."""


type AnswerContent = OpenAPIResponseContentSchema | OpenAPIResponseContentModel

type Request = APIGatewayProxyEventV2


class Routes(Router):
    """Routes of one function; `tag` groups them in OpenAPI, `methods` are those of each path."""

    def __init__(self, tag: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.tag = tag
        self.methods: dict[str, list[str]] = defaultdict(list)

    @property
    def event(self) -> Request:
        """The request that is answered."""
        return cast(APIGatewayProxyEventV2, self.current_event)

    def answer[F: Callable[..., object]](  # noqa: PLR0913 - what OpenAPI tells of a route
        self,
        method: str,
        rule: str,
        *,
        problems: Collection[HTTPStatus] = (),
        status: HTTPStatus = HTTPStatus.OK,
        formats: Collection[str] = (),
        middlewares: list[Callable[..., object]] | None = None,
    ) -> Callable[[F], F]:
        """Add a route; the documentation of its function and what it returns become OpenAPI.

        `problems` are the statuses of the problems it may have beside those of every route, and of
        every connection that is unknown; `formats` the media types in which it answers beside JSON.
        """
        unknown = {HTTPStatus.NOT_FOUND} if "<connection_id>" in rule else set[HTTPStatus]()

        def add(function: F) -> F:
            self.methods[rule].append(method)
            added: F = self.route(
                rule,
                method,
                summary=(getdoc(function) or "").partition("\n")[0],
                responses=_documented(function, status, {*EVERY, *unknown, *problems}, formats),
                tags=[self.tag],
                operation_id=function.__name__,
                status_code=status.value,
                middlewares=middlewares,
            )(function)
            return added

        return add


def _documented(
    function: Callable[..., object],
    status: HTTPStatus,
    problems: Collection[HTTPStatus],
    formats: Collection[str],
) -> dict[int, OpenAPIResponse]:
    models = {status: (JSON, get_type_hints(function)["return"])}
    models |= dict.fromkeys(problems, (PROBLEM, Problem))
    told: dict[int, OpenAPIResponse] = {}
    for code, (kind, model) in sorted(models.items()):
        content: dict[str, AnswerContent] = {kind: {"model": model}}
        if code is status:
            content |= {other: {"schema": {"type": "string"}} for other in formats}
        told[code.value] = {"description": code.phrase, "content": content}
    return told
