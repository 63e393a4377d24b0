import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from local.children import Child, bare_environment
from tests.crash.nursery import Nursery, start
from tests.crash.pulls.account import PullSetup
from tests.crash.pulls.trial import PullTrial
from tests.crash.pulls.worker import PULL, work_once, work_to_the_end
from tests.crash.remote import Setup

type BeginPull = Callable[..., PullTrial]


@pytest.fixture(scope="session")
def pull_setup(setup: Setup, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PullSetup]:
    log: Path = tmp_path_factory.mktemp("pulls") / "mobiwork.log"
    command = [sys.executable, "-m", "simulators.mobiwork", "--port", "0"]
    with Child("MobiWork", command, log=log, environment=bare_environment()) as child:
        url = child.wait_for_line(r"MobiWork simulator: (http://\S+)")
        yield PullSetup(setup.table, setup.endpoint, setup.quickbooks_url, url)


@pytest.fixture(scope="session")
def pull_nursery(pull_setup: PullSetup) -> Iterator[Nursery]:
    made, process = start(pull_setup, work_once, work_to_the_end)
    yield made
    made.asked.close()
    process.join(10)


@pytest.fixture
def begin_pull(pull_setup: PullSetup, pull_nursery: Nursery) -> BeginPull:
    """Begin a case of one flow with an empty MobiWork account."""
    pull_setup.open_table()

    def trial(flow: str, **told: Any) -> PullTrial:
        return PullTrial(pull_setup, pull_nursery, PULL[flow], **told)

    return trial
