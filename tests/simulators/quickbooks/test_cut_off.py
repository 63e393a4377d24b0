import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from simulators.quickbooks.world import REALM
from tests.patience import eventually
from tests.simulators.quickbooks.conftest import Simulator, start, stop

A_WHILE = 0.3
"""Seconds in which work that can go on does go on."""


@dataclass
class Office:
    """A client of a company whose time only the test lets pass."""

    qbo: Simulator
    pool: ThreadPoolExecutor

    def sends(self, path: str, body: Any, **params: str) -> Future[requests.Response]:
        """Post without waiting for the answer; returns when the simulator has begun with it."""
        before = self._begun()
        sent = self.pool.submit(self._post, path, body, params)
        assert eventually(self._begun, lambda begun: begun > before) > before
        return sent

    def passes(self, seconds: float) -> None:
        """Let time pass."""
        self.qbo.sim("clock", {"advance": seconds})

    def cut_off(self, path: str, body: Any, **params: str) -> int:
        """Post what takes longer than the limit; returns the status of the answer."""
        sent = self.sends(path, body, **params)
        self.passes(130)
        return sent.result().status_code

    def names(self) -> list[str]:
        """Return the customers in the order of their ids."""
        found = self.qbo.query("select * from Customer orderby Id").get("Customer", [])
        return [row["DisplayName"] for row in found]

    def become(self, *names: str) -> bool:
        """Tell whether these become the customers."""
        return eventually(self.names, lambda seen: seen == [*names]) == [*names]

    def entries(self, entity: str) -> list[dict[str, Any]]:
        """Return what the journal tells of an entity."""
        told = self.qbo.sim(f"journal?entity={entity}&method=POST", method="GET")
        return list(told["entries"])

    def _begun(self) -> int:
        return len(self.qbo.sim("journal?method=POST", method="GET")["entries"])

    def _post(self, path: str, body: Any, params: dict[str, str]) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.qbo.token}", "Accept": "application/json"}
        url = f"{self.qbo.url}/v3/company/{REALM}/{path}"
        return requests.post(url, json=body, params=params, headers=headers, timeout=90)


@pytest.fixture(scope="module")
def own_server() -> Iterator[Simulator]:
    simulator = start("--switch", "limits=false")
    yield simulator
    stop(simulator)


@pytest.fixture
def office(own_server: Simulator) -> Iterator[Office]:
    own_server.switch(work_seconds=0, longest_request=120, after_cut_off="finish")
    own_server.sim("reset")
    own_server.connect()
    with ThreadPoolExecutor(1) as pool:
        yield Office(own_server, pool)


def customer(name: str) -> dict[str, str]:
    return {"DisplayName": name}


def batch(*names: str) -> dict[str, Any]:
    items = [{"bId": name, "operation": "create", "Customer": customer(name)} for name in names]
    return {"BatchItemRequest": items}


def test_a_write_that_takes_longer_than_the_limit_is_cut_off(office: Office) -> None:
    office.qbo.switch(work_seconds=150)
    sent = office.sends("customer", customer("Late"))
    office.passes(90)
    time.sleep(A_WHILE)
    early = sent.done()
    office.passes(40)
    answer = sent.result()
    assert (early, answer.status_code, "Fault" in answer.text) == (False, 504, False)


def test_a_speed_shortens_the_limit(office: Office) -> None:
    office.qbo.switch(work_seconds=36_000)
    office.qbo.sim("clock", {"speed": 1000})
    answer = office.qbo.post("customer", customer("Late"))
    office.qbo.sim("clock", {"speed": 1})
    assert answer.status_code == 504


def test_a_write_that_was_cut_off_takes_effect_later(office: Office) -> None:
    office.qbo.switch(work_seconds=220)
    office.cut_off("customer", customer("Late"))
    at_once = office.names()
    office.passes(100)
    assert (at_once, office.become("Late")) == ([], True)


