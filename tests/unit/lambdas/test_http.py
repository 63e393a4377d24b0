import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel

from connector import services as services_of_process
from connector.lambdas.http import web
from connector.lambdas.problems import OURS, PROBLEM
from connector.lambdas.routing import Routes
from connector.lambdas.webhooks import WebhookHandler
from connector.store.table import Item
from tests.functions.context import Context
from tests.functions.events import event, of_connection

pytestmark = pytest.mark.usefixtures("table")


class Amount(BaseModel):
    """What the routes of these tests take and give."""

    amount: Decimal


@pytest.fixture(scope="module")
def handler() -> WebhookHandler:
    routes = Routes("test")

    @routes.answer("GET", "/connections")
    def show() -> Amount:
        return Amount(amount=Decimal("0.10"))

    @routes.answer("POST", "/connections")
    def double(asked: Amount) -> Amount:
        return Amount(amount=asked.amount * 2)

    @routes.answer("PATCH", "/connections")
    def fail() -> Amount:
        raise ZeroDivisionError("c1#link")

    @routes.answer("PUT", "/connections")
    def lie() -> Amount:
        return {"amount": "secret"}  # type: ignore[return-value]

    @routes.answer("GET", "/connections/<connection_id>/settings")
    def of(connection_id: str) -> Amount:
        raise AssertionError(connection_id)

    return web(routes)


def ask(
    handler: WebhookHandler,
    method: str,
    body: str | None = None,
    *,
    path: str = "/connections",
    headers: Mapping[str, str] | None = None,
    **changes: Any,
) -> tuple[int, Any, dict[str, str]]:
    asked = event("serve_connections", body=body, rawPath=path, **changes)
    asked["requestContext"]["http"] |= {"method": method, "path": path}
    asked["headers"] = asked["headers"] | (headers or {})
    answer = handler(asked, Context())
    return answer["statusCode"], json.loads(answer["body"]), answer["headers"]


def test_values_are_answered_as_json_that_is_not_kept_anywhere(handler: WebhookHandler) -> None:
    status, told, headers = ask(handler, "GET")
    assert (status, told) == (200, {"amount": "0.10"})
    assert headers == {
        "content-type": "application/json",
        "cache-control": "no-store",
        "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
        "x-content-type-options": "nosniff",
    }


def test_numbers_are_read_as_they_are_written(handler: WebhookHandler) -> None:
    assert ask(handler, "POST", '{"amount": 0.1}')[1] == {"amount": "0.2"}


def test_a_method_that_a_path_does_not_have_is_answered_with_those_it_has(
    handler: WebhookHandler,
) -> None:
    status, told, headers = ask(handler, "DELETE")
    assert (status, headers["allow"]) == (405, "GET, POST, PATCH, PUT")
    assert told["detail"] == "Only GET, POST, PATCH, PUT can be used here."


def test_an_address_that_is_not_there_is_not_found(handler: WebhookHandler) -> None:
    status, told, headers = ask(handler, "GET", path="/nothing")
    assert (status, told["title"], headers["content-type"]) == (404, "Not Found", PROBLEM)


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data", "a"])
def test_a_body_that_does_not_say_it_is_json_is_refused(handler: WebhookHandler, kind: str) -> None:
    status, told, _ = ask(handler, "POST", "amount=1", headers={"content-type": kind})
    assert (status, told["detail"]) == (415, f"Send the body as application/json, not as {kind}.")


def test_a_body_that_does_not_say_what_it_is_is_read_as_json(handler: WebhookHandler) -> None:
    assert ask(handler, "POST", '{"amount": 1}')[0] == 200


@pytest.mark.parametrize(
    ("body", "status", "where"),
    [
        ("{", 400, "#"),
        ("[]", 422, "#"),
        ('{"amount": "Zx81"}', 422, "#/amount"),
        ('{"amount": NaN}', 422, "#/amount"),
        ('{"amount": "\\ud800"}', 422, "#/amount"),
    ],
)
def test_what_cannot_be_used_is_named_and_not_repeated(
    handler: WebhookHandler, body: str, status: int, where: str
) -> None:
    answered, told, headers = ask(handler, "POST", body)
    assert (answered, headers["content-type"]) == (status, PROBLEM)
    assert [one["pointer"] for one in told["errors"]] == [where]
    assert "Zx81" not in str(told)


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_an_error_of_ours_is_not_told(handler: WebhookHandler, method: str) -> None:
    status, told, _ = ask(handler, method)
    assert (status, told["detail"]) == (500, OURS)


@pytest.mark.parametrize("connection_id", ["c9", "a#b", "x" * 9000])
def test_an_unknown_connection_is_not_found_on_any_route(
    handler: WebhookHandler, connection_id: str
) -> None:
    asked = of_connection(connection_id, event("serve_settings"))
    answer = handler(asked, Context())
    assert (answer["statusCode"], "There is no connection" in answer["body"]) == (404, True)


def test_a_cold_start_opens_the_table_before_anything_is_asked(handler: WebhookHandler) -> None:
    services_of_process.services.cache_clear()
    Item.Meta.table_name = ""
    asked = of_connection("c9", event("serve_settings"))
    assert handler(asked, Context())["statusCode"] == 404
