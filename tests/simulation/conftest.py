from collections.abc import Iterator

import pytest

from tests.simulation.scheduler import Worker


@pytest.fixture(autouse=True)
def _no_worker_stands_for_ever() -> Iterator[None]:
    yield
    for one in tuple(Worker.living):
        one.kill()
