import json

import pytest
from pynamodb.exceptions import PutError

from connector.errors import (
    ConfigurationError,
    ConnectionBrokenError,
    ConnectorError,
    NotSignedError,
    RateLimitedError,
    RecordError,
    RejectedError,
    RemoteDownError,
    RequestError,
    StaleVersionError,
    UnknownConnectionError,
    UnusableKeyError,
    Wrong,
)
from connector.lambdas.problems import HTML, NO_KEY, OURS, PROBLEM, page, problem_of, written
from connector.store.table import key

BROWSER = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (UnknownConnectionError("x"), 404),
        (StaleVersionError("x"), 409),
        (NotSignedError("x"), 401),
        (RequestError("x"), 422),
        (RecordError("x"), 400),
        (RejectedError("x", code="6000"), 400),
        (ConnectionBrokenError("x"), 400),
        (RemoteDownError("x"), 503),
        (RateLimitedError("x"), 503),
    ],
    ids=lambda it: type(it).__name__,
)
def test_an_error_is_told_with_its_sentence(error: ConnectorError, status: int) -> None:
    told = problem_of(error)
    assert (told.status, told.detail) == (status, "x")


@pytest.mark.parametrize(
    "error", [ConfigurationError("The secret arn:1 is empty."), ZeroDivisionError("pk=c1#link")]
)
def test_what_is_only_our_own_business_is_not_told(error: Exception) -> None:
    told = problem_of(error)
    assert (told.status, told.detail) == (500, OURS)


def test_a_table_that_fails_is_no_fault_of_who_asks() -> None:
    told = problem_of(PutError("Throttled: c1#link"))
    assert (told.status, "c1#link" in told.detail) == (503, False)


def test_an_id_under_which_nothing_can_be_kept_is_refused() -> None:
    with pytest.raises(UnusableKeyError) as caught:
        key("c1", "pending", "")
    told = problem_of(caught.value)
    assert (told.status, told.detail) == (422, NO_KEY)


def test_a_problem_is_written_as_problem_details() -> None:
    error = RequestError("Nothing was pushed.", errors=[Wrong("#/payment_ids/0", "It is blocked.")])
    kind, body = written(problem_of(error), "*/*")
    assert (kind, json.loads(body)) == (
        PROBLEM,
        {
            "type": "about:blank",
            "title": "Unprocessable Content",
            "status": 422,
            "detail": "Nothing was pushed.",
            "errors": [{"pointer": "#/payment_ids/0", "detail": "It is blocked."}],
        },
    )


def test_a_browser_gets_a_page_with_every_text_escaped() -> None:
    kind, body = written(problem_of(RecordError("No <i>such</i> company.")), BROWSER)
    assert (kind, "<i>" in body, "No &lt;i&gt;such&lt;/i&gt; company." in body) == (
        HTML,
        False,
        True,
    )


def test_every_text_of_a_page_is_escaped() -> None:
    shown = page("<b>", ["a & b", "{c}"], ['<script src="x">'])
    assert "<title>&lt;b&gt;</title>" in shown
    assert "<h1>&lt;b&gt;</h1><p>a &amp; b</p><p>{c}</p>" in shown
    assert "<ul><li>&lt;script src=&quot;x&quot;&gt;</li></ul>" in shown


def test_a_page_without_points_has_no_list() -> None:
    assert "<ul>" not in page("Done", ["All is well."])
