"""Which failures of a service of AWS pass, so that the same call may succeed later."""

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NotReached

SERVER_ERROR = 500
PASSING = frozenset(
    {
        "KMSInternalException",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
"""The codes with which services say that it was too much; botocore has tried again by then."""


def passes(error: BotoCoreError | ClientError) -> bool:
    """Tell whether a failure passes: no answer, too many calls, or the service itself failed."""
    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        code = error.response.get("Error", {}).get("Code", "")
        return status >= SERVER_ERROR or code in PASSING
    return isinstance(error, (NotReached, HTTPClientError))
