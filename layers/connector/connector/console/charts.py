"""Charts as inline SVG: the places of their lines, worked out on the server."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime

LEFT, RIGHT, TOP, BOTTOM = 70, 630, 15, 190
STEPS = 4
EVERY_DAYS = 7


@dataclass(frozen=True)
class Point:
    """A place in a chart.

    x, y: in units of the drawing, from its upper left corner.
    """

    x: float
    y: float


@dataclass(frozen=True)
class GridLine:
    """A line across the chart, and how many it stands for.

    y: in units of the drawing.
    count: calls.
    """

    y: float
    count: int


@dataclass(frozen=True)
class Tick:
    """A name below the chart.

    x: in units of the drawing.
    name: of a day.
    """

    x: float
    name: str


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """A count that grew until now and goes on so until the end of its month.

    so_far, later: the paths of its lines; now: where they meet.
    limit: how high the line is that it must not reach; None where that is far above.
    lines, days: what stands beside and below the chart.
    """

    so_far: str
    later: str
    now: Point
    limit: float | None
    lines: tuple[GridLine, ...]
    days: tuple[Tick, ...]


def forecast(made: int, expected: int, limit: int, *, now: datetime) -> Forecast:
    """Draw a month: `made` until now, `expected` at its end, and what is allowed."""
    length = monthrange(now.year, now.month)[1]
    most = _round_up(max(expected, made, 1))
    shown_limit = limit <= most * 2
    top = _round_up(max(most, limit)) if shown_limit else most

    def at(day: float, count: float) -> Point:
        wide = LEFT + (RIGHT - LEFT) * day / length
        return Point(round(wide, 1), round(BOTTOM - (BOTTOM - TOP) * count / top, 1))

    passed = now.day - 1 + now.hour / 24
    here, end, begin = at(passed, made), at(length, expected), at(0, 0)
    days = range(1, length + 1, EVERY_DAYS)
    return Forecast(
        so_far=f"M{begin.x} {begin.y} L{here.x} {here.y}",
        later=f"M{here.x} {here.y} L{end.x} {end.y}",
        now=here,
        limit=at(0, limit).y if shown_limit else None,
        lines=tuple(
            GridLine(at(0, top * step / STEPS).y, top * step // STEPS) for step in range(STEPS + 1)
        ),
        days=tuple(Tick(at(day - 0.5, 0).x, f"{now:%b} {day}") for day in days),
    )


def _round_up(count: int) -> int:
    """Return the next count that is easy to read and has quarters."""
    size = int(10 ** (len(str(count)) - 1))
    return next(
        size * one
        for one in (1, 2, 4, 8, 12, 20)
        if size * one >= max(count, STEPS) and size * one % STEPS == 0
    )
