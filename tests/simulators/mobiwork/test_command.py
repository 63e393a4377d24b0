import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from simulators.mobiwork.__main__ import options, service_from, write


@contextmanager
def started(*arguments: str) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    command = [sys.executable, "-m", "simulators.mobiwork", *arguments]
    with subprocess.Popen(  # noqa: S603 - our own module
        command, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert re.fullmatch(r"MobiWork simulator: http://127\.0\.0\.1:[0-9]+\n", line)
            yield line.split()[-1], process
        finally:
            process.terminate()
            process.wait(60)


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_records_and_switches_survive_a_clean_stop(tmp_path: Path, stop: signal.Signals) -> None:
    state = tmp_path / "deep" / "state.json"
    with started("--sample", "1", "--state", str(state)) as (url, process):
        requests.delete(f"{url}/_sim/records/invoice/5501", timeout=60)
        requests.post(f"{url}/_sim/switches", json={"list_cap": 7}, timeout=60)
        process.send_signal(stop)
        assert process.wait(60) == 0
    with started("--sample", "1", "--state", str(state)) as (url, _):
        assert requests.get(f"{url}/_sim/", timeout=60).json()["records"]["invoice"] == 129
        assert requests.get(f"{url}/_sim/switches", timeout=60).json()["list_cap"] == 7


def test_new_records_after_a_restart_get_new_ids(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    with started("--sample", "1", "--state", str(state)):
        pass
    with started("--state", str(state)) as (url, _):
        added = requests.post(f"{url}/_sim/records/customer", json={}, timeout=60).json()
    assert added["mobiworkCustomerId"] == "700042"


def test_nothing_is_loaded_unless_asked_for() -> None:
    service = service_from(options().parse_args([]))
    assert not service.account.store.records["customer"]


def test_native_links_are_asked_for_on_the_command_line() -> None:
    service = service_from(options().parse_args(["--sample", "1", "--native-links"]))
    customers = service.account.store.records["customer"]
    assert customers["700001"]["externalCustomerId"] == "74,QBO"


def test_switches_are_set_on_the_command_line() -> None:
    given = ["--switch", "paging_ignored=", "--switch", "list_cap=5", "--switch", "java_dates=no"]
    switches = service_from(options().parse_args(given)).account.switches
    assert (switches.paging_ignored, switches.list_cap, switches.java_dates) == ((), 5, False)


@pytest.mark.parametrize("text", ["list_cap", "list_cap=x", "color=red", "endpoints_off=moon"])
def test_a_wrong_switch_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not name=value|unknown|list_cap"):
        service_from(options().parse_args(["--switch", text]))


def test_the_help_lists_every_switch() -> None:
    text = options().format_help()
    assert "payment_list_takes_post = False" in text
    assert "paging_ignored = invoice,payment,estimate,workOrder" in text


def test_credentials_can_be_chosen() -> None:
    given = ["--client-id", "5", "--login-id", "A", "--password", "B"]
    account = service_from(options().parse_args(given)).account
    assert (account.client_id, account.login_id, account.password) == ("5", "A", "B")


@pytest.mark.parametrize("text", ["{}", "[]", "not json", '{"format": 2}'])
def test_a_file_that_is_no_state_file_is_refused(tmp_path: Path, text: str) -> None:
    state = tmp_path / "state.json"
    state.write_text(text)
    with pytest.raises(ValueError, match=r"state file|Expecting value"):
        service_from(options().parse_args(["--state", str(state)]))


def test_a_stop_does_not_wait_for_slow_requests() -> None:
    with started() as (url, process):
        slow = {"kind": "slow", "seconds": 60}
        requests.post(f"{url}/_sim/faults", json=slow, timeout=60)
        with pytest.raises(requests.Timeout):
            requests.get(f"{url}/api/x", timeout=0.5)
        process.terminate()
        assert process.wait(40) == 0


def test_a_port_that_is_taken_is_named() -> None:
    with started() as (url, _):
        command = [sys.executable, "-m", "simulators.mobiwork", "--port", url.rpartition(":")[2]]
        second = subprocess.run(  # noqa: S603 - our own module
            command, capture_output=True, text=True, timeout=60, check=False
        )
    assert (second.returncode, second.stderr[:13]) == (1, "cannot serve:")


def test_a_second_account_has_a_small_company_of_its_own_that_survives_a_stop(
    tmp_path: Path,
) -> None:
    state = tmp_path / "state.json"
    given = options().parse_args(["--sample", "7", "--second", "40322", "--state", str(state)])
    service = service_from(given)
    one, other = (service.account_at(f"/api/rest/{own}/10.0/") for own in ("40321", "40322"))
    assert (one.client_id, other.client_id) == ("40321", "40322")
    assert service.account_at("/api/rest/5/10.0/") is one
    kept = {name: len(some) for name, some in other.store.records.items() if some}
    assert 10 < sum(kept.values()) < 60
    other.store.records["customer"].popitem()
    write(state, service)
    again = service_from(given).account_at("/api/rest/40322/10.0/")
    assert len(again.store.records["customer"]) == kept["customer"] - 1
