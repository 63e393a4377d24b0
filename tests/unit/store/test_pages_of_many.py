"""However many records there are, a page of them takes as few calls of the table."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from pynamodb.signals import pre_dynamodb_send

from connector.model.outcomes import About, Outcome, RecordOutcome
from connector.model.tracking.tracked import Sought, TrackedPage
from connector.store.tracking import changes, months, tracked

ROOT = Path(__file__).parents[3]
FLOW = "push_invoices"
NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)
OF_MONTH, IN_A_CALL = 30, 10


def told(number: int, day: date | None) -> RecordOutcome:
    return RecordOutcome(
        run_id="r1",
        flow=FLOW,
        record_id=f"{number:06d}",
        outcome=Outcome.CREATED,
        label=f"invoice {number}",
        about=About(number=f"N{number}", customer=f"C{number}", day=day),
        worth=Decimal(7),
    )


@pytest.fixture(params=[True, False], ids=["dated", "undated"])
def long_month(
    request: pytest.FixtureRequest, table: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Records of one month, or of none, of which a call of the table holds a third."""
    monkeypatch.setattr(changes, "TOGETHER", 1)
    monkeypatch.setattr(changes, "WIDELY", 1)
    for number in range(OF_MONTH):
        day = date(2026, 11, 1 + number % 28) if request.param else None
        tracked.note("c1", FLOW, [told(number, day)], now=NOON)
    monkeypatch.setattr(months, "FIRST", 2)
    monkeypatch.setattr(months, "FILLS", IN_A_CALL)


def pages(sought: Sought, *, oldest_first: bool) -> Iterator[TrackedPage]:
    """Yield pages to the end, and fail where there is none."""
    after: str | None = None
    for _ in range(OF_MONTH):
        page = tracked.find("c1", sought, after=after, limit=5, oldest_first=oldest_first)
        yield page
        after = page.next
        if after is None:
            return
    pytest.fail(f"no end after {OF_MONTH} pages: {after}")


@pytest.mark.usefixtures("long_month")
@pytest.mark.parametrize("oldest_first", [False, True])
@pytest.mark.parametrize("amounts", [frozenset[Decimal](), frozenset({Decimal(7)})])
def test_a_month_that_two_calls_do_not_hold_is_read_to_its_end(
    amounts: frozenset[Decimal], *, oldest_first: bool
) -> None:
    found = [*pages(Sought(amounts=amounts), oldest_first=oldest_first)]
    seen = [one.record_id for page in found for one in page.records]
    assert len(seen) == len({*seen}) == OF_MONTH
    assert amounts or found[0].records


@pytest.mark.usefixtures("long_month")
def test_two_calls_look_for_the_records_of_a_page_where_they_reach_another_month() -> None:
    for number in range(OF_MONTH, OF_MONTH + 2):
        tracked.note("c1", FLOW, [told(number, date(2026, 12, 1))], now=NOON)
    calls = list[str]()

    def count(_: object, operation_name: str, **__: object) -> None:
        calls.append(operation_name)

    with pre_dynamodb_send.connected_to(count):
        page = tracked.find("c1", Sought(), after=None, limit=5)
    assert [one.record_id for one in page.records] == ["000031", "000030"]
    assert (calls, page.next is None) == (["Query", "Query", "BatchGetItem"], False)


@pytest.mark.full
@pytest.mark.timeout(3600)
def test_any_page_of_any_view_of_100_000_outcomes_takes_three_calls_at_most() -> None:
    """Minutes: `bench.tracked` follows them all and counts what each kind of page takes."""
    told = subprocess.run(
        [sys.executable, "-m", "bench.tracked"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'layers/connector'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, f"{told.stdout}{told.stderr}"
    assert told.stdout.count("calls of the table") > 20
