"""The simulator's time: the wall clock, an offset that tests may move, and a speed for limits."""

import asyncio
import time
from datetime import UTC, date, datetime
from email.utils import formatdate
from functools import lru_cache
from zoneinfo import ZoneInfo

LONGEST_NAP = 0.05
PACIFIC = ZoneInfo("America/Los_Angeles")


class Clock:
    """Tells the time; `speed` shortens limits and lifetimes, never time stamps."""

    def __init__(self, speed: float = 1.0, offset: float = 0.0) -> None:
        self.speed = speed
        self.offset = offset

    def epoch(self) -> float:
        """Return seconds since 1970, moved by the offset."""
        return time.time() + self.offset

    def now(self) -> datetime:
        """Return the aware UTC time."""
        return datetime.fromtimestamp(self.epoch(), UTC)

    def today(self) -> str:
        """Return the server's current date (US Pacific), the default of TxnDate."""
        return stamp(int(self.epoch()))[:10]

    def scaled(self, seconds: float) -> float:
        """Return how long a limit or lifetime of the real service lasts here."""
        return seconds / self.speed

    async def until(self, moment: float) -> None:
        """Wait until the time has come, which may jump there."""
        while (left := moment - self.epoch()) > 0:
            await asyncio.sleep(min(left, LONGEST_NAP))

    def advance(self, seconds: float) -> None:
        """Let time jump forward: tokens age, windows pass, time stamps move."""
        self.offset += seconds


@lru_cache(maxsize=4096)
def stamp(epoch: int) -> str:
    """Write a time stamp as QuickBooks does: seconds, US Pacific offset."""
    return datetime.fromtimestamp(epoch, PACIFIC).isoformat()


def http_date() -> str:
    """Write the Date header of an answer."""
    return _http_date(int(time.time()))


@lru_cache(maxsize=2)
def _http_date(epoch: int) -> str:
    return formatdate(epoch, usegmt=True)


def stamp_millis(epoch: float) -> str:
    """Write the `time` member of an answer: milliseconds, US Pacific offset."""
    second = int(epoch)
    moment, zone = _halves(second)
    return f"{moment}.{int((epoch - second) * 1000):03}{zone}"


@lru_cache(maxsize=16)
def _halves(epoch: int) -> tuple[str, str]:
    text = stamp(epoch)
    return text[:19], text[19:]


@lru_cache(maxsize=65536)
def epoch_of(text: str, naive_zone: str = "pacific") -> float:
    """Read a time stamp or date as seconds since 1970.

    Raises:
        ValueError: it is no time stamp.
    """
    when = datetime.fromisoformat(text.strip().replace(" ", "+"))
    if when.tzinfo is None:
        when = when.replace(tzinfo=PACIFIC if naive_zone == "pacific" else UTC)
    return when.timestamp()


def day_of(text: str) -> str:
    """Read a date (a zone or a time after it is ignored) as YYYY-MM-DD.

    Raises:
        ValueError: it is no date.
    """
    return date.fromisoformat(text.strip()[:10]).isoformat()
