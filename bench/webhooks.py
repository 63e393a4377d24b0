"""Measures how many webhooks a second one core verifies, reads and decides upon.

The whole handler runs in this process, from the event that API Gateway makes to the answer, log
lines included (they go nowhere). AWS is a stand-in at the one method through which boto3 and
pynamodb call it: what they prepare for a call and make of its answer counts, wire and network do
not.
"""

import hmac
import json
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from io import StringIO
from itertools import count
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from connector.observability import logger
from connector.quickbooks.webhook import SIGNATURE_HEADER, sign

LEAST_RATE = 2_000
ROUNDS, POSTS = 7, 1_500
TOKEN = "5b1c7a90-3d1e-4c55-9a77-0f6e2d8c4b13"  # noqa: S105 - invented
REALM = 9130350000000000
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "bench",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
    "AWS_SECRET_ACCESS_KEY": "bench",
    "APP_SECRET_ARN": "app",
    "CONNECTION_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/connections",
    "POWERTOOLS_METRICS_NAMESPACE": "Bench",
    "POWERTOOLS_SERVICE_NAME": "connector",
    "TABLE_NAME": "connector",
}


class Context(LambdaContext):
    """What Lambda tells a handler beside the event."""

    def __init__(self) -> None:
        self._function_name = "receive_quickbooks_change"
        self._memory_limit_in_mb = 1024
        self._invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:f"
        self._aws_request_id = "6f1ef5a2-91f5-4cf1-a6a4-0f0a5a3b8d2c"


class Aws:
    """Answers as AWS does for companies that are connected.

    rings: whether the doorbell has not rung yet, so that each ring sends a message.
    """

    def __init__(self) -> None:
        self.rings = True
        self.calls = {"GetItem": 0, "UpdateItem": 0, "SendMessage": 0, "GetSecretValue": 0}

    def call(self, operation: str, asked: dict[str, Any]) -> dict[str, Any]:
        """Stand in for the call of an operation."""
        self.calls[operation] += 1
        if operation == "UpdateItem":
            if not self.rings:
                raise ClientError({"Error": {"Code": "ConditionalCheckFailedException"}}, operation)
            return {"Attributes": asked["Key"]}
        if operation == "GetItem":
            return {"Item": asked["Key"] | {"connection_id": {"S": "c5f0d2a7e9b31"}}}
        if operation == "GetSecretValue":
            return {"SecretString": json.dumps({"webhook_verifier_token": TOKEN})}
        return {"MessageId": "1", "MD5OfMessageBody": ""}


def change(number: int, realm: int) -> dict[str, Any]:
    """Make one change as a CloudEvent."""
    return {
        "specversion": "1.0",
        "id": f"0f8fad5b-d9cb-469f-a165-{number:012}",
        "source": "intuit.dsnBgbseACLLRZNxo2dfc4evmEJdxde58xeeYcZliOU=",
        "type": "qbo.invoice.updated.v1",
        "datacontenttype": "application/json",
        "time": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}517Z",
        "intuitentityid": str(number),
        "intuitaccountid": str(REALM + realm),
        "data": {},
    }


def post(events: int, realms: int, numbers: "count[int]") -> dict[str, Any]:
    """Make the event of a signed post."""
    return signed([change(next(numbers), number % realms) for number in range(events)])


def signed(changes: list[dict[str, Any]]) -> dict[str, Any]:
    """Make the event of a post of some changes."""
    body = json.dumps(changes)
    signature = sign(TOKEN.encode(), body.encode()).decode()
    headers = {"content-type": "application/json; charset=utf-8", SIGNATURE_HEADER: signature}
    http = {"method": "POST", "path": "/webhooks/quickbooks"}
    return {
        "version": "2.0",
        "headers": headers,
        "requestContext": {"http": http},
        "body": body,
        "isBase64Encoded": False,
    }


def per_second(work: Callable[[dict[str, Any]], object], posts: list[dict[str, Any]]) -> float:
    """Return how many posts a second of processor time are worked on, the best of some rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.process_time()
        for one in posts:
            work(one)
        best = min(best, time.process_time() - began)
    return len(posts) / best


def bare(request: dict[str, Any]) -> object:
    """Do the least that any receiver must: the signature of the body, and its JSON."""
    body = request["body"].encode()
    hmac.compare_digest(hmac.digest(TOKEN.encode(), body, "sha256"), b"x" * 32)
    return json.loads(body)


def main() -> int:
    """Measure and print; returns the exit code."""
    os.environ |= ENVIRONMENT
    aws = Aws()
    BaseClient._make_api_call = aws.call  # type: ignore[attr-defined]
    for place in logger._logger.handlers:
        place.setStream(StringIO())  # type: ignore[attr-defined]
    from functions.receive_quickbooks_change.app import handler  # noqa: PLC0415 - needs the above

    context, missed = Context(), False

    def receive(request: dict[str, Any]) -> None:
        if handler(request, context)["statusCode"] != 200:  # noqa: PLR2004
            raise RuntimeError("a post was not accepted")

    for claim, events, realms, rings, decides in (
        ("one change, which rings", 1, 1, True, True),
        ("one change, while a message is hidden", 1, 1, False, True),
        ("ten changes of one company, which ring", 10, 1, True, True),
        ("thirty changes of ten companies, which ring", 30, 10, True, False),
    ):
        aws.rings = rings
        numbers = count(1)
        posts = [post(events, realms, numbers) for _ in range(POSTS // realms)]
        receive(posts[0])
        rate, least = per_second(receive, posts), per_second(bare, posts)
        met = rate >= LEAST_RATE
        missed |= decides and not met
        mark = ("ok" if met else "MISS") if decides else ""
        sys.stdout.write(
            f"{mark:4}  {claim:46} {rate:8,.0f} posts/s  (limit {LEAST_RATE:,}); "
            f"{rate / least:.3f} of bare hmac + json.loads ({least:,.0f}/s)\n"
            if decides
            else f"      {claim:46} {rate:8,.0f} posts/s = {rate * realms:,.0f} companies/s; "
            f"{rate / least:.3f} of bare hmac + json.loads ({least:,.0f}/s)\n"
        )
    sys.stdout.write(f"      calls that AWS would have had: {aws.calls}\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
