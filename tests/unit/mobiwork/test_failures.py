from typing import Any

import pytest
import requests
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import MaxRetryError, NewConnectionError

from connector.errors import (
    ConfigurationError,
    ConnectorError,
    RateLimitedError,
    RejectedError,
    RemoteDownError,
    UnreadableAnswerError,
)
from tests.unit.mobiwork.answers import CUSTOMER, Server, failure, success

VIEW = "customer/700112/view.html"
DELETE = "customer/700112/delete.html"
HAS_WORK_ORDERS = ("1010", "Customer has work orders; it cannot be deleted.")


def failed_view(server: Server) -> ConnectorError:
    with pytest.raises(ConnectorError) as caught:
        server.client().view("customer", "700112")
    return caught.value


def failed_delete(server: Server) -> ConnectorError:
    with pytest.raises(ConnectorError) as caught:
        server.client().delete("customer", "700112")
    return caught.value


def test_a_refusal_says_what_mobiwork_says_and_carries_its_code(server: Server) -> None:
    server.answers("GET", DELETE, failure(HAS_WORK_ORDERS))
    error = failed_delete(server)
    assert isinstance(error, RejectedError)
    assert error.code == "1010"
    assert str(error) == (
        "MobiWork refused to delete customer 700112: "
        "Customer has work orders; it cannot be deleted (code 1010)."
    )


def test_all_errors_of_an_answer_are_said(server: Server) -> None:
    server.answers("GET", DELETE, failure(("", "Name is required"), ("7", "City & state")))
    error = failed_delete(server)
    assert isinstance(error, RejectedError)
    assert (str(error).partition(": ")[2], error.code) == (
        "Name is required; City & state (code 7).",
        "7",
    )


def test_errors_in_a_list_of_errors_are_said(server: Server) -> None:
    body = '<response statusCode="2"><errors><error code="9">Bad zip</error></errors></response>'
    server.answers("GET", DELETE, body)
    assert "Bad zip (code 9)" in str(failed_delete(server))


def test_an_error_element_is_a_refusal_whatever_the_status_code_says(server: Server) -> None:
    server.answers("GET", VIEW, success(CUSTOMER + "<error>Half done</error>"))
    error = failed_view(server)
    assert isinstance(error, RejectedError)
    assert str(error).endswith("Half done.")


def test_an_unknown_status_code_is_a_refusal(server: Server) -> None:
    server.answers("GET", VIEW, '<response statusCode="3"/>')
    error = failed_view(server)
    assert isinstance(error, RejectedError)
    assert error.code == "3"


def test_another_version_in_the_answer_does_not_matter(server: Server) -> None:
    server.answers("GET", VIEW, success(CUSTOMER, version="6.0.3"))
    assert server.client().view("customer", "700112").id == "700112"


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("", "breaks at line 1"),
        ("OK", "breaks at line 1"),
        (success(CUSTOMER)[:300], "breaks at line 2"),
        ('<response statusCode="2"><error code="1010">Refused</response>', "breaks at line 1"),
        ("<html><body>Maintenance</body></html>", "is a web page instead of data"),
        ("<!DOCTYPE HTML><html></html>", "is a web page instead of data"),
        ('<?xml version="1.0"?><html/>', "is a web page instead of data"),
        ("<customer/>", "is <customer> instead of <response>"),
        ("<response/>", "has no statusCode"),
    ],
)
@pytest.mark.parametrize("writes", [True, False])
def test_an_answer_that_is_not_as_promised_is_unreadable(
    server: Server, body: str, problem: str, *, writes: bool
) -> None:
    path, failed = (DELETE, failed_delete) if writes else (VIEW, failed_view)
    server.answers("GET", path, body)
    error = failed(server)
    assert isinstance(error, UnreadableAnswerError)
    assert problem in str(error)
    assert error.unknown_outcome is writes
    assert server.asked == [f"GET {path}"]


@pytest.mark.parametrize("status", [500, 502, 503, 408])
def test_a_read_is_repeated_gently_while_mobiwork_is_down(server: Server, status: int) -> None:
    server.answers("GET", VIEW, "", status=status)
    server.answers("GET", VIEW, requests.ConnectionError())
    server.answers("GET", VIEW, success(CUSTOMER))
    assert server.client().view("customer", "700112").id == "700112"
    assert len(server.pauses) == 2
    assert server.pauses[0] < server.pauses[1] < 5


def test_a_read_is_given_up_after_three_attempts(server: Server) -> None:
    server.answers("GET", VIEW, "", status=503)
    error = failed_view(server)
    assert str(error) == "MobiWork is in trouble and could not view customer 700112 (HTTP 503)."
    assert isinstance(error, RemoteDownError)
    assert not error.unknown_outcome
    assert len(server.asked) == 3


def test_a_read_that_timed_out_is_not_waited_for_again(server: Server) -> None:
    server.answers("GET", VIEW, requests.ReadTimeout())
    error = failed_view(server)
    assert isinstance(error, RemoteDownError)
    assert (len(server.asked), server.pauses) == (1, [])


