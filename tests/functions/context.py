"""What Lambda hands to a handler beside the event."""

from aws_lambda_powertools.utilities.typing import LambdaContext


class Context(LambdaContext):
    """A context with time left."""

    def __init__(self, milliseconds: int = 300_000) -> None:
        self._function_name = "function"
        self._memory_limit_in_mb = 512
        self._invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:function"
        self._aws_request_id = "6f1ef5a2-91f5-4cf1-a6a4-0f0a5a3b8d2c"
        self._milliseconds = milliseconds

    def get_remaining_time_in_millis(self) -> int:  # type: ignore[override]
        return self._milliseconds
