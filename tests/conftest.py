import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from connector.store.table import Item, open_table
from tests.mocked_aws import one_at_a_time

pytest_plugins = ["tests.runtime"]

os.environ |= {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "POWERTOOLS_SERVICE_NAME": "connector",
    "POWERTOOLS_METRICS_NAMESPACE": "Connector",
}

# A busy machine is no reason for a property to fail, nor is chance for a run that differs from the
# one before it; `--hypothesis-profile=chance` tries examples that nobody has tried.
settings.register_profile("chance", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("same", settings.get_profile("chance"), derandomize=True)
settings.load_profile("same")


@pytest.fixture
def table() -> Iterator[None]:
    with one_at_a_time():
        open_table("connector", region="us-east-1")
        Item.create_table(billing_mode="PAY_PER_REQUEST")
        yield
