import re
from collections.abc import Iterator

import pytest

from connector.errors import AnswerTooLargeError, ConnectorError, QueryFailedError, RemoteDownError
from connector.model.body import Json
from connector.quickbooks.reading.by_ids import read_by_ids

IDS = [str(one) for one in range(1, 51)]


class Rows:
    """Records 1 to 49 of QuickBooks, of which it fails on some."""

    def __init__(self, *bad: str, error: ConnectorError | None = None) -> None:
        self.bad, self.error = bad, error or QueryFailedError("QuickBooks had an internal error.")
        self.calls = 0

    def query(self, statement: str) -> Iterator[Json]:
        """Yield what a statement names."""
        self.calls += 1
        wanted = re.findall(r"'(\d+)'", statement)
        if {*wanted} & {*self.bad}:
            raise self.error
        yield from ({"Id": one} for one in wanted if one != "50")


def test_what_can_be_read_together_takes_one_call() -> None:
    rows = Rows()
    found = read_by_ids(rows.query, "Customer", IDS)
    assert ([*found.rows], found.unread, rows.calls) == (IDS[:-1], {}, 1)


@pytest.mark.case("X8a")
@pytest.mark.parametrize("error", [QueryFailedError("Failed."), AnswerTooLargeError("Too large.")])
@pytest.mark.parametrize("bad", [["1"], ["25"], ["50"], ["7", "8"], ["1", "49"]])
def test_those_that_cannot_be_read_are_told_and_all_others_read(
    bad: list[str], error: ConnectorError
) -> None:
    rows = Rows(*bad, error=error)
    found = read_by_ids(rows.query, "Customer", IDS)
    assert {*found.rows} == {*IDS[:-1]} - {*bad}
    assert found.unread == dict.fromkeys(bad, error)
    assert rows.calls <= 12 * len(bad) + 1


@pytest.mark.parametrize("error", [QueryFailedError("Failed."), RemoteDownError("Down.")])
def test_where_nothing_can_be_read_quickbooks_fails(error: ConnectorError) -> None:
    with pytest.raises(type(error)):
        read_by_ids(Rows(*IDS, error=error).query, "Customer", IDS)
