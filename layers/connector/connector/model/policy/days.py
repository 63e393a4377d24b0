"""Which day it is for a company: in its own time zone, never in that of a server."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from connector.model.company import Company
from connector.model.policy.settings import Settings

FIRST_DAY = date(1990, 1, 1)
"""What is dated before is dated by a program that had no date."""
WESTERNMOST = ZoneInfo("America/Los_Angeles")
"""Where nobody says which zone: the last one of the mainland, whose day has begun everywhere."""


def zone_of(settings: Settings, company: Company) -> ZoneInfo:
    """Return a company's time zone: as chosen, else as QuickBooks says (reference 3.4, 6.17)."""
    return known_zone(settings.time_zone) or known_zone(company.time_zone) or WESTERNMOST


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
