import logging
import os
from collections.abc import Iterator

import pytest
import responses

from connector.observability import logger
from tests.functions.cloud import Cloud, deployed
from tests.functions.context import Context
from tests.functions.held import calls_held, hold_handlers, record
from tests.functions.sites import IntuitSite, MobiWorkSite
from tests.mocked_aws import one_at_a_time

hold_handlers()


def pytest_sessionfinish() -> None:
    if os.environ.get("RECORD_CALLS"):
        record()


@pytest.fixture(autouse=True)
def within_policies() -> Iterator[None]:
    """Fail a test in which a function asked AWS for what its policies do not allow."""
    with calls_held() as refused:
        yield
    assert refused == []


@pytest.fixture(scope="module")
def stack() -> Iterator[Cloud]:
    with one_at_a_time(), pytest.MonkeyPatch.context() as patch, deployed(patch) as made:
        yield made


@pytest.fixture
def cloud(stack: Cloud) -> Cloud:
    stack.empty()
    return stack


@pytest.fixture
def connected(cloud: Cloud) -> Cloud:
    cloud.connect_as_before()
    return cloud


@pytest.fixture
def http() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def mobiwork(http: responses.RequestsMock) -> MobiWorkSite:
    site = MobiWorkSite(http)
    site.accepts_the_login()
    site.lists()
    return site


@pytest.fixture
def intuit(http: responses.RequestsMock) -> IntuitSite:
    return IntuitSite(http)


@pytest.fixture
def context() -> Context:
    return Context()


class _Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []
        self.setFormatter(logger.registered_formatter)

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def logged() -> Iterator[list[str]]:
    """Every line the functions log, also those that only debugging shows."""
    handler, level = _Lines(), logger.log_level
    logger.addHandler(handler)
    logger.setLevel("DEBUG")
    yield handler.lines
    logger.setLevel(level)
    logging.getLogger(str(logger.name)).removeHandler(handler)
