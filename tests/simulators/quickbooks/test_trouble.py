from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from typing import Any

import pytest
import requests

from tests.patience import eventually
from tests.simulators.quickbooks.conftest import Simulator


def customers(qbo: Simulator) -> int:
    return int(qbo.query("select count(*) from Customer")["totalCount"])


def post(qbo: Simulator) -> requests.Response:
    return qbo.post("customer", {"DisplayName": "Once"}, requestid="r1")


@pytest.mark.parametrize(("kind", "made"), [("error_before", 0), ("error_after", 1)])
def test_an_error_strikes_before_or_after_the_commit(qbo: Simulator, kind: str, made: int) -> None:
    qbo.sim("faults", {"kind": kind, "entity": "Customer", "method": "POST", "status": 503})
    assert (post(qbo).status_code, customers(qbo)) == (503, made)


def test_a_retry_after_an_unknown_outcome_makes_no_second_record(qbo: Simulator) -> None:
    qbo.sim("faults", {"kind": "error_after", "entity": "Customer"})
    post(qbo)
    assert (post(qbo).status_code, customers(qbo)) == (200, 1)


@pytest.mark.parametrize(("kind", "made"), [("drop_before", 0), ("drop_after", 1)])
def test_a_connection_is_dropped(qbo: Simulator, kind: str, made: int) -> None:
    qbo.sim("faults", {"kind": kind, "entity": "Customer", "method": "POST"})
    with pytest.raises(requests.ConnectionError):
        post(qbo)
    assert customers(qbo) == made


def test_a_time_out_leaves_the_client_waiting(qbo: Simulator) -> None:
    qbo.sim("faults", {"kind": "timeout_after", "entity": "Customer", "method": "POST"})
    with pytest.raises(requests.Timeout):
        requests.post(
            f"{qbo.url}/v3/company/9130350000000001/customer",
            json={"DisplayName": "Once"},
            headers={"Authorization": f"Bearer {qbo.token}", "Accept": "application/json"},
            timeout=0.3,
        )
    assert eventually(lambda: customers(qbo), lambda made: made == 1) == 1


def test_a_script_strikes_the_next_matching_requests_only(qbo: Simulator) -> None:
    qbo.sim("faults", {"kind": "throttle", "times": 2, "skip": 1, "path": "^query"})
    statuses = [
        qbo.call("GET", "query", params={"query": "select * from Term"}).status_code
        for _ in range(4)
    ]
    assert statuses == [200, 429, 429, 200]


def test_a_scripted_fault_has_its_code(qbo: Simulator) -> None:
    qbo.sim("faults", {"kind": "fault", "code": "10000", "detail": "unexpected"})
    assert qbo.fault(post(qbo)) == (400, ["10000"])


def test_an_unknown_kind_of_trouble_is_refused(qbo: Simulator) -> None:
    answer = qbo.session.post(f"{qbo.url}/_sim/faults", json={"kind": "fire"}, timeout=9)
    assert answer.status_code == 400


def test_the_journal_tells_class_status_and_replay(qbo: Simulator) -> None:
    qbo.sim("journal", method="DELETE")
    post(qbo)
    post(qbo)
    qbo.call("GET", "preferences")
    entries = qbo.sim("journal", method="GET")["entries"]
    told = [(e["kind"], e["entity"], e["status"], e["replayed"]) for e in entries]
    assert told == [
        ("core", "Customer", 200, False),
        ("core", "Customer", 200, True),
        ("coreplus", "Preferences", 200, False),
    ]


def test_only_successful_reads_are_metered(qbo: Simulator) -> None:
    post(qbo)
    qbo.call("GET", "customer/1")
    qbo.call("GET", "customer/99")
    qbo.call("POST", "batch", json={"BatchItemRequest": [{"Query": "select * from Term"}] * 3})
    told = qbo.sim("counters", method="GET")
    assert (told["metered"], told["calls"]["core"], told["calls"]["coreplus_failed"]) == (4, 1, 1)


def limited(fresh: Callable[..., Simulator], *options: str) -> Simulator:
    simulator = fresh(*options)
    simulator.connect()
    return simulator


def statuses(qbo: Simulator, times: int) -> list[int]:
    return [qbo.call("GET", "preferences").status_code for _ in range(times)]


def test_a_minute_has_its_limit_and_passes_faster_with_speed(
    fresh: Callable[..., Simulator],
) -> None:
    qbo = limited(fresh, "--speed", "2", "--switch", "per_minute=5")
    first = statuses(qbo, 6)
    qbo.sim("clock", {"advance": 31})
    assert (first, statuses(qbo, 1)) == ([200] * 5 + [429], [200])


def test_a_throttled_answer_has_the_shape_of_the_gateway(fresh: Callable[..., Simulator]) -> None:
    qbo = limited(fresh, "--switch", "per_minute=0")
    fault: Any = qbo.call("GET", "preferences").json()["fault"]
    assert (fault["error"][0]["code"], fault["type"]) == ("3001", "SERVICE")


def test_too_many_requests_at_once_are_throttled(fresh: Callable[..., Simulator]) -> None:
    qbo = limited(fresh, "--switch", "in_flight=2", "--switch", "per_second=0")
    qbo.sim("faults", {"kind": "slow", "times": 2, "seconds": 100, "path": "^preferences"})
    with ThreadPoolExecutor(3) as pool:
        done = [pool.submit(statuses, qbo, 1) for _ in range(3)]
        wait(done, return_when=FIRST_COMPLETED)
        qbo.sim("clock", {"advance": 101})
    assert sorted(status for d in done for status in d.result()) == [200, 200, 429]


def test_the_monthly_quota_blocks_reads_but_not_writes(fresh: Callable[..., Simulator]) -> None:
    qbo = limited(fresh, "--switch", "monthly_quota=2")
    assert (statuses(qbo, 3), post(qbo).status_code) == ([200, 200, 429], 200)
    qbo.sim("clock", {"advance": 32 * 86_400})
    qbo.connect()
    assert statuses(qbo, 1) == [200]


@pytest.mark.parametrize("code", ["120", "5020", "6450", "6480", "10100"])
def test_a_script_gives_any_fault_of_the_reference(qbo: Simulator, code: str) -> None:
    qbo.sim("faults", {"kind": "fault", "code": code})
    assert qbo.fault(qbo.call("GET", "customer/1")) == (400, [code])


@pytest.mark.parametrize(
    "script",
    [
        {"kind": "nothing"},
        {"kind": "fault", "code": "99999"},
        {"kind": "error_before", "status": 999},
        {"kind": "drop_before", "times": "often"},
        {"kind": "drop_before", "path": "["},
        {"kind": "drop_before", "colour": "red"},
        {"kind": ["drop_before"]},
        5,
    ],
)
def test_a_script_that_cannot_come_true_is_refused(qbo: Simulator, script: Any) -> None:
    answer = requests.post(f"{qbo.url}/_sim/faults", json=script, timeout=9)
    assert answer.status_code == 400
    assert qbo.sim("faults", method="GET")["pending"] == []


def test_a_script_takes_numbers_as_text(qbo: Simulator) -> None:
    qbo.sim("faults", {"kind": "error_before", "times": "2", "status": "502"})
    statuses = [qbo.call("GET", "customer/1").status_code for _ in range(3)]
    assert statuses == [502, 502, 400]
