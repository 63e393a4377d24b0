from itertools import count

import pytest

from connector.errors import ConnectorError, RemoteDownError, UnreadableAnswerError
from tests.unit.mobiwork.answers import CUSTOMER, Server, records, success

BLANKS = " " * 26_000_000


@pytest.mark.case("R9")
def test_a_list_that_is_too_large_is_named(server: Server) -> None:
    server.answers("POST", "customer/list.html", success(BLANKS))
    with pytest.raises(UnreadableAnswerError) as caught:
        list(server.client().records("customer"))
    assert str(caught.value) == (
        "MobiWork's answer to list customer is too large to be read: it has more than 25 MB."
    )


@pytest.mark.case("R9")
def test_whether_a_write_with_too_large_an_answer_happened_is_not_known(server: Server) -> None:
    server.answers("POST", "customer/add.html", success(BLANKS))
    with pytest.raises(UnreadableAnswerError) as caught:
        server.client().add("customer", CUSTOMER)
    assert caught.value.unknown_outcome


@pytest.mark.case("X16")
def test_an_answer_that_takes_too_long_as_a_whole_is_not_asked_for_again(server: Server) -> None:
    server.answers("POST", "customer/list.html", records("customer", [7]))
    hours = count(step=3600)
    client = server.client(clock=lambda: float(next(hours)))
    with pytest.raises(ConnectorError) as caught:
        list(client.records("customer"))
    assert isinstance(caught.value, RemoteDownError)
    assert "did not end within 120 seconds" in str(caught.value)
    assert len(server.everything) == 1
