"""The digest: what needs a person, and what was posted, in a message of a few lines."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from connector.model.outcomes import Sum

MOST_LINES = 12
MONDAY = 0
DAY = timedelta(days=1)
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class NeedsSomebody:
    """What records do not go on for: the words of the cause, how many, and what they come to.

    fresh: how many of them do not go on since the digest before.
    title: of the cause, as the worklist has it.
    found: how many, with their sum in dollars.
    """

    title: str
    found: Sum
    fresh: int


@dataclass(frozen=True)
class Digest:
    """What one digest tells of one connection.

    company: the QuickBooks company.
    broken: why the connection itself needs a person, None if it works.
    needed: what records do not go on for, the most money first.
    posted: what was written in QuickBooks and MobiWork since the digest before.
    console: where it can be seen and mended.
    """

    company: str
    broken: str | None
    needed: tuple[NeedsSomebody, ...]
    posted: Sum
    console: str

    @property
    def needs_somebody(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.broken or self.needed)

    @property
    def is_news(self) -> bool:
        """Whether it tells anything that the digest before did not."""
        return bool(self.broken or self.posted.count or any(one.fresh for one in self.needed))

    @property
    def subject(self) -> str:
        """The subject of the message."""
        if self.broken:
            return f"{self.company}: the connection needs you"
        count = sum(one.found.count for one in self.needed)
        if count:
            return f"{self.company}: {count:,} record{'s' * (count != 1)} need you"
        return f"{self.company}: everything is posted"

    @property
    def text(self) -> str:
        """The message as plain text; numbers, names and sums only."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        if self.broken:
            yield f"The connection of {self.company} does not work: {self.broken}"
            yield ""
        yield f"Posted since the last digest: {_told(self.posted)}."
        if self.needed:
            yield ""
            yield "What does not go on:"
            for one in self.needed[:MOST_LINES]:
                fresh = f", {one.fresh:,} new" if one.fresh else ""
                yield f"- {one.title}: {_told(one.found)}{fresh}"
            if more := len(self.needed) - MOST_LINES:
                yield from [f"- and {more} more causes"] * (more > 0)
        yield ""
        yield f"See it and mend it: {self.console}"


def due_since(now: datetime, *, every: str, hour: int, zone: ZoneInfo) -> datetime | None:
    """Return the moment for which a digest is due last; None if none is ever sent.

    every: `daily`, `weekly` (on Mondays) or `off`; hour: of the day there.
    """
    if every == "off":
        return None
    there = now.astimezone(zone)
    due = there.replace(hour=hour, minute=0, second=0, microsecond=0)
    if due > there:
        due -= DAY
    if every == "weekly":
        due -= DAY * ((due.weekday() - MONDAY) % 7)
    return due


def add(sums: Sequence[Sum]) -> Sum:
    """Add sums up."""
    known = [one.worth for one in sums if one.worth is not None]
    return Sum(sum(one.count for one in sums), sum(known, Decimal(0)) if known else None)


def _told(found: Sum) -> str:
    worth = "" if found.worth is None else f", ${found.worth:,.2f}"
    return f"{found.count:,} record{'s' * (found.count != 1)}{worth}"
