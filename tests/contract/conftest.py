from collections.abc import Iterator

import pytest
from moto import mock_aws

from connector.engine.stores import DYNAMODB, Store
from connector.store.table import Item, open_table
from tests.memory.store import in_memory
from tests.mocked_aws import read_consistently


@pytest.fixture(scope="module")
def aws() -> Iterator[None]:
    with mock_aws():
        open_table("connector", region="us-east-1")
        yield


@pytest.fixture
def dynamodb(aws: None) -> Iterator[Store]:
    Item.create_table(billing_mode="PAY_PER_REQUEST")
    with read_consistently():
        yield DYNAMODB
    Item.delete_table()


@pytest.fixture(params=["memory", "dynamodb"])
def store(request: pytest.FixtureRequest) -> Store:
    """The store in memory, then the real one: what a test claims holds of both."""
    if request.param == "memory":
        return in_memory()
    found: Store = request.getfixturevalue("dynamodb")
    return found
