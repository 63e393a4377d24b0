"""The OpenAPI document of the HTTP API, made from its routes."""

import json

from connector.lambdas.http import resolver
from connector.lambdas.routes import (
    books,
    budget,
    connections,
    doorbell,
    payments,
    review,
    runs,
    settings,
    undo,
    worklist,
)

ROUTES = (
    budget.routes,
    books.routes,
    connections.routes,
    connections.callback,
    doorbell.routes,
    payments.routes,
    review.routes,
    runs.routes,
    settings.routes,
    undo.routes,
    worklist.routes,
)
HEAD = (
    "What people and the console call. Every request but Intuit's redirect is signed with IAM "
    "(service execute-api). Errors are problem details (RFC 9457)."
)
SETTINGS = {"$ref": "settings.schema.json"}
"""The settings have a document of their own, beside this one."""


def document() -> str:
    """Return the document as JSON text."""
    text = resolver(*ROUTES).get_openapi_json_schema(
        title="MobiWork to QuickBooks Online", version="1", description=HEAD
    )
    told = json.loads(text)
    schemas = told["components"]["schemas"]
    schemas["Settings"] = SETTINGS
    while unused := [name for name in schemas if f'/{name}"' not in json.dumps(told)]:
        for name in unused:  # what Powertools describes its own answers with, and parts of settings
            del schemas[name]
    return json.dumps(told, indent=2) + "\n"
