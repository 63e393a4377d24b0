import json
from typing import Any

import pytest

from connector.changes.mobiwork import find_changes
from functions.serve_payments.app import handler
from tests.builders import a_customer, a_payment, a_product, an_invoice
from tests.functions.cloud import Cloud
from tests.functions.context import Context
from tests.functions.events import CONNECTION, event
from tests.unit.engine.world import FakeMobiWork

pytestmark = pytest.mark.usefixtures("connected")


def ask(context: Context, name: str = "serve_payments", **changes: Any) -> tuple[int, Any]:
    asked = event(name) | {"pathParameters": {"connection_id": CONNECTION}} | changes
    answer = handler(asked, context)
    body = answer["body"]
    return answer["statusCode"], json.loads(body) if body.startswith("{") else body


def test_a_payment_before_its_invoice_is_listed_as_waiting_on_it(context: Context) -> None:
    records = [a_customer(), a_product(), an_invoice(), a_payment()]
    find_changes(CONNECTION, FakeMobiWork(records))
    status, told = ask(context)
    (row,) = told["payments"]
    assert (status, row["payment_id"], row["amount"], row["state"]) == (
        200,
        "901",
        "9.63",
        "waiting on invoice",
    )


def test_chosen_payments_start_a_run_of_their_own(cloud: Cloud, context: Context) -> None:
    status, told = ask(context, "serve_payments_pushed")
    (started,) = cloud.executions()
    assert (status, started) == (
        202,
        {
            "connection_id": CONNECTION,
            "run_id": told["run_id"],
            "name": told["run_id"],
            "by_hand": True,
            "payment_ids": ["901"],
            "include_invoices": True,
        },
    )


@pytest.mark.parametrize("body", ["", "[]", '{"payment_ids": []}', '{"payments": ["901"]}'])
def test_a_request_that_chooses_nothing_is_refused_in_words(
    cloud: Cloud, context: Context, body: str
) -> None:
    status, told = ask(context, "serve_payments_pushed", body=body)
    assert (status, "The request cannot be used" in str(told)) == (400, True)
    assert cloud.executions() == []


def test_an_unknown_connection_is_refused_in_words(context: Context) -> None:
    status, told = ask(context, pathParameters={"connection_id": "nobody"})
    assert (status, "There is no connection" in str(told)) == (400, True)
