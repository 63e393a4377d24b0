"""Errors over HTTP: problem details (RFC 9457), as JSON or as a page where a browser asks for one.

Nothing heavy is imported here: webhooks answer through it too, and Intuit waits three seconds.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from html import escape
from http import HTTPStatus

from pynamodb.exceptions import PynamoDBException

from connector.errors import (
    ConfigurationError,
    ConflictError,
    ConnectionBrokenError,
    ConnectorError,
    NotSignedError,
    NotThereError,
    RecordError,
    RequestError,
    RetriableError,
    UnknownConnectionError,
    UnusableKeyError,
    Wrong,
)
from connector.observability import logger

HTML = "text/html; charset=utf-8"
JSON = "application/json"
PROBLEM = "application/problem+json"
HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
    "x-content-type-options": "nosniff",
}
"""What every answer carries: it may be secret, and no browser is to read more into it."""

STATUS: Mapping[type[ConnectorError], HTTPStatus] = {
    UnknownConnectionError: HTTPStatus.NOT_FOUND,
    NotThereError: HTTPStatus.NOT_FOUND,
    ConflictError: HTTPStatus.CONFLICT,
    NotSignedError: HTTPStatus.UNAUTHORIZED,
    RequestError: HTTPStatus.UNPROCESSABLE_CONTENT,
    RecordError: HTTPStatus.BAD_REQUEST,
    ConnectionBrokenError: HTTPStatus.BAD_REQUEST,
    RetriableError: HTTPStatus.SERVICE_UNAVAILABLE,
}
OURS = (
    "Something went wrong on our side. Nothing was changed. The log tells your administrator why."
)
NO_KEY = "An id in the request is empty or holds a #: nothing is kept under such an id."
NO_TABLE = "The database did not respond. Try again."

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{title}</title>
<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem}}
li{{margin:.5rem 0}}</style>
<h1>{title}</h1>{content}</html>
"""


@dataclass(frozen=True)
class Problem:
    """What went wrong with a request.

    Attributes:
        title: the words of the status.
        status: the HTTP status.
        detail: one sentence for a person.
        errors: what is wrong where, if several things are.
    """

    title: str
    status: int
    detail: str
    errors: tuple[Wrong, ...] = ()


def problem(status: HTTPStatus, detail: str, errors: tuple[Wrong, ...] = ()) -> Problem:
    """Return a problem under the words of its status."""
    return Problem(status.phrase, status.value, detail, errors)


def problem_of(error: Exception) -> Problem:
    """Return what may be told of an error; what is only our own business is logged instead."""
    if isinstance(error, ConnectorError):
        for kind in type(error).__mro__:
            if status := STATUS.get(kind):
                return problem(status, str(error), getattr(error, "errors", ()))
    if isinstance(error, UnusableKeyError):
        logger.warning("a key cannot be made", exc_info=error)
        return problem(HTTPStatus.UNPROCESSABLE_CONTENT, NO_KEY)
    if isinstance(error, PynamoDBException):
        logger.error("the table failed", exc_info=error)
        return problem(HTTPStatus.SERVICE_UNAVAILABLE, NO_TABLE)
    if isinstance(error, ConfigurationError):
        logger.error("this service is not set up", problem=str(error))
    else:
        logger.error("a request failed", exc_info=error)
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, OURS)


def written(told: Problem, accept: str) -> tuple[str, str]:
    """Return (content type, body) of a problem for whoever accepts these media types."""
    if wants_page(accept):
        return HTML, page(told.title, [told.detail], [one.detail for one in told.errors])
    values = {"type": "about:blank"} | asdict(told)
    if not told.errors:
        del values["errors"]
    return PROBLEM, json.dumps(values)


def wants_page(accept: str) -> bool:
    """Tell whether a browser asks: nobody else names HTML among what it accepts."""
    return "text/html" in accept.lower()


@dataclass(frozen=True)
class PageLink:
    """A link at the end of a page: its words and its address.

    to: the address.
    """

    words: str
    to: str


def page(
    title: str, paragraphs: list[str], points: list[str] | None = None, link: PageLink | None = None
) -> str:
    """Write a small page; every text is escaped."""
    content = "".join(f"<p>{escape(text)}</p>" for text in paragraphs)
    if points:
        content += f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in points)}</ul>"
    if link:
        content += f'<p><a href="{escape(link.to)}">{escape(link.words)}</a></p>'
    return _PAGE.format(title=escape(title), content=content)
