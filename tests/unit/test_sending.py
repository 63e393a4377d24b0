from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from socket import create_server, socket
from threading import Thread

import pytest

from connector.engine.lease import ClaimLostError, Lease
from connector.engine.run import Run
from connector.mobiwork.client import MobiWork
from connector.sending import asked_before_sending, new_session
from tests.unit.mobiwork.answers import CUSTOMER, success
from tests.unit.quickbooks.parts import Clock, Company

type Hold = Callable[[], object]
TOO_LONG = 31.0
"""Seconds that the connection takes here; a claim is too old to send under after 30."""


@pytest.fixture
def door() -> Iterator[socket]:
    with create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(10)
        yield listening


def address(door: socket) -> str:
    return f"http://127.0.0.1:{door.getsockname()[1]}"


def answer(door: socket, *bodies: str) -> None:
    """Answer so many calls of one connection, then hang up."""
    peer, _ = door.accept()
    with peer:
        for body in bodies:
            peer.recv(65_536)
            peer.sendall(f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())


def create_in_quickbooks(door: socket, hold: Hold) -> None:
    company = Company(base=address(door), session=new_session(1))
    company.client.create("Customer", {}, requestid="r-1", before_sending=hold)


def add_in_mobiwork(door: socket, hold: Hold) -> None:
    account = MobiWork(base_url=address(door), client_id="1", login_id="a", password="b")  # noqa: S106
    login = Thread(target=answer, args=(door, success("<token>K4N7T2X9B5M1</token>")))
    login.start()
    account.authenticate()
    login.join()
    account.add("customer", CUSTOMER, before_sending=hold)


@pytest.mark.case("X16")
@pytest.mark.parametrize("send", [create_in_quickbooks, add_in_mobiwork])
def test_nothing_is_sent_under_a_claim_that_was_lost_while_the_connection_was_made(
    door: socket, send: Callable[[socket, Hold], None]
) -> None:
    clock, connected = Clock(), list[socket]()
    run = Run("c1", "run-1", open_quickbooks=lambda: pytest.fail("unused"), clock=clock)
    lease = Lease(run, intent="ours", since=clock(), renew=lambda _: None)

    def hold() -> None:
        door.setblocking(False)
        with suppress(BlockingIOError):
            connected.append(door.accept()[0])
            clock.seconds += TOO_LONG
        lease.hold()

    with pytest.raises(ClaimLostError):
        send(door, hold)
    (peer,) = connected
    with peer:
        assert peer.recv(1) == b""


def test_a_sender_is_asked_once_more_when_a_connection_is_made_for_the_call(door: socket) -> None:
    asked = list[str]()
    served = Thread(target=answer, args=(door, "one", "two"))
    served.start()
    with new_session(1) as session:
        for name in ("first", "second"):
            with asked_before_sending(partial(asked.append, name)):
                session.get(address(door), timeout=10)
    served.join()
    assert asked == ["first", "first", "second"]
