"""Carries calls to MobiWork: logged in, patient with reads, careful with writes.

One at a time, but for lists that are asked for ahead (`reading_ahead`).
"""

import time
from collections.abc import Callable
from functools import partial
from random import SystemRandom
from threading import RLock
from xml.etree.ElementTree import Element

import requests
from requests.exceptions import InvalidSchema, InvalidURL, MissingSchema
from urllib3.exceptions import NewConnectionError

from connector.answers import MOST_SECONDS, Deadline, TooLargeError, TooLongError, take_in
from connector.errors import (
    ConfigurationError,
    ConnectorError,
    LoginBlockedError,
    LoginRefusedError,
    NoLoginThereError,
    RateLimitedError,
    RejectedError,
    RemoteDownError,
    UnreadableAnswerError,
)
from connector.mobiwork.calls import Answer, CallRoute, MobiWorkAccount, MobiWorkCall
from connector.mobiwork.failures import NOT_KNOWN, LoggedOutError, judge, says_wrong_login
from connector.mobiwork.mending.encodings import as_utf8
from connector.mobiwork.reading_ahead import MOST_AHEAD, ReadAhead, TooLargeAnswerError
from connector.mobiwork.redact import guard_logs, redact
from connector.mobiwork.xml import build, text_of, write
from connector.observability import logger
from connector.sending import asked_before_sending

PAUSES = (1.0, 3.0)
LONGEST_PAUSE = 10.0
MOST_BYTES = 8_000_000
"""Of an answer: three times a full page. Read, it takes seven times as much memory (57 MB)."""
CHECK_LOGIN = (
    "Copy the API login ID and API password again from MobiWork's REST API connector "
    "settings and save them here; nothing else has to be reconnected. If the client ID "
    "is wrong, connect again."
)
BLOCKED = (
    "This does not mean that the password is wrong: something in front of MobiWork, "
    "such as a firewall, may be in the way. The connector tries again automatically. "
    "If it keeps happening, contact MobiWork support."
)
HEADERS = {"Accept": "application/xml, text/xml, */*"}
BODY_HEADERS = {**HEADERS, "Content-Type": "application/xml"}


class _TooSlowError(RemoteDownError):
    """The answer did not come in time; waiting as long once more helps nobody."""


