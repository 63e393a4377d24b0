import json
from collections.abc import Iterator
from functools import cache

import pytest

from simulators.mobiwork import sample
from simulators.mobiwork.service import Service
from simulators.mobiwork.store import Store, restored, saved
from tests.simulators.mobiwork.running import Client, running


@cache
def company() -> str:
    store = Store()
    sample.fill(store, seed=1)
    return json.dumps(saved(store, {}))


def fill(store: Store) -> None:
    made = restored(json.loads(company()))
    store.records, store.counters = made.records, made.counters


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
