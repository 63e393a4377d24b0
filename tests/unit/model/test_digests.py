from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.model.control.digests import Digest, NeedsSomebody, due_since
from connector.model.outcomes import Sum, SumOfKind

EAST = ZoneInfo("America/New_York")
MOMENTS = st.datetimes(
    datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)
)  # a changing of the clocks included


@given(now=MOMENTS, hour=st.integers(0, 23), every=st.sampled_from(["daily", "weekly"]))
def test_a_digest_is_due_at_the_hour_chosen_and_never_in_the_future(
    now: datetime, hour: int, every: str
) -> None:
    due = due_since(now, every=every, hour=hour, zone=EAST)
    assert due is not None
    assert (due.hour, due <= now) == (hour, True)
    longest = timedelta(days=1 if every == "daily" else 7)
    assert now - due <= longest + timedelta(hours=1)
    assert every == "daily" or due.weekday() == 0


@given(now=MOMENTS, hour=st.integers(0, 23), later=st.integers(0, 23))
def test_within_a_day_it_is_due_for_one_moment_or_the_next(
    now: datetime, hour: int, later: int
) -> None:
    first = due_since(now, every="daily", hour=hour, zone=EAST)
    second = due_since(now + timedelta(hours=later), every="daily", hour=hour, zone=EAST)
    assert first is not None
    assert second is not None
    assert timedelta(0) <= second - first <= timedelta(days=1)


def test_who_wants_none_gets_none() -> None:
    assert due_since(datetime(2026, 3, 2, tzinfo=UTC), every="off", hour=7, zone=EAST) is None


POSTED = (
    SumOfKind("push_invoices", 7, Decimal("4000.00")),
    SumOfKind("push_payments", 4, Decimal("512.00")),
    SumOfKind("push_customers", 1, None),
)


def a_digest(**changes: object) -> Digest:
    told = {
        "company": "Harbor Books",
        "broken": None,
        "needed": (),
        "posted": (),
        "console": "https://connector.test/console",
    }
    return Digest(**(told | changes))  # type: ignore[arg-type]


REFUSED = NeedsSomebody("No payment method Credit Card", Sum(38, Decimal("1204.50")), 3)


def test_it_tells_numbers_and_sums_by_cause() -> None:
    digest = a_digest(needed=(REFUSED,), posted=POSTED)
    assert digest.subject == "Harbor Books: 38 records are on hold"
    assert "- No payment method Credit Card: 38 records, $1,204.50, 3 new" in digest.text
    posted = "invoices: 7 ($4,000.00); payments: 4 ($512.00); customers: 1"
    assert f"Posted since the last digest: {posted}." in digest.text


@pytest.mark.parametrize(
    ("digest", "news"),
    [
        (a_digest(), False),
        (a_digest(needed=(NeedsSomebody("Waits", Sum(2, None), 0),)), False),
        (a_digest(needed=(REFUSED,)), True),
        (a_digest(posted=POSTED), True),
        (a_digest(broken="Intuit no longer knows it."), True),
    ],
)
def test_nothing_is_sent_that_tells_nothing_new(digest: Digest, news: bool) -> None:
    assert digest.is_news is news


def test_however_many_causes_there_are_the_message_stays_short() -> None:
    many = tuple(NeedsSomebody(f"Cause {number}", Sum(1, None), 1) for number in range(100))
    text = a_digest(needed=many).text
    assert "and 88 more causes" in text
    assert len(text.splitlines()) < 20
