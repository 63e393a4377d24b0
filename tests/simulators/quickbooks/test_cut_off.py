import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from tests.simulators.quickbooks.conftest import Simulator, start, stop

SPEED = 200


@pytest.fixture(scope="module")
def quick_server() -> Iterator[Simulator]:
    simulator = start("--speed", str(SPEED), "--switch", "limits=false")
    yield simulator
    stop(simulator)


@pytest.fixture
def quick(quick_server: Simulator) -> Simulator:
    quick_server.switch(work_seconds=0, longest_request=120, after_cut_off="finish")
    quick_server.sim("reset")
    quick_server.connect()
    return quick_server


def names(qbo: Simulator) -> list[str]:
    found = qbo.query("select * from Customer orderby Id").get("Customer", [])
    return [row["DisplayName"] for row in found]


def pass_by(seconds: float) -> None:
    time.sleep(seconds / SPEED)


def batch(qbo: Simulator, *wanted: str, **params: str) -> requests.Response:
    items = [
        {"bId": name, "operation": "create", "Customer": {"DisplayName": name}} for name in wanted
    ]
    return qbo.call("POST", "batch", json={"BatchItemRequest": items}, params=params)


def post(qbo: Simulator, name: str, **params: str) -> requests.Response:
    return qbo.post("customer", {"DisplayName": name}, **params)


def test_a_write_that_takes_longer_than_the_limit_is_cut_off(quick: Simulator) -> None:
    quick.switch(work_seconds=150)
    began = time.monotonic()
    answer = post(quick, "Late")
    took = (time.monotonic() - began) * SPEED
    assert (answer.status_code, "Fault" in answer.text) == (504, False)
    assert 120 <= took < 150


def test_a_write_that_was_cut_off_takes_effect_later(quick: Simulator) -> None:
    quick.switch(work_seconds=220)
    post(quick, "Late")
    at_once = names(quick)
    pass_by(160)
    assert (at_once, names(quick)) == ([], ["Late"])


def test_by_switch_a_write_that_was_cut_off_never_takes_effect(quick: Simulator) -> None:
    quick.switch(work_seconds=150, after_cut_off="stop")
    post(quick, "Never")
    pass_by(90)
    assert names(quick) == []


def test_a_batch_that_is_cut_off_is_half_done_and_finished_later(quick: Simulator) -> None:
    quick.switch(work_seconds=50)
    answer = batch(quick, "A", "B", "C", "D")
    half = names(quick)
    pass_by(130)
    assert (answer.status_code, half, names(quick)) == (504, ["D", "C"], ["D", "C", "B", "A"])


def test_by_switch_the_rest_of_a_batch_that_is_cut_off_is_never_done(quick: Simulator) -> None:
    quick.switch(work_seconds=50, after_cut_off="stop")
    batch(quick, "A", "B", "C", "D")
    pass_by(130)
    assert names(quick) == ["D", "C"]


def test_a_batch_that_was_cut_off_is_completed_by_a_retry_with_its_request_id(
    quick: Simulator,
) -> None:
    quick.switch(work_seconds=50, after_cut_off="stop")
    batch(quick, "A", "B", "C", "D", requestid="r1")
    quick.switch(work_seconds=0)
    answer = batch(quick, "A", "B", "C", "D", requestid="r1")
    rows = answer.json()["BatchItemResponse"]
    assert [row["Customer"]["DisplayName"] for row in rows] == ["A", "B", "C", "D"]
    assert sorted(names(quick)) == ["A", "B", "C", "D"]


def test_a_retry_with_the_request_id_makes_no_second_record_of_work_that_goes_on(
    quick: Simulator,
) -> None:
    bill = a_bill(quick)
    quick.switch(work_seconds=220)
    quick.post("bill", bill, requestid="r1")
    quick.switch(work_seconds=0)
    again = quick.post("bill", bill, requestid="r1")
    pass_by(160)
    assert (again.status_code, bills(quick)) == (200, 1)


def test_a_retry_without_a_request_id_makes_a_second_record(quick: Simulator) -> None:
    bill = a_bill(quick)
    quick.switch(work_seconds=150)
    quick.post("bill", bill)
    quick.switch(work_seconds=0)
    quick.post("bill", bill)
    pass_by(90)
    assert bills(quick) == 2


def test_a_slow_answer_is_cut_off_too(quick: Simulator) -> None:
    quick.sim("faults", {"kind": "slow", "seconds": 1.0})
    assert quick.call("GET", "preferences").status_code == 504


def test_without_a_limit_nothing_is_cut_off(quick: Simulator) -> None:
    quick.switch(work_seconds=150, longest_request=0)
    assert post(quick, "Slow").status_code == 200


def test_a_request_is_cut_off_when_the_clock_jumps(qbo: Simulator) -> None:
    qbo.switch(work_seconds=3600)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(post, qbo, "Late")
        time.sleep(0.3)
        qbo.session.post(f"{qbo.url}/_sim/clock", json={"advance": 130}, timeout=9)
        assert waiting.result().status_code == 504


def test_the_journal_tells_of_a_cut_off_and_what_became_of_the_work(quick: Simulator) -> None:
    quick.switch(work_seconds=150)
    post(quick, "Late")
    pass_by(90)
    entry = quick.sim("journal?entity=Customer", method="GET")["entries"][-1]
    assert (entry["status"], entry["trouble"], entry["committed"]) == (504, "cut_off", True)


def test_a_reset_ends_work_that_goes_on(quick: Simulator) -> None:
    quick.switch(work_seconds=150)
    post(quick, "Late")
    quick.sim("reset")
    pass_by(90)
    assert names(quick) == []


def a_bill(qbo: Simulator) -> dict[str, Any]:
    line = {
        "Amount": 5,
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": {"AccountRef": {"value": "7"}},
    }
    vendor = qbo.create("Vendor", DisplayName="Paper Ltd")
    return {"VendorRef": {"value": vendor["Id"]}, "Line": [line]}


def bills(qbo: Simulator) -> int:
    return int(qbo.query("select count(*) from Bill")["totalCount"])
