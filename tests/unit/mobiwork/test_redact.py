import logging
import traceback
from typing import Any

import pytest
import requests

from connector.errors import ConnectorError
from connector.mobiwork.redact import redact
from tests.unit.mobiwork.answers import LOGIN_ID, PASSWORD, ROOT, TOKENS, Server, failure, success

SECRETS = (LOGIN_ID, PASSWORD, TOKENS[0])
VIEW = "customer/7/view.html"
ADDRESS = f"{ROOT}{VIEW}?token={TOKENS[0]}&userId=31"


def shown(error: BaseException) -> str:
    """Everything that a log could show of an error, its causes and contexts included."""
    parts = [*traceback.format_exception(error), repr(error), str(error.args), str(vars(error))]
    chain = (error.__cause__, error.__context__)
    return "".join([*parts, *(shown(inner) for inner in chain if inner)])


@pytest.mark.parametrize(
    "answer",
    [
        requests.ConnectionError(f"Max retries exceeded with url: {ADDRESS}"),
        requests.ReadTimeout(f"GET {ADDRESS} timed out"),
        failure(("1", f"Invalid token {TOKENS[0]} of {LOGIN_ID}:{PASSWORD}")),
        failure(("1", f"Bad request {ADDRESS}")),
        success(f"<token>{TOKENS[0]}</token><broken>"),
        f"<html>Please log in, {TOKENS[0]} is no good</html>",
        f"<{TOKENS[0]}",
        f"<{LOGIN_ID}/>",
    ],
)
def test_no_error_shows_a_secret(
    server: Server, answer: str | Exception, logged: list[dict[str, Any]]
) -> None:
    server.answers("GET", VIEW, answer)
    with pytest.raises(ConnectorError) as caught:
        server.client().view("customer", "7")
    everything = shown(caught.value) + str(logged)
    assert "MobiWork call failed" in everything
    assert [secret for secret in SECRETS if secret in everything] == []


def test_a_refused_log_in_shows_no_secret(server: Server) -> None:
    server.mock.reset()
    said = failure(("1", f"{LOGIN_ID} with {PASSWORD} is unknown"))
    server.answers("POST", "authenticate.html", said)
    with pytest.raises(ConnectorError, match=r"\[hidden\] with \[hidden\] is unknown") as caught:
        server.client().authenticate()
    assert [secret for secret in SECRETS if secret in shown(caught.value)] == []


def test_the_http_librarys_log_lines_show_no_token(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    server.client()
    server.client()
    caplog.set_level(logging.DEBUG)
    target = f"/x.html?token={TOKENS[0]}&userId=31"
    for name in ("urllib3.connectionpool", "urllib3.util.retry"):
        logging.getLogger(name).debug('"%s %s" %s', "GET", target, 200)
    assert [one.getMessage() for one in caplog.records] == [
        '"GET /x.html?token=[hidden]&userId=31" 200'
    ] * 2


def test_a_client_does_not_show_its_credentials(server: Server) -> None:
    client = server.client()
    assert [one for one in SECRETS if one in repr(client) + repr(vars(client))] == []


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("?token=ABC&x=1", "?token=[hidden]&x=1"),
        ("/a?x=1&token=ABC HTTP/1.1", "/a?x=1&token=[hidden] HTTP/1.1"),
        ("<apiLoginId>A</apiLoginId>", "<apiLoginId>[hidden]</apiLoginId>"),
        ("<apiPassword>b c</apiPassword>", "<apiPassword>[hidden]</apiPassword>"),
        ("<token>A</token>", "<token>[hidden]</token>"),
        ("nothing secret", "nothing secret"),
    ],
)
def test_the_places_of_secrets_are_known(text: str, redacted: str) -> None:
    assert redact(text) == redacted


def test_a_secret_inside_another_is_hidden_whole() -> None:
    assert redact("abcdef", ["", "abc", "abcdef"]) == "[hidden]"
