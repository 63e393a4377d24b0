"""Takes in an answer over HTTP within limits of size and time, whoever sends it and however."""

import time
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Protocol

import requests
from urllib3.exceptions import DecodeError, HTTPError, ProtocolError

MOST_BYTES = 16_000_000
"""A thousand invoices of forty lines each; counted unpacked, and read it takes six times that."""
FEW_BYTES = 100_000
"""An answer with tokens or addresses has a twentieth of that."""
MOST_SECONDS = 120.0
"""From when a call goes out to the end of its answer; each single read has its own time-out."""
_STEP = 65_536


class TooLargeError(requests.RequestException):
    """The answer is larger than any can be."""


class TooLongError(requests.RequestException):
    """The answer did not come to its end in time, although it never stood still."""


class Deadline:
    """Runs from its making on; `clock` is in seconds."""

    def __init__(
        self, seconds: float = MOST_SECONDS, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
        self._end = clock() + seconds

    def check(self) -> None:
        """Let time pass.

        Raises:
            TooLongError: there is no more.
        """
        if self._clock() >= self._end:
            raise TooLongError("The answer did not come to its end in time.")


class _Arriving(Protocol):
    """An answer on its way, as urllib3 gives it."""

    def read1(self, amt: int, decode_content: bool) -> bytes:
        """Return what came at once, unpacked; nothing at the end."""


class _Whole(BytesIO):
    """An answer that is there; in pieces, requests would put it together anew beside this one."""

    def stream(self, _most: int, decode_content: bool) -> Iterator[bytes]:  # noqa: ARG002
        """Yield all of it as one piece, as urllib3 yields many."""
        yield self.getvalue()


def take_in(
    response: requests.Response, deadline: Deadline, *, most: int = MOST_BYTES
) -> requests.Response:
    """Read an answer that was asked for as a stream, as it comes, and return it whole.

    It lies in memory once.

    Raises:
        RequestException: as if it had not been a stream; also TooLargeError and TooLongError.
    """
    try:
        content = _read(response.raw, deadline, most)
    except BaseException:
        response.close()
        raise
    response.raw = _Whole(content)
    return response


def _read(arriving: _Arriving, deadline: Deadline, most: int) -> bytes:
    content = BytesIO()
    while part := _part(arriving):
        content.write(part)
        if content.tell() > most:
            raise TooLargeError(f"The answer has more than {most / 1_000_000:g} MB.")
        deadline.check()
    return content.getvalue()


def _part(arriving: _Arriving) -> bytes:
    """Read on, with the errors that requests has for those of urllib3."""
    try:
        return arriving.read1(_STEP, decode_content=True)
    except ProtocolError as error:
        raise requests.exceptions.ChunkedEncodingError(error) from error
    except DecodeError as error:
        raise requests.exceptions.ContentDecodingError(error) from error
    except HTTPError as error:
        raise requests.exceptions.ReadTimeout(error) from error
