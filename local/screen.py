"""What a person sees on the terminal: progress bars per flow, the summary, where to look."""

from collections.abc import Mapping
from itertools import groupby
from typing import Any, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.text import Text

from local.progress import TO_READ, Counts, Look, Outcomes
from local.runtime import Runtime
from local.sample import LOGIN, SECOND_ACCOUNT
from local.watch import Round

ALWAYS = ("created", "updated", "unchanged", "left out", "waiting", "refused")
SELDOM = ("planned", "posted with difference", "linked")
AS_BEFORE = "as before"
"""Read and not changed since the last look: what became of it then still holds, good or bad."""
SAME = "same: unchanged since the last check. The other columns show what happened in this run."
OUTCOMES = (ALWAYS[0], *SELDOM, *ALWAYS[1:], AS_BEFORE)
WRITTEN = ("created", "posted with difference", "updated")
HEADINGS = {"posted with difference": "differ", "left out": "left", AS_BEFORE: "same"}
SHOWN_REMARKS = 4
SHOWN_AS = {"posted": "posted earlier", "settings": "settings saved"}
"""What is looked for beside the flows: what was voided or deleted, what waits for settings."""
SIGNED = "aws:amz:us-east-1:execute-api"


class Bars:
    """A bar for each flow of a run, on a terminal; a context manager."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            TextColumn("  {task.description:<15}"),
            BarColumn(bar_width=20),
            MofNCompleteColumn(),
            TextColumn("{task.fields[told]}"),
            console=console,
            disable=not console.is_terminal,
        )
        self._tasks: dict[str, TaskID] = {}

    def found(self, look: Look) -> None:
        """Show a bar for each flow that has something to do."""
        for flow, counts in look.found.items():
            if look.run_id and counts["changed"]:
                self._tasks[flow] = self._progress.add_task(
                    shown_as(flow), total=counts["changed"], told=""
                )

    def move(self, outcomes: Outcomes) -> None:
        """Move the bars to the outcomes so far."""
        for flow, counts in outcomes.by_flow.items():
            if flow not in self._tasks:
                self._tasks[flow] = self._progress.add_task(shown_as(flow), total=None, told="")
            done = sum(counts.values())
            self._progress.update(self._tasks[flow], completed=done, told=told(counts))

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()


def shown_as(flow: str) -> str:
    """Name a flow on the screen: most flows are pushes, and the line is short."""
    if flow in SHOWN_AS:
        return SHOWN_AS[flow]
    return flow.removeprefix("push_").replace("_", " ")


def told(counts: Counts) -> str:
    """Say counts in words: `3 created, 1 waiting`."""
    return ", ".join(
        f"{counts[name]} {HEADINGS.get(name, name)}" for name in OUTCOMES if counts.get(name)
    )


def rows_of(done: Round) -> dict[str, dict[str, int]]:
    """Count for each flow what was read and what became of it."""
    rows = {}
    for flow in dict.fromkeys([*done.look.found, *done.outcomes.by_flow]):
        found = done.look.found.get(flow, {})
        counts = dict(done.outcomes.by_flow.get(flow, {}))
        rows[flow] = {"read": found.get("read", 0)} | counts
        if found.get("unchanged"):
            rows[flow][AS_BEFORE] = found["unchanged"]
    return rows


def show_round(console: Console, done: Round, calls: Counts) -> None:
    """Show the summary of a round."""
    rows = rows_of(done)
    for line in _table(rows):
        console.print(line, soft_wrap=True)
    if any(AS_BEFORE in counts for counts in rows.values()):
        console.print(f"\n{SAME}", soft_wrap=True)
    console.print(
        f"\n{_headline(done)} QuickBooks: {calls['metered']} reads, {calls['free']} writes. "
        f"{done.seconds:.1f} s."
    )
    problems = [it["problem"] for it in done.look.found.values() if it.get("problem")]
    for problem in [*problems, *done.failures]:
        console.print(Text(problem, style="red"))
    _show_remarks(console, done.outcomes)
    _show_left_out(console, done.outcomes)


def _headline(done: Round) -> str:
    if not done.look.run_id:
        return (
            "Nothing new on either side, so no run was started. Records that were left "
            "out, waiting, or refused still are."
        )
    here, there = _written(done, pulls=True), _written(done, pulls=False)
    return f"Run {done.look.run_id}: {there} records written to QuickBooks, {here} to MobiWork."


def _written(done: Round, *, pulls: bool) -> int:
    flows = done.outcomes.by_flow.items()
    chosen = [counts for flow, counts in flows if flow.startswith("pull_") is pulls]
    return sum(counts.get(name, 0) for counts in chosen for name in WRITTEN)


def _table(rows: Mapping[str, Counts]) -> list[Text]:
    """Return the lines of a table as wide as its words are: no narrow screen cuts a heading."""
    seen = {name for counts in rows.values() for name, count in counts.items() if count}
    shown = ["read", *(name for name in OUTCOMES if name in ALWAYS or name in seen)]
    headings = [HEADINGS.get(name, name) for name in shown]
    first = max(len(shown_as(flow)) for flow in ("flow", *rows))
    lines = [Text(f"{'flow':<{first}} {' '.join(headings)}", style="bold")]
    for flow, counts in rows.items():
        line = Text(f"{shown_as(flow):<{first}}")
        for name, heading in zip(shown, headings, strict=True):
            count = counts.get(name, 0)
            line.append(f" {count:>{len(heading)}}", style="" if count else "dim")
        lines.append(line)
    return lines


def _show_remarks(console: Console, outcomes: Outcomes) -> None:
    found = sorted(outcomes.remarks, key=lambda one: (TO_READ.index(one.outcome), one.flow))
    for (outcome, flow), group in groupby(found, key=lambda one: (one.outcome, one.flow)):
        labels: dict[str, list[str]] = {}
        for remark in group:
            labels.setdefault(remark.note, []).append(remark.label)
        console.print(f"\n{flow}, {outcome}:")
        for note, of in list(labels.items())[:SHOWN_REMARKS]:
            more = f" and {len(of) - 1} more" if len(of) > 1 else ""
            _say(console, f"  {of[0]}{more}: {note}")
        if len(labels) > SHOWN_REMARKS:
            console.print(f"  and {sum(map(len, list(labels.values())[SHOWN_REMARKS:]))} more")


def _say(console: Console, words: str) -> None:
    """Say something, wrapped where a person reads it and in one line where a file keeps it."""
    console.print(Text(words), soft_wrap=not console.is_terminal)


def _show_left_out(console: Console, outcomes: Outcomes) -> None:
    for flow, group in groupby(outcomes.left_out, key=lambda one: one.flow):
        console.print(f"\n{flow}, left out:")
        for one in group:
            worth = "" if one.worth is None else f" ({one.worth:,.2f})"
            _say(console, f"  {one.count}{worth}: {one.reason}")


def show_places(console: Console, runtime: Runtime, connection_id: str) -> None:
    """Show where to look further, and how to ask the API."""
    api = runtime.outputs["ApiUrl"]
    places: dict[str, Any] = {
        "Console": f"{runtime.outputs['ConsoleUrl']} (one-click sign-in)",
        "QuickBooks": f"{runtime.quickbooks}/_sim/ (books, journal, counters, switches)",
        "MobiWork": f"{runtime.mobiwork}/_sim/",
        "AWS services": f"{runtime.emulator.endpoint} (endpoint for the AWS CLI)",
        "API": api,
        "to connect": f"client id {LOGIN['mobiwork_client_id']}, API login id "
        f"{LOGIN['mobiwork_login_id']}, password {LOGIN['mobiwork_password']} (MobiWork's)",
        "a second one": f"client id {SECOND_ACCOUNT}, same login; choose Sandbox Company_US_2",
        "logs": runtime.folder.logs,
        "state": f"{runtime.folder.path} (kept for the next run; --fresh clears it)",
    }
    for name, place in places.items():
        console.print(Text(f"  {name:<13}{place}"))
    console.print("\nThe review, for example:")
    asked = f"{api}/connections/{connection_id}/review?format=text"
    console.print(Text(f"  curl --user local:local --aws-sigv4 {SIGNED} '{asked}'"))
