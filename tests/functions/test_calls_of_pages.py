"""Whatever is listed by the API takes three calls of the table for a page, however it is asked for.

The routes are those of the description, so that a new one is counted too; with 100,000 outcomes the
lists behind them are counted by `bench.tracked` (tests/unit/store/test_pages_of_many.py).
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from connector.lambdas.http import web
from connector.lambdas.openapi import ROUTES
from connector.model.policy.settings import Settings
from connector.store import settings as saved
from tests.builders import a_company, a_customer, a_payment, a_product, an_invoice
from tests.functions.cloud import Cloud
from tests.functions.context import Context
from tests.functions.events import CONNECTION, RUN, event
from tests.functions.running import run_of_pushes
from tests.functions.sites import IntuitSite
from tests.functions.visiting import counted

MOST, CHECK = 3, "GetItem"
"""So many calls beside the first one, which tells whether there is such a connection."""
HANDLERS = {rule: handler for one in ROUTES for handler in [web(one)] for rule in one.methods}
DOCUMENT = json.loads((Path(__file__).parents[2] / "docs/openapi.json").read_text())
KNOWN = {"connection_id": CONNECTION, "run_id": RUN, "flow": "push_invoices", "record_id": "5501"}
QUERY = {"flow": "push_invoices", "entity": "Invoice", "state": "posted", "month": "2026-11"}
VIEWS = (
    ("/connections/{connection_id}/records", {"number": "INV-5501"}),
    ("/connections/{connection_id}/records", {"number": "550"}),
    ("/connections/{connection_id}/records", {"amount": "9.63"}),
    ("/connections/{connection_id}/records", {"customer": "blue"}),
    ("/connections/{connection_id}/records", {"from": "2025-11-01", "to": "2025-11-30"}),
    *(
        ("/connections/{connection_id}/records", {"state": one})
        for one in ("waiting", "refused", "left out", "planned", "changed afterwards")
    ),
    ("/connections/{connection_id}/payments", {}),
    ("/connections/{connection_id}/payments", {"after": "pushed:"}),
    ("/connections/{connection_id}/payments/all", {"method": "Check"}),
    ("/connections/{connection_id}/approvals", {"flow": "push_payments"}),
    ("/connections/{connection_id}/runs/{run_id}/outcomes", {"outcome": "created"}),
    ("/connections/{connection_id}/worklist/entries", {}),
    ("/connections/{connection_id}/matches", {"entity": "Invoice", "grade": "likely"}),
)


@pytest.fixture(autouse=True)
def _lived(connected: Cloud, intuit: IntuitSite, context: Context) -> None:
    """A connection of which something is posted, waits, was refused and is to be approved."""
    company = a_company(read_at=datetime.now(UTC).isoformat())
    saved.save_company(CONNECTION, company)
    chosen = Settings(approve_before_post=frozenset({"push_payments"}))
    saved.save_settings(CONNECTION, chosen, saved_at="", saved_by="test")
    connected.finds(
        a_customer(),
        a_product(),
        an_invoice(),
        an_invoice("5502", total="19.63"),
        a_payment(),
        a_payment("902", invoiceId="5502"),
    )
    run_of_pushes(context)


def calls_of(path: str, query: dict[str, str], context: Context) -> tuple[int, list[str]]:
    """Return how a page is answered, and the calls of the table that it took."""
    rule = path.replace("{", "<").replace("}", ">")
    filled = path
    for name, one in KNOWN.items():
        filled = filled.replace(f"{{{name}}}", one)
    stored = event("serve_connections")
    http = stored["requestContext"]["http"] | {"method": "GET", "path": filled}
    asked: dict[str, Any] = stored | {
        "rawPath": filled,
        "rawQueryString": urlencode(query),
        "queryStringParameters": query or None,
        "pathParameters": {name: one for name, one in KNOWN.items() if f"{{{name}}}" in path},
        "requestContext": stored["requestContext"] | {"http": http},
        "body": None,
    }
    with counted() as calls:
        answer = HANDLERS[rule](asked, context)
    return answer["statusCode"], calls


def listed() -> Iterator[tuple[str, dict[str, str]]]:
    """Yield all that the API lists page by page, with what it must be asked for."""
    for path, methods in DOCUMENT["paths"].items():
        parameters = methods.get("get", {}).get("parameters", ())
        names = {one["name"] for one in parameters}
        if "after" in names and "{match_id}" not in path:
            needed = {one["name"] for one in parameters if one.get("required")}
            asked = {name: QUERY[name] for name in QUERY if name in needed}
            yield path, asked | ({"state": "posted"} if path.endswith("/records") else {})
    yield from VIEWS


def test_a_page_of_anything_that_is_listed_takes_three_calls_of_the_table(context: Context) -> None:
    taken = {f"{path} {query}": calls_of(path, query, context) for path, query in listed()}
    assert {own for own, (status, _) in taken.items() if status not in {200, 404}} == set()
    assert {calls[0] for _, calls in taken.values() if calls} == {CHECK}
    dear = {own: calls for own, (_, calls) in taken.items() if len(calls) > MOST + 1}
    assert dear == {}
    assert len(taken) > len(VIEWS)
