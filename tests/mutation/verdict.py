"""What became of the mutants, and which of them live that nobody has argued for."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.stats import status_by_exit_code

from tests.mutation.argued import is_of_kind, kept

KILLED = ("killed", "timeout", "segfault", "caught by type check", "suspicious")


@dataclass(frozen=True)
class Survivor:
    """A mutant that no test noticed: in which function, and what it changes."""

    where: str
    change: str


@dataclass
class Verdict:
    """How many mutants ended how, and those that live."""

    counts: Counter[str] = field(default_factory=Counter)
    survivors: list[Survivor] = field(default_factory=list)

    def new(self) -> list[Survivor]:
        """Return those that are not in the kept list, and of no kind that is no fault anywhere."""
        known = {(one["where"], one["change"]) for one in kept("survivor")}
        kinds = [(one["before"], one["after"]) for one in kept("kind")]
        return [
            one
            for one in self.survivors
            if (one.where, one.change) not in known
            and not any(is_of_kind(one.change, *kind) for kind in kinds)
        ]


def read(folder: Path) -> Verdict:
    """Read what mutmut noted in a folder; it must be the working directory."""
    verdict = Verdict()
    for meta in sorted((folder / "mutants").rglob("*.meta")):
        path = meta.relative_to(folder / "mutants").with_suffix("")
        there = meta.with_suffix("").read_text()
        for key, code in json.loads(meta.read_text())["exit_code_by_key"].items():
            own = key.rpartition(".")[2]
            if f"def {own}(" not in there and f"def {own}[" not in there:
                continue  # Its function is gone since an earlier trial.
            status = status_by_exit_code[code]
            verdict.counts[status] += 1
            if status not in KILLED:
                where = f"{path.relative_to('src/connector')} {key.rpartition('.')[2]}"
                verdict.survivors.append(Survivor(where.rpartition("__mutmut_")[0], _change(key)))
    return verdict


def _change(key: str) -> str:
    lines = get_diff_for_mutant(key).splitlines()[2:]
    return "\n".join(_changed(lines))


def _changed(lines: list[str]) -> Iterator[str]:
    for line in lines:
        if line[:1] in {"-", "+"}:
            yield f"{line[0]} {line[1:].strip()}"