class Transport:
    """The one door to one MobiWork account; holds its token in memory."""

    def __init__(
        self,
        account: MobiWorkAccount,
        *,
        session: requests.Session,
        timeout: tuple[float, float],
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        guard_logs()
        self._account = account
        self._session = session
        self._timeout = timeout
        self._sleep = sleep
        self._clock = clock
        self._token: str | None = None
        self._secrets = {account.login_id, account.password}
        self._known_routes: dict[tuple[CallRoute, ...], CallRoute] = {}
        self._known_before: dict[tuple[CallRoute, ...], CallRoute] = {}
        self.lock = RLock()
        self.ahead = ReadAhead(partial(self._answered, most=MOST_AHEAD))

    @property
    def is_logged_in(self) -> bool:
        """Whether there is a token; it may have expired."""
        return self._token is not None

    def prefer(self, routes: tuple[CallRoute, ...], route: CallRoute | None) -> None:
        """Ask by a route first that the server knew before, if there is one."""
        if route in routes:
            self._known_before[routes] = route

    def known_instead(self, routes: tuple[CallRoute, ...]) -> CallRoute | None:
        """Return the route that the server knows; None where that is the first one, or unknown."""
        known = self._known_routes.get(routes)
        return None if known == routes[0] else known

    def exchange(self, call: MobiWorkCall) -> Element:
        """Make a call and return the `response` element.

        A read is repeated a few times when MobiWork is down or throttles. A write is never
        repeated, except with a fresh token after MobiWork refused the old one.

        Raises:
            ConnectorError: as `failures.judge` says; after a write `unknown_outcome` tells whether
                it may have happened.
        """
        with self.lock:
            if not self._token:
                self.log_in()
            try:
                return self._patiently(call)
            except LoggedOutError:
                logger.info("MobiWork session ended", call=call.name)
            self.log_in()
            return self._once_more(call)

    def log_in(self) -> None:
        """Get a token (reference 1.2).

        Raises:
            LoginRefusedError: MobiWork itself says that the credentials are wrong.
            LoginBlockedError: a status or page that proves nothing about them.
        """
        account = self._account
        login = {"apiLoginId": account.login_id, "apiPassword": account.password}
        routes = (("POST", "authenticate.html"),)
        call = MobiWorkCall(name="log us in", routes=routes, body=build("request", login))
        with self.lock:
            self._token = None
            self.ahead.forget()
            root = self._accepted(call)
            token = text_of(root.find("token"))
            if token is None:
                raise UnreadableAnswerError("MobiWork's answer to log us in holds no token.")
            self._token = token
            self._secrets.add(token)

    def _accepted(self, login: MobiWorkCall) -> Element:
        failure: ConnectorError
        try:
            return self._patiently(login)
        except RejectedError as error:
            failure = error
        except LoggedOutError as error:
            failure = error.error
        if isinstance(failure, UnreadableAnswerError):
            raise failure
        if says_wrong_login(failure):
            raise LoginRefusedError(f"{failure} {CHECK_LOGIN}")
        missing = isinstance(failure, RejectedError) and failure.code in map(str, NOT_KNOWN)
        raise (NoLoginThereError if missing else LoginBlockedError)(f"{failure} {BLOCKED}")

    def _once_more(self, call: MobiWorkCall) -> Element:
        try:
            return self._patiently(call)
        except LoggedOutError as error:
            final = error.error
        raise final

    def _patiently(self, call: MobiWorkCall) -> Element:
        for pause in () if call.writes else PAUSES:
            try:
                return self._once(call)
            except _TooSlowError:
                raise
            except (RateLimitedError, RemoteDownError) as error:
                self.ahead.stop()
                wait = error.retry_after if isinstance(error, RateLimitedError) else pause
                if wait > LONGEST_PAUSE:
                    raise
                logger.info("MobiWork is read again", call=call.name, wait=wait)
            self._sleep(wait * SystemRandom().uniform(1.0, 1.5))
        return self._once(call)

    def _once(self, call: MobiWorkCall) -> Element:
        answer = self.ahead.take(call) or self._answered(call)
        root = self._judged(answer)
        self._known_routes[call.routes] = answer.route
        return root

    def _answered(self, call: MobiWorkCall, *, most: int = MOST_BYTES) -> Answer:
        """Make a call by the first of its routes that the server knows."""
        for route in self._routes(call):
            answer = self._send(call, route, most=most)
            if answer.status not in NOT_KNOWN:
                break
        return answer

    def _routes(self, call: MobiWorkCall) -> tuple[CallRoute, ...]:
        known = self._known_routes.get(call.routes)
        before = self._known_before.get(call.routes)
        return (known,) if known else tuple(sorted(call.routes, key=lambda one: one != before))

    def _judged(self, answer: Answer) -> Element:
        try:
            return judge(answer)
        except (ConnectorError, LoggedOutError) as error:
            said = error.error if isinstance(error, LoggedOutError) else error
            for one in (error, said):
                one.args = tuple(redact(str(part), self._secrets) for part in one.args)
            _log_failure(answer.call, said, status=answer.status)
            raise

    def _send(self, call: MobiWorkCall, route: CallRoute, *, most: int) -> Answer:
        try:
            response = self._request(call, route, most)
        except requests.RequestException as error:
            lost = _lost(call, error, most)
        else:
            return Answer(
                call=call.name,
                route=route,
                writes=call.writes,
                status=response.status_code,
                content=as_utf8(response.content, response.headers.get("Content-Type")),
                retry_after=response.headers.get("Retry-After"),
                around=call.around,
            )
        _log_failure(call.name, lost, status=0)
        # Raised out here, so that no traceback shows the address with the token in it.
        raise lost

    def _request(self, call: MobiWorkCall, route: CallRoute, most: int) -> requests.Response:
        user = self._account.user_id
        query = {"token": self._token} if self._token else {}
        with asked_before_sending(call.before_sending):
            deadline = Deadline(clock=self._clock)
            arriving = self._session.request(
                route[0],
                self._account.url(call.path(route)),
                params={**query, "userId": user} if user and query else query,
                data=None if call.body is None else write(call.body).encode(),
                headers=HEADERS if call.body is None else BODY_HEADERS,
                auth=_as_it_is,
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
            )
        return take_in(arriving, deadline, most=most)


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Add no login: without this, requests looks for one in a file at each call."""
    return request


def _log_failure(call: str, error: ConnectorError, *, status: int) -> None:
    code = error.code if isinstance(error, RejectedError) else None
    kind = type(error).__name__
    logger.warning("MobiWork call failed", call=call, status=status, error=kind, code=code)


def _lost(call: MobiWorkCall, error: requests.RequestException, most: int) -> ConnectorError:
    if isinstance(error, InvalidSchema | InvalidURL | MissingSchema):
        return ConfigurationError("The address of MobiWork is not a URL.")
    if isinstance(error, TooLargeError):
        return TooLargeAnswerError(
            f"MobiWork's answer to {call.name} is too large to be read: it has more than "
            f"{most // 1_000_000} MB.",
            unknown_outcome=call.writes,
        )
    if isinstance(error, TooLongError):
        return _TooSlowError(
            f"MobiWork's answer to {call.name} did not end within {MOST_SECONDS:.0f} seconds.",
            unknown_outcome=call.writes,
        )
    kind = _TooSlowError if isinstance(error, requests.ReadTimeout) else RemoteDownError
    message = f"MobiWork could not be reached to {call.name} ({type(error).__name__})."
    return kind(message, unknown_outcome=call.writes and not _never_sent(error))


def _never_sent(error: requests.RequestException) -> bool:
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(error, requests.ConnectTimeout) or isinstance(reason, NewConnectionError)
