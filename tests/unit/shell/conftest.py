from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import settings

from connector import config, wiring

# A busy machine is no reason for a property to fail.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@contextmanager
def _cold() -> Iterator[None]:
    config.config.cache_clear()
    wiring.services.cache_clear()
    yield
    config.config.cache_clear()
    wiring.services.cache_clear()


@pytest.fixture
def function(table: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The environment of a function that needs only the table."""
    monkeypatch.setenv("TABLE_NAME", "connector")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    with _cold():
        yield
