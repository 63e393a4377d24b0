from collections.abc import Iterator

import pytest
from moto import mock_aws

from connector.engine.stores import DYNAMODB, Store
from tests.memory.store import in_memory
from tests.mocked_aws import empty_table, read_consistently


@pytest.fixture(scope="module")
def aws() -> Iterator[None]:
    with mock_aws():
        yield


@pytest.fixture
def dynamodb(aws: None) -> Iterator[Store]:
    empty_table()
    with read_consistently():
        yield DYNAMODB


@pytest.fixture(params=["memory", "dynamodb"])
def store(request: pytest.FixtureRequest) -> Store:
    """The store in memory, then the real one: what a test claims holds of both."""
    if request.param == "memory":
        return in_memory()
    found: Store = request.getfixturevalue("dynamodb")
    return found
