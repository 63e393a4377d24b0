"""Webhooks: what strangers may call, answered without the event handler of people's routes.

That would cost each cold start about a seventh more (docs/decisions.md), and a webhook has no
path to choose and no body to validate before its signature is.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING

from connector.lambdas.problems import HEADERS, JSON, problem_of, written
from connector.observability import logger
from connector.services import services

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from connector.model.body import Body
    from connector.services import Services

type WebhookHandler = Callable[[Body, LambdaContext], Body]


@dataclass(frozen=True)
class WebhookCall:
    """What API Gateway (payload 2.0) tells of a call.

    Attributes:
        headers: By their names in small letters.
        query: The query's parameters.
        path: The parameters of the path.
        body: The bytes as they were sent, which is what is signed; None without any.
    """

    headers: Mapping[str, str]
    query: Mapping[str, str]
    path: Mapping[str, str]
    body: bytes | None

    @classmethod
    def of(cls, event: Body) -> WebhookCall:
        """Read an event; the body are the very bytes that were posted, None if that fails."""
        text, encoded = event.get("body") or "", bool(event.get("isBase64Encoded"))
        return cls(
            headers={name.lower(): one for name, one in (event.get("headers") or {}).items()},
            query=event.get("queryStringParameters") or {},
            path=event.get("pathParameters") or {},
            body=raw_body(text, encoded=encoded),
        )


def webhook(function: Callable[[Services, WebhookCall], None]) -> WebhookHandler:
    """Make a function that a webhook calls; it answers {} when the function raises nothing."""

    @wraps(function)
    @logger.inject_lambda_context(clear_state=True)
    def handler(event: Body, _context: LambdaContext) -> Body:
        call = WebhookCall.of(event)
        status, kind, body = 200, JSON, json.dumps({})
        try:
            function(services(), call)
        except Exception as error:
            told = problem_of(error)
            status, (kind, body) = told.status, written(told, call.headers.get("accept") or "")
        return {"statusCode": status, "headers": HEADERS | {"content-type": kind}, "body": body}

    return handler


def raw_body(text: str, *, encoded: bool) -> bytes | None:
    """Return the very bytes that were posted, as a signature needs them; None if that fails."""
    if not encoded:
        return text.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return None
