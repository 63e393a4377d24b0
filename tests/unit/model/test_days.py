from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from connector.model.policy.days import begin_of, day_of, idle_pause, zone_of
from connector.model.policy.requirements import needs
from tests.builders import a_company, settings

EVENING = datetime(2026, 3, 2, 4, 30, tzinfo=UTC)


@pytest.mark.case("M18d")
@pytest.mark.parametrize(
    ("chosen", "told", "day"),
    [
        ("", "", date(2026, 3, 1)),
        ("", "America/New_York", date(2026, 3, 1)),
        ("Europe/Berlin", "America/New_York", date(2026, 3, 2)),
        ("", "no such zone", date(2026, 3, 1)),
        ("", "../../etc/passwd", date(2026, 3, 1)),
    ],
)
def test_the_day_is_that_of_the_company(chosen: str, told: str, day: date) -> None:
    zone = zone_of(settings(time_zone=chosen), a_company(time_zone=told))
    assert day_of(EVENING, zone) == day


def test_a_time_zone_that_is_none_is_told_when_it_is_chosen() -> None:
    told = needs("push_payments", settings(time_zone="Florida"), a_company())
    assert told == [
        'The setting "Time zone of the company" says "Florida", which is no time zone. Choose one '
        "such as America/New_York, or leave it empty."
    ]


def test_a_day_begins_at_midnight_of_the_company() -> None:
    zone = zone_of(settings(time_zone="America/New_York"), a_company())
    assert begin_of(date(2026, 3, 2), zone).astimezone(UTC) == datetime(2026, 3, 2, 5, tzinfo=UTC)


EAST = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("hour", "minutes", "pause"),
    [
        (9, 60, 60),
        (19, 60, 60),
        (20, 60, 240),
        (3, 60, 180),
        (5, 60, 60),
        (12, 15, 15),
        (23, 15, 60),
        (23, 1440, 1440),
    ],
)
def test_an_idle_company_is_left_alone_for_longer_by_night_but_not_beyond_the_morning(
    hour: int, minutes: int, pause: int
) -> None:
    now = datetime(2026, 3, 3, hour, tzinfo=EAST).astimezone(UTC)
    wanted = settings(idle_minutes_between_looks=minutes)
    assert idle_pause(wanted, EAST, now) == timedelta(minutes=pause)


def test_the_night_in_which_clocks_change_ends_in_the_morning_too() -> None:
    now = datetime(2026, 3, 8, 1, 30, tzinfo=EAST).astimezone(UTC)
    assert now + idle_pause(settings(), EAST, now) == datetime(2026, 3, 8, 6, tzinfo=EAST)
