"""Intuit's sign-in: the address a person is sent to, and exchange, refresh and revoke of tokens.

Reference sections 2.1 to 2.5. These calls are free and count against no limit of a company.
"""

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import requests
from requests import Response

from connector.answers import FEW_BYTES, Deadline, TooLargeError, take_in
from connector.errors import (
    ConfigurationError,
    ConnectionBrokenError,
    ConnectorError,
    RateLimitedError,
    RemoteDownError,
    UnreadableAnswerError,
)
from connector.model.body import MISREAD
from connector.model.tokens import Tokens
from connector.quickbooks.responses import Record, body_of
from connector.quickbooks.transport import ascii_json, headers, no_answer
from connector.sending import new_session

SCOPE = "com.intuit.quickbooks.accounting"
NAME = "Intuit's sign-in"
TIMEOUT = (5.0, 30.0)
_BAD_REQUEST = 400
_RATE_LIMITED = 429
_SERVER_ERROR = 500


@dataclass(frozen=True, kw_only=True)
class App:
    """The app as registered with Intuit, and where its calls go.

    Attributes:
        client_id: Which app it is.
        client_secret: What proves that; it never shows in a representation.
        authorize_url: The page on which a person consents.
        token_url: Where tokens are exchanged and refreshed.
        revoke_url: Where they are revoked.
    """

    client_id: str
    client_secret: str = field(repr=False)
    authorize_url: str
    token_url: str
    revoke_url: str


def consent_url(app: App, *, callback_url: str, state: str) -> str:
    """Return the address where an administrator lets the connector into their company.

    `callback_url` is where Intuit sends the person back to, as registered with it.
    """
    query = {
        "client_id": app.client_id,
        "response_type": "code",
        "scope": SCOPE,
        "redirect_uri": callback_url,
        "state": state,
    }
    return f"{app.authorize_url}?{urlencode(query)}"


def exchange_code(
    app: App,
    code: str,
    *,
    callback_url: str,
    now: datetime,
    session: requests.Session | None = None,
) -> Tokens:
    """Exchange the code of the callback for the first tokens; a code works once.

    `callback_url` is the one that the consent was asked for with.

    Raises:
        ConnectionBrokenError: the code was used or is too old; a person must connect again.
        RemoteDownError: Intuit did not answer; the code may be used up.
    """
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": callback_url,
    }
    return _granted(app, form, now=now, session=session)


def refresh(
    app: App, refresh_token: str, *, now: datetime, session: requests.Session | None = None
) -> Tokens:
    """Exchange a refresh token for new tokens; the answer may hold another refresh token.

    Raises:
        ConnectionBrokenError: the refresh token was replaced, is too old or was revoked.
        RemoteDownError: Intuit did not answer; the token may have been replaced.
    """
    form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    return _granted(app, form, now=now, session=session)


def revoke(app: App, token: str, *, session: requests.Session | None = None) -> None:
    """Give back the access to a company; required when a person disconnects in our product.

    A refused token (status 400) is one that gives no access any more, so that counts as done.
    """
    response = _post(
        app, app.revoke_url, session, data=ascii_json({"token": token}), kind="application/json"
    )
    if not response.ok and response.status_code != _BAD_REQUEST:
        raise _refusal(response)


def _granted(
    app: App, form: Mapping[str, str], *, now: datetime, session: requests.Session | None
) -> Tokens:
    response = _post(
        app,
        app.token_url,
        session,
        data=urlencode(form),
        kind="application/x-www-form-urlencoded",
    )
    if not response.ok:
        raise _refusal(response)
    try:
        return _tokens_in(body_of(response) or {}, now)
    except MISREAD as error:
        raise UnreadableAnswerError(f"{NAME} sent an answer that cannot be read.") from error


def _post(
    app: App, url: str, session: requests.Session | None, *, data: bytes | str, kind: str
) -> Response:
    """Post once; without a session on a new connection, for one kept an hour is mostly dead."""
    try:
        with nullcontext(session) if session else new_session(1) as opened:
            deadline = Deadline()
            arriving = opened.post(
                url,
                data=data,
                headers=headers(kind) | {"x-include-refresh-token-hard-expires-in": "true"},
                auth=(app.client_id, app.client_secret),
                timeout=TIMEOUT,
                allow_redirects=False,
                stream=True,
            )
            return take_in(arriving, deadline, most=FEW_BYTES)
    except TooLargeError as error:
        raise UnreadableAnswerError(f"{NAME} sent an answer that is no token.") from error
    except requests.RequestException as error:
        raise no_answer(error, name=NAME, write=False) from error


def _tokens_in(answer: Record, now: datetime) -> Tokens:
    consent = answer.get("x_refresh_token_hard_expires_in")
    return Tokens(
        access_token=_text(answer["access_token"]),
        refresh_token=_text(answer["refresh_token"]),
        obtained_at=now.astimezone(UTC),
        access_until=_after(now, answer["expires_in"]),
        refresh_until=_after(now, answer["x_refresh_token_expires_in"]),
        consent_until=None if consent is None else _after(now, consent),
    )


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError("a token is a text")
    return value


def _after(now: datetime, seconds: object) -> datetime:
    return now.astimezone(UTC) + timedelta(seconds=int(str(seconds)))


def _refusal(response: Response) -> ConnectorError:
    """Read an OAuth error (section 2.5); its description is left out, for it may hold a token."""
    reason = (body_of(response) or {}).get("error")
    if reason == "invalid_grant":
        return ConnectionBrokenError("QuickBooks no longer accepts this connection. Reconnect it.")
    if response.status_code == _RATE_LIMITED:
        return RateLimitedError(f"{NAME} asked for a pause.")
    if response.status_code >= _SERVER_ERROR:
        return RemoteDownError(f"{NAME} is not available (status {response.status_code}).")
    if isinstance(reason, str) and reason.replace("_", "").isalpha():
        return ConfigurationError(f"{NAME} refuses this app: {reason}.")
    return UnreadableAnswerError(f"{NAME} answered with status {response.status_code}.")
