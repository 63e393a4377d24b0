import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
import requests
import responses
import simplejson
from responses import matchers
from urllib3.connectionpool import HTTPSConnectionPool
from urllib3.exceptions import MaxRetryError, NewConnectionError

from connector.errors import (
    ConfigurationError,
    ConnectionBrokenError,
    ConnectorError,
    DuplicateNameError,
    RateLimitedError,
    RejectedError,
    RemoteDownError,
    UnreadableAnswerError,
)
from connector.observability import logger
from connector.quickbooks.answers import Page
from connector.store.calls import Calls
from tests.unit.quickbooks.parts import COMPANY, Company, fault, gateway_fault

CUSTOMER = {"Id": "412", "SyncToken": "0", "DisplayName": "Harbor Cafe"}
INVOICE = {"Id": "129", "SyncToken": "4", "DocNumber": "1042"}
BODY = {"DisplayName": "Harbor Cafe"}


@pytest.fixture
def remote() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


def create(company: Company) -> dict[str, Any]:
    return company.client.create("Customer", BODY, requestid="r-1")


def failure(company: Company) -> ConnectorError:
    with pytest.raises(ConnectorError) as raised:
        create(company)
    return raised.value


def sent(remote: responses.RequestsMock, index: int = -1) -> requests.PreparedRequest:
    request: requests.PreparedRequest = remote.calls[index].request
    return request


def test_a_create_sends_the_body_with_request_id_and_minor_version(
    remote: responses.RequestsMock,
) -> None:
    remote.post(
        f"{COMPANY}/customer",
        json={"Customer": CUSTOMER},
        match=[
            matchers.query_param_matcher({"requestid": "r-1", "minorversion": "75"}),
            matchers.json_params_matcher(BODY),
            matchers.header_matcher(
                {
                    "Authorization": "Bearer token-1",
                    "Accept": "application/json",
                    "Content-Type": "application/json",
                }
            ),
        ],
    )
    assert create(Company()) == CUSTOMER


class TooLateError(Exception):
    """The caller does not want the call to go out any more."""


def too_late() -> None:
    raise TooLateError


def test_a_create_can_be_stopped_at_the_last_moment(remote: responses.RequestsMock) -> None:
    company = Company()
    with pytest.raises(TooLateError):
        company.client.create("Customer", BODY, requestid="r-1", before_sending=too_late)
    assert len(remote.calls) == 0


def test_a_create_is_asked_for_again_before_it_is_repeated_with_another_token(
    remote: responses.RequestsMock,
) -> None:
    remote.post(f"{COMPANY}/customer", status=401, json=gateway_fault("3200", status=401))
    company, asked = Company(), []

    def once() -> None:
        asked.append(len(company.auth.rejected))
        if len(asked) > 1:
            raise TooLateError

    with pytest.raises(TooLateError):
        company.client.create("Customer", BODY, requestid="r-1", before_sending=once)
    assert (asked, len(remote.calls)) == ([0, 1], 1)


def test_further_parameters_of_a_create_are_sent(remote: responses.RequestsMock) -> None:
    remote.post(f"{COMPANY}/bill", json={"Bill": INVOICE})
    Company().client.create("Bill", {}, requestid="r-1", params={"include": "allowduplicatedocnum"})
    assert "include=allowduplicatedocnum" in str(sent(remote).url)


def test_every_call_has_time_outs(remote: responses.RequestsMock) -> None:
    remote.post(f"{COMPANY}/customer", json={"Customer": CUSTOMER})
    create(Company())
    assert sent(remote).req_kwargs["timeout"] == (5.0, 60.0)  # type: ignore[attr-defined]


def test_money_is_exact_on_the_wire_in_both_directions(remote: responses.RequestsMock) -> None:
    remote.post(
        f"{COMPANY}/payment", body='{"Payment": {"Id": "7", "TotalAmt": 0.10, "UnappliedAmt": 0}}'
    )
    body = {"TotalAmt": Decimal("1E+2"), "Line": [{"Amount": Decimal("19.90")}]}
    record = Company().client.create("Payment", body, requestid="r-1")
    assert (sent(remote).body, record["TotalAmt"], record["UnappliedAmt"]) == (
        b'{"TotalAmt": 100, "Line": [{"Amount": 19.90}]}',
        Decimal("0.10"),
        0,
    )


