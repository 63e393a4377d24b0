"""Lets one write to the store fail, counted at the client below pynamodb, in this process only."""

from dataclasses import dataclass, field
from threading import Lock
from types import SimpleNamespace
from typing import Any

import botocore.endpoint
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ConnectionClosedError

from connector.store.table import Item

WRITES = ("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems")
TOO_MUCH = (
    b'{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",'
    b'"message":"The level of configured provisioned throughput was exceeded."}'
)
THROTTLED = "throttled"
DOWN = "down"
UNANSWERED = "written, answer lost"
REPEATED = "written, answer lost once"
FAILURES = (THROTTLED, DOWN, UNANSWERED, REPEATED)


@dataclass(frozen=True)
class Failing:
    """The write that fails, counted from 1, and how."""

    number: int
    how: str


@dataclass
class Injected:
    """Counts the writes of this process and fails the one."""

    failing: Failing
    fired: bool = False
    _seen: int = 0
    _chosen: str | bytes = ""
    _lock: Lock = field(default_factory=Lock)

    def before_send(self, request: AWSPreparedRequest, **_more: Any) -> AWSResponse | None:
        """Fail every attempt of the chosen write, or lose its answers."""
        invocation = request.headers.get("amz-sdk-invocation-id", b"")
        with self._lock:
            first = b"attempt=1" in request.headers.get("amz-sdk-request", b"")
            self._seen += first
            if first and self._seen == self.failing.number:
                self.fired, self._chosen = True, invocation
            if invocation != self._chosen:
                return None
        return self._fail(request, first=first)

    def _fail(self, request: AWSPreparedRequest, *, first: bool) -> AWSResponse | None:
        if self.failing.how == THROTTLED:
            raw = SimpleNamespace(stream=lambda **_: iter([TOO_MUCH]), read=lambda: TOO_MUCH)
            return AWSResponse(request.url, 400, HTTPHeaders(), raw)
        if self.failing.how == REPEATED and not first:
            return None
        if self.failing.how in (UNANSWERED, REPEATED) and first:
            _send(request)
        raise ConnectionClosedError(endpoint_url=request.url)


def fail_a_write(failing: Failing) -> Injected:
    """Let one write of this process fail; its own retries happen, without their pauses."""
    injected = Injected(failing)
    client: Any = Item._get_connection().connection.client
    for operation in WRITES:
        client.meta.events.register_last(f"before-send.dynamodb.{operation}", injected.before_send)
    vars(botocore.endpoint)["time"] = SimpleNamespace(sleep=lambda _seconds: None)
    return injected


def _send(request: AWSPreparedRequest) -> None:
    client: Any = Item._get_connection().connection.client
    answer = client._endpoint.http_session.send(request)
    assert answer.status_code in (200, 400), answer.content
