from collections.abc import Iterator

import pytest

from tests.mocked_aws import read_consistently


@pytest.fixture
def table(table: None) -> Iterator[None]:
    """The table, of which the store reads only counts of calls as they may have been before."""
    with read_consistently("calls", "run-calls"):
        yield
