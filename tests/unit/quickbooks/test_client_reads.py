from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import requests
import responses
from responses import matchers

from connector.errors import RemoteDownError, UnreadableAnswerError
from connector.quickbooks.responses import Page
from tests.unit.quickbooks.parts import COMPANY, Company


@pytest.fixture
def remote() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


def test_a_query_walks_all_pages(remote: responses.RequestsMock) -> None:
    pages = ([{"Id": "1"}, {"Id": "2"}], [{"Id": "3"}, {"Id": "4"}], [{"Id": "5"}])
    for page in pages:
        remote.post(f"{COMPANY}/query", json={"QueryResponse": {"Item": page}})
    found = [row["Id"] for row in Company().client.query("SELECT * FROM Item", page_size=2)]
    assert (found, [call.request.body for call in remote.calls]) == (
        ["1", "2", "3", "4", "5"],
        [
            b"SELECT * FROM Item STARTPOSITION 1 MAXRESULTS 2",
            b"SELECT * FROM Item STARTPOSITION 3 MAXRESULTS 2",
            b"SELECT * FROM Item STARTPOSITION 5 MAXRESULTS 2",
        ],
    )


def test_a_query_asks_for_a_page_only_when_it_is_needed(remote: responses.RequestsMock) -> None:
    remote.post(f"{COMPANY}/query", json={"QueryResponse": {"Item": [{"Id": "1"}, {"Id": "2"}]}})
    next(Company().client.query("SELECT * FROM Item", page_size=2))
    assert len(remote.calls) == 1


def test_a_query_that_finds_nothing_yields_nothing(remote: responses.RequestsMock) -> None:
    remote.post(f"{COMPANY}/query", json={"QueryResponse": {}, "time": "2026-03-02T08:00:00Z"})
    assert list(Company().client.query("SELECT * FROM Item")) == []


def test_a_statement_in_small_letters_finds_its_records(remote: responses.RequestsMock) -> None:
    remote.post(f"{COMPANY}/query", json={"QueryResponse": {"Item": [{"Id": "1"}]}})
    assert list(Company().client.query("select * from item")) == [{"Id": "1"}]


@pytest.mark.parametrize("page_size", [0, 1001])
def test_a_page_no_answer_can_hold_is_refused(page_size: int) -> None:
    with pytest.raises(ValueError, match="1 to 1000"):
        next(Company().client.query("SELECT * FROM Item", page_size=page_size))


def test_a_page_begins_where_it_is_asked_to_and_tells_the_time_there(
    remote: responses.RequestsMock,
) -> None:
    rows = [{"Id": "7"}]
    time = "2026-03-02T08:15:30.512-08:00"
    remote.post(f"{COMPANY}/query", json={"QueryResponse": {"Item": rows}, "time": time})
    page = Company().client.page("SELECT * FROM Item", start=1000)
    assert remote.calls[0].request.body == b"SELECT * FROM Item STARTPOSITION 1000 MAXRESULTS 1000"
    told = datetime(2026, 3, 2, 16, 15, 30, 512000, tzinfo=UTC)
    assert page == Page(rows=rows, full=False, time=told)


def test_a_page_with_as_many_rows_as_it_can_hold_is_full(remote: responses.RequestsMock) -> None:
    rows, time = [{"Id": "7"}, {"Id": "8"}], "2026-03-02T08:15:30.512-08:00"
    remote.post(f"{COMPANY}/query", json={"QueryResponse": {"Item": rows}, "time": time})
    assert Company().client.page("SELECT * FROM Item", start=1, size=2).full


def test_a_page_without_its_time_cannot_be_read(remote: responses.RequestsMock) -> None:
    remote.post(f"{COMPANY}/query", json={"QueryResponse": {}})
    with pytest.raises(UnreadableAnswerError, match="without its time"):
        Company().client.page("SELECT * FROM Item", start=1)


