from typing import Any

import pytest
import responses

from connector.answers import TooLongError
from connector.errors import AnswerTooLargeError, RemoteDownError, UnreadableAnswerError
from connector.quickbooks.transport import no_answer
from tests.unit.quickbooks.calls import failure
from tests.unit.quickbooks.parts import COMPANY, Company


@pytest.mark.case("R9")
@responses.activate
def test_an_answer_that_is_too_large_fails_and_says_so() -> None:
    responses.post(f"{COMPANY}/customer", body=b" " * 16_100_000)
    error = failure(Company())
    assert isinstance(error, UnreadableAnswerError)
    assert (error.unknown_outcome, str(error)) == (
        True,
        "The answer of QuickBooks is too large to be read: it has more than 16 MB.",
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


LARGE = {"QueryResponse": {"Item": [{"Id": "9", "Description": "x" * 16_100_000}]}}


def _items(*ids: str) -> dict[str, object]:
    return {"QueryResponse": {"Item": [{"Id": one} for one in ids]}, "time": "2026-03-02T08:00:00Z"}


def _statements() -> list[str]:
    """Return from where on how many records were asked for."""
    bodies: list[Any] = [call.request.body for call in responses.calls]
    return [body.decode().partition("POSITION ")[2] for body in bodies]


@pytest.mark.case("R9")
@responses.activate
def test_a_page_that_is_too_large_is_asked_for_in_parts_which_grow_again() -> None:
    company = Company()
    for answer in (LARGE, LARGE, _items("1", "2"), _items("3", "4", "5", "6"), _items("7")):
        responses.post(f"{COMPANY}/query", json=answer)
    found = [row["Id"] for row in company.client.query("SELECT * FROM Item", page_size=20)]
    assert found == ["1", "2", "3", "4", "5", "6", "7"]
    assert _statements() == [
        "1 MAXRESULTS 20",
        "1 MAXRESULTS 5",
        "1 MAXRESULTS 2",
        "3 MAXRESULTS 4",
        "7 MAXRESULTS 8",
    ]


@pytest.mark.case("R9")
@responses.activate
def test_a_record_that_is_too_large_by_itself_is_told_by_its_place() -> None:
    for _ in range(6):
        responses.post(f"{COMPANY}/query", json=LARGE)
    with pytest.raises(AnswerTooLargeError, match="product of QuickBooks at place 1,201 of its"):
        Company().client.page("SELECT * FROM Item", start=1201)
    assert [one.split()[-1] for one in _statements()] == [
        "1000",
        "250",
        "62",
        "15",
        "3",
        "2",
    ]


@pytest.mark.case("R3a")
@pytest.mark.parametrize("fault", [{"code": "10000"}, {"code": "4002"}, {"code": "987654"}])
@responses.activate
def test_a_page_that_quickbooks_fails_on_is_asked_for_in_parts(fault: dict[str, str]) -> None:
    company = Company()
    told = {"Message": "An unexpected error occurred.", **fault}
    failed = {"Fault": {"Error": [told], "type": "SystemFault"}}
    for answer, status in ((failed, 400), (failed, 500), (_items("1", "2"), 200), (_items(), 200)):
        responses.post(f"{COMPANY}/query", json=answer, status=status)
    found = [row["Id"] for row in company.client.query("SELECT * FROM Item", page_size=20)]
    assert found == ["1", "2"]
    assert _statements()[:3] == ["1 MAXRESULTS 20", "1 MAXRESULTS 5", "1 MAXRESULTS 2"]


@pytest.mark.case("R3a")
@responses.activate
def test_an_internal_error_of_a_write_is_an_unknown_outcome_and_none_of_a_query() -> None:
    failed = {"Fault": {"Error": [{"Message": "", "code": "10000"}], "type": "SystemFault"}}
    responses.post(f"{COMPANY}/customer", json=failed, status=400)
    error = failure(Company())
    assert (type(error), error.unknown_outcome) == (RemoteDownError, True)