def test_an_infinite_number_is_never_sent() -> None:
    with pytest.raises(ValueError, match="not a number"):
        Company().client.create("Payment", {"TotalAmt": Decimal("Infinity")}, requestid="r-1")


def test_an_update_is_sparse(remote: responses.RequestsMock) -> None:
    remote.post(f"{COMPANY}/customer", json={"Customer": CUSTOMER})
    Company().client.update("Customer", {"Id": "412", "SyncToken": "0"}, requestid="r-1")
    assert simplejson.loads(sent(remote).body or "") == {
        "Id": "412",
        "SyncToken": "0",
        "sparse": True,
    }


@pytest.mark.parametrize(
    ("entity", "params", "body"),
    [
        ("Invoice", {"operation": "void"}, {"Id": "129", "SyncToken": "4"}),
        (
            "Payment",
            {"operation": "update", "include": "void"},
            {"Id": "129", "SyncToken": "4", "sparse": True},
        ),
    ],
)
def test_a_void_takes_the_way_of_its_entity(
    remote: responses.RequestsMock, entity: str, params: dict[str, str], body: dict[str, Any]
) -> None:
    remote.post(
        f"{COMPANY}/{entity.lower()}",
        json={entity: INVOICE},
        match=[
            matchers.query_param_matcher({**params, "requestid": "r-1", "minorversion": "75"}),
            matchers.json_params_matcher(body),
        ],
    )
    assert Company().client.void(entity, "129", "4", requestid="r-1") == INVOICE


def test_what_cannot_be_voided_is_refused_before_a_call() -> None:
    with pytest.raises(ValueError, match="cannot be voided"):
        Company().client.void("Customer", "412", "0", requestid="r-1")


def test_a_delete_sends_only_id_and_sync_token(remote: responses.RequestsMock) -> None:
    remote.post(
        f"{COMPANY}/estimate",
        json={"Estimate": {"status": "Deleted", "domain": "QBO", "Id": "77"}},
        match=[
            matchers.query_param_matcher({"operation": "delete"}, strict_match=False),
            matchers.json_params_matcher({"Id": "77", "SyncToken": "0"}),
        ],
    )
    Company().client.delete("Estimate", "77", "0", requestid="r-1")


@pytest.mark.parametrize("requestid", ["", "x" * 51])
def test_a_write_without_a_proper_request_id_is_refused(requestid: str) -> None:
    with pytest.raises(ValueError, match="request id"):
        Company().client.create("Customer", BODY, requestid=requestid)


def test_reads_are_metered_and_writes_are_free(remote: responses.RequestsMock) -> None:
    remote.get(f"{COMPANY}/customer/412", json={"Customer": CUSTOMER})
    remote.post(f"{COMPANY}/customer", json={"Customer": CUSTOMER})
    remote.post(f"{COMPANY}/query", json={"QueryResponse": {"totalCount": 3}})
    company = Company()
    company.client.read("Customer", "412")
    company.client.count("Customer")
    create(company)
    assert company.meter.counted == Calls(metered=2, free=1)


def test_a_failed_call_is_not_counted(remote: responses.RequestsMock) -> None:
    remote.post(f"{COMPANY}/customer", status=400, json=fault("6240"))
    company = Company()
    failure(company)
    assert company.meter.counted == Calls()


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


def test_an_expired_token_is_replaced_once_and_the_call_repeated(
    remote: responses.RequestsMock,
) -> None:
    remote.post(f"{COMPANY}/customer", status=401, json=gateway_fault("3200", status=401))
    remote.post(f"{COMPANY}/customer", json={"Customer": CUSTOMER})
    company = Company()
    create(company)
    assert (company.auth.rejected, sent(remote).headers["Authorization"]) == (
        ["Bearer token-1"],
        "Bearer token-2",
    )


