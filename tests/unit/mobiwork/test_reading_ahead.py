from threading import Barrier

import pytest

from connector.errors import RemoteDownError
from connector.mobiwork.calls import Answer, MobiWorkCall
from connector.mobiwork.lists.prints import LastReading
from connector.mobiwork.reading_ahead import AT_ONCE, ReadAhead
from connector.mobiwork.xml import build
from tests.unit.mobiwork.answers import Server, records

PATIENCE = 30.0


def asked(number: int, name: str = "list invoice") -> MobiWorkCall:
    body = build("request", {"startPosition": str(number)})
    return MobiWorkCall(name=name, routes=(("POST", "invoice/list.html"),), body=body)


class Account:
    """Answers with what it was asked; `together` calls have to be under way at once."""

    def __init__(self, together: int = 1) -> None:
        self.barrier = Barrier(together, timeout=PATIENCE)
        self.sent: list[str] = []

    def send(self, call: MobiWorkCall) -> Answer:
        self.barrier.wait()
        position = str(call.body.findtext("startPosition")) if call.body is not None else ""
        self.sent.append(position)
        if position == "13":
            raise RemoteDownError("MobiWork could not be reached.")
        return Answer(
            call=call.name,
            route=call.routes[0],
            writes=False,
            status=200,
            content=position.encode(),
        )


def taken(ahead: ReadAhead, number: int) -> str | None:
    answer = ahead.take(asked(number))
    return None if answer is None else answer.content.decode()


def test_lists_that_are_expected_are_asked_for_at_once() -> None:
    account = Account(together=AT_ONCE)
    ahead = ReadAhead(account.send)
    with ahead.at_work():
        ahead.expect(map(asked, range(AT_ONCE)))
        assert [taken(ahead, one) for one in range(AT_ONCE)] == [str(n) for n in range(AT_ONCE)]


def test_no_more_is_asked_for_than_can_be_kept_until_something_is_read() -> None:
    account = Account()
    ahead = ReadAhead(account.send)
    with ahead.at_work():
        ahead.expect(map(asked, range(3 * AT_ONCE)))
        assert taken(ahead, 0) == "0"
        assert taken(ahead, 1) == "1"
        held = len(ahead._sent)
    assert held == AT_ONCE
    assert len(account.sent) <= AT_ONCE + 2


def test_an_answer_is_used_once() -> None:
    ahead = ReadAhead(Account().send)
    with ahead.at_work():
        ahead.expect([asked(1)])
        assert [taken(ahead, 1), taken(ahead, 1)] == ["1", None]


def test_an_answer_that_was_looked_at_is_still_there_for_who_reads_it() -> None:
    account = Account()
    ahead = ReadAhead(account.send)
    with ahead.at_work():
        looked = ahead.look_at(asked(1))
        assert (looked and looked.content, taken(ahead, 1)) == (b"1", "1")
    assert account.sent == ["1"]


def test_a_call_that_failed_fails_where_it_is_made() -> None:
    ahead = ReadAhead(Account().send)
    with ahead.at_work():
        ahead.expect([asked(13)])
        with pytest.raises(RemoteDownError):
            ahead.take(asked(13))


def test_nothing_is_asked_ahead_outside_of_a_look() -> None:
    account = Account()
    ahead = ReadAhead(account.send)
    ahead.expect([asked(1)])
    assert (taken(ahead, 1), account.sent) == (None, [])


def test_what_is_not_read_any_more_makes_room_for_the_next_list() -> None:
    account = Account()
    ahead = ReadAhead(account.send)
    with ahead.at_work():
        ahead.expect(asked(one, "list product") for one in range(AT_ONCE))
        ahead.expect([asked(1)])
        ahead.forget("list product")
        assert taken(ahead, 1) == "1"


def test_lists_are_read_one_by_one_once_mobiwork_says_that_it_is_too_much(server: Server) -> None:
    server.logs_in()
    server.answers(
        "POST", "customer/list.html", "Slow down", status=429, headers={"Retry-After": "1"}
    )
    server.answers("POST", "customer/list.html", records("customer", [700_112]))
    server.answers("POST", "product/list.html", records("product", [5]))
    mobiwork = server.client()
    mobiwork.authenticate()
    with mobiwork.reading_ahead():
        mobiwork.expect("customer")
        found = [one.id for one in mobiwork.records("customer", last=LastReading())]
        mobiwork.expect("product")
        assert server.asked == ["POST customer/list.html"] * 2
        found += [one.id for one in mobiwork.records("product", last=LastReading())]
    assert found == ["700112", "5"]
    assert len(server.asked) == 3


def test_a_list_that_answers_as_before_is_not_read(server: Server) -> None:
    server.logs_in()
    server.answers("POST", "customer/list.html", records("customer", [700_112]))
    mobiwork, last = server.client(), LastReading()
    with mobiwork.reading_ahead():
        assert len(list(mobiwork.records("customer", last=last))) == 1
        assert last.answers is not None
        assert mobiwork.answers_as_before("customer", last.answers)
        server.mock.reset()
        server.answers("POST", "customer/list.html", records("customer", [700_112, 700_113]))
        assert not mobiwork.answers_as_before("customer", last.answers)
        assert len(list(mobiwork.records("customer", last=LastReading()))) == 2
    assert server.asked == ["POST customer/list.html"]


def test_a_list_whose_first_route_is_not_known_is_asked_ahead_by_the_other(server: Server) -> None:
    server.logs_in()
    server.answers("POST", "payment/list.html", "Not here", status=405)
    server.answers("GET", "payment/list.html", records("payment", [9]))
    first, last = server.client(), LastReading()
    first.authenticate()
    with first.reading_ahead():
        first.expect("payment")
        assert [one.id for one in first.records("payment", last=last)] == ["9"]
    assert server.asked == ["POST payment/list.html", "GET payment/list.html"]
    assert last.answers is not None
    assert last.answers.route == ("GET", "payment/list.html")


def test_a_list_is_asked_first_by_the_route_that_was_known_the_last_time(server: Server) -> None:
    server.logs_in()
    server.answers("POST", "payment/list.html", "Not here", status=405)
    server.answers("GET", "payment/list.html", records("payment", [9]))
    first, last = server.client(), LastReading()
    list(first.records("payment", last=last))
    assert last.answers is not None
    server.mock.calls.reset()

    later = server.client()
    later.authenticate()
    with later.reading_ahead():
        later.expect("payment", last.answers.asked, by=last.answers.route)
        assert later.answers_as_before("payment", last.answers)

    assert server.asked == ["GET payment/list.html"]


def test_a_route_that_is_known_no_more_gives_way_to_the_first_one(server: Server) -> None:
    server.logs_in()
    server.answers("GET", "payment/list.html", "Not here", status=405)
    server.answers("POST", "payment/list.html", records("payment", [9]))
    mobiwork = server.client()
    mobiwork.authenticate()
    with mobiwork.reading_ahead():
        mobiwork.expect("payment", by=("GET", "payment/list.html"))
        assert [one.id for one in mobiwork.records("payment")] == ["9"]
    assert server.asked == ["GET payment/list.html", "POST payment/list.html"]
