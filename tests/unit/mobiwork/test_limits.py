from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

import pytest
from requests import PreparedRequest

from connector.errors import ConnectorError, RemoteDownError, UnreadableAnswerError
from connector.mobiwork.lists.prints import LastReading
from connector.mobiwork.reading_ahead import MOST_AHEAD
from connector.mobiwork.xml import read
from tests.unit.mobiwork.answers import CUSTOMER, ROOT, Server, records, success

BLANKS = " " * 26_000_000


@dataclass
class Pages:
    """Answers a list with as many records as are asked for, each as large as it says."""

    sizes: Sequence[int]
    asked: list[tuple[int, int]] = field(default_factory=list)

    def __call__(self, request: PreparedRequest) -> tuple[int, dict[str, str], str]:
        body = read(request.body or "", call="test")
        first, most = (int(body.findtext(one) or 0) for one in ("startPosition", "maxResults"))
        self.asked.append((first, most))
        some = list(enumerate(self.sizes, start=1))[first : first + most]
        items = "".join(
            f"<customer><mobiworkCustomerId>{number}</mobiworkCustomerId>{BLANKS[:size]}</customer>"
            for number, size in some
        )
        return 200, {}, success(f"<customerList>{items}</customerList>")


def listing(server: Server, *sizes: int) -> Pages:
    pages = Pages(sizes)
    server.mock.add_callback("POST", f"{ROOT}customer/list.html", pages)
    return pages


@pytest.mark.case("R9")
def test_a_list_whose_answers_never_end_is_named_after_some_calls(server: Server) -> None:
    server.answers("POST", "customer/list.html", success(BLANKS))
    with pytest.raises(UnreadableAnswerError) as caught:
        list(server.client().records("customer"))
    assert str(caught.value) == (
        "MobiWork's answer to list customer is too large to be read: it has more than 8 MB."
    )
    assert len(server.asked) == 11


@pytest.mark.case("R9")
def test_a_list_whose_page_is_too_large_is_read_by_smaller_ones(server: Server) -> None:
    pages = listing(server, *[3_000_000] * 4, 0, 0)
    found = [one.id for one in server.client().records("customer", page_size=4)]
    assert found == list("123456")
    assert pages.asked == [(0, 4), (0, 2), (2, 4), (6, 4)]


@pytest.mark.case("R9")
def test_a_record_that_is_too_large_by_itself_is_named_after_all_others(server: Server) -> None:
    listing(server, 0, 0, 11_000_000, *[0] * 9)
    found: list[str | None] = []
    with pytest.raises(UnreadableAnswerError) as caught:
        found.extend(one.id for one in server.client().records("customer", page_size=4))
    assert found == ["1", "2", *map(str, range(4, 13))]
    assert str(caught.value) == (
        "MobiWork's list customer holds a record of more than 8 MB, which is too large to be read "
        "(number 3 in the order of that list). Shorten its texts in MobiWork. All others were read."
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
