"""Run one unmodified handler as AWS Lambda does: the loop over the Lambda Runtime API.

Started by the bootstrap of each local function as a script of its own, so that nothing of the
laptop runtime is importable from a handler. Only the standard library is used, because the official
runtime client has no build for macOS and Windows.
"""

import http.client
import importlib
import json
import os
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NoReturn

PREFIX = "/2018-06-01/runtime"
Handler = Callable[[Any, "Context"], Any]


class Stopped(Exception):  # noqa: N818 - not an error: the normal end of a function's process
    """There will be no further invocation."""


class Context:
    """What a handler is told about its invocation."""

    identity = None
    client_context = None

    def __init__(self, headers: http.client.HTTPMessage) -> None:
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = int(os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"])
        self.log_group_name = f"/aws/lambda/{self.function_name}"
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self._deadline_ms = int(headers["Lambda-Runtime-Deadline-Ms"])

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the invocation is stopped."""
        return max(0, self._deadline_ms - int(time.time() * 1000))


class RuntimeApi:
    """The service that hands out invocations and takes their results."""

    def __init__(self, address: str) -> None:
        self._connection = http.client.HTTPConnection(address)

    def next(self) -> tuple[bytes, http.client.HTTPMessage]:
        """Wait for the next invocation; returns its event and headers.

        Raises:
            Stopped: the service is gone, as when the emulator stops.
        """
        try:
            answer = self._call("GET", "/invocation/next")
        except (http.client.HTTPException, ConnectionError) as error:
            raise Stopped from error
        if answer.status != http.client.OK:
            raise Stopped
        return answer.read(), answer.headers

    def post(self, path: str, body: object) -> None:
        """Send a result or an error."""
        self._call("POST", path, json.dumps(body).encode()).read()

    def _call(self, method: str, path: str, body: bytes | None = None) -> http.client.HTTPResponse:
        self._connection.request(method, PREFIX + path, body)
        return self._connection.getresponse()


def error_report(error: BaseException) -> dict[str, object]:
    """Describe an exception as Lambda does; `errorType` is the bare class name."""
    return {
        "errorMessage": str(error),
        "errorType": type(error).__name__,
        "stackTrace": traceback.format_tb(error.__traceback__),
    }


def load(name: str) -> Handler:
    """Import the handler named `module.function`."""
    module, _, function = name.rpartition(".")
    handler: Handler = getattr(importlib.import_module(module), function)
    return handler


def invoke(handler: Handler, event: bytes, context: Context) -> tuple[str, object]:
    """Call the handler; returns which path its result goes to, and the result."""
    try:
        result = handler(json.loads(event), context)
        json.dumps(result)
    except Exception as error:
        traceback.print_exc()
        return "error", error_report(error)
    return "response", result


def serve(api: RuntimeApi, handler: Handler, invocation_ended: Callable[[str], None]) -> NoReturn:
    """Answer invocations until the process is stopped."""
    while True:
        event, headers = api.next()
        context = Context(headers)
        kind, body = invoke(handler, event, context)
        sys.stdout.flush()
        invocation_ended(context.aws_request_id)
        api.post(f"/invocation/{context.aws_request_id}/{kind}", body)


def main() -> None:
    """Load the handler and serve; the emulator reads file descriptor 3 for the end of each call."""
    api = RuntimeApi(os.environ["AWS_LAMBDA_RUNTIME_API"])
    try:
        handler = load(os.environ["_HANDLER"])
    except Exception as error:
        traceback.print_exc()
        api.post("/init/error", error_report(error))
        sys.exit(1)
    with os.fdopen(3, "w", buffering=1) as emulator_log, suppress(Stopped):
        serve(api, handler, lambda request: print(f"END {request}", file=emulator_log))


if __name__ == "__main__":
    main()
