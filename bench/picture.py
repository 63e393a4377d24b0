"""Draws time and cost against size from `figures.json`, as `docs/images/first-load.svg`.

A first load by the connector, beside what the limits of QuickBooks allow and beside loops over
python-quickbooks; both axes grow tenfold from mark to mark. Points were measured, lines go on from
them: a loop takes as long for each record, however many.
"""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from math import log10
from pathlib import Path
from typing import Any, NamedTuple

FIGURES = Path(__file__).with_name("figures.json")
PICTURE = Path(__file__).parents[1] / "docs" / "images" / "first-load.svg"
WIDTH, HEIGHT, PLOT_WIDTH, PLOT_HEIGHT, TOP = 900, 430, 320, 260, 70
SMALLEST, LARGEST = 10, 100_000
INK, FAINT = "#22303c", "#d5dbe0"

type Point = tuple[float, float]


class Drawn(NamedTuple):
    """One line of a panel: its name, look, where it goes, and what was measured of it."""

    name: str
    colour: str
    dashes: str
    width: int
    at: Callable[[float], float]
    measured: Sequence[Point] = ()


class Panel(NamedTuple):
    """One of the two pictures: where it begins, its words, and the bounds of what it shows."""

    left: int
    title: str
    unit: str
    lowest: float
    highest: float

    def place(self, size: float, value: float) -> Point:
        """Return where a point lies."""
        along = _share(size, SMALLEST, LARGEST)
        up = _share(max(value, self.lowest), self.lowest, self.highest)
        return self.left + along * PLOT_WIDTH, TOP + (1 - up) * PLOT_HEIGHT


def _share(value: float, lowest: float, highest: float) -> float:
    return log10(value / lowest) / log10(highest / lowest)


def picture(figures: Mapping[str, Any]) -> str:
    """Return the picture as SVG."""
    loops, ours = figures["loops"], [(size, seconds) for size, seconds in figures["ours"]]
    a_minute, share = figures["limit a minute"], ours[-1][0] / ours[-1][1]
    time, cost = (
        Panel(80, "Time of a first load", "seconds", 1, 100_000),
        Panel(540, "Metered calls of a first load", "calls", 1, 1_000_000),
    )
    lines = [
        Drawn("floor", "#c3ccd4", "", 8, lambda size: size * 60 / a_minute),
        Drawn("connector", "#0b6e4f", "", 2, lambda size: size / share, ours),
        *_loops(loops, "seconds"),
    ]
    calls = [
        Drawn("connector", "#0b6e4f", "", 2, lambda _: figures["our metered calls"]),
        *_loops(loops, "metered"),
    ]
    body = [*_panel(time, lines), *_panel(cost, calls), *_legend(lines)]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
            f'font-family="sans-serif" font-size="12" fill="{INK}">',
            f"<title>Time and metered calls of a first load against its size ({figures['date']})"
            "</title>",
            '<rect width="100%" height="100%" fill="#ffffff"/>',
            *body,
            "</svg>\n",
        ]
    )


def _loops(loops: Mapping[str, Any], what: str) -> list[Drawn]:
    def of(name: str, colour: str, dashes: str) -> Drawn:
        each, measured = loops[name][what], loops["records"]
        points = [(measured, measured * each)]
        return Drawn(name, colour, dashes, 2, lambda size: size * each, points)

    return [of("cached", "#b35900", "8 4"), of("naive", "#a3213b", "8 4 2 4")]


def _panel(panel: Panel, lines: Sequence[Drawn]) -> list[str]:
    bottom, right = TOP + PLOT_HEIGHT, panel.left + PLOT_WIDTH
    found = [
        f'<text x="{panel.left}" y="{TOP - 34}" font-size="15" font-weight="bold">'
        f"{panel.title}</text>",
        f'<text x="{panel.left}" y="{TOP - 14}">{panel.unit}</text>',
        f'<text x="{right}" y="{bottom + 36}" text-anchor="end">records</text>',
    ]
    for power in _powers(SMALLEST, LARGEST):
        x, _ = panel.place(power, panel.lowest)
        found += [
            f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{bottom}" stroke="{FAINT}"/>',
            f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{power:,}</text>',
        ]
    for power in _powers(panel.lowest, panel.highest):
        _, y = panel.place(SMALLEST, power)
        found += [
            f'<line x1="{panel.left}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}" stroke="{FAINT}"/>',
            f'<text x="{panel.left - 6}" y="{y + 4:.1f}" text-anchor="end">{power:,}</text>',
        ]
    return found + [part for one in lines for part in _drawn(panel, one)]


def _powers(lowest: float, highest: float) -> list[int]:
    return [10**power for power in range(round(log10(lowest)), round(log10(highest)) + 1)]


def _drawn(panel: Panel, line: Drawn) -> list[str]:
    ends = (panel.place(size, line.at(size)) for size in (SMALLEST, LARGEST))
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in ends)
    dashes = f' stroke-dasharray="{line.dashes}"' if line.dashes else ""
    points = (panel.place(*one) for one in line.measured)
    return [
        f'<polyline points="{path}" fill="none" stroke="{line.colour}" '
        f'stroke-width="{line.width}"{dashes}/>',
        *(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{line.colour}"/>' for x, y in points),
    ]


NAMES = {
    "floor": "500 posts a minute, QuickBooks' limit",
    "connector": "the connector",
    "cached": "a loop that looks for each record first",
    "naive": "a loop that looks for customer and product, too",
}


def _legend(lines: Sequence[Drawn]) -> list[str]:
    found = []
    for at, line in enumerate(lines):
        x, y = 80 + at % 2 * 460, HEIGHT - 32 + at // 2 * 20
        dashes = f' stroke-dasharray="{line.dashes}"' if line.dashes else ""
        found += [
            f'<line x1="{x}" y1="{y - 4}" x2="{x + 34}" y2="{y - 4}" stroke="{line.colour}" '
            f'stroke-width="{line.width}"{dashes}/>',
            f'<text x="{x + 42}" y="{y}">{NAMES[line.name]}</text>',
        ]
    return found


def main() -> int:
    """Draw it anew."""
    PICTURE.write_text(picture(json.loads(FIGURES.read_text())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
