"""The budget of metered calls: one line for the app and month, shared fairly by its companies.

Intuit counts reads of all companies of an app together and blocks the app for the rest of the month
once it has made 500,000 (reference 5.2); writes are free. So the companies that read most are first
slowed down, then not read any more; what others need is left to them, and nobody's writes stop.
"""

import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from connector.model.calls import Calls
from connector.model.ids import ConnectionId

LINE = 500_000
"""Metered calls of an app in a month before Intuit blocks it (Builder tier, reference 5.2)."""
SLOW_AT = 0.80
"""Whoever reads most is slowed down so that the forecast of all ends at this part of the line."""
STOP_AT = 0.95
"""Whoever reads most is not read any more so that all together end at this part of the line."""
FULL_AT = 0.98
"""Once all together have made so much of the line nobody is read any more."""
SETTLED = timedelta(days=2)
"""A month is forecast as if it were at least so old: its first hours say little."""
SLOW_EVERY = timedelta(hours=6)
"""How often changes in QuickBooks are read while a company is slowed down."""
MONTH = "%Y-%m"


class Pace(StrEnum):
    """How a company may be read."""

    FULL = "full"
    SLOW = "slow"
    STOPPED = "stopped"


@dataclass(frozen=True)
class CompanyStanding:
    """How one company stands in the month: calls made, metered ones forecast, and its pace.

    calls: those of the month so far.
    pace: how fast it may go on reading.
    """

    calls: Calls
    forecast: int
    pace: Pace


@dataclass(frozen=True)
class Budget:
    """How all companies of the app stand in a month.

    line: metered calls in a month; forecast: of all companies together.
    level: so many metered calls any company may make, more only while others leave them.
    month: as in `2026-11`.
    companies: by connection.
    """

    month: str
    line: int
    forecast: int
    level: int
    companies: Mapping[ConnectionId, CompanyStanding]

    @property
    def metered(self) -> int:
        """Metered calls of all companies so far."""
        return sum(one.calls.metered for one in self.companies.values())

    @property
    def ends(self) -> datetime:
        """When its month ends."""
        return month_after(datetime.strptime(self.month, MONTH).replace(tzinfo=UTC))

    @property
    def percent(self) -> int:
        """The forecast in percent of the line."""
        return round(100 * self.forecast / self.line)

    def pace(self, connection_id: ConnectionId) -> Pace:
        """Return how a company may be read; one that made no calls yet, at full pace."""
        found = self.companies.get(connection_id)
        return found.pace if found else Pace.FULL


def share_out(made: Mapping[ConnectionId, Calls], now: datetime, line: int = LINE) -> Budget:
    """Share the line of a month among the companies of the app, by what they made until `now`.

    Each may make as many calls as it is forecast to as long as all fit in; else those that make
    most are held at one level, and those that stay below it are left alone (max-min fairness). An
    equal share is left to each whatever the others have made, until the line itself is near.
    """
    forecasts = {own: forecast(one.metered, now) for own, one in made.items()}
    used = {own: one.metered for own, one in made.items()}
    equal = line / max(len(made), 1)
    slow = max(_level(used, forecasts, line * SLOW_AT), equal * SLOW_AT)
    stop = max(_level(used, forecasts, line * STOP_AT), equal * STOP_AT)
    full = sum(used.values()) >= line * FULL_AT

    def pace(own: ConnectionId) -> Pace:
        if full or (forecasts[own] > stop and used[own] >= stop):
            return Pace.STOPPED
        return Pace.SLOW if forecasts[own] > slow else Pace.FULL

    return Budget(
        month=f"{now:{MONTH}}",
        line=line,
        forecast=sum(forecasts.values()),
        level=int(min(stop, line)),
        companies={own: CompanyStanding(made[own], forecasts[own], pace(own)) for own in made},
    )


def month_after(now: datetime) -> datetime:
    """Return when the month of a time ends, from when on calls are counted anew."""
    utc = now.astimezone(UTC)
    return datetime(utc.year + utc.month // 12, utc.month % 12 + 1, 1, tzinfo=UTC)


def forecast(metered: int, now: datetime) -> int:
    """Return how many calls a company will have made by the end of the month, going on so."""
    begin = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    end = (begin + timedelta(days=32)).replace(day=1)
    passed = max(now - begin, SETTLED)
    return metered + round(metered * (max(end - now, timedelta(0)) / passed))


def _level(
    used: Mapping[ConnectionId, int], forecasts: Mapping[ConnectionId, int], most: float
) -> float:
    """Return up to which level of calls each company may go so that all together make `most`.

    What was made already counts whatever the level; infinite where all fit in.
    """

    def spent(level: float) -> float:
        return sum(max(used[own], min(one, level)) for own, one in forecasts.items())

    if spent(math.inf) <= most:
        return math.inf
    steps = sorted({0, *used.values(), *forecasts.values()})
    above = bisect_right(steps, most, key=spent)
    if above == 0:
        return 0.0
    low, high = steps[above - 1], steps[above]
    slope = (spent(high) - spent(low)) / (high - low)
    return low + (most - spent(low)) / slope


MADE = "It has used "
"""How it begins what is said of a company's budget."""


def means(standing: CompanyStanding, budget: Budget) -> str:
    """Say what the pace of a company means for those who work with it."""
    used = f"{standing.calls.metered:,} of the {budget.line:,} reads that Intuit allows the app"
    match standing.pace:
        case Pace.FULL:
            return f"{MADE}{used} in {budget.month}. Nothing is slowed down."
        case Pace.SLOW:
            return (
                f"{MADE}{used} in {budget.month}, and all companies combined are on "
                "track to come close to the limit. Changes made in QuickBooks are "
                f"therefore read only every {SLOW_EVERY // timedelta(hours=1)} hours. "
                "Invoices, payments, and everything else go to QuickBooks as usual."
            )
        case Pace.STOPPED:
            return (
                f"{MADE}{used} in {budget.month}, which is its share. QuickBooks is not "
                "read again until the month ends (UTC): changes made there arrive "
                "then, and records that require a read of QuickBooks first have to "
                "wait. Invoices, payments, and everything else that is new still go to "
                "QuickBooks."
            )


def cost(calls: Calls, records: int) -> str:
    """Say what one record of a flow cost in calls, on average."""
    if not records:
        return "Nothing was written."
    named = "It" if records == 1 else f"Each of {records}"
    return (
        f"{named} cost {_each(calls.free, records, 'write')} and "
        f"{_each(calls.metered, records, 'read')}."
    )


def _each(calls: int, records: int, what: str) -> str:
    number = f"{calls / records:.1f}".removesuffix(".0")
    return f"{number} {what}{'' if number == '1' else 's'}"


def total(some: Iterable[Calls]) -> Calls:
    """Add calls up."""
    found = list(some)
    return Calls(metered=sum(one.metered for one in found), free=sum(one.free for one in found))
