"""What routes have in common: the connection in their path, and where people reach them."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from connector.lambdas.routing import Routes
from connector.services import services

ConnectionPath = Annotated[
    str, Path(description="The id of the connection, as connecting told it.", max_length=64)
]


def api_url(routes: Routes) -> str:
    """Return where people reach this API: what the deployment says, else the API's own address."""
    return services().config.api_url or f"https://{routes.event.request_context.domain_name}"


def caller(routes: Routes) -> str:
    """Return who signed the request, as API Gateway tells it."""
    authorizer = routes.event.raw_event["requestContext"].get("authorizer") or {}
    return str((authorizer.get("iam") or {}).get("userArn") or "unknown")
