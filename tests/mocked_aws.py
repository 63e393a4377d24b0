"""The mock of AWS for tests with threads: one request at a time, as a condition needs it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import RLock
from unittest.mock import patch

from moto import mock_aws
from moto.core.botocore_stubber import BotocoreStubber

from connector.store.table import Item, open_table

KEY = "alias/tokens"
"""The key that the fixture `key` makes."""


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Mock AWS so that between the check of a condition and the write no other thread comes."""
    with mock_aws(), patch.object(BotocoreStubber, "__call__", _locked(BotocoreStubber.__call__)):
        yield


@contextmanager
def an_empty_table() -> Iterator[None]:
    """Open a table of its own, for one example of a property."""
    with mock_aws():
        open_table("connector", region="us-east-1")
        Item.create_table(billing_mode="PAY_PER_REQUEST")
        yield


def _locked[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    lock = RLock()

    def locked(*args: P.args, **named: P.kwargs) -> R:
        with lock:
            return function(*args, **named)

    return locked
