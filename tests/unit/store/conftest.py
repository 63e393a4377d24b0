from collections.abc import Iterator

import pytest
from moto import mock_aws

from connector.store.table import Item, open_table

REGION = "us-east-1"


@pytest.fixture(scope="module")
def aws() -> Iterator[None]:
    with mock_aws():
        open_table("connector", region=REGION)
        yield


@pytest.fixture
def table(aws: None) -> Iterator[None]:
    Item.create_table(billing_mode="PAY_PER_REQUEST")
    yield
    if Item.exists():
        Item.delete_table()
