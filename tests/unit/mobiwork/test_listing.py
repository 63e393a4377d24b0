import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.errors import RecordsUnreadError
from connector.mobiwork.endpoints import registry
from connector.mobiwork.lists.pages import Filters, ListedPage, PageAsked, page_of, record_of
from connector.mobiwork.lists.walking import walk
from connector.mobiwork.values import read_date
from connector.mobiwork.xml import RawRecord, read

CUSTOMERS = registry()["customer", "list"]
INVOICES = registry()["invoice", "list"]
NEW_YEAR = datetime.date(2024, 1, 1)


@dataclass
class Shelf:
    """A server with documents of a created date, and the bad habits that the reference names."""

    days: Sequence[datetime.date]
    pages: bool = True
    dated: bool = True
    counts: bool = False
    cap: int = 200
    last_day_is_its_first_second: bool = False
    asked: list[PageAsked] = field(default_factory=list)
    expected: list[PageAsked] = field(default_factory=list)

    def expect(self, asked: Iterable[PageAsked]) -> None:
        self.expected += asked

    def __call__(self, filters: Filters, position: int) -> ListedPage:
        self.asked.append((dict(filters), position))
        chosen = [one for one in enumerate(self.days) if self.is_within(one[1], filters)]
        start = position if self.pages else 0
        records = tuple(
            RawRecord("invoice", str(number), f"<invoice>{number}</invoice>")
            for number, _ in chosen[start : start + self.cap]
        )
        return ListedPage(records=records, total=len(chosen) if self.counts else None)

    def is_within(self, day: datetime.date, filters: Filters) -> bool:
        if not self.dated or "createdDateFrom" not in filters:
            return True
        last = read_date(filters["createdDateTo"])
        if self.last_day_is_its_first_second:
            last -= datetime.timedelta(days=1)
        return read_date(filters["createdDateFrom"]) <= day <= last


@dataclass
class Canned:
    """Pages as a function makes them."""

    page: Callable[[Filters, int], ListedPage]

    def __call__(self, filters: Filters, position: int) -> ListedPage:
        return self.page(filters, position)

    def expect(self, asked: Iterable[PageAsked]) -> None:
        """Take note of nothing."""


def listed(shelf: Shelf, *, windows: bool = True, page_size: int = 200) -> list[str]:
    shelf.cap = min(shelf.cap, page_size)
    endpoint = INVOICES if windows else CUSTOMERS
    return [one.own_id for one in walk(shelf, endpoint, {}, page_size)]


def ids(count: int) -> list[str]:
    return [str(number) for number in range(count)]


def test_an_empty_list_is_one_call() -> None:
    shelf = Shelf([])
    assert (listed(shelf), len(shelf.asked)) == ([], 1)


def test_a_short_page_ends_the_list() -> None:
    shelf = Shelf([NEW_YEAR] * 250)
    assert listed(shelf) == ids(250)
    assert [position for _, position in shelf.asked] == [0, 200]


def test_a_full_last_page_is_followed_by_an_empty_one() -> None:
    shelf = Shelf([NEW_YEAR] * 400)
    assert listed(shelf) == ids(400)
    assert [position for _, position in shelf.asked] == [0, 200, 400]


def test_a_page_shorter_than_asked_for_does_not_end_a_list_that_counts_more() -> None:
    shelf = Shelf([NEW_YEAR] * 250, cap=100, counts=True)
    assert listed(shelf) == ids(250)


def test_a_page_is_read_only_when_it_is_wanted() -> None:
    shelf = Shelf([NEW_YEAR] * 600)
    records = walk(shelf, CUSTOMERS, {}, 200)
    next(records)
    assert len(shelf.asked) == 1


def cut_list(shelf: Shelf, *, windows: bool = False) -> list[str]:
    """Read a list that ends with the error that it is cut short."""
    endpoint = INVOICES if windows else CUSTOMERS
    found: list[str] = []
    with pytest.raises(RecordsUnreadError, match=f"list {endpoint.entity} is cut short"):
        found.extend(one.own_id for one in walk(shelf, endpoint, {}, 200))
    return found


def test_a_list_that_keeps_records_back_ends_with_an_error() -> None:
    shelf = Shelf([NEW_YEAR] * 500, pages=False)
    assert (cut_list(shelf), len(shelf.asked)) == (ids(200), 2)


