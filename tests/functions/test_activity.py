"""Who did it: every change by a person is kept with who, when, what, before and after."""

import inspect
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest

from connector.lambdas import routes
from connector.lambdas.openapi import document
from connector.model.control.activity import Deed
from connector.store import settings as saved
from connector.store.control import activity
from functions.serve_connections.app import handler
from functions.serve_settings.app import handler as serve_settings
from tests.functions.cloud import Cloud
from tests.functions.context import Context
from tests.functions.events import CONNECTION, event
from tests.functions.sites import IntuitSite

WHO = "arn:aws:sts::123456789012:assumed-role/Bookkeeper/office"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CHANGE_NOTHING = {
    "preview_settings": "tells what a change would do",
    "compare_record": "reads both sides and writes nothing",
}
"""Operations that are not GET and of which nothing is kept, each with its reason."""


@pytest.fixture(autouse=True)
def _connected(connected: Cloud) -> None:
    """Every test here begins with a live connection."""


def shown(context: Context, query: str = "") -> dict[str, Any]:
    path = f"/connections/{CONNECTION}/activity"
    asked = event("serve_connections")
    asked["requestContext"]["http"] |= {"path": path, "method": "GET"}
    answer = handler(
        asked
        | {
            "rawPath": path,
            "rawQueryString": query,
            "queryStringParameters": dict(one.split("=", 1) for one in query.split("&") if one),
            "pathParameters": {"connection_id": CONNECTION},
        },
        context,
    )
    assert answer["statusCode"] == 200
    found: dict[str, Any] = json.loads(answer["body"])
    return found


def test_a_change_of_settings_tells_who_and_both_values(
    intuit: IntuitSite, context: Context
) -> None:
    body = {
        "version": saved.read_saved(CONNECTION).version,
        "settings": {"minutes_between_looks": 15},
    }
    assert (
        serve_settings(event("serve_settings_changed", body=json.dumps(body)), context)[
            "statusCode"
        ]
        == 200
    )
    (deed,) = shown(context)["activity"]
    assert deed["what"] == "Changed the settings."
    assert deed["by"].startswith("arn:aws:")
    assert (deed["before"], deed["after"]) == (
        {"minutes_between_looks": 5},
        {"minutes_between_looks": 15},
    )


def test_pages_go_from_the_latest_on_and_the_last_one_says_so(context: Context) -> None:
    for minute in range(5):
        at = NOON + timedelta(minutes=minute)
        activity.note(CONNECTION, [Deed(at=at, by="ann", what=f"Step {minute}.")])
    first = shown(context, "limit=3")
    rest = shown(context, f"limit=3&after={first['next']}")
    told = [one["what"] for one in (*first["activity"], *rest["activity"])]
    assert told == [f"Step {minute}." for minute in (4, 3, 2, 1, 0)]
    assert rest["next"] is None


def test_a_record_has_what_was_done_to_it_and_not_to_another(context: Context) -> None:
    deed = Deed(at=NOON, by="ann", what="Approved.", flow="push_invoices")
    activity.note(CONNECTION, [replace(deed, record_id=one) for one in ("1", "1#2", "12")])
    assert [one.record_id for one in activity.of_record(CONNECTION, "push_invoices", "1")] == ["1"]
    assert len(shown(context)["activity"]) == 3
    assert activity.of_record("other", "push_invoices", "1") == ()


def test_every_operation_that_changes_something_is_told_who_does_it() -> None:
    """Who is asked for is who is kept; the operations that change nothing are listed above."""
    paths = json.loads(document())["paths"].values()
    asked = {one["operationId"] for path in paths for kind, one in path.items() if kind != "get"}
    modules = [
        import_module(f"{routes.__name__}.{one.name}") for one in iter_modules(routes.__path__)
    ]
    sources = {
        name: inspect.getsource(function)
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if name in asked and function.__module__ == module.__name__
    }
    assert sources.keys() == asked
    silent = {name for name, source in sources.items() if "by=" not in source}
    assert silent == set(CHANGE_NOTHING)