def test_a_second_refused_token_breaks_the_connection(remote: responses.RequestsMock) -> None:
    remote.post(f"{COMPANY}/customer", status=401, json=gateway_fault("3200", status=401))
    company = Company()
    assert (type(failure(company)), len(company.auth.rejected)) == (ConnectionBrokenError, 1)


def test_a_lost_administrator_is_not_cured_by_another_token(
    remote: responses.RequestsMock,
) -> None:
    remote.post(f"{COMPANY}/customer", status=401, json=gateway_fault("120", status=401))
    company = Company()
    assert (type(failure(company)), company.auth.rejected) == (ConnectionBrokenError, [])


@pytest.mark.parametrize(
    ("status", "body"),
    [(429, gateway_fault("3001", status=429)), (403, gateway_fault("3001", status=403)), (429, {})],
)
def test_too_many_calls_pause_the_company_for_a_minute(
    remote: responses.RequestsMock, status: int, body: dict[str, Any]
) -> None:
    remote.post(f"{COMPANY}/customer", status=status, json=body)
    company = Company()
    error = failure(company)
    assert (type(error), company.permits.pushed_out) == (
        RateLimitedError,
        [int((company.clock.seconds + 60) * 1000)],
    )


def test_a_retry_after_header_is_honoured(remote: responses.RequestsMock) -> None:
    remote.post(f"{COMPANY}/customer", status=429, headers={"Retry-After": "90"})
    error = failure(Company())
    assert isinstance(error, RateLimitedError)
    assert error.retry_after == 90


def test_a_company_of_another_environment_breaks_the_connection(
    remote: responses.RequestsMock,
) -> None:
    remote.post(f"{COMPANY}/customer", status=403, json=gateway_fault("3100", status=403))
    assert type(failure(Company())) is ConnectionBrokenError


def refused() -> requests.ConnectionError:
    pool = HTTPSConnectionPool("quickbooks.example")
    reason = NewConnectionError(pool, "refused")  # type: ignore[arg-type]
    return requests.ConnectionError(MaxRetryError(pool, "/", reason))


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 500, "body": ""},
        {"status": 502, "body": "<html>Bad gateway</html>"},
        {"status": 503, "json": {}},
        {"status": 504, "body": "upstream timed out"},
        {"status": 500, "json": fault("10000")},
        {"status": 500, "json": fault("98765")},
        {"body": requests.ReadTimeout("slow")},
        {"body": requests.ConnectionError("Connection aborted")},
        {"body": requests.exceptions.ChunkedEncodingError("cut")},
        {"status": 200, "body": "<html>Login</html>"},
        {"status": 200, "body": ""},
        {"status": 200, "body": '{"Customer": {"Id": "4'},
        {"status": 200, "body": "[" * 100_000},
        {"status": 200, "body": b"\xff\xfe"},
        {"status": 200, "json": ["Customer"]},
        {"status": 200, "json": {"Invoice": INVOICE}},
        {"status": 200, "json": {"Customer": {"DisplayName": "no id"}}},
        {"status": 302, "body": "", "headers": {"Location": "https://elsewhere.example"}},
        {"status": 418, "body": ""},
    ],
)
def test_a_write_without_a_proper_answer_has_an_unknown_outcome(
    remote: responses.RequestsMock, answer: dict[str, Any]
) -> None:
    remote.post(f"{COMPANY}/customer", **answer)
    error = failure(Company())
    assert isinstance(error, RemoteDownError | UnreadableAnswerError)
    assert error.unknown_outcome


@pytest.mark.parametrize("lost", [refused(), requests.ConnectTimeout("no route")])
def test_a_write_that_was_never_sent_has_not_happened(
    remote: responses.RequestsMock, lost: requests.RequestException
) -> None:
    remote.post(f"{COMPANY}/customer", body=lost)
    error = failure(Company())
    assert isinstance(error, RemoteDownError)
    assert not error.unknown_outcome


def test_a_lost_read_changes_nothing(remote: responses.RequestsMock) -> None:
    remote.get(f"{COMPANY}/customer/412", body=requests.ReadTimeout("slow"))
    with pytest.raises(RemoteDownError) as raised:
        Company().client.read("Customer", "412")
    assert not raised.value.unknown_outcome


