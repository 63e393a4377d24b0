import json
from collections.abc import Iterator
from datetime import datetime
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


@pytest.fixture
def today(client: Client, monkeypatch: pytest.MonkeyPatch) -> str:
    """Stop the account's clock on a day that no record of the sample company knows."""
    noon = datetime(2027, 3, 14, 12)
    monkeypatch.setattr(client.service.account, "now", lambda: noon)
    return f"{noon:%Y-%m-%d}"
