import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import pytest

from connector.errors import RemoteDownError, RetriableError, UnreadableAnswerError
from connector.quickbooks.client import QuickBooks
from connector.quickbooks.throttle import Unthrottled
from connector.store.call_meter import Meter
from tests.unit.quickbooks.parts import REALM, FakeAuth

CUT_SHORT = b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\nContent-Type: application/json\r\n\r\n{"
CUT_IN_HEADERS = b"HTTP/1.1 200 OK\r\nContent-Le"
NO_HTTP = b"SSH-2.0-OpenSSH_9.9\r\n\r\n"


@contextmanager
def answering(answer: bytes) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(answer)

        thread = Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        thread.join(10)


@contextmanager
def silent() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def a_client(url: str) -> QuickBooks:
    return QuickBooks(
        realm_id=REALM,
        base_url=url,
        auth=FakeAuth(),
        throttle=Unthrottled(),
        meter=Meter("hvac"),
        timeout=(2, 0.3),
    )


def may_have_happened(url: str) -> bool:
    with pytest.raises(RetriableError) as raised:
        a_client(url).create("Customer", {"DisplayName": "Harbor Cafe"}, requestid="r-1")
    assert isinstance(raised.value, RemoteDownError | UnreadableAnswerError)
    return raised.value.unknown_outcome


@pytest.mark.parametrize("answer", [b"", CUT_SHORT, CUT_IN_HEADERS, NO_HTTP])
def test_a_write_whose_answer_is_lost_may_have_happened(answer: bytes) -> None:
    with answering(answer) as url:
        assert may_have_happened(url)


def test_a_write_whose_answer_never_comes_may_have_happened() -> None:
    with silent() as url:
        assert may_have_happened(url)


def test_a_write_nobody_took_has_not_happened() -> None:
    with socket.socket() as taken_by_nobody_else:
        taken_by_nobody_else.bind(("127.0.0.1", 0))
        assert not may_have_happened(f"http://127.0.0.1:{taken_by_nobody_else.getsockname()[1]}")
