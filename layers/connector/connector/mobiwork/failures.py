"""Decides what MobiWork's answer means: its content, or the error that says what to do next.

MobiWork publishes one error code and no HTTP statuses (reference 1.4), so any of a status of 400
and more, a statusCode other than 1, an error element, a web page or a broken body is a failure.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from xml.etree.ElementTree import Element

from connector.errors import (
    ConnectorError,
    RateLimitedError,
    RejectedError,
    RemoteDownError,
    UnreadableAnswerError,
)
from connector.mobiwork.calls import Answer
from connector.mobiwork.xml import local_name, read, text_of
from connector.model.worklist.causes import Kind, cause

SUCCESS = "1"
NOT_KNOWN = frozenset({404, 405, 501})
_TOO_MANY = 429
_LOGGED_OUT = frozenset({401, 403})
_TIMED_OUT = 408
_NOT_DONE = NOT_KNOWN | _LOGGED_OUT | {413, 414, 431}
"""Statuses of a page after which a write was not done: it reached nothing, or was too large."""

# The expiry of a token is not documented; these words are reference 6 row 3.
_ABOUT_LOGIN = re.compile(r"token|authenticat|session|expired", re.IGNORECASE)
_WRONG_LOGIN = re.compile(r"password|credential|login|authenticat|client id", re.IGNORECASE)
_LOGIN_PAGE = re.compile(r"\b(log|sign)\s?in\b", re.IGNORECASE)
_WEB_PAGE = re.compile(rb"\A\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_OF_MOBIWORK = b"<response"
_MARKUP = re.compile(r"<[^>]*>")


class LoggedOutError(Exception):
    """The token may have expired; `error` is the failure if a fresh one changes nothing."""

    def __init__(self, error: ConnectorError) -> None:
        super().__init__(str(error))
        self.error = error


class BrokenAnswerError(UnreadableAnswerError):
    """An answer of MobiWork whose tags are broken; less of it may be asked for.

    id_in: returns the id of the one record in it, told the names of the elements that hold one;
        None where it shows none, or several. The answer itself is shown to nobody.
    """

    def __init__(self, message: str, content: bytes) -> None:
        super().__init__(message)
        self.id_in = partial(_id_in, _Hidden(content))


@dataclass(frozen=True)
class _Hidden:
    """Bytes that no log shows.

    Attributes:
        content: The bytes.
    """

    content: bytes = field(repr=False)


def _id_in(hidden: _Hidden, names: Iterable[str]) -> str | None:
    for name in names:
        found = {*re.findall(rb"<\s*%b\s*>\s*([\w-]{1,100})\s*<" % name.encode(), hidden.content)}
        if len(found) == 1:
            return str(found.pop().decode())
    return None


def judge(answer: Answer) -> Element:
    """Return the `response` element of a success.

    Raises:
        LoggedOutError: it looks as if the token is not good (any more).
        RateLimitedError: HTTP 429.
        RemoteDownError: HTTP 5xx.
        RejectedError: MobiWork refused; all its error texts are in the message.
        BrokenAnswerError: it is MobiWork's own, and what was asked for cannot be read.
        UnreadableAnswerError: the answer is not the XML that was promised, or reports an error of a
            write that it says worked: the status decides, whatever the words are about.
    """
    _check_transport(answer)
    page = _WEB_PAGE.match(answer.content) is not None
    if page and answer.writes and answer.status not in _NOT_DONE:
        raise _web_page(answer)
    if answer.status >= 400:  # noqa: PLR2004
        raise _refused_by_status(answer, page=page)
    if page:
        raise _web_page(answer)
    root = _readable(answer)
    if local_name(root) != "response":
        raise unreadable(answer, f"is <{local_name(root)}> instead of <response>")
    errors, status = _errors(root), root.get("statusCode")
    if status == SUCCESS and not errors:
        return root
    if status is None and not errors:
        raise unreadable(answer, "has no statusCode")
    if answer.writes and status in (SUCCESS, None):
        raise unreadable(answer, "reports an error, but not that it failed")
    raise _refused(answer, errors, status or "")


def says_wrong_login(error: ConnectorError) -> bool:
    """Tell whether MobiWork's own words about a refused login blame the login.

    A status or a page alone may come from anything before MobiWork, such as a firewall; what is in
    a page is not among the words (reference 1.2 gives no list of errors).
    """
    return _WRONG_LOGIN.search(str(error)) is not None


def unreadable(answer: Answer, problem: str) -> UnreadableAnswerError:
    """Build the error for an answer that is not as promised."""
    message = f"MobiWork's answer to {answer.call} {problem}."
    return UnreadableAnswerError(message, unknown_outcome=answer.writes)


def _check_transport(answer: Answer) -> None:
    if answer.status == _TOO_MANY:
        told = answer.retry_after or ""
        wait = float(told) if told.isdecimal() else 60.0
        message = f"MobiWork asked us to slow down at {answer.call}."
        raise RateLimitedError(message, retry_after=wait)
    if answer.status >= 500 or answer.status == _TIMED_OUT:  # noqa: PLR2004
        message = f"MobiWork is in trouble and could not {answer.call} (HTTP {answer.status})."
        raise RemoteDownError(message, unknown_outcome=answer.writes)
    if 300 <= answer.status < 400:  # noqa: PLR2004
        raise unreadable(
            answer, f"sends us elsewhere (HTTP {answer.status}), which we do not follow"
        )


def _readable(answer: Answer) -> Element:
    root = answer.around(answer.content)
    try:
        return read(answer.content, call=answer.call) if root is None else root
    except UnreadableAnswerError as error:
        error.unknown_outcome = answer.writes
        if answer.writes or _OF_MOBIWORK not in answer.content:
            raise
        broken = BrokenAnswerError(str(error), answer.content)
    raise broken  # out here, so that what is hidden of its message is hidden everywhere


def _errors(root: Element) -> list[tuple[str, str]]:
    found = [*root.findall("error"), *root.findall("errors/error")]
    return [(one.get("code", ""), (text_of(one) or "no reason given").rstrip(".")) for one in found]


def _refused(answer: Answer, errors: list[tuple[str, str]], status: str) -> Exception:
    said = "; ".join(f"{text} (code {code})" if code else text for code, text in errors)
    message = f"MobiWork refused to {answer.call}: {said or f'no reason given, status {status}'}."
    code = next((code for code, _ in errors if code), status)
    rejected = _rejected(message, code)
    if not any(_ABOUT_LOGIN.search(text) for _, text in errors):
        return rejected
    return LoggedOutError(rejected if answer.writes else RemoteDownError(message))


def _refused_by_status(answer: Answer, *, page: bool) -> Exception:
    errors: list[tuple[str, str]] = []
    if not page:
        try:
            errors = _errors(read(answer.content, call=answer.call))
        except UnreadableAnswerError:
            errors = []  # the status says enough
    said = "; ".join([f"HTTP {answer.status}", *(text for _, text in errors)])
    message = f"MobiWork refused to {answer.call}: {said}."
    if answer.status in _LOGGED_OUT:
        advice = "Check in MobiWork that the user of the REST API connector may do this."
        message = f"{message} {advice}"
        rejected = _rejected(message, str(answer.status))
        return LoggedOutError(rejected if answer.writes else RemoteDownError(message))
    if any(_ABOUT_LOGIN.search(text) for _, text in errors):
        return LoggedOutError(_rejected(message, str(answer.status)))
    code = next((code for code, _ in errors if code), str(answer.status))
    return _rejected(message, code)


def _rejected(message: str, code: str) -> RejectedError:
    return RejectedError(message, code=code, cause=cause(Kind.MOBIWORK, code))


def _web_page(answer: Answer) -> Exception:
    error = unreadable(answer, "is a web page instead of data")
    words = _MARKUP.sub(" ", answer.content.decode("utf-8", errors="replace"))
    about_login = _ABOUT_LOGIN.search(words) or _LOGIN_PAGE.search(words)
    # After a write nobody knows what a page means, so only a read is repeated with a new token.
    return LoggedOutError(error) if about_login and not answer.writes else error
