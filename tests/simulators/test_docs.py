import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path

import pytest

from simulators.mobiwork import admin as mobiwork_admin
from simulators.mobiwork import switches as mobiwork
from simulators.mobiwork.faults import FaultKind
from simulators.mobiwork.person import DEEDS
from simulators.mobiwork.poison import KINDS
from simulators.quickbooks import admin as quickbooks_admin
from simulators.quickbooks import switches as quickbooks
from simulators.quickbooks import trouble

PAGE = Path(__file__).parents[2] / "docs" / "simulators.md"
ADDRESS = {"quickbooks": "http://127.0.0.1:8801", "mobiwork": "http://127.0.0.1:8802"}


def section(title: str) -> str:
    found = re.search(rf"^## {re.escape(title)}$(.*?)(?=^## |\Z)", PAGE.read_text(), re.M | re.S)
    assert found, title
    return found[1]


def block(title: str, language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```$", section(title), re.M | re.S)
    assert found, (title, language)
    return found[1]


def row(name: str, default: object, why: str) -> str:
    shown = ",".join(default) if isinstance(default, tuple) else str(default)
    return f"| `{name}` | {f'`{shown}`' if shown else 'empty'} | {why} |"


def quickbooks_rows() -> list[str]:
    return [row(one.name, one.default, one.metadata["why"]) for one in fields(quickbooks.Switches)]


def mobiwork_rows() -> list[str]:
    return [row(one.name, one.default, one.metadata["help"]) for one in fields(mobiwork.Switches)]


def told(title: str) -> list[str]:
    return [line for line in section(title).splitlines() if line.startswith("| `")]


def test_every_switch_of_the_quickbooks_simulator_is_told_as_it_is() -> None:
    assert told("Switches of QuickBooks") == quickbooks_rows()


def test_every_switch_of_the_mobiwork_simulator_is_told_as_it_is() -> None:
    assert told("Switches of MobiWork") == mobiwork_rows()


def test_every_admin_call_of_the_quickbooks_simulator_is_told() -> None:
    calls = {f"{route.method} {route.path}" for route in quickbooks_admin.routes()}
    assert set(re.findall(r"`([A-Z]+ /_sim/[^`?]*)", section("Admin side of QuickBooks"))) == calls


def test_every_admin_call_of_the_mobiwork_simulator_is_told() -> None:
    calls = {f"{method} /_sim/{path}" for method, path, _ in mobiwork_admin.ROUTES}
    assert set(re.findall(r"`([A-Z]+ /_sim/[^`?]*)", section("Admin side of MobiWork"))) == calls


def test_every_deed_in_mobiwork_is_told_once_and_no_other() -> None:
    assert re.findall(r"^\| `(\w+)`", section("Deeds in MobiWork"), re.M) == list(DEEDS)


def test_every_kind_of_spoilt_text_is_told() -> None:
    assert {kind for kind in KINDS if f"`{kind}`" not in section("Deeds in MobiWork")} == set()


def test_every_kind_of_fault_is_told() -> None:
    kinds = trouble.KINDS | set(FaultKind.__value__.__args__)
    assert {kind for kind in kinds if f"`{kind}`" not in section("Faults")} == set()


@contextmanager
def served(module: str, *options: str) -> Iterator[str]:
    command = [sys.executable, "-m", f"simulators.{module}", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            assert process.stdout is not None
            yield process.stdout.readline().split()[-1]
        finally:
            process.terminate()
            process.wait(60)


@pytest.fixture
def run() -> Callable[..., str]:
    def go(*command: str, script: str) -> str:
        done = subprocess.run(  # noqa: S603
            command, input=script, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return go


@pytest.mark.parametrize(
    ("title", "language", "command", "says"),
    [
        ("QuickBooks with curl", "sh", ("bash", "-eu"), '"DisplayName":"Lighthouse Cafe"'),
        ("QuickBooks with python-quickbooks", "python", (sys.executable, "-"), "Harbor Cafe 3.14"),
    ],
)
def test_a_snippet_for_quickbooks_runs_as_it_is_printed(
    run: Callable[..., str], title: str, language: str, command: tuple[str, ...], says: str
) -> None:
    with served("quickbooks", "--sample") as url:
        script = block(title, language).replace(ADDRESS["quickbooks"], url)
        assert says in run(*command, script=script)


def test_the_snippet_for_mobiwork_runs_as_it_is_printed(run: Callable[..., str]) -> None:
    with served("mobiwork", "--sample", "1") as url:
        script = block("MobiWork with curl", "sh").replace(ADDRESS["mobiwork"], url)
        assert "<customerList>" in run("bash", "-eu", script=script)
