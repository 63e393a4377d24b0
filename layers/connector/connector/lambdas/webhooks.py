"""Webhooks: what strangers may call, answered without the event handler of people's routes.

That would cost each cold start about a seventh more (docs/decisions.md), and a webhook has no
path to choose and no body to validate before its signature is.
"""

import base64
import json
from collections.abc import Callable
from functools import wraps

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from aws_lambda_powertools.utilities.typing import LambdaContext

from connector.lambdas.problems import HEADERS, JSON, problem_of, written
from connector.model.body import Body
from connector.observability import logger
from connector.services import Services, services

type Request = APIGatewayProxyEventV2
type WebhookHandler = Callable[[Body, LambdaContext], Body]


def webhook(function: Callable[[Services, Request], None]) -> WebhookHandler:
    """Make a function that a webhook calls; it answers {} when the function raises nothing."""

    @wraps(function)
    @logger.inject_lambda_context(clear_state=True)
    def handler(event: Body, _context: LambdaContext) -> Body:
        request = APIGatewayProxyEventV2(event)
        status, kind, body = 200, JSON, json.dumps({})
        try:
            function(services(), request)
        except Exception as error:
            told = problem_of(error)
            status, (kind, body) = told.status, written(told, request.headers.get("accept") or "")
        return {"statusCode": status, "headers": HEADERS | {"content-type": kind}, "body": body}

    return handler


def raw_body(request: Request) -> bytes | None:
    """Return the very bytes that were posted, as a signature needs them; None if that fails."""
    body = request.body or ""
    if not request.is_base64_encoded:
        return body.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(body, validate=True)
    except ValueError:
        return None
