"""In which order the tests run, and what stays together on one of several processes.

The machine is never idle: more processes than cores, as some tests wait for programs, and what
takes longest begins first. A house is a folder whose tests share what takes long to bring up.
"""

from functools import cache
from pathlib import Path

import pytest
from xdist.remote import Producer  # type: ignore[import-untyped]
from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

LONG = (
    "tests/e2e/test_week_on_the_runtime.py",
    "tests/e2e/test_laptop_run.py",
    "tests/e2e/test_console_in_a_browser.py",
    "tests/crash",
    "tests/e2e/test_doorbells.py",
    "tests/statemachines",
    "tests/simulation",
)
HOUSES = ("tests/crash", "tests/statemachines")


class ByHouse(LoadFileScheduling):  # type: ignore[misc]
    """Gives each process a file at a time, or a house."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return next((house for house in HOUSES if file.startswith(f"{house}/")), file)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByHouse | None:
    return ByHouse(config, log) if config.getoption("dist") == "loadfile" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _turn(item.nodeid.partition("::")[0]))


@cache
def _turn(file: str) -> int:
    path = Path(file)
    places = (turn for turn, one in enumerate(LONG) if path.is_relative_to(one))
    return next(places, len(LONG))
