from collections.abc import Iterator

import pytest
from moto import mock_aws

from connector import config
from connector import services as services_of_process
from tests.mocked_aws import empty_table


def _forget() -> None:
    config.config.cache_clear()
    services_of_process.services.cache_clear()


@pytest.fixture(scope="module")
def process() -> Iterator[None]:
    """A warm process of a function that needs only the table."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        patch.setenv("TABLE_NAME", "connector")
        patch.setenv("AWS_REGION", "us-east-1")
        _forget()
        services_of_process.services()
        yield
        _forget()


@pytest.fixture
def table(process: None) -> None:
    empty_table()
