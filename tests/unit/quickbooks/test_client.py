from collections.abc import Iterator
from decimal import Decimal

import pytest
import responses
import simplejson
from responses import matchers

from connector.model.calls import Calls
from tests.unit.quickbooks.calls import BODY, CUSTOMER, INVOICE, create, failure, sent
from tests.unit.quickbooks.parts import COMPANY, Company, fault, gateway_fault


@pytest.fixture
def remote() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


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


def test_an_update_is_sparse(remote: responses.RequestsMock) -> None:
    remote.post(f"{COMPANY}/customer", json={"Customer": CUSTOMER})
    Company().client.update("Customer", {"Id": "412", "SyncToken": "0"}, requestid="r-1")
    assert simplejson.loads(sent(remote).body or "") == {
        "Id": "412",
        "SyncToken": "0",
        "sparse": True,
    }


@pytest.mark.parametrize("requestid", ["", "x" * 51])
def test_a_write_without_a_proper_request_id_is_refused(requestid: str) -> None:
    with pytest.raises(ValueError, match="request id"):
        Company().client.create("Customer", BODY, requestid=requestid)


def test_reads_are_metered_and_writes_are_free(remote: responses.RequestsMock) -> None:
    remote.get(f"{COMPANY}/customer/412", json={"Customer": CUSTOMER})
    remote.post(f"{COMPANY}/customer", json={"Customer": CUSTOMER})
    remote.post(f"{COMPANY}/query", json={"QueryResponse": {}})
    company = Company()
    company.client.read("Customer", "412")
    list(company.client.query("SELECT * FROM Customer"))
    create(company)
    assert company.meter.counted == Calls(metered=2, free=1)


def test_a_failed_call_is_not_counted(remote: responses.RequestsMock) -> None:
    remote.post(f"{COMPANY}/customer", status=400, json=fault("6240"))
    company = Company()
    failure(company)
    assert company.meter.counted == Calls()
