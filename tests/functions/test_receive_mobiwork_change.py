import json
from typing import Any

import pytest

from connector.api.doorbell_secret import digest_of
from connector.store import doorbells
from connector.store.doorbells import DoorbellRow
from functions.receive_mobiwork_change.app import handler
from functions.serve_doorbell.app import handler as serve
from tests.functions.cloud import Cloud
from tests.functions.context import Context
from tests.functions.events import CONNECTION, event, of_connection

NAME = "receive_mobiwork_change"
SECRET: str = event(NAME)["queryStringParameters"]["secret"]
RING = {"connection_id": CONNECTION}


@pytest.fixture(autouse=True)
def _door(connected: Cloud) -> None:
    """Give the connection that works a doorbell with the secret of the stored event."""
    doorbells.save_secret_digest(CONNECTION, digest_of(SECRET))


def ring(context: Context, **changes: Any) -> tuple[int, Any]:
    answered = handler(event(NAME, **changes), context)
    return answered["statusCode"], json.loads(answered["body"])


def in_header(secret: str) -> dict[str, Any]:
    return {"queryStringParameters": None, "headers": {"x-doorbell-secret": secret}}


def new_secret(context: Context) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(serve(event("serve_doorbell"), context)["body"])
    return told


def test_whoever_knows_the_secret_rings(cloud: Cloud, context: Context) -> None:
    assert (ring(context), cloud.messages()) == ((200, {}), [RING])


@pytest.mark.parametrize("header", ["x-doorbell-secret", "X-Doorbell-Secret"])
def test_the_secret_may_come_in_a_header(cloud: Cloud, context: Context, header: str) -> None:
    asked = {"queryStringParameters": {"secret": "x"}, "headers": {header: SECRET}}
    assert (ring(context, **asked)[0], cloud.messages()) == (200, [RING])


@pytest.mark.parametrize(
    "body", [None, "", "<invoice/>", "{", "x" * 5_000_000, "\ud800"], ids=lambda it: str(it)[:9]
)
def test_whatever_it_sends_along_is_not_read(cloud: Cloud, context: Context, body: Any) -> None:
    assert (ring(context, body=body)[0], cloud.messages()) == (200, [RING])


@pytest.mark.parametrize(
    "changes",
    [
        {"queryStringParameters": None},
        {"queryStringParameters": {"secret": ""}},
        {"queryStringParameters": {"secret": "wrong"}},
        {"queryStringParameters": {"secret": digest_of(SECRET)}},
        {"pathParameters": {"connection_id": "c2"}},
        {"pathParameters": {"connection_id": "c9"}},
        {"pathParameters": {"connection_id": f"{CONNECTION}#link"}},
        {"pathParameters": {"connection_id": "x" * 1500}},
        {"pathParameters": None},
        {"headers": None, "queryStringParameters": None},
    ],
)
def test_anybody_else_is_refused_without_a_word_why(
    cloud: Cloud, context: Context, changes: dict[str, Any]
) -> None:
    cloud.connect("c2", "9130357849021547")
    status, told = ring(context, **changes)
    assert (status, told["detail"]) == (401, "This request is not signed as it must be.")
    assert cloud.messages() == []


def test_a_connection_id_of_any_length_is_refused_like_any_other(context: Context) -> None:
    assert ring(context, pathParameters={"connection_id": "x" * 9000})[0] == 401


def test_a_new_secret_is_told_with_where_to_put_it(context: Context) -> None:
    told = new_secret(context)
    address = f"https://connector.test/webhooks/mobiwork/{CONNECTION}"
    assert told == {
        "url": f"{address}?secret={told['secret']}",
        "url_without_secret": address,
        "header": "x-doorbell-secret",
        "secret": told["secret"],
    }


def test_a_new_secret_rings_and_the_old_one_does_not(cloud: Cloud, context: Context) -> None:
    fresh = new_secret(context)["secret"]
    assert (ring(context)[0], ring(context, **in_header(fresh))[0]) == (401, 200)
    assert cloud.messages() == [RING]


def test_a_new_secret_forgets_no_ring(context: Context) -> None:
    ring(context)
    before = DoorbellRow.get(f"{CONNECTION}#doorbell", "doorbell").mobiwork_rung_until
    new_secret(context)
    assert DoorbellRow.get(f"{CONNECTION}#doorbell", "doorbell").mobiwork_rung_until == before


def test_a_connection_that_is_not_there_gets_no_secret(context: Context) -> None:
    asked = of_connection("c9", event("serve_doorbell"))
    assert serve(asked, context)["statusCode"] == 404
    assert list(DoorbellRow.query("c9#doorbell")) == []


def test_the_secret_is_neither_stored_nor_logged(context: Context, logged: list[str]) -> None:
    fresh = new_secret(context)["secret"]
    ring(context, **in_header(fresh))
    ring(context)
    stored = [item.attribute_values for item in DoorbellRow.scan()]
    assert [it for it in (fresh, SECRET) if it in f"{stored} {logged}"] == []
