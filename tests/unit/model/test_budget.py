"""Many companies that share one line, two hours at a time through a month."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.model.calls import Calls
from connector.model.control.budget import (
    SLOW_EVERY,
    STOP_AT,
    Budget,
    Pace,
    cost,
    forecast,
    means,
    share_out,
)

BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
STEP = timedelta(hours=2)
STEPS = 30 * 12


def through_the_month(
    wanted: dict[str, float], line: int
) -> tuple[dict[str, int], dict[str, list[Pace]]]:
    """Let companies read as often as they want and may; return their reads and their paces.

    wanted: reads an hour. Each also writes; nothing ever asks before a write.
    """
    made = Counter(dict.fromkeys(wanted, 0))
    owed = dict.fromkeys(wanted, 0.0)
    last = dict.fromkeys(wanted, BEGIN)
    paces: dict[str, list[Pace]] = {own: [] for own in wanted}
    for step in range(STEPS):
        now = BEGIN + step * STEP
        budget = share_out({own: Calls(metered=made[own]) for own in wanted}, now, line)
        for own, rate in wanted.items():
            pace = budget.pace(own)
            if not paces[own] or paces[own][-1] is not pace:
                paces[own].append(pace)
            owed[own] += rate * 2
            reads = int(owed[own])
            owed[own] -= reads
            if pace is Pace.STOPPED:
                reads = 0
            elif pace is Pace.SLOW:
                due = now - last[own] >= SLOW_EVERY
                reads = min(reads, 1) if due else 0
            if reads:
                last[own] = now
            made[own] += reads
    return dict(made), paces


@pytest.mark.case("B6")
@settings(max_examples=10, deadline=None)
@given(st.lists(st.floats(0.01, 8), min_size=1, max_size=6))
def test_however_much_companies_read_the_line_is_never_reached(rates: list[float]) -> None:
    line = 8_000
    made, _ = through_the_month({str(own): rate for own, rate in enumerate(rates)}, line)
    assert sum(made.values()) <= line


def test_a_company_that_comes_late_finds_its_share_as_long_as_the_line_is_not_reached() -> None:
    made = {f"old {number}": Calls(metered=1_170) for number in range(8)}
    made["new"] = Calls(metered=300)
    budget = share_out(made, BEGIN + timedelta(days=20), 10_000)
    assert budget.pace("new") is Pace.FULL
    assert {budget.pace(f"old {number}") for number in range(8)} == {Pace.STOPPED}
    made["new"] = Calls(metered=440)
    budget = share_out(made, BEGIN + timedelta(days=20), 10_000)
    assert budget.pace("new") is Pace.STOPPED


def test_who_reads_little_is_neither_slowed_nor_stopped_by_others() -> None:
    wanted = {"small": 1.0, "other small": 1.5, "large": 40.0, "larger": 90.0}
    made, paces = through_the_month(wanted, 10_000)
    assert paces["small"] == paces["other small"] == [Pace.FULL]
    assert (made["small"], made["other small"]) == (720, 1080)
    assert Pace.SLOW in paces["large"]


def test_those_who_read_too_much_end_alike() -> None:
    made, _ = through_the_month({"a": 60.0, "b": 60.0, "c": 30.0}, 10_000)
    assert made["a"] == made["b"]
    assert made["c"] <= made["a"] <= made["c"] * 1.6


def test_everybody_is_slowed_down_before_reading_stops() -> None:
    for wanted in ({"a": 50.0}, {"a": 50.0, "b": 3.0}, {"a": 200.0, "b": 200.0}):
        _, paces = through_the_month(wanted, 5_000)
        for found in paces.values():
            if Pace.STOPPED in found:
                assert found.index(Pace.SLOW) < found.index(Pace.STOPPED)


def test_reading_stops_for_whoever_used_up_its_share_and_for_nobody_else() -> None:
    made = {"burst": Calls(metered=9_600), "small": Calls(metered=10)}
    budget = share_out(made, BEGIN + timedelta(days=10), 10_000)
    assert (budget.pace("burst"), budget.pace("small")) == (Pace.STOPPED, Pace.FULL)
    assert budget.pace("new") is Pace.FULL
    assert budget.level < STOP_AT * 10_000


def test_a_forecast_goes_on_as_until_now() -> None:
    middle = BEGIN + timedelta(days=15)
    assert forecast(300, middle) == 600
    assert forecast(0, middle) == 0
    assert forecast(100, BEGIN) == 100 + 50 * 30
    assert forecast(700, BEGIN + timedelta(days=30) - timedelta(seconds=1)) == 700


def _means(metered: int, others: int, line: int = 10_000) -> str:
    made = {"own": Calls(metered=metered), "other": Calls(metered=others)}
    budget: Budget = share_out(made, BEGIN + timedelta(days=15), line)
    return means(budget.companies["own"], budget)


def test_what_a_pace_means_is_said_with_what_goes_on() -> None:
    assert _means(10, 10).endswith("Nothing is slowed down.")
    assert "only every 6 hours. Invoices, payments, and everything else go" in _means(4_500, 10)
    stopped = _means(9_600, 10)
    assert "is not read again until the month ends" in stopped
    assert "still go to QuickBooks" in stopped


def test_what_a_record_cost_is_said() -> None:
    assert cost(Calls(free=12), 12) == "Each of 12 cost 1 write and 0 reads."
    assert cost(Calls(free=12, metered=3), 10) == "Each of 10 cost 1.2 writes and 0.3 reads."
    assert cost(Calls(metered=3), 0) == "Nothing was written."
