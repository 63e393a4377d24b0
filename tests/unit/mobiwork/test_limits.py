from itertools import count

import pytest

from connector.errors import ConnectorError, RemoteDownError, UnreadableAnswerError
from connector.mobiwork.lists.prints import LastReading
from connector.mobiwork.reading_ahead import MOST_AHEAD
from connector.mobiwork.transport import MOST_BYTES
from tests.unit.mobiwork.answers import CUSTOMER, Server, records, success

BLANKS = " " * (MOST_BYTES + 1)


@pytest.mark.case("R9")
def test_a_list_that_is_too_large_is_named(server: Server) -> None:
    server.answers("POST", "customer/list.html", success(BLANKS))
    with pytest.raises(UnreadableAnswerError) as caught:
        list(server.client().records("customer"))
    assert str(caught.value) == (
        "MobiWork's answer to list customer is too large to be read: it has more than 10 MB."
    )


@pytest.mark.case("R9")
@pytest.mark.parametrize(("larger", "asked"), [(False, 1), (True, 2)])
def test_what_is_too_large_to_wait_beside_other_answers_is_asked_for_alone(
    server: Server, *, larger: bool, asked: int
) -> None:
    server.logs_in()
    listed = records("customer", [700_112])
    blanks = MOST_AHEAD - len(listed) + larger
    server.answers("POST", "customer/list.html", listed + " " * blanks)
    mobiwork = server.client()
    mobiwork.authenticate()
    with mobiwork.reading_ahead():
        mobiwork.expect("customer")
        found = list(mobiwork.records("customer", last=LastReading()))
    assert [one.id for one in found] == ["700112"]
    assert server.asked == ["POST customer/list.html"] * asked


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
