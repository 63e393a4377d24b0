import gc
import os
from collections.abc import Iterator
from functools import cache

import boto3
import botocore.session
import pytest
from hypothesis import HealthCheck, settings

from tests.mocked_aws import KEY, empty_table, one_at_a_time

pytest_plugins = ["tests.runtime", "tests.scheduling"]

os.environ |= {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "POWERTOOLS_SERVICE_NAME": "connector",
    "POWERTOOLS_METRICS_NAMESPACE": "MobiWorkQuickBooks",
}

# A busy machine is no reason for a property to fail, nor is chance for a run that differs from the
# one before it; `--hypothesis-profile=chance` tries twice as many, which nobody has tried.
settings.register_profile("chance", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("same", settings.get_profile("chance"), derandomize=True, max_examples=50)
settings.load_profile("same")


PLAYED = "played"
"""A property of a test that says what it played, such as how many schedules of which kind."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the tests played, from the reports of all processes."""
    for report in terminalreporter.stats.get("passed", ()):
        for told in (value for name, value in report.user_properties if name == PLAYED):
            terminalreporter.write_line(str(told))


# What botocore knows of the services is read once for all clients, not once for each session.
botocore.session.create_loader = cache(botocore.session.create_loader)


def pytest_collection() -> None:
    """Collect no garbage while tests are collected: hardly any is made, and all would be read."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Let no collection of garbage go through the tests themselves, which stay to the end."""
    gc.collect()
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="module")
def aws() -> Iterator[None]:
    with one_at_a_time():
        yield


@pytest.fixture(scope="module")
def key(aws: None) -> str:
    """A key that seals; making one takes long."""
    kms = boto3.client("kms", region_name="us-east-1")
    made = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName=KEY, TargetKeyId=made)
    return KEY


@pytest.fixture
def table(aws: None) -> None:
    empty_table()
