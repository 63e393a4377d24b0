from collections.abc import Callable, Iterator

import pytest

from tests.conftest import PLAYED
from tests.simulation.scheduler import Worker

type Played = Callable[[str], None]


@pytest.fixture
def played(record_property: Callable[[str, object], None]) -> Played:
    """Say what was played and how long that took, at the end of the run of all tests."""
    return lambda told: record_property(PLAYED, told)


@pytest.fixture(autouse=True)
def _no_worker_stands_for_ever() -> Iterator[None]:
    yield
    for one in tuple(Worker.living):
        one.kill()
