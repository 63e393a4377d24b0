import gzip
from collections.abc import Iterator
from io import BytesIO
from itertools import count

import pytest
import requests
from urllib3 import HTTPResponse
from urllib3.exceptions import ProtocolError, ReadTimeoutError

from connector.answers import Deadline, TooLargeError, TooLongError, take_in

NOW = lambda: 0.0  # noqa: E731


def arriving(content: bytes, *, packed: bool = False) -> requests.Response:
    """An answer of which nothing was read yet."""
    response = requests.Response()
    response.raw = HTTPResponse(
        body=BytesIO(gzip.compress(content) if packed else content),
        headers={"Content-Encoding": "gzip"} if packed else {},
        preload_content=False,
    )
    return response


class Trickle:
    """Gives one byte at a time; each takes a second on `clock`."""

    def __init__(self, content: bytes) -> None:
        self.left: Iterator[int] = iter(content)
        self.seconds = count()

    def clock(self) -> float:
        return float(next(self.seconds))

    def read1(self, _amt: int, decode_content: bool) -> bytes:
        assert decode_content
        return bytes([one]) if (one := next(self.left, None)) is not None else b""

    def close(self) -> None:
        self.left = iter(b"")


@pytest.mark.parametrize("packed", [True, False])
def test_an_answer_within_the_limits_is_whole(*, packed: bool) -> None:
    text = bytes(range(256)) * 1_000
    assert take_in(arriving(text, packed=packed), Deadline(1, clock=NOW)).content == text


def test_an_answer_lies_in_memory_once() -> None:
    answer = take_in(arriving(b"x" * 100_000, packed=False), Deadline(1, clock=NOW))
    (there,) = answer.raw.stream(65_536, decode_content=True)
    assert answer.content is there


@pytest.mark.case("R9")
@pytest.mark.parametrize("packed", [True, False])
def test_an_answer_that_is_too_large_is_not_read_on(*, packed: bool) -> None:
    response = arriving(b" " * 50_000_000, packed=packed)
    with pytest.raises(TooLargeError, match="more than 1 MB"):
        take_in(response, Deadline(1, clock=NOW), most=1_000_000)
    assert response.raw.closed


@pytest.mark.case("X16")
def test_an_answer_byte_by_byte_ends_at_the_deadline() -> None:
    response, trickle = requests.Response(), Trickle(b"x" * 1_000)
    response.raw = trickle
    with pytest.raises(TooLongError):
        take_in(response, Deadline(90, clock=trickle.clock))
    assert next(trickle.seconds) == 91


@pytest.mark.parametrize(
    ("error", "known_as"),
    [
        (ProtocolError("cut"), requests.exceptions.ChunkedEncodingError),
        (ReadTimeoutError(None, "", ""), requests.ReadTimeout),  # type: ignore[arg-type]
    ],
)
def test_what_breaks_off_is_told_as_requests_does(
    error: Exception, known_as: type[Exception]
) -> None:
    class Broken(Trickle):
        def read1(self, _amt: int, decode_content: bool) -> bytes:
            raise error

    response = requests.Response()
    response.raw = Broken(b"")
    with pytest.raises(known_as):
        take_in(response, Deadline(1, clock=NOW))


def test_what_is_no_gzip_is_told_as_requests_does() -> None:
    response = arriving(b"x", packed=True)
    response.raw = HTTPResponse(
        body=BytesIO(b"not packed"),
        headers={"Content-Encoding": "gzip"},
        preload_content=False,
    )
    with pytest.raises(requests.exceptions.ContentDecodingError):
        take_in(response, Deadline(1, clock=NOW))
