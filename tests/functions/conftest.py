import logging
from collections.abc import Callable, Iterator
from threading import RLock

import pytest
import responses
from moto import mock_aws
from moto.core.botocore_stubber import BotocoreStubber

from connector.observability import logger
from tests.functions.cloud import Cloud, deployed
from tests.functions.context import Context
from tests.functions.sites import IntuitSite, MobiWorkSite


@pytest.fixture(scope="module")
def stack() -> Iterator[Cloud]:
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        patch.setattr(BotocoreStubber, "__call__", _one_at_a_time(BotocoreStubber.__call__))
        with deployed(patch) as made:
            yield made


def _one_at_a_time[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """Guard the mock of AWS, which threads disturb."""
    lock = RLock()

    def guarded(*args: P.args, **named: P.kwargs) -> R:
        with lock:
            return function(*args, **named)

    return guarded


@pytest.fixture
def cloud(stack: Cloud) -> Iterator[Cloud]:
    with stack.fresh():
        yield stack


@pytest.fixture
def connected(cloud: Cloud) -> Cloud:
    cloud.connect()
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
