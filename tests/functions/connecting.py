"""Connecting as a person does: start, choose a company on Intuit's page, confirm it."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

from connector.model.connection import Connection
from connector.store import connections
from functions.finish_connection.app import handler
from functions.serve_connections.app import handler as start_connection
from tests.functions.cloud import client
from tests.functions.context import Context
from tests.functions.events import REALM, WANTED, event


def started(context: Context, **changes: Any) -> dict[str, Any]:
    """Start a connection as a person does; return what is answered."""
    wanted = {name: value for name, value in (WANTED | changes).items() if value is not None}
    answer = start_connection(event("serve_connections_started", body=json.dumps(wanted)), context)
    told: dict[str, Any] = json.loads(answer["body"])
    return told


def state_of(told: dict[str, Any]) -> str:
    [state] = parse_qs(urlsplit(str(told["authorize_url"])).query)["state"]
    return state


def ask(context: Context, **changes: Any) -> str:
    """Start a connection as a person does; return the state for Intuit's page."""
    return state_of(started(context, **changes))


def come_back(
    context: Context, state: str, name: str = "finish_connection", **changes: str
) -> tuple[int, str]:
    """Return the status and the page for the browser that comes back from Intuit."""
    answered = event(name)["queryStringParameters"] | {"state": state} | changes
    answer = handler(event(name, queryStringParameters=answered), context)
    return answer["statusCode"], answer["body"]


def choose(context: Context, **changes: Any) -> tuple[int, str]:
    """Start a connection and choose a company; nobody confirms it."""
    return come_back(context, ask(context, **changes))


def confirm(context: Context, told: dict[str, Any], code: str, **changes: Any) -> tuple[int, str]:
    """Confirm what was chosen, as whoever asked."""
    asked = event("serve_connections_started", rawPath="/connections/confirm", **changes)
    asked["requestContext"]["http"] |= {"path": "/connections/confirm"}
    body = json.dumps({"confirmation": told["confirmation"], "code": code})
    answer = start_connection(asked | {"body": body}, context)
    return answer["statusCode"], answer["body"]


def code_on(page: str) -> str:
    """Return the code that a page shows."""
    return page.partition("<li>")[2].partition("</li>")[0]


def connect(context: Context, **changes: Any) -> tuple[int, str]:
    """Start a connection, choose a company and confirm it; return the last answer."""
    told = started(context, **changes)
    status, page = come_back(context, state_of(told))
    return confirm(context, told, code_on(page)) if status == 200 else (status, page)


def the_connection() -> Connection:
    connection_id = connections.of_realm(REALM)
    assert connection_id is not None
    return connections.read(connection_id)


def kept_tokens() -> list[str]:
    """Return the keys of all tokens that are stored."""
    found = client("dynamodb").scan(TableName="connector")["Items"]
    return [item["pk"]["S"] for item in found if item["sk"]["S"] == "tokens"]
