"""The digest: what needs a person, and what was posted, in a message of a few lines."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from connector.model.ids import kind_in_words
from connector.model.outcomes import Sum, SumOfKind

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
    posted: what was written in QuickBooks and MobiWork since the digest before, by kind.
    console: where it can be seen and mended.
    """

    company: str
    broken: str | None
    needed: tuple[NeedsSomebody, ...]
    posted: tuple[SumOfKind, ...]
    console: str

    @property
    def needs_somebody(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.broken or self.needed)

    @property
    def is_news(self) -> bool:
        """Whether it tells anything that the digest before did not."""
        return bool(self.broken or self.posted or any(one.fresh for one in self.needed))

    @property
    def subject(self) -> str:
        """The subject of the message."""
        if self.broken:
            return f"{self.company}: the connection is not working"
        count = sum(one.found.count for one in self.needed)
        if count:
            are = "record is" if count == 1 else "records are"
            return f"{self.company}: {count:,} {are} on hold"
        return f"{self.company}: everything is posted"

    @property
    def text(self) -> str:
        """The message as plain text; numbers, names and sums only."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        if self.broken:
            yield f"The connection of {self.company} is not working: {self.broken}"
            yield ""
        posted = "; ".join(_of_kind(one) for one in self.posted) or "nothing"
        yield f"Posted since the last digest: {posted}."
        if self.needed:
            yield ""
            yield "On hold:"
            for one in self.needed[:MOST_LINES]:
                fresh = f", {one.fresh:,} new" if one.fresh else ""
                yield f"- {one.title}: {_told(one.found)}{fresh}"
            if more := len(self.needed) - MOST_LINES:
                yield from [f"- and {more} more causes"] * (more > 0)
        yield ""
        yield f"See and fix it: {self.console}"


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


def _of_kind(one: SumOfKind) -> str:
    worth = "" if one.worth is None else f" (${one.worth:,.2f})"
    return f"{kind_in_words(one.flow)}: {one.count:,}{worth}"


def _told(found: Sum) -> str:
    worth = "" if found.worth is None else f", ${found.worth:,.2f}"
    return f"{found.count:,} record{'s' * (found.count != 1)}{worth}"
