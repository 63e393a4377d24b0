import json
from email.message import Message
from http.client import HTTPMessage
from typing import Any

import pytest

from local.lambda_runtime import Context, error_report, invoke


class RecordError(Exception):
    pass


@pytest.fixture
def context(monkeypatch: pytest.MonkeyPatch) -> Context:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "stack-PushInvoicesFunction-1")
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")
    monkeypatch.setenv("AWS_LAMBDA_LOG_STREAM_NAME", "stream")
    headers = HTTPMessage()
    headers["Lambda-Runtime-Aws-Request-Id"] = "r-1"
    headers["Lambda-Runtime-Invoked-Function-Arn"] = "arn:aws:lambda:us-east-1:1:function:f"
    headers["Lambda-Runtime-Deadline-Ms"] = "0"
    assert isinstance(headers, Message)
    return Context(headers)


def _failing(_event: Any, _context: Context) -> None:
    raise RecordError("Invoice 7 has no customer.")


def test_the_answer_of_a_handler_is_the_response(context: Context) -> None:
    assert invoke(lambda event, _: event["a"], b'{"a": 1}', context) == ("response", 1)


def test_an_exception_is_reported_under_its_bare_name(context: Context) -> None:
    kind, body = invoke(_failing, b"{}", context)

    assert isinstance(body, dict)
    assert (kind, body["errorType"], body["errorMessage"]) == (
        "error",
        "RecordError",
        "Invoice 7 has no customer.",
    )


def test_an_answer_that_is_not_json_is_an_error(context: Context) -> None:
    kind, _ = invoke(lambda _event, _context: {1, 2}, b"{}", context)

    assert kind == "error"


def test_a_report_of_an_error_can_be_sent_as_json() -> None:
    assert json.loads(json.dumps(error_report(ValueError("x"))))["errorType"] == "ValueError"


def test_a_handler_is_told_who_it_is(context: Context) -> None:
    assert (context.aws_request_id, context.memory_limit_in_mb, context.function_name) == (
        "r-1",
        512,
        "stack-PushInvoicesFunction-1",
    )


def test_no_time_remains_after_the_deadline(context: Context) -> None:
    assert context.get_remaining_time_in_millis() == 0
