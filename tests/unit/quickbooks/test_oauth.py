from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import responses
from responses import matchers

from connector.errors import (
    ConfigurationError,
    ConnectionBrokenError,
    ConnectorError,
    RateLimitedError,
    RemoteDownError,
    UnreadableAnswerError,
)
from connector.model.tokens import Tokens
from connector.quickbooks.oauth import consent_url, exchange_code, refresh, revoke
from tests.unit.quickbooks.parts import APP, CALLBACK, NOON, grant

BASIC = {"Authorization": "Basic Y2xpZW50LTE6c2VjcmV0LTE="}


@pytest.fixture
def remote() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


def form(**fields: str) -> Callable[..., Any]:
    return matchers.urlencoded_params_matcher(fields)


def test_a_person_is_sent_to_intuit_with_all_it_needs() -> None:
    url = urlsplit(consent_url(APP, callback_url=CALLBACK, state="s t&te"))
    assert (f"{url.scheme}://{url.netloc}{url.path}", parse_qs(url.query)) == (
        "https://intuit.example/connect",
        {
            "client_id": ["client-1"],
            "response_type": ["code"],
            "scope": ["com.intuit.quickbooks.accounting"],
            "redirect_uri": ["https://connector.example/connections/callback"],
            "state": ["s t&te"],
        },
    )


def test_a_code_becomes_tokens(remote: responses.RequestsMock) -> None:
    remote.post(
        APP.token_url,
        json=grant(1) | {"x_refresh_token_hard_expires_in": 157680000},
        match=[
            form(grant_type="authorization_code", code="c-1", redirect_uri=CALLBACK),
            matchers.header_matcher(BASIC | {"Accept": "application/json"}),
        ],
    )
    assert exchange_code(APP, "c-1", callback_url=CALLBACK, now=NOON) == Tokens(
        access_token="access-1",  # noqa: S106 - made up
        refresh_token="refresh-1",  # noqa: S106 - made up
        obtained_at=NOON,
        access_until=NOON + timedelta(hours=1),
        refresh_until=NOON + timedelta(days=100),
        consent_until=NOON + timedelta(days=1825),
    )


def test_a_refresh_token_becomes_new_tokens(remote: responses.RequestsMock) -> None:
    remote.post(
        APP.token_url,
        json=grant(2),
        match=[
            form(grant_type="refresh_token", refresh_token="refresh-1"),  # noqa: S106 - made up
            matchers.header_matcher(BASIC),
        ],
    )
    assert refresh(APP, "refresh-1", now=NOON).refresh_token == "refresh-2"  # noqa: S105 - made up


def test_every_call_has_time_outs(remote: responses.RequestsMock) -> None:
    remote.post(APP.token_url, json=grant(2))
    refresh(APP, "refresh-1", now=NOON)
    assert remote.calls[0].request.req_kwargs["timeout"] == (5.0, 30.0)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ({"status": 400, "json": {"error": "invalid_grant"}}, ConnectionBrokenError),
        ({"status": 401, "json": {"error": "invalid_grant"}}, ConnectionBrokenError),
        ({"status": 401, "json": {"error": "invalid_client"}}, ConfigurationError),
        ({"status": 400, "json": {"error": "invalid_request"}}, ConfigurationError),
        ({"status": 429, "body": ""}, RateLimitedError),
        ({"status": 503, "body": "<html>down</html>"}, RemoteDownError),
        ({"body": requests.ReadTimeout("slow")}, RemoteDownError),
        ({"status": 400, "body": "<html>?</html>"}, UnreadableAnswerError),
        ({"status": 200, "body": "<html>?</html>"}, UnreadableAnswerError),
        ({"status": 200, "json": {"access_token": "access-2"}}, UnreadableAnswerError),
        ({"status": 200, "json": grant(2) | {"refresh_token": None}}, UnreadableAnswerError),
        ({"status": 200, "json": grant(2) | {"expires_in": "soon"}}, UnreadableAnswerError),
    ],
)
def test_a_refused_refresh_says_what_to_do_next(
    remote: responses.RequestsMock, answer: dict[str, Any], kind: type[ConnectorError]
) -> None:
    remote.post(APP.token_url, **answer)
    with pytest.raises(ConnectorError) as raised:
        refresh(APP, "refresh-1", now=NOON)
    assert type(raised.value) is kind


def test_a_refusal_never_repeats_the_token(remote: responses.RequestsMock) -> None:
    remote.post(
        APP.token_url,
        status=400,
        json={"error": "invalid_request", "error_description": "refresh-1 is no good"},
    )
    with pytest.raises(ConfigurationError) as raised:
        refresh(APP, "refresh-1", now=NOON)
    assert "refresh-1" not in str(raised.value)


def test_a_revoke_sends_the_token(remote: responses.RequestsMock) -> None:
    remote.post(
        APP.revoke_url,
        match=[
            matchers.json_params_matcher({"token": "refresh-1"}),
            matchers.header_matcher(BASIC),
        ],
    )
    revoke(APP, "refresh-1")


def test_a_token_already_dead_counts_as_revoked(remote: responses.RequestsMock) -> None:
    remote.post(APP.revoke_url, status=400, json={"error": "invalid_grant"})
    revoke(APP, "refresh-1")


def test_a_revoke_that_did_not_arrive_is_told(remote: responses.RequestsMock) -> None:
    remote.post(APP.revoke_url, status=503)
    with pytest.raises(RemoteDownError):
        revoke(APP, "refresh-1")


def test_the_app_secret_does_not_show_in_a_representation() -> None:
    assert "secret-1" not in repr(APP)


@pytest.mark.case("R9")
def test_an_answer_without_end_is_taken_for_no_token(remote: responses.RequestsMock) -> None:
    remote.post(APP.token_url, body=b" " * 100_001)
    with pytest.raises(UnreadableAnswerError, match="no token"):
        refresh(APP, "refresh-1", now=NOON)
