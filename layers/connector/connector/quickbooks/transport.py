"""What a call to Intuit is made of: the call as data, exact JSON, and lost answers."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

import requests
import simplejson
from requests import PreparedRequest
from requests.exceptions import (
    ChunkedEncodingError,
    ConnectTimeout,
    ContentDecodingError,
    InvalidSchema,
    InvalidURL,
    MissingSchema,
)
from urllib3.exceptions import NewConnectionError

from connector import exact_json
from connector.answers import MOST_BYTES, MOST_SECONDS, TooLargeError, TooLongError
from connector.errors import (
    AnswerBrokenError,
    AnswerTooLargeError,
    ConfigurationError,
    ConnectorError,
    RemoteDownError,
)
from connector.model.body import Json
from connector.model.calls import CallKind

USER_AGENT = "mobiwork-quickbooks-connector"
_EXPONENT = re.compile(r"E[-+]\d")
"""Finds any number that is written with an exponent, and some texts."""


class Authorization(Protocol):
    """Adds the bearer token to a request."""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Add the token that is valid now."""

    def refresh(self, rejected: str) -> None:
        """Get another token than the one in the `rejected` Authorization header."""


class CallMeter(Protocol):
    """Counts calls that Intuit counts."""

    def count(self, kind: CallKind) -> None:
        """Count one successful call."""


@dataclass(frozen=True, kw_only=True)
class IntuitCall:
    """One call as data; one that `writes` leaves an unknown outcome when it gets no answer.

    `who` names the record for a person; it is never logged. `before_sending` is called each time
    the call is about to go out, with its turn come and its token there, and once more when a
    connection had to be made for it; what it raises stops it.

    method, path: as HTTP has them; the path begins after the company's id.
    entity: QuickBooks' name of what it is about.
    kind: whether Intuit counts it.
    params: of the address.
    content, content_type: the body, None where there is none.
    """

    method: str
    path: str
    entity: str
    who: str
    kind: CallKind = "metered"
    writes: bool = False
    params: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None
    content_type: str = "application/json"
    before_sending: Callable[[], object] = lambda: None


def headers(content_type: str | None = None) -> dict[str, str]:
    """Return the headers of a call; without Accept QuickBooks may answer XML."""
    common = {"Accept": "application/json", "User-Agent": USER_AGENT}
    return common | {"Content-Type": content_type} if content_type else common


def ascii_json(body: Json) -> bytes:
    """Write JSON in plain ASCII, decimals digit by digit and never with an exponent.

    Raises:
        TypeError: the body holds something JSON has no form for.
        ValueError: a number is infinite or none.
    """
    text = exact_json.encoded(body)
    if text.isascii() and not _EXPONENT.search(text):
        return text.encode("ascii")
    return simplejson.dumps(body, use_decimal=False, default=_number).encode("ascii")


def no_answer(error: requests.RequestException, *, name: str, write: bool) -> ConnectorError:
    """Tell what a call without an answer means; `name` is who did not answer.

    If the connection was never made nothing was sent, so the outcome of a write is known.
    """
    if isinstance(error, InvalidSchema | InvalidURL | MissingSchema):
        return ConfigurationError(f"The address of {name} is not a URL.")
    if isinstance(error, ChunkedEncodingError | ContentDecodingError):
        return AnswerBrokenError(f"The answer of {name} was cut short.", unknown_outcome=write)
    if isinstance(error, TooLargeError):
        return AnswerTooLargeError(
            f"The answer of {name} is too large to be read: it has more than "
            f"{MOST_BYTES // 1_000_000} MB.",
            unknown_outcome=write,
        )
    if isinstance(error, TooLongError):
        return RemoteDownError(
            f"The answer of {name} did not end within {MOST_SECONDS:.0f} seconds.",
            unknown_outcome=write,
        )
    if _nothing_was_sent(error):
        return RemoteDownError(f"{name} cannot be reached.", unknown_outcome=False)
    return RemoteDownError(f"{name} did not answer.", unknown_outcome=write)


def _nothing_was_sent(error: requests.RequestException) -> bool:
    cause = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(error, ConnectTimeout) or isinstance(cause, NewConnectionError)


def _number(value: object) -> simplejson.RawJSON:
    if not isinstance(value, Decimal):
        raise TypeError(f"{type(value).__name__} has no form in JSON")
    if not value.is_finite():
        raise ValueError(f"{value} is not a number")
    return simplejson.RawJSON(f"{value:f}")
