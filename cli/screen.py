"""What a person sees: tables and bars on a terminal, plain lines with tabs where it is piped."""

import json
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

type Cell = object
SHORT = 20
"""What is not longer is never cut or broken."""


@dataclass(frozen=True)
class Screen:
    """Where answers and remarks go.

    out: for what was asked for; a script reads it.
    remarks: for everything else: progress, hints, errors.
    """

    out: Console = field(default_factory=lambda: Console(highlight=False, soft_wrap=True))
    remarks: Console = field(
        default_factory=lambda: Console(stderr=True, highlight=False, soft_wrap=True)
    )

    def json(self, value: Any) -> None:  # noqa: ANN401 - JSON
        """Print JSON as the API answered it."""
        self.say(json.dumps(value, indent=2, ensure_ascii=False))

    def say(self, text: str = "") -> None:
        """Print a line of the answer as it is: tabs stay tabs."""
        self.out.file.write(f"{text}\n")

    def hint(self, text: str) -> None:
        """Print a remark."""
        self.remarks.print(Text(text, style="dim"))

    def table(self, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
        """Print rows; headings that begin with `#` are of numbers, with `!` of ids.

        Ids and what is short are never cut: the next command may need them. Where there is no row,
        a person is told so.
        """
        names, found = [one.lstrip("#!") for one in headings], [*rows]
        if not found:
            self.hint("None.")
        if not self.out.is_terminal:
            self.say("\t".join(names))
            for row in found:
                self.say("\t".join(_flat(cell) for cell in row))
        elif found:
            self._drawn(names, headings, found)

    def _drawn(
        self, names: Sequence[str], headings: Sequence[str], found: Sequence[Sequence[Cell]]
    ) -> None:
        """Print rows on a terminal."""
        table = Table(box=None, pad_edge=False, header_style="bold")
        for place, (name, heading) in enumerate(zip(names, headings, strict=True)):
            longest = max(len(shown(cell)) for cell in (name, *(row[place] for row in found)))
            whole = heading.startswith(("#", "!")) or longest <= SHORT
            table.add_column(
                name,
                justify="right" if heading.startswith("#") else "left",
                no_wrap=whole,
                min_width=longest if whole else min(longest, SHORT),
                overflow="fold",
            )
        for row in found:
            table.add_row(*(Text(shown(cell)) for cell in row))
        self.out.print(table, soft_wrap=False)

    def bars(self) -> "Bars":
        """Return bars for something that takes long; where nobody looks they are not there."""
        return Bars(self.remarks)


class Bars(AbstractContextManager["Bars"]):
    """One bar for each part of something that takes long."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description:<34}"),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[told]}"),
            TimeElapsedColumn(),
            console=console,
            disable=not console.is_terminal,
            transient=True,
        )
        self._tasks: dict[str, Any] = {}

    def move(self, name: str, *, done: int = 0, of: int | None = None, told: str = "") -> None:
        """Show how far a part has come."""
        if name not in self._tasks:
            self._tasks[name] = self._progress.add_task(name, total=of, told=told)
        self._progress.update(self._tasks[name], completed=done, total=of, told=told)

    def __enter__(self) -> "Bars":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()


def counted(count: int, what: str) -> str:
    """Write how many there are of something."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def money(amount: object) -> str:
    """Write an amount of the API for a person; nothing where there is none."""
    return "" if amount in (None, "") else f"{Decimal(str(amount)):,.2f}"


def kind(flow: str) -> str:
    """Write the name of a flow for a person: `invoices to QuickBooks` for `push_invoices`."""
    verb, _, what = flow.partition("_")
    side = {"push": " to QuickBooks", "pull": " to MobiWork"}.get(verb)
    return f"{what.replace('_', ' ')}{side}" if side else flow.replace("_", " ")


def shown(cell: Cell) -> str:
    """Write a cell of a table; nothing where there is none."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return str(cell)


def moment(text: object) -> str:
    """Write a time of the API for a person: `2026-11-29 18:01`, in UTC as it comes."""
    return str(text or "")[:16].replace("T", " ")


def _flat(cell: Cell) -> str:
    """Write a cell on one line, without tabs of its own."""
    return " ".join(shown(cell).split())