def test_a_lost_write_is_not_repeated_by_the_client(remote: responses.RequestsMock) -> None:
    remote.post(f"{COMPANY}/customer", status=503)
    failure(Company())
    assert len(remote.calls) == 1


class WatchedSession(requests.Session):
    closed = 0

    def close(self) -> None:
        self.closed += 1
        super().close()


@pytest.mark.parametrize(("seconds", "closed"), [(29, 0), (31, 1)])
def test_connections_idle_for_long_are_not_used_for_a_write(
    remote: responses.RequestsMock, seconds: int, closed: int
) -> None:
    remote.post(f"{COMPANY}/customer", json={"Customer": CUSTOMER})
    session = WatchedSession()
    company = Company(session=session)
    client = company.client
    client.create("Customer", BODY, requestid="r-1")
    company.clock.seconds += seconds
    client.create("Customer", BODY, requestid="r-2")
    assert session.closed == closed


def test_a_redirect_is_not_followed(remote: responses.RequestsMock) -> None:
    elsewhere = {"Location": f"{COMPANY}/customer"}
    remote.post(f"{COMPANY}/customer", status=307, headers=elsewhere)
    failure(Company())
    assert len(remote.calls) == 1


def test_a_wrong_address_is_a_configuration_error(remote: responses.RequestsMock) -> None:
    remote.post(f"{COMPANY}/customer", status=404, body="<html>nothing here</html>")
    assert type(failure(Company())) is ConfigurationError


def test_a_fault_inside_a_success_is_a_fault(remote: responses.RequestsMock) -> None:
    remote.post(f"{COMPANY}/customer", json=fault("6240"))
    assert type(failure(Company())) is DuplicateNameError


def test_a_refusal_names_the_record_and_carries_the_trace_id(
    remote: responses.RequestsMock,
) -> None:
    remote.post(
        f"{COMPANY}/customer", status=400, json=fault("6240"), headers={"Intuit-Tid": "1-abc"}
    )
    error = failure(Company())
    assert isinstance(error, RejectedError)
    assert (error.code, error.tid, str(error).split(" was ")[0]) == (
        "6240",
        "1-abc",
        'Customer "Harbor Cafe"',
    )


@pytest.fixture
def logged() -> Iterator[list[dict[str, Any]]]:
    lines: list[dict[str, Any]] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(vars(record))

    listener = Listener(logging.DEBUG)
    logger.addHandler(listener)
    yield lines
    logger.handlers.remove(listener)


def test_a_failed_call_is_logged_in_one_line(
    remote: responses.RequestsMock, logged: list[dict[str, Any]]
) -> None:
    detail = "Harbor Cafe is taken; Token expired: token-1"
    remote.post(
        f"{COMPANY}/customer",
        status=400,
        json=fault("6240", detail=detail),
        headers={"intuit_tid": "1-abc"},
    )
    failure(Company())
    (line,) = logged
    told = {
        name: line[name]
        for name in ("realm_id", "entity", "status", "code", "tid", "error", "requestid")
    }
    assert told == {
        "realm_id": "9130350000000001",
        "entity": "Customer",
        "status": 400,
        "code": "6240",
        "tid": "1-abc",
        "error": "DuplicateNameError",
        "requestid": "r-1",
    }


def test_neither_tokens_nor_names_reach_the_log(
    remote: responses.RequestsMock, logged: list[dict[str, Any]], caplog: pytest.LogCaptureFixture
) -> None:
    remote.post(
        f"{COMPANY}/customer",
        status=400,
        json=fault("6240", detail="Harbor Cafe is taken; Token expired: token-1"),
    )
    with caplog.at_level(logging.DEBUG):
        failure(Company())
    text = "".join(str(line) for line in [*logged, *map(vars, caplog.records)])
    assert ("QuickBooks call failed" in text, "token-1" in text, "Harbor" in text) == (
        True,
        False,
        False,
    )


def test_a_token_echoed_by_quickbooks_is_not_in_the_sentence(
    remote: responses.RequestsMock,
) -> None:
    remote.post(f"{COMPANY}/customer", status=400, json=fault("2040", detail="sent token-1 here"))
    assert "token-1" not in str(failure(Company()))
