"""Which day it is for a company: in its own time zone, never in that of a server."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from connector.model.company import Company
from connector.model.policy.settings import Settings

FIRST_DAY = date(1990, 1, 1)
"""What is dated before is dated by a program that had no date."""
WESTERNMOST = ZoneInfo("America/Los_Angeles")
"""Where nobody says which zone: the last one of the mainland, whose day has begun everywhere."""

EVENING, MORNING, AT_NIGHT = time(20), time(6), 4
"""Between them an idle company is left alone for so many times as long."""


def zone_of(settings: Settings, company: Company | None) -> ZoneInfo:
    """Return a company's time zone: as chosen, else as QuickBooks says (reference 3.4, 6.17)."""
    there = company.time_zone if company else None
    return known_zone(settings.time_zone) or known_zone(there) or WESTERNMOST


def known_zone(name: str | None) -> ZoneInfo | None:
    """Return the zone of a name such as America/New_York, or nothing."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    """Return the calendar day of a moment there."""
    return moment.astimezone(zone).date()


def begin_of(day: date, zone: ZoneInfo) -> datetime:
    """Return the moment at which a day begins there."""
    return datetime.combine(day, time(), tzinfo=zone)


def span_of(
    first: date | None, last: date | None, zone: ZoneInfo
) -> tuple[datetime | None, datetime | None]:
    """Return when some days begin there and when they are over, both days included."""
    until = begin_of(last + timedelta(days=1), zone) if last else None
    return begin_of(first, zone) if first else None, until


def idle_pause(settings: Settings, zone: ZoneInfo, now: datetime) -> timedelta:
    """Return for how long an idle company is left alone at most: longer by night.

    A night's pause ends in the morning, unless that is nearer than a pause by day.
    """
    by_day, there = timedelta(minutes=settings.idle_minutes_between_looks), now.astimezone(zone)
    if MORNING <= there.time() < EVENING:
        return by_day
    morning = datetime.combine(there.date(), MORNING, tzinfo=zone)
    if morning <= there:
        morning = datetime.combine(there.date() + timedelta(days=1), MORNING, tzinfo=zone)
    return max(by_day, min(by_day * AT_NIGHT, morning.astimezone(UTC) - now))
