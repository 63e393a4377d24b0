import base64
import json
from collections.abc import Mapping
from typing import Any

import pytest

from connector.api.http import HTML, Answer, answer_to, body_of, json_answer, page
from connector.errors import (
    ConnectionBrokenError,
    ConnectorError,
    RecordError,
    RemoteDownError,
)

JSON_REQUEST = {"headers": {"content-type": "application/json; charset=utf-8"}}


def answered(error: ConnectorError, event: Mapping[str, Any]) -> dict[str, Any]:
    def fail(_request: Mapping[str, Any]) -> Answer:
        raise error

    return answer_to(event, fail)


def test_every_text_of_a_page_is_escaped() -> None:
    written = page("<b>", ["a & b", "{c}"], ['<script src="x">'])
    assert "<title>&lt;b&gt;</title>" in written
    assert "<h1>&lt;b&gt;</h1><p>a &amp; b</p><p>{c}</p>" in written
    assert "<ul><li>&lt;script src=&quot;x&quot;&gt;</li></ul>" in written


def test_a_page_without_problems_has_no_list() -> None:
    assert "<ul>" not in page("Done", ["All is well."])


def test_a_plain_body_is_what_it_is() -> None:
    assert body_of({"body": '{"a": "é"}', "isBase64Encoded": False}) == '{"a": "é"}'


def test_an_encoded_body_is_decoded() -> None:
    encoded = base64.b64encode('{"a": "é"}'.encode()).decode()
    assert body_of({"body": encoded, "isBase64Encoded": True}) == '{"a": "é"}'


@pytest.mark.parametrize("event", [{}, {"body": None}, {"body": ""}])
def test_no_body_is_an_empty_text(event: Mapping[str, Any]) -> None:
    assert body_of(event) == ""


@pytest.mark.parametrize("body", [base64.b64encode(b"\xff\xfe").decode(), "a"])
def test_a_body_that_is_no_text_is_refused_in_words(body: str) -> None:
    with pytest.raises(RecordError, match="not text"):
        body_of({"body": body, "isBase64Encoded": True})


def test_a_page_is_answered_with_headers_that_allow_nothing_else() -> None:
    assert answer_to({}, lambda _request: Answer("<p>Done</p>")) == {
        "statusCode": 200,
        "headers": {
            "content-type": HTML,
            "cache-control": "no-store",
            "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
            "x-content-type-options": "nosniff",
        },
        "body": "<p>Done</p>",
    }


def test_values_are_answered_as_json() -> None:
    answer = answer_to({}, lambda _request: json_answer({"done": True}, 201))
    assert (answer["statusCode"], answer["headers"]["content-type"], answer["body"]) == (
        201,
        "application/json",
        '{"done": true}',
    )


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (RecordError("Connect again."), 400),
        (ConnectionBrokenError("Connect again."), 400),
        (RemoteDownError("QuickBooks does not answer."), 503),
    ],
)
def test_an_error_becomes_its_sentence(error: ConnectorError, status: int) -> None:
    answer = answered(error, {})
    assert (answer["statusCode"], answer["headers"]["content-type"]) == (status, HTML)
    assert f"<p>{error}</p>" in answer["body"]


def test_who_sends_json_gets_the_sentence_as_json() -> None:
    answer = answered(RecordError("Connect again."), JSON_REQUEST)
    assert (answer["statusCode"], json.loads(answer["body"])) == (400, {"error": "Connect again."})


def test_a_sentence_with_markup_is_escaped() -> None:
    assert "<i>" not in answered(RecordError("No <i>such</i> company."), {})["body"]


def test_an_error_of_another_kind_is_not_hidden() -> None:
    def fail(_request: Mapping[str, Any]) -> Answer:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        answer_to({}, fail)
