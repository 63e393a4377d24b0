"""What it takes of the table to tell whether typed documents are beside posted ones, counted."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import batched

import pytest
from botocore.client import BaseClient

from bench.first_pull import KEYS
from bench.record_cost import Bench
from connector.changes.documents import doubled
from connector.engine.stores import DYNAMODB
from connector.entities.books import SaidThere
from connector.model.outcomes import About, Outcome, RecordOutcome
from tests.builders import CONNECTION

NOW = datetime(2026, 11, 29, tzinfo=UTC)
FIRST, DAYS, A_DAY = date(2026, 10, 1), 60, 15
FLOW = "push_invoices"
MOST_CALLS, MOST_ROWS = 6, 22
"""The lists of a month or two, whether they hold all, the counts, and whether there are entries;
nothing is alike."""


def posted(number: int) -> RecordOutcome:
    day = FIRST + timedelta(days=number // A_DAY)
    return RecordOutcome(
        run_id="r1",
        flow=FLOW,
        record_id=str(5_000_000 + number),
        outcome=Outcome.CREATED,
        label=f"invoice {number}",
        quickbooks_id=str(60 + number),
        worth=Decimal(100 + number),
        about=About(number=str(10_000 + number), customer="Ann", day=day),
    )


def typed(amount: str, day: str = "2026-11-05") -> SaidThere:
    return SaidThere(Decimal(amount), Decimal(0), day, "7", "Ann", None)


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, int]]:
    """Return what tells the calls and rows that so many documents take, after 900 were posted."""
    monkeypatch.setattr(BaseClient, "__init__", BaseClient.__init__)
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    table = Bench().table
    for some in batched(map(posted, range(DAYS * A_DAY)), 50, strict=False):
        DYNAMODB.tracked.note(CONNECTION, FLOW, some, now=NOW)

    def counted(*said: SaidThere) -> tuple[int, int]:
        table.calls.clear()
        table.read = 0
        told = {str(9000 + number): one for number, one in enumerate(said)}
        doubled.tell(CONNECTION, "Invoice", told, [], DYNAMODB, NOW)
        return table.calls.total(), table.read

    return counted


@pytest.mark.case("M6k")
def test_what_was_posted_is_read_once_for_all_that_was_typed(
    taken: Callable[..., tuple[int, int]],
) -> None:
    one = taken(typed("1.23"))
    assert one[0] <= MOST_CALLS
    assert one[1] <= MOST_ROWS
    assert taken(*[typed(f"{cents}.01") for cents in range(100)]) == one
    days = [(FIRST + timedelta(days=number % DAYS)).isoformat() for number in range(100)]
    assert taken(*[typed("1.23", day) for day in days]) == one


@pytest.mark.case("M6k")
def test_only_what_comes_to_the_same_is_read_of_what_was_posted(
    taken: Callable[..., tuple[int, int]],
) -> None:
    calls, rows = taken(typed("1.23"))
    number = (date(2026, 11, 5) - FIRST).days * A_DAY
    alike = taken(*[typed(f"{100 + number + more}.00") for more in range(3)])
    assert alike == (calls + 2, rows + 1)  # the three, which lie in one row, and nobody's links
