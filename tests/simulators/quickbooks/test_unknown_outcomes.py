"""Writes whose outcome a client cannot know: system faults, posts carried out late (1.6, 1.7)."""

from typing import Any

import pytest
import requests

from tests.patience import eventually
from tests.simulators.quickbooks.conftest import Simulator

HARBOR = {"DisplayName": "Harbor Cafe"}


def post(qbo: Simulator, **params: str) -> requests.Response:
    return qbo.post("customer", HARBOR, **params)


def customers(qbo: Simulator) -> int:
    return int(qbo.query("select count(*) from Customer")["totalCount"])


def comes(qbo: Simulator, count: int) -> bool:
    return eventually(lambda: customers(qbo), lambda made: made == count) == count


@pytest.mark.parametrize("status", [400, 200, 500])
@pytest.mark.parametrize(("kind", "made"), [("system_fault_before", 0), ("system_fault_after", 1)])
def test_a_system_fault_of_an_unknown_code_tells_nothing_of_the_write(
    qbo: Simulator, status: int, kind: str, made: int
) -> None:
    script = {"kind": kind, "status": status, "code": "99173", "detail": "try later"}
    qbo.sim("faults", script | {"method": "POST", "entity": "Customer"})
    answer = post(qbo)
    told: Any = answer.json()["Fault"]
    (error,) = told["Error"]
    assert (answer.status_code, told["type"]) == (status, "SystemFault")
    assert (error["code"], error["Detail"]) == ("99173", "try later")
    assert customers(qbo) == made


def test_a_system_fault_is_a_400_of_code_10000_if_nothing_else_is_told(qbo: Simulator) -> None:
    qbo.sim("faults", {"kind": "system_fault_before"})
    answer = post(qbo)
    assert qbo.fault(answer) == (400, ["10000"])
    assert answer.json()["Fault"]["type"] == "SystemFault"


def test_a_scripted_refusal_is_a_validation_fault_of_any_status(qbo: Simulator) -> None:
    qbo.sim("faults", {"kind": "fault", "code": "610", "status": 404})
    answer = post(qbo)
    assert qbo.fault(answer) == (404, ["610"])
    assert answer.json()["Fault"]["type"] == "ValidationFault"


@pytest.mark.parametrize(
    ("kind", "status"), [("error_late", 503), ("system_fault_late", 400), ("html_late", 503)]
)
def test_a_post_is_carried_out_minutes_after_its_client_gave_up(
    qbo: Simulator, kind: str, status: int
) -> None:
    qbo.sim("faults", {"kind": kind, "method": "POST", "entity": "Customer"})
    answered = post(qbo).status_code
    qbo.sim("clock", {"advance": 100})
    before = customers(qbo)
    qbo.sim("clock", {"advance": 30})
    assert (answered, before, comes(qbo, 1)) == (status, 0, True)


def test_a_post_on_a_dropped_connection_is_carried_out_when_the_script_says(
    qbo: Simulator,
) -> None:
    qbo.sim("faults", {"kind": "drop_late", "method": "POST", "seconds": 900})
    with pytest.raises(requests.ConnectionError):
        post(qbo)
    qbo.sim("clock", {"advance": 800})
    before = customers(qbo)
    qbo.sim("clock", {"advance": 110})
    assert (before, comes(qbo, 1)) == (0, True)


def test_a_late_post_is_told_of_in_the_journal(qbo: Simulator) -> None:
    qbo.sim("faults", {"kind": "error_late", "method": "POST", "entity": "Customer"})
    post(qbo)
    qbo.sim("clock", {"advance": 130})
    assert comes(qbo, 1)
    (entry,) = qbo.sim("journal?entity=Customer&method=POST", method="GET")["entries"]
    assert (entry["status"], entry["trouble"], entry["committed"]) == (503, "error_late", True)


def test_a_late_post_makes_a_second_record_unless_its_request_id_was_used_again(
    qbo: Simulator,
) -> None:
    customer = {"value": qbo.create("Customer", **HARBOR)["Id"]}
    paid = {"CustomerRef": customer, "TotalAmt": 5}
    for again, made in (({}, 2), ({"requestid": "r1"}, 3)):
        qbo.sim("faults", {"kind": "error_late", "method": "POST", "entity": "Payment"})
        assert qbo.post("payment", paid, **again).status_code == 503
        assert qbo.post("payment", paid, **again).status_code == 200
        qbo.sim("clock", {"advance": 130})
        late = eventually(
            lambda: qbo.sim("journal?trouble=error_late", method="GET")["entries"][-1],
            lambda entry: entry["committed"] or entry["replayed"],
        )
        assert late["replayed"] is bool(again)
        assert qbo.query("select count(*) from Payment") == {"totalCount": made}


def test_a_late_update_may_find_its_record_changed_since(qbo: Simulator) -> None:
    key = qbo.create("Customer", **HARBOR)["Id"]
    edit = {"Id": key, "SyncToken": "0", "sparse": True, "Notes": "sent first"}
    late = {"kind": "error_late", "method": "POST", "entity": "Customer"}
    qbo.sim("faults", [late, late | {"seconds": 125}])
    qbo.post("customer", edit)
    qbo.post("customer", {"DisplayName": "Carried out after it"})
    qbo.sim("person/edit", {"entity": "Customer", "id": key, "body": {"Notes": "by hand"}})
    qbo.sim("clock", {"advance": 130})
    assert comes(qbo, 2)
    assert qbo.read("Customer", key)["Notes"] == "by hand"