@pytest.mark.parametrize(
    "body",
    [
        "{}",
        '{"QueryResponse": {"Item": [{"Name": "no id"}]}}',
        '{"QueryResponse": {"Item": {"Id": "1"}}}',
        '{"QueryResponse": {"maxResults": 3}}',
    ],
)
def test_a_page_that_cannot_be_read_is_not_an_empty_one(
    remote: responses.RequestsMock, body: str
) -> None:
    remote.post(f"{COMPANY}/query", body=body)
    with pytest.raises(UnreadableAnswerError):
        list(Company().client.query("SELECT * FROM Item"))


def test_the_company_is_read_by_its_realm(remote: responses.RequestsMock) -> None:
    info = {"Id": "1", "Country": "US"}
    remote.get(f"{COMPANY}/companyinfo/9130350000000001", json={"CompanyInfo": info})
    assert Company().client.company_info() == info


def test_preferences_are_read(remote: responses.RequestsMock) -> None:
    remote.get(f"{COMPANY}/preferences", json={"Preferences": {"Id": "1"}})
    assert Company().client.preferences() == {"Id": "1"}


def test_changes_tell_records_and_deleted_ids_apart(remote: responses.RequestsMock) -> None:
    remote.get(
        f"{COMPANY}/cdc",
        json={
            "CDCResponse": [
                {
                    "QueryResponse": [
                        {},
                        {"Estimate": [{"Id": "9"}, {"Id": "979", "status": "Deleted"}]},
                        {
                            "Customer": [{"Id": "63", "Active": False}],
                            "startPosition": 1,
                            "maxResults": 1,
                        },
                    ]
                }
            ],
            "time": "2026-03-02T09:00:00.000-08:00",
        },
        match=[
            matchers.query_param_matcher(
                {
                    "entities": "Item,Estimate,Customer",
                    "changedSince": "2026-03-01T00:00:00+00:00",
                    "minorversion": "75",
                }
            )
        ],
    )
    changes = Company().client.changes(
        ["Item", "Estimate", "Customer"], datetime(2026, 3, 1, tzinfo=UTC)
    )
    assert (changes.records, changes.deleted, changes.time, changes.truncated) == (
        {"Item": [], "Estimate": [{"Id": "9"}], "Customer": [{"Id": "63", "Active": False}]},
        {"Item": [], "Estimate": ["979"], "Customer": []},
        datetime(2026, 3, 2, 17, tzinfo=UTC),
        False,
    )


def test_changes_that_reach_the_limit_are_truncated(remote: responses.RequestsMock) -> None:
    rows = [{"Id": str(n)} for n in range(1000)]
    remote.get(
        f"{COMPANY}/cdc",
        json={
            "CDCResponse": [{"QueryResponse": [{"Item": rows}]}],
            "time": "2026-03-02T09:00:00Z",
        },
    )
    assert Company().client.changes(["Item"], datetime(2026, 3, 1, tzinfo=UTC)).truncated


@pytest.mark.parametrize(
    "body",
    [
        '{"time": "2026-03-02T09:00:00Z"}',
        '{"CDCResponse": [{"QueryResponse": []}]}',
        '{"CDCResponse": [{}], "time": "2026-03-02T09:00:00Z"}',
    ],
)
def test_changes_that_cannot_be_read_are_not_taken_for_none(
    remote: responses.RequestsMock, body: str
) -> None:
    remote.get(f"{COMPANY}/cdc", body=body)
    with pytest.raises(UnreadableAnswerError):
        Company().client.changes(["Item"], datetime(2026, 3, 1, tzinfo=UTC))


def test_a_lost_read_changes_nothing(remote: responses.RequestsMock) -> None:
    remote.get(f"{COMPANY}/customer/412", body=requests.ReadTimeout("slow"))
    with pytest.raises(RemoteDownError) as raised:
        Company().client.read("Customer", "412")
    assert not raised.value.unknown_outcome
