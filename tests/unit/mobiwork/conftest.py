import logging
from collections.abc import Iterator
from typing import Any

import pytest

from connector.observability import logger
from tests.unit.mobiwork.answers import Server, serving


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


@pytest.fixture
def logged() -> Iterator[list[dict[str, Any]]]:
    lines: list[dict[str, Any]] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(vars(record))

    listener = Listener(logging.DEBUG)
    logger.addHandler(listener)
    yield lines
    logger.handlers.remove(listener)
