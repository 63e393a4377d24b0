from collections.abc import Iterator

import pytest
from moto import mock_aws

from connector.store.table import Item, open_table

REGION = "us-east-1"


@pytest.fixture
def table() -> Iterator[None]:
    with mock_aws():
        open_table("connector", region=REGION)
        Item.create_table(billing_mode="PAY_PER_REQUEST", wait=True)
        yield