@pytest.mark.parametrize(
    "trouble",
    [
        requests.ConnectionError("lost"),
        requests.ReadTimeout(),
        requests.exceptions.ChunkedEncodingError(),
    ],
)
def test_a_write_is_never_repeated_and_its_outcome_unknown(
    server: Server, trouble: Exception
) -> None:
    server.answers("GET", DELETE, trouble)
    error = failed_delete(server)
    assert isinstance(error, RemoteDownError)
    assert error.unknown_outcome
    assert (len(server.asked), server.pauses) == (1, [])


def test_a_write_answered_with_a_server_error_has_an_unknown_outcome(server: Server) -> None:
    server.answers("GET", DELETE, failure(HAS_WORK_ORDERS), status=500)
    error = failed_delete(server)
    assert isinstance(error, RemoteDownError)
    assert error.unknown_outcome
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "trouble",
    [
        requests.ConnectTimeout(),
        requests.ConnectionError(
            MaxRetryError(
                HTTPConnectionPool("localhost"),
                "/",
                NewConnectionError(HTTPConnection("localhost"), "refused"),
            )
        ),
    ],
)
def test_a_write_that_was_never_sent_did_not_happen(server: Server, trouble: Exception) -> None:
    server.answers("GET", DELETE, trouble)
    error = failed_delete(server)
    assert isinstance(error, RemoteDownError)
    assert not error.unknown_outcome


def test_a_short_throttle_is_waited_for(server: Server) -> None:
    server.answers("GET", VIEW, "", status=429, headers={"Retry-After": "2"})
    server.answers("GET", VIEW, success(CUSTOMER))
    server.client().view("customer", "700112")
    assert 2 <= server.pauses[0] <= 3


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "120"}, 120),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, 60),
        ({}, 60),
    ],
)
def test_a_long_throttle_is_left_to_the_state_machine(
    server: Server, headers: dict[str, str], seconds: float
) -> None:
    server.answers("GET", VIEW, "", status=429, headers=headers)
    error = failed_view(server)
    assert isinstance(error, RateLimitedError)
    assert error.retry_after == seconds
    assert server.pauses == []


def test_a_throttled_write_is_not_repeated(server: Server) -> None:
    server.answers("GET", DELETE, "", status=429, headers={"Retry-After": "1"})
    assert isinstance(failed_delete(server), RateLimitedError)
    assert len(server.asked) == 1


@pytest.mark.parametrize("path", [VIEW, DELETE])
def test_a_redirect_is_not_followed(server: Server, path: str) -> None:
    server.answers("GET", path, "", status=302, headers={"Location": "https://elsewhere.test/"})
    error = failed_view(server) if path == VIEW else failed_delete(server)
    assert isinstance(error, UnreadableAnswerError)
    assert "sends us elsewhere (HTTP 302)" in str(error)
    assert error.unknown_outcome is (path == DELETE)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("body", "said", "code"),
    [
        ("<html>Not Found</html>", "HTTP 404", "404"),
        (failure(("1003", "No such customer")), "HTTP 404; No such customer", "1003"),
        ("garbage", "HTTP 404", "404"),
    ],
)
def test_an_http_status_of_400_and_more_is_a_refusal(
    server: Server, body: str, said: str, code: str
) -> None:
    server.answers("GET", VIEW, body, status=404)
    error = failed_view(server)
    assert isinstance(error, RejectedError)
    assert (str(error), error.code) == (f"MobiWork refused to view customer 700112: {said}.", code)


def test_an_address_that_is_none_is_a_fault_of_the_deployment(server: Server) -> None:
    with pytest.raises(ConfigurationError, match="not a URL"):
        server.client(base_url="www.mobiwork.test").view("customer", "7")


def test_a_failed_call_is_logged_in_one_line_without_its_words(
    server: Server, logged: list[dict[str, Any]]
) -> None:
    server.answers("GET", DELETE, failure(("1010", "Blue Heron has work orders")))
    failed_delete(server)
    (line,) = logged
    told = {name: line[name] for name in ("msg", "call", "status", "error", "code")}
    assert told == {
        "msg": "MobiWork call failed",
        "call": "delete customer 700112",
        "status": 200,
        "error": "RejectedError",
        "code": "1010",
    }
    assert "Heron" not in str(line)


@pytest.mark.case("X15")
@pytest.mark.parametrize(
    ("status", "known"),
    [(400, False), (409, False), (423, False), (429, True), (499, False), (404, True), (413, True)],
)
def test_a_page_of_what_stands_before_mobiwork_does_not_say_whether_a_write_was_done(
    server: Server, status: int, *, known: bool
) -> None:
    server.answers("POST", "customer/add.html", "<html>Blocked</html>", status=status)
    with pytest.raises(ConnectorError) as caught:
        server.client().add("customer", CUSTOMER, before_sending=lambda: None)
    assert caught.value.unknown_outcome is not known
