"""What others do between what a function reads and what it writes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pynamodb.constants import TRANSACT_WRITE_ITEMS
from pynamodb.signals import pre_dynamodb_send


@contextmanager
def meanwhile(act: Callable[[], object], before: str = TRANSACT_WRITE_ITEMS) -> Iterator[None]:
    """Have something happen once, just before the next call of a kind is sent."""
    left = [act]

    def first(_sender: object, operation_name: str, **_: object) -> None:
        if operation_name == before and left:
            left.pop()()

    with pre_dynamodb_send.connected_to(first):
        yield
    assert not left
