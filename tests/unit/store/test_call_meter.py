from datetime import UTC, datetime

import pytest
from pynamodb.exceptions import UpdateError

from connector.model.calls import LOOKS, Calls
from connector.store.call_meter import Meter, by_flow, of_app, of_run
from connector.store.table import Item
from tests.counted import read_calls

pytestmark = pytest.mark.usefixtures("table")

MARCH = datetime(2026, 3, 31, 23, 59, tzinfo=UTC)
APRIL = datetime(2026, 4, 1, tzinfo=UTC)


def test_a_month_without_calls_has_none() -> None:
    assert read_calls("hvac", "2026-03") == Calls()


def test_flushed_calls_are_added_up() -> None:
    for _ in range(2):
        meter = Meter("hvac", now=lambda: MARCH)
        meter.count("metered")
        meter.count("free")
        meter.count("free")
        meter.flush()
    assert read_calls("hvac", "2026-03") == Calls(metered=2, free=4)


def test_a_second_flush_adds_nothing() -> None:
    meter = Meter("hvac", now=lambda: MARCH)
    meter.count("metered")
    meter.flush()
    assert (meter.flush(), read_calls("hvac", "2026-03")) == (Calls(), Calls(metered=1))


def test_calls_belong_to_the_month_they_were_made_in() -> None:
    times = iter([MARCH, APRIL, APRIL])
    meter = Meter("hvac", now=lambda: next(times))
    for _ in range(3):
        meter.count("metered")
    meter.flush()
    assert (read_calls("hvac", "2026-03"), read_calls("hvac", "2026-04")) == (
        Calls(metered=1),
        Calls(metered=2),
    )


def test_connections_are_counted_apart() -> None:
    meter = Meter("hvac", now=lambda: MARCH)
    meter.count("metered")
    meter.flush()
    assert read_calls("plumber", "2026-03") == Calls()


def test_calls_are_told_by_company_by_flow_and_by_run() -> None:
    for flow, run_id, owner in (
        ("push_invoices", "r1", "hvac"),
        ("push_invoices", "r1", "hvac"),
        ("push_payments", "r1", "hvac"),
        (LOOKS, None, "hvac"),
        ("push_invoices", "r1", "plumber"),
    ):
        meter = Meter(owner, now=lambda: MARCH)
        meter.count("metered")
        meter.count("free")
        meter.flush(flow=flow, run_id=run_id)
    one, two = Calls(metered=1, free=1), Calls(metered=2, free=2)
    assert of_app("2026-03") == {"hvac": Calls(metered=4, free=4), "plumber": one}
    assert by_flow("hvac", "2026-03") == {"push_invoices": two, "push_payments": one, LOOKS: one}
    assert of_run("hvac", "r1") == {"push_invoices": two, "push_payments": one}
    assert (of_app("2026-04"), by_flow("hvac", "2026-04"), of_run("hvac", "r2")) == ({}, {}, {})


def test_what_is_not_flushed_is_told() -> None:
    meter = Meter("hvac", now=lambda: MARCH)
    meter.count("free")
    assert meter.counted == Calls(free=1)


def test_calls_the_store_refused_stay_counted() -> None:
    meter = Meter("hvac", now=lambda: MARCH)
    meter.count("free")
    Item.delete_table()
    with pytest.raises(UpdateError):
        meter.flush()
    assert meter.counted == Calls(free=1)
