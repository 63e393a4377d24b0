"""What routes have in common: the connection in their path, and where people reach them."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from connector.lambdas.routing import Routes
from connector.services import services

ConnectionPath = Annotated[
    str, Path(description="The id of the connection, as connecting told it.", max_length=64)
]

OldestFirst = Annotated[bool, Query(description="Oldest days first, else the latest.")]

TEXT, CSV = "text/plain; charset=utf-8", "text/csv; charset=utf-8"


def csv_answer(rows: str, following: str | None) -> Response[str]:
    """Answer with rows as CSV; the header x-next tells what asks for those that follow."""
    return Response(HTTPStatus.OK, CSV, rows, headers={"x-next": following} if following else {})


def api_url(routes: Routes) -> str:
    """Return where people reach this API: what the deployment says, else the API's own address."""
    return services().config.api_url or f"https://{routes.event.request_context.domain_name}"


def caller(routes: Routes) -> str:
    """Return who signed the request, as API Gateway tells it."""
    authorizer = routes.event.raw_event["requestContext"].get("authorizer") or {}
    return str((authorizer.get("iam") or {}).get("userArn") or "unknown")
