"""Answers with statuses that QuickBooks is not known to give: those of what stands before it."""

from typing import Any

import pytest
import responses

from connector.errors import RateLimitedError, UnreadableAnswerError
from tests.unit.quickbooks.calls import failure
from tests.unit.quickbooks.parts import COMPANY, Company

PAGE = "<html><body>Sign in</body></html>"
SAVED = '{"Customer": {"Id": "1", "SyncToken": "0"}}'


@pytest.mark.case("X7")
@pytest.mark.parametrize(
    ("status", "body"), [(302, PAGE), (302, "{}"), (303, SAVED), (304, ""), (408, PAGE), (423, "")]
)
@responses.activate
def test_what_came_of_a_write_is_not_known_whatever_else_answers(status: int, body: str) -> None:
    responses.post(f"{COMPANY}/customer", status=status, body=body, headers={"Location": "/x"})
    error = failure(Company())
    assert (type(error), error.unknown_outcome) == (UnreadableAnswerError, True)
    assert f"status {status}" in str(error)
    assert len(responses.calls) == 1, "nothing is followed to another place"


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("90", 90),
        ("Mon, 30 Nov 2026 23:01:30 GMT", 90),
        ("Mon, 30 Nov 2026 23:59:59 GMT", 300),
        ("Mon, 30 Nov 2026 22:00:00 GMT", 1),
        ("-5", 60),
        ("soon", 60),
        ("", 60),
    ],
)
@responses.activate
def test_a_rest_is_as_long_as_is_told_within_bounds(told: str, seconds: float) -> None:
    head: dict[str, Any] = {"Retry-After": told, "Date": "Mon, 30 Nov 2026 23:00:00 GMT"}
    responses.post(f"{COMPANY}/customer", status=429, headers=head)
    error = failure(Company())
    assert isinstance(error, RateLimitedError)
    assert error.retry_after == seconds
