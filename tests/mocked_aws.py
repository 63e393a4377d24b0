"""The mock of AWS for tests with threads: one request at a time, as a condition needs it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import RLock
from traceback import walk_stack
from typing import Any
from unittest.mock import patch

from botocore.signers import RequestSigner
from moto import mock_aws
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from connector.store.table import Item, open_table
from tests.quick_moto import make_quick

make_quick()

KEY = "alias/tokens"
"""The key that the fixture `key` makes."""
NAME, REGION = "connector", "us-east-1"
"""Of the table."""


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Mock AWS so that between the check of a condition and the write no other thread comes."""
    with (
        mock_aws(),
        patch.object(BotocoreStubber, "__call__", _locked(BotocoreStubber.__call__)),
        patch.object(RequestSigner, "sign", _unsigned),
    ):
        yield


@contextmanager
def an_empty_table() -> Iterator[None]:
    """Open a table of its own, for one example of a property."""
    with mock_aws():
        empty_table()
        yield


def empty_table() -> None:
    """Open an empty table: the one of the test before, if it is there, without what it holds.

    To make a client, a table, and to look whether it is there takes as long as a test does.
    """
    meta = Item.Meta
    if (meta.table_name, meta.region, meta.host) != (NAME, REGION, None):
        open_table(NAME, region=REGION)
    known = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables.get(NAME)
    if known:
        known.items.clear()
    else:
        Item.create_table(billing_mode="PAY_PER_REQUEST")


@contextmanager
def read_consistently(*may_be_older: str) -> Iterator[None]:
    """Fail at the end if the product read rows as they may have been before the last write.

    No mock shows that. An index cannot be read otherwise; `may_be_older` are kinds of rows of which
    it is no harm.
    """
    stale = set[str]()

    def look(params: dict[str, Any], **_: object) -> None:
        asked = params.get("RequestItems", {}).values() or [params]
        for one in (request for request in asked if isinstance(request, dict)):
            if "IndexName" not in one and not one.get("ConsistentRead") and _by_the_product():
                stale.update(_kinds(one))

    events = Item._get_connection().connection.client.meta.events
    reads = [
        f"provide-client-params.dynamodb.{one}" for one in ("GetItem", "BatchGetItem", "Query")
    ]
    for read in reads:
        events.register(read, look)
    yield
    for read in reads:
        events.unregister(read, look)
    assert stale - set(may_be_older) == set()


def _by_the_product() -> bool:
    """Tell whether the nearest code on the stack that is ours, but for this, is the product's."""
    modules = (str(frame.f_globals["__name__"]) for frame, _ in walk_stack(None))
    ours = (one.partition(".")[0] for one in modules if one != __name__)
    return next(one for one in ours if one in {"connector", "tests"}) == "connector"


def _kinds(request: dict[str, Any]) -> Iterator[str]:
    """Yield what kinds of rows a request reads, as their partitions say after the connection."""
    keys = [one["pk"] for one in (request.get("Key"), *request.get("Keys", ())) if one]
    for partition in keys or [request["ExpressionAttributeValues"][":0"]]:
        own, *parts = partition["S"].split("#")
        yield parts[0] if parts else own


def _unsigned(*_: object, **_named: object) -> None:
    """Leave the signature out, a tenth of the time of a call: the mock does not look at it."""


def _locked[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    lock = RLock()

    def locked(*args: P.args, **named: P.kwargs) -> R:
        with lock:
            return function(*args, **named)

    return locked