def test_a_list_of_200_is_complete_where_the_server_counts_200() -> None:
    assert listed(Shelf([NEW_YEAR] * 200, pages=False, counts=True), windows=False) == ids(200)


def test_a_server_that_ends_at_its_cap_but_counts_more_is_caught() -> None:
    pages = [
        ListedPage(records=tuple(RawRecord("customer", one, "<c/>") for one in ids(200)), total=500)
    ]

    def fetch(_: Filters, __: int) -> ListedPage:
        return pages.pop() if pages else ListedPage(records=(), total=500)

    with pytest.raises(RecordsUnreadError, match="after 200 records"):
        list(walk(Canned(fetch), CUSTOMERS, {}, 200))


def test_a_total_that_does_not_heed_the_filters_does_not_make_a_short_list_a_cut_one() -> None:
    pages = [ListedPage(records=(RawRecord("customer", "1", "<c/>"),), total=500)]

    def fetch(_: Filters, __: int) -> ListedPage:
        return pages.pop() if pages else ListedPage(records=(), total=500)

    assert len(list(walk(Canned(fetch), CUSTOMERS, {"externalId": "7"}, 200))) == 1


def spread(count: int, per_day: int) -> list[datetime.date]:
    return [NEW_YEAR + datetime.timedelta(days=number // per_day) for number in range(count)]


@pytest.mark.parametrize("counts", [True, False])
@pytest.mark.parametrize("strict", [True, False])
def test_documents_behind_ignored_paging_are_found_by_date(*, counts: bool, strict: bool) -> None:
    shelf = Shelf(spread(1000, 40), pages=False, counts=counts, last_day_is_its_first_second=strict)
    assert sorted(listed(shelf), key=int) == ids(1000)
    assert len(shelf.asked) < 60


def test_a_day_with_too_many_documents_ends_with_an_error_after_all_others() -> None:
    shelf = Shelf([*spread(300, 3), *[NEW_YEAR] * 300], pages=False)
    found = cut_list(shelf, windows=True)
    assert set(ids(300)[3:]) <= set(found)
    assert len(found) < 600


@dataclass
class Day(Shelf):
    """Documents of one day on a server without paging; each has a status and may have a due day."""

    statuses: Sequence[str] = ()
    due: Sequence[datetime.date] = ()
    deaf: frozenset[str] = frozenset()

    def expect(self, asked: Iterable[PageAsked]) -> None:
        self.expected += asked

    def __call__(self, filters: Filters, position: int) -> ListedPage:
        self.asked.append((dict(filters), position))
        chosen = [one for one in range(len(self.days)) if self._is_chosen(one, filters)]
        records = tuple(RawRecord("invoice", str(one), self._xml(one)) for one in chosen)
        return ListedPage(records=records[: self.cap])

    def _is_chosen(self, number: int, filters: Filters) -> bool:
        heard = {name: value for name, value in filters.items() if name not in self.deaf}
        first, last = heard.get("dueDateFrom"), heard.get("dueDateTo")
        within = not first or (
            bool(self.due) and read_date(first) <= self.due[number] <= read_date(str(last))
        )
        status = self.statuses[number % len(self.statuses)]
        return (
            within
            and heard.get("status", status) == status
            and self.is_within(self.days[number], filters)
        )

    def _xml(self, number: int) -> str:
        due = f"<dueDate>{self.due[number]:%Y/%m/%d}</dueDate>" if self.due else ""
        status = self.statuses[number % len(self.statuses)]
        return f"<invoice><id>{number}</id><status>{status}</status>{due}</invoice>"


@pytest.mark.case("R14")
def test_more_documents_of_a_day_than_a_page_are_found_by_their_status() -> None:
    shelf = Day([NEW_YEAR] * 450, statuses=("Paid", "Open", "Customer Invoiced"))
    assert sorted(listed(shelf), key=int) == ids(450)


@pytest.mark.case("R14")
def test_more_documents_of_a_day_than_a_page_are_found_by_their_due_date() -> None:
    due = [NEW_YEAR + datetime.timedelta(days=number % 30) for number in range(900)]
    shelf = Day([NEW_YEAR] * 900, statuses=("Paid",), due=due)
    assert sorted(listed(shelf), key=int) == ids(900)


@pytest.mark.case("R14")
@pytest.mark.parametrize("deaf", [{"dueDateFrom", "dueDateTo"}, {"status"}])
def test_a_filter_that_the_server_ignores_does_not_stand_in_the_way(deaf: set[str]) -> None:
    due = [NEW_YEAR + datetime.timedelta(days=number % 30) for number in range(450)]
    statuses = ("Paid", "Open", "Customer Invoiced")
    shelf = Day([NEW_YEAR] * 450, statuses=statuses, due=due, deaf=frozenset(deaf))
    assert sorted(listed(shelf), key=int) == ids(450)


@pytest.mark.case("R14")
def test_a_day_whose_documents_cannot_be_told_apart_is_named_with_what_helps() -> None:
    shelf = Day([NEW_YEAR] * 450, statuses=("Paid",))
    with pytest.raises(RecordsUnreadError, match="cut short") as told:
        list(walk(shelf, INVOICES, {}, 200))
    assert "2024-01-01 it shows only the first 200" in str(told.value)
    assert "shows once its status in MobiWork is one that few of that day have" in str(told.value)


def test_a_window_of_which_less_was_asked_for_is_halved_as_well() -> None:
    class Heavy(Shelf):
        """Fifty of its documents are as much as can be read at once."""

        def __call__(self, filters: Filters, position: int) -> ListedPage:
            return replace(super().__call__(filters, position), size=50)

    shelf = Heavy(spread(300, 20), pages=False, cap=50)
    assert sorted(listed(shelf), key=int) == ids(300)


def test_a_server_that_ignores_dates_too_is_not_asked_for_every_day() -> None:
    shelf = Shelf(spread(1000, 40), pages=False, dated=False)
    assert (len(cut_list(shelf, windows=True)), len(shelf.asked)) == (200, 3)


def test_a_date_range_asked_for_is_not_left() -> None:
    shelf = Shelf(spread(1000, 40), pages=False)
    wanted = {"createdDateFrom": "2024/01/05", "createdDateTo": "2024/01/20", "status": "OPEN"}
    list(walk(shelf, INVOICES, wanted, 200))
    in_range = [filters for filters, _ in shelf.asked if filters["createdDateFrom"] < "2199"]
    assert {filters["status"] for filters in in_range} == {"OPEN"}
    assert min(filters["createdDateFrom"] for filters in in_range) == "2024/01/05"
    assert max(filters["createdDateTo"] for filters in in_range) == "2024/01/21"


def test_a_total_that_does_not_heed_the_dates_is_not_believed() -> None:
    class Boaster(Shelf):
        def __call__(self, filters: Filters, position: int) -> ListedPage:
            return ListedPage(
                records=super().__call__(filters, position).records, total=len(self.days)
            )

    shelf = Boaster(spread(1000, 40), pages=False)
    assert sorted(listed(shelf), key=int) == ids(1000)
    assert len(shelf.asked) < 60


def test_a_window_without_documents_is_not_searched_day_by_day() -> None:
    class Boaster(Shelf):
        def __call__(self, filters: Filters, position: int) -> ListedPage:
            future = filters.get("createdDateFrom", "") > "2199"
            records = super().__call__(filters, position).records
            return ListedPage(records=records, total=0 if future else len(self.days))

    shelf = Boaster(spread(1000, 40), pages=False)
    assert len(cut_list(shelf, windows=True)) == 1000
    assert len(shelf.asked) < 200


def test_a_small_page_that_repeats_itself_is_cut_too() -> None:
    shelf = Shelf(spread(80, 2), pages=False)
    assert sorted(listed(shelf, page_size=50), key=int) == ids(80)


def test_records_that_move_between_pages_are_listed_once() -> None:
    pages = iter([["1", "2", "3"], ["3", "4", "5"], ["6"]])

    def fetch(_: Filters, __: int) -> ListedPage:
        return ListedPage(records=tuple(RawRecord("customer", one, "<c/>") for one in next(pages)))

    assert [one.id for one in walk(Canned(fetch), CUSTOMERS, {}, 3)] == list("123456")


def test_records_without_an_id_do_not_keep_the_list_going() -> None:
    records = (RawRecord("customer", None, "<c>1</c>"), RawRecord("customer", None, "<c/>"))
    page = ListedPage(records=records, total=2)
    assert list(walk(Canned(lambda *_: page), CUSTOMERS, {}, 2)) == list(records)


@given(
    days=st.lists(st.dates(NEW_YEAR, NEW_YEAR + datetime.timedelta(days=90)), max_size=60),
    pages=st.booleans(),
    counts=st.booleans(),
    cap=st.integers(1, 70),
    page_size=st.integers(1, 70),
)
def test_no_record_is_listed_twice_and_an_honest_server_hides_none(
    *, days: list[datetime.date], pages: bool, counts: bool, cap: int, page_size: int
) -> None:
    shelf = Shelf(days, pages=pages, counts=counts, cap=cap)
    found: list[str] = []
    whole = True
    shelf.cap = min(cap, page_size)
    try:
        found.extend(one.own_id for one in walk(shelf, INVOICES, {}, page_size))
    except RecordsUnreadError:
        whole = False
    assert len(found) == len(set(found))
    if pages and (counts or cap >= page_size):
        assert (found, whole) == (ids(len(days)), True)
    if counts and whole:
        assert len(found) == len(days)


def page(xml: str, *, invoices: bool = False) -> ListedPage | None:
    return page_of(read(xml, call="test"), INVOICES if invoices else CUSTOMERS)


def ids_of(found: ListedPage | None) -> list[str]:
    return [] if found is None else [one.own_id for one in found.records]


def test_items_are_found_in_a_list_of_any_name() -> None:
    body = "<customer><mobiworkCustomerId>7</mobiworkCustomerId></customer>"
    for name in ("customerList", "customerLists", "oddList"):
        assert ids_of(page(f"<response><{name}>{body}</{name}></response>")) == ["7"]


def test_items_directly_in_the_answer_are_found() -> None:
    assert ids_of(page("<response><customer><id>7</id></customer></response>")) == ["7"]


def test_what_is_inside_a_record_is_not_an_item() -> None:
    inner = "<invoiceList><invoice><id>8</id></invoice></invoiceList>"
    body = f"<invoice><invoiceId>7</invoiceId>{inner}</invoice>"
    text = f"<response><invoiceList>{body}</invoiceList></response>"
    assert ids_of(page(text, invoices=True)) == ["7"]


def test_items_keep_their_order() -> None:
    items = "".join(f"<customer><id>{one}</id></customer>" for one in "3124")
    assert ids_of(page(f"<response><customerList>{items}</customerList></response>")) == list(
        "3124"
    )


def test_the_total_is_read_where_there_is_one() -> None:
    counters = "<totalAvailableCount>450</totalAvailableCount><count>0</count>"
    found = page(f"<response><customerList>{counters}</customerList></response>")
    assert found == ListedPage(records=(), total=450)


@pytest.mark.parametrize(
    "xml",
    ["<response/>", "<response>No records</response>", "<response><customerList/></response>"],
)
def test_an_answer_without_items_is_an_empty_page(xml: str) -> None:
    assert page(xml) == ListedPage(records=())


@pytest.mark.parametrize(
    "xml",
    [
        "<response><clients><client/></clients></response>",
        "<response><customerList><count>2</count><client/></customerList></response>",
    ],
)
def test_an_answer_with_something_else_than_the_list_is_no_page(xml: str) -> None:
    assert page(xml) is None


@pytest.mark.parametrize(
    ("xml", "record_id"),
    [
        ("<i><id>3</id><invoiceId>2</invoiceId><mobiworkInvoiceId>1</mobiworkInvoiceId></i>", "1"),
        ("<i><id>3</id><invoiceId>2</invoiceId><mobiworkInvoiceId>0</mobiworkInvoiceId></i>", "2"),
        ("<i><id> 3 </id><invoiceId>null</invoiceId></i>", "3"),
        ("<i><customerId>9</customerId></i>", None),
    ],
)
def test_the_id_is_the_first_of_its_names_that_has_a_value(xml: str, record_id: str | None) -> None:
    record = record_of(read(xml, call="test"), INVOICES)
    assert record == RawRecord("invoice", record_id, xml)
