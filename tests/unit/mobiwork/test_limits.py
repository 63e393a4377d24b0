from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import count

import pytest
from requests import PreparedRequest

from connector.errors import ConnectorError, RemoteDownError, UnreadableAnswerError
from connector.mobiwork.endpoints import registry
from connector.mobiwork.lists.pages import Filters, ListedPage
from connector.mobiwork.lists.prints import LastReading
from connector.mobiwork.lists.walking import walk
from connector.mobiwork.lists.windows import MOST_PAGES, Windows
from connector.mobiwork.reading_ahead import MOST_AHEAD
from connector.mobiwork.values import read_date
from connector.mobiwork.xml import RawRecord, read
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


class Endless:
    """A list that shows records that nobody has seen in each of its answers."""

    def __init__(self, *, total: int | None, left_out: int) -> None:
        self.asked = self.expected = 0
        self.total, self.left_out = total, left_out

    def expect(self, asked: Iterable[object]) -> None:
        self.expected += len(list(asked))

    def __call__(self, filters: Filters, position: int) -> ListedPage:
        self.asked += 1
        days = "createdDateFrom" in filters
        if days and read_date(filters["createdDateFrom"]).year > 2198:
            return ListedPage(records=(), total=0)
        records = tuple(self._record(number) for number in range(200))
        return ListedPage(records=records, total=self.total, left_out=self.left_out)

    def _record(self, number: int) -> RawRecord:
        own = f"{self.asked}-{number}"
        return RawRecord("invoice", own, f"<invoice><status>{own}</status></invoice>")


@pytest.mark.case("R14")
def test_a_list_that_never_ends_is_read_up_to_a_million_and_says_so() -> None:
    endless = Endless(total=10**15, left_out=99_800)
    with pytest.raises(UnreadableAnswerError, match="more than 1,000,000 records"):
        list(walk(endless, registry()["customer", "list"], {}, 100_000))
    assert (endless.asked, endless.expected <= 100) == (10, True)


@pytest.mark.case("R14")
def test_windows_that_are_cut_however_narrow_they_are_come_to_an_end() -> None:
    windows = Windows(
        Endless(total=None, left_out=0), registry()["invoice", "list"], {}, 200, set()
    )
    windows.pages = MOST_PAGES - 100
    with pytest.raises(UnreadableAnswerError, match="20,000 answers were read"):
        for _ in windows.walk():
            pass
