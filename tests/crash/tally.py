"""Adds up the cases of all test processes and prints them as tables."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from tests.crash.verdict import Verdict

CASE, MUTATED, HISTORIES = "crash case", "mutated case", "histories"


@dataclass(frozen=True)
class Tally:
    """Notes cases on the report of a test, which finds its way through all processes."""

    note: Callable[[str, object], None]

    def case(self, flow: str, fault: str, verdict: Verdict) -> Verdict:
        """Note one case of the matrix."""
        self.note(CASE, {"flow": flow, "fault": fault, **asdict(verdict)})
        return verdict

    def mutated(self, mutation: str, flow: str, fault: str, verdict: Verdict) -> Verdict:
        """Note one case that ran with a protective step taken out."""
        told = {"mutation": mutation, "flow": flow, "fault": fault, "good": verdict.good}
        self.note(MUTATED, told)
        return verdict


def summary(properties: Iterable[tuple[str, Any]]) -> Iterator[str]:
    """Yield the lines to print; none when nothing was noted."""
    told = list(properties)
    cases = [value for name, value in told if name == CASE]
    mutated = [value for name, value in told if name == MUTATED]
    for direction in ("push_", "pull_"):
        if of := [case for case in cases if case["flow"].startswith(direction)]:
            yield from _table(of)
            yield f"{direction[:-1]}: {_totals(of)}"
    for told_of in (value for name, value in told if name == HISTORIES):
        yield f"{told_of['histories']} random histories of {told_of['steps']} steps: no violation"
        deeds = {one: told_of[one] for one in told_of if one not in {"histories", "steps"}}
        yield ", ".join(f"{one} {often}" for one, often in sorted(deeds.items()))
    for mutation in dict.fromkeys(case["mutation"] for case in mutated):
        of = [case for case in mutated if case["mutation"] == mutation]
        failed = sum(not case["good"] for case in of)
        yield f"without {mutation}: {failed} of {len(of)} cases fail"


def _table(cases: list[dict[str, Any]]) -> Iterator[str]:
    """Yield cases by fault (down) and flow (across)."""
    counted = Counter((case["fault"], case["flow"]) for case in cases)
    flows = list(dict.fromkeys(case["flow"] for case in cases))
    faults = sorted({case["fault"] for case in cases})
    short = [flow.partition("_")[2].replace("_", " ") for flow in flows]
    width = max(len(fault) for fault in faults)
    yield "  ".join([" " * width, *(f"{name:>9.9}" for name in short), "      all"])
    for fault in faults:
        row = [counted[fault, flow] for flow in flows]
        cells = [f"{number or '-':>9}" for number in row]
        yield "  ".join([f"{fault:{width}}", *cells, f"{sum(row):>9}"])
    row = [sum(counted[fault, flow] for fault in faults) for flow in flows]
    yield "  ".join([f"{'all':{width}}", *(f"{number:>9}" for number in row), f"{sum(row):>9}"])


def _totals(cases: list[dict[str, Any]]) -> str:
    """Say what the checks of all cases counted."""
    added = {name: sum(case[name] for case in cases) for name in asdict(Verdict())}
    words = ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in added.items())
    return f"{len(cases)} cases: {words}"