def test_by_switch_a_write_that_was_cut_off_never_takes_effect(office: Office) -> None:
    office.qbo.switch(work_seconds=150, after_cut_off="stop")
    office.cut_off("customer", customer("Never"))
    office.passes(90)
    time.sleep(A_WHILE)
    assert office.names() == []


def half_done(office: Office, **params: str) -> int:
    """Have a batch cut off after the second of its four writes; returns the status."""
    office.qbo.switch(work_seconds=50)
    sent = office.sends("batch", batch("A", "B", "C", "D"), **params)
    office.passes(110)
    assert office.become("D", "C")
    office.passes(20)
    return sent.result().status_code


def test_a_batch_that_is_cut_off_is_half_done_and_finished_later(office: Office) -> None:
    status = half_done(office)
    half = office.names()
    office.passes(100)
    assert (status, half, office.become("D", "C", "B", "A")) == (504, ["D", "C"], True)


def test_by_switch_the_rest_of_a_batch_that_is_cut_off_is_never_done(office: Office) -> None:
    office.qbo.switch(after_cut_off="stop")
    half_done(office)
    office.passes(100)
    time.sleep(A_WHILE)
    assert office.names() == ["D", "C"]


def test_a_batch_that_was_cut_off_is_completed_by_a_retry_with_its_request_id(
    office: Office,
) -> None:
    office.qbo.switch(after_cut_off="stop")
    half_done(office, requestid="r1")
    office.qbo.switch(work_seconds=0)
    answer = office.sends("batch", batch("A", "B", "C", "D"), requestid="r1").result()
    rows = answer.json()["BatchItemResponse"]
    assert [row["Customer"]["DisplayName"] for row in rows] == ["A", "B", "C", "D"]
    assert sorted(office.names()) == ["A", "B", "C", "D"]


def test_a_retry_with_the_request_id_makes_no_second_record_of_work_that_goes_on(
    office: Office,
) -> None:
    bill = a_bill(office.qbo)
    office.qbo.switch(work_seconds=220)
    office.cut_off("bill", bill, requestid="r1")
    office.qbo.switch(work_seconds=0)
    again = office.qbo.post("bill", bill, requestid="r1")
    office.passes(100)
    first = eventually(lambda: office.entries("Bill")[0], lambda entry: entry["replayed"])
    assert (again.status_code, first["replayed"], bills(office.qbo)) == (200, True, 1)


def test_a_retry_without_a_request_id_makes_a_second_record(office: Office) -> None:
    bill = a_bill(office.qbo)
    office.qbo.switch(work_seconds=150)
    office.cut_off("bill", bill)
    office.qbo.switch(work_seconds=0)
    office.qbo.post("bill", bill)
    office.passes(90)
    assert eventually(lambda: bills(office.qbo), lambda made: made == 2) == 2


def test_a_slow_answer_is_cut_off_too(office: Office) -> None:
    office.qbo.sim("faults", {"kind": "slow", "seconds": 150})
    assert office.cut_off("customer", customer("Slow")) == 504


def test_without_a_limit_nothing_is_cut_off(office: Office) -> None:
    office.qbo.switch(work_seconds=150, longest_request=0)
    sent = office.sends("customer", customer("Slow"))
    office.passes(160)
    assert sent.result().status_code == 200


def test_the_journal_tells_of_a_cut_off_and_what_became_of_the_work(office: Office) -> None:
    office.qbo.switch(work_seconds=150)
    office.cut_off("customer", customer("Late"))
    office.passes(90)
    entry = eventually(lambda: office.entries("Customer")[-1], lambda entry: entry["committed"])
    assert (entry["status"], entry["trouble"], entry["committed"]) == (504, "cut_off", True)


def test_a_reset_ends_work_that_goes_on(office: Office) -> None:
    office.qbo.switch(work_seconds=150)
    office.cut_off("customer", customer("Late"))
    office.qbo.sim("reset")
    office.passes(90)
    time.sleep(A_WHILE)
    assert office.names() == []


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
