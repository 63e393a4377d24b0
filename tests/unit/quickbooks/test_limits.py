import pytest
import responses

from connector.answers import TooLongError
from connector.errors import RemoteDownError, UnreadableAnswerError
from connector.quickbooks.transport import no_answer
from tests.unit.quickbooks.calls import failure
from tests.unit.quickbooks.parts import COMPANY, Company


@pytest.mark.case("R9")
@responses.activate
def test_an_answer_that_is_too_large_fails_and_says_so() -> None:
    responses.post(f"{COMPANY}/customer", body=b" " * 26_000_000)
    error = failure(Company())
    assert isinstance(error, UnreadableAnswerError)
    assert (error.unknown_outcome, str(error)) == (
        True,
        "The answer of QuickBooks is too large to be read: it has more than 25 MB.",
    )


@pytest.mark.case("X16")
@pytest.mark.parametrize("write", [True, False])
def test_an_answer_that_takes_too_long_as_a_whole_says_so(*, write: bool) -> None:
    error = no_answer(TooLongError("late"), name="QuickBooks", write=write)
    assert isinstance(error, RemoteDownError)
    assert (error.unknown_outcome, str(error)) == (
        write,
        "The answer of QuickBooks did not end within 120 seconds.",
    )
