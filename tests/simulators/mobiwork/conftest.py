from collections.abc import Iterator

import pytest

from simulators.mobiwork import sample
from simulators.mobiwork.service import Service
from simulators.mobiwork.store import Store
from tests.simulators.mobiwork.running import Client, running


def fill(store: Store) -> None:
    sample.fill(store, seed=1, trouble=False)


@pytest.fixture(scope="module")
def server() -> Iterator[Client]:
    with running(Service(fill=fill)) as client:
        yield client


@pytest.fixture
def client(server: Client) -> Client:
    server.token = ""
    server.service.reset(empty=False)
    server.log_in()
    return server
