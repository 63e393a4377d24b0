from collections.abc import Iterator
from typing import Any

import pytest
import responses
from responses import matchers

from connector.errors import ConnectorError, DuplicateNameError, UnreadableAnswerError
from connector.model.calls import Calls
from connector.quickbooks.batch import Batched
from tests.unit.quickbooks.parts import COMPANY, Company, fault

NEW = Batched(operation="create", entity="Customer", body={"DisplayName": "North Dock LLC"})
GONE = Batched(operation="delete", entity="Estimate", body={"Id": "77", "SyncToken": "0"})
ASKED = Batched(operation="query", entity="Item", statement="select * from Item")


@pytest.fixture
def remote() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


def outcomes(*items: Batched) -> list[dict[str, Any] | ConnectorError]:
    return Company().client.batch(items, requestid="r-1")


def test_operations_are_sent_as_numbered_items(remote: responses.RequestsMock) -> None:
    remote.post(
        f"{COMPANY}/batch",
        json={"BatchItemResponse": []},
        match=[
            matchers.query_param_matcher({"requestid": "r-1", "minorversion": "75"}),
            matchers.json_params_matcher(
                {
                    "BatchItemRequest": [
                        {"bId": "0", "operation": "create", "Customer": NEW.body},
                        {"bId": "1", "operation": "delete", "Estimate": GONE.body},
                        {"bId": "2", "Query": "select * from Item"},
                    ]
                }
            ),
        ],
    )
    outcomes(NEW, GONE, ASKED)


def test_outcomes_come_in_the_order_of_the_items(remote: responses.RequestsMock) -> None:
    created, deleted = {"Id": "413"}, {"Id": "77", "status": "Deleted"}
    remote.post(
        f"{COMPANY}/batch",
        json={
            "BatchItemResponse": [
                {"bId": "2", "QueryResponse": {"Item": [{"Id": "1"}]}},
                {"bId": "1", "Estimate": deleted},
                {"bId": "0", "Customer": created},
            ]
        },
    )
    assert outcomes(NEW, GONE, ASKED) == [created, deleted, {"Item": [{"Id": "1"}]}]


def test_one_refused_item_leaves_the_others_alone(remote: responses.RequestsMock) -> None:
    remote.post(
        f"{COMPANY}/batch",
        json={
            "BatchItemResponse": [
                {"bId": "0", **fault("6240")},
                {"bId": "1", "Estimate": {"Id": "77"}},
            ]
        },
    )
    refused, deleted = outcomes(NEW, GONE)
    assert (type(refused), deleted) == (DuplicateNameError, {"Id": "77"})


def test_an_item_without_an_answer_has_an_unknown_outcome(remote: responses.RequestsMock) -> None:
    remote.post(f"{COMPANY}/batch", json={"BatchItemResponse": []})
    (lost,) = outcomes(NEW)
    assert isinstance(lost, UnreadableAnswerError)
    assert lost.unknown_outcome


def test_an_answer_without_outcomes_leaves_all_unknown(remote: responses.RequestsMock) -> None:
    remote.post(f"{COMPANY}/batch", json={})
    with pytest.raises(UnreadableAnswerError) as raised:
        outcomes(NEW)
    assert raised.value.unknown_outcome


def test_a_batch_is_metered(remote: responses.RequestsMock) -> None:
    remote.post(f"{COMPANY}/batch", json={"BatchItemResponse": []})
    company = Company()
    company.client.batch([NEW], requestid="r-1")
    assert company.meter.counted == Calls(metered=1)


@pytest.mark.parametrize("count", [0, 31])
def test_a_batch_of_the_wrong_size_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match="1 to 30 items"):
        outcomes(*[NEW] * count)


def test_a_request_id_too_long_for_a_batch_is_refused() -> None:
    with pytest.raises(ValueError, match="36"):
        Company().client.batch([NEW], requestid="x" * 37)
