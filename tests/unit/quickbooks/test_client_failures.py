import logging
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import requests
import responses
from urllib3.connectionpool import HTTPSConnectionPool
from urllib3.exceptions import MaxRetryError, NewConnectionError

from connector.errors import (
    ConfigurationError,
    ConnectionBrokenError,
    DuplicateNameError,
    RateLimitedError,
    RejectedError,
    RemoteDownError,
    UnreadableAnswerError,
)
from connector.observability import logger
from tests.unit.quickbooks.calls import BODY, CUSTOMER, INVOICE, create, failure, sent
from tests.unit.quickbooks.parts import COMPANY, Company, fault, gateway_fault


@pytest.fixture
def remote() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


def test_an_infinite_number_is_never_sent() -> None:
    with pytest.raises(ValueError, match="non-finite"):
        Company().client.create("Payment", {"TotalAmt": Decimal("Infinity")}, requestid="r-1")


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
    assert (type(error), company.permits.resting) == (
        RateLimitedError,
        int((company.clock.seconds + 60) * 1000),
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


@pytest.mark.case("X8")
def test_a_reading_that_is_not_found_is_about_what_was_read(remote: responses.RequestsMock) -> None:
    remote.get(f"{COMPANY}/customer/9", status=404, body="<html>nothing here</html>")
    with pytest.raises(RejectedError) as raised:
        Company().client.read("Customer", "9")
    assert raised.value.code == "404"


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
