from collections.abc import Iterator

import pytest

from tests.unit.mobiwork.answers import Server, serving


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        yield running
