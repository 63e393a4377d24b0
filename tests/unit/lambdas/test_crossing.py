import json

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError

from connector.api.webhooks import LONGEST_LETTER
from connector.engine.run import Run
from connector.entities.registry import NAMES
from connector.errors import ConnectorError, RecordError, RetriableError
from connector.lambdas.entrypoints import MOST_SAID, public, task
from connector.model.outcomes import Report
from connector.store.trouble import passes
from tests.functions.context import Context

LIMIT = 262_144
"""Bytes that an input of a state machine, and a message of a queue, may have."""
TRACE = 6_000
"""Bytes of a stack trace that Lambda adds, and some more."""
WIDEST = "\U0001f527"
"""A character that JSON and UTF-8 write longest."""


def refused(code: str, status: int = 400) -> ClientError:
    told = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(told, "Any")  # type: ignore[arg-type]


@pytest.mark.case("R8")
@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (refused("ThrottlingException"), True),
        (refused("ProvisionedThroughputExceededException"), True),
        (refused("TooManyRequestsException", 429), True),
        (refused("InternalFailure", 500), True),
        (EndpointConnectionError(endpoint_url="https://kms.us-east-1.amazonaws.com"), True),
        (refused("AccessDeniedException"), False),
        (refused("ValidationException"), False),
        (NoCredentialsError(), False),
    ],
)
def test_a_failure_of_aws_passes_where_it_was_too_much_or_nobody_answered(
    error: ClientError, expected: bool
) -> None:
    assert passes(error) is expected


@pytest.mark.case("R8")
def test_a_table_that_fails_before_the_run_is_known_is_asked_again(process: None) -> None:
    def never(_run: Run) -> Report:
        raise AssertionError

    with pytest.raises(RetriableError, match="The table did not answer"):
        task(never)({"connection_id": "c1", "run_id": "r1"}, Context())


@pytest.mark.parametrize("told", [RecordError, RetriableError])
def test_a_run_of_which_every_flow_fails_at_length_fits_its_input(
    told: type[ConnectorError],
) -> None:
    said = str(public(told(WIDEST * LIMIT)))
    failures = [{"flow": one, "error": told.__name__, "cause": said} for one in NAMES]

    assert len(said) == MOST_SAID
    assert len(json.dumps(failures, ensure_ascii=False).encode()) + TRACE * len(NAMES) < LIMIT


def test_a_webhook_that_is_kept_for_a_person_fits_a_message() -> None:
    letter = {"why": "", "length": LIMIT, "told": WIDEST * LONGEST_LETTER}

    assert len(json.dumps(letter)) + TRACE < LIMIT
