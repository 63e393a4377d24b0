"""Puts the bearer token on calls and keeps it fresh: one refresh at a time for a company.

Two refreshes at once can cost the whole connection (reference section 2.4), so a worker first
claims the right in the store. What it gets is stored before it is used; losers read it there.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Protocol
from uuid import uuid4

import requests
from requests import PreparedRequest
from requests.auth import AuthBase

from connector.errors import (
    ConnectionBrokenError,
    ConnectorError,
    RemoteDownError,
    UnreadableAnswerError,
)
from connector.model.tokens import Tokens
from connector.quickbooks.oauth import App, consent_url, exchange_code, refresh, revoke

__all__ = ["App", "TokenAuth", "consent_url", "exchange_code", "refresh", "revoke"]

RENEW_BEFORE = timedelta(minutes=5)
LEASE = 120.0
POLL = 1.0
MOST_POLLS = 600
RETRY_PAUSE = 3.0
SAVE_ATTEMPTS = 5


class SeenTokens(Protocol):
    """Tokens as they were read from the store: what a claim or a save must still find there."""

    @property
    def tokens(self) -> Tokens:
        """The tokens."""

    @property
    def version(self) -> int:
        """How often they were saved."""

    @property
    def holder(self) -> str:
        """Who has the right to refresh them, empty when nobody has."""


class TokenStore[S: SeenTokens](Protocol):
    """Where tokens live, with the right to refresh them."""

    def get(self, connection_id: str) -> S | None:
        """Read the newest tokens."""

    def claim(self, seen: S, owner: str) -> bool:
        """Take the right to refresh."""

    def save(self, seen: S, tokens: Tokens) -> bool:
        """Store what a refresh gave and let go; False if others saved first."""

    def release(self, connection_id: str, owner: str) -> None:
        """Give up the right to refresh."""


class TokenAuth[S: SeenTokens](AuthBase):
    """The authorisation of one connection; safe among threads and among processes.

    `app` is asked for at each refresh: its secret may have been changed.
    """

    def __init__(  # noqa: PLR0913 - all by keyword, most of them for tests
        self,
        *,
        connection_id: str,
        app: Callable[[], App],
        store: TokenStore[S],
        session: requests.Session | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._connection_id = connection_id
        self._app = app
        self._store = store
        self._session = session
        self._now = now
        self._monotonic = monotonic
        self._sleep = sleep
        self._lock = Lock()
        self._tokens: Tokens | None = None

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Add a token that is valid for some minutes yet."""
        with self._lock:
            if self._tokens is None or not self._lasts(self._tokens):
                self._tokens = self._renewed(self._lasts)
            request.headers["Authorization"] = _header(self._tokens)
        return request

    def refresh(self, rejected: str) -> None:
        """Get another token than the one in the `rejected` header.

        Raises:
            ConnectionBrokenError: Intuit gives no token any more; a person must reconnect.
        """
        with self._lock:
            if self._tokens is None or _header(self._tokens) == rejected:
                self._tokens = self._renewed(lambda tokens: _header(tokens) != rejected)

    def keep_alive(self, *, older_than: timedelta) -> Tokens:
        """Refresh tokens that were not refreshed for so long: idle ones die after 100 days.

        Returns those that hold now.
        """
        limit = self._now() - older_than
        with self._lock:
            self._tokens = self._renewed(lambda tokens: tokens.obtained_at > limit)
            return self._tokens

    def _lasts(self, tokens: Tokens) -> bool:
        return tokens.access_until - self._now() > RENEW_BEFORE

    def _renewed(self, good: Callable[[Tokens], bool]) -> Tokens:
        """Return good tokens: those in the store, or those of a refresh, ours or another's.

        A holder that shows no progress for the lease, by our own clock, has died.

        Raises:
            RemoteDownError: others hold them, one after the other.
        """
        owner, holder, since = uuid4().hex, "", self._monotonic()
        for _ in range(MOST_POLLS):
            stored = self._read()
            if good(stored.tokens):
                return stored.tokens
            if stored.holder != holder:
                holder, since = stored.holder, self._monotonic()
            if holder and self._monotonic() - since <= LEASE:
                self._sleep(POLL)
            elif self._store.claim(stored, owner):
                return self._refreshed(stored, owner)
        raise RemoteDownError("The tokens of QuickBooks are being renewed by others all the time.")

    def _refreshed(self, stored: S, owner: str) -> Tokens:
        try:
            tokens = self._granted(stored.tokens.refresh_token)
            if not self._kept(stored, tokens):
                return self._read().tokens
        except ConnectionBrokenError:
            newest = self._read()
            if newest.version != stored.version:
                return newest.tokens
            self._store.release(self._connection_id, owner)
            raise
        except ConnectorError:
            self._store.release(self._connection_id, owner)
            raise
        return tokens

    def _granted(self, refresh_token: str) -> Tokens:
        """Refresh; when the answer is lost, ask once more with the same token (section 2.5)."""
        try:
            return refresh(self._app(), refresh_token, now=self._now(), session=self._session)
        except (RemoteDownError, UnreadableAnswerError):
            self._sleep(RETRY_PAUSE)
        return refresh(self._app(), refresh_token, now=self._now(), session=self._session)

    def _kept(self, stored: S, tokens: Tokens) -> bool:
        """Save the new tokens, several times if need be: they must not be lost."""
        for _ in range(SAVE_ATTEMPTS - 1):
            try:
                return self._store.save(stored, tokens)
            except RemoteDownError:
                self._sleep(POLL)
        return self._store.save(stored, tokens)

    def _read(self) -> S:
        stored = self._store.get(self._connection_id)
        if stored is None:
            raise ConnectionBrokenError("QuickBooks is not connected. Connect it.")
        return stored


def _header(tokens: Tokens) -> str:
    return f"Bearer {tokens.access_token}"
