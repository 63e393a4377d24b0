"""The OpenAPI document of the HTTP API, made from its routes."""

import json

from connector.lambdas.http import resolver
from connector.lambdas.routes import connections, doorbell, payments, settings

ROUTES = (
    connections.routes,
    connections.callback,
    doorbell.routes,
    payments.routes,
    settings.routes,
)
HEAD = """What people and the console call. Every request but Intuit's redirect is signed with IAM
(service execute-api). Errors are problem details (RFC 9457)."""

UNUSED = ("HTTPValidationError", "ValidationError")
"""What Powertools describes its own answers with; ours are problems."""


def document() -> str:
    """Return the document as JSON text."""
    app = resolver(*ROUTES)
    text = app.get_openapi_json_schema(
        title="MobiWork to QuickBooks Online", version="1", description=HEAD.replace("\n", " ")
    )
    told = json.loads(text)
    for name in UNUSED:
        told["components"]["schemas"].pop(name, None)
    return json.dumps(told, indent=2) + "\n"
