"""Measures what importing each handler takes, beside importing boto3 and pydantic alone.

Each import is a process of its own with compiled modules, both sides in turns; processor time. What
a function does at its first event is not in it, nor what it loads only then.
"""

import resource
import sys
from pathlib import Path
from statistics import median
from subprocess import run

from bench.simulator_speed import failed, say

ROOT = Path(__file__).parents[1]
ALONE = "import boto3, pydantic"
USED = "import boto3; from pydantic import BaseModel"
"""The same with pydantic loaded: it loads itself at its first use."""
MOST, MOST_OF_WEBHOOKS = 1.7, 1.4
TURNS = 9


def seconds(code: str) -> float:
    """Return the processor seconds of a new interpreter that runs some code."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run([sys.executable, "-c", code], check=True, cwd=ROOT)  # noqa: S603 - this very interpreter
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def shares(name: str, turns: int) -> list[tuple[float, float]]:
    """Return what a handler takes of importing both libraries, in turns; and of using pydantic."""
    handler = f"import functions.{name}.app"
    seconds(handler)
    taken = [(seconds(ALONE), seconds(USED), seconds(handler)) for _ in range(turns)]
    return [(own / alone, own / used) for alone, used, own in taken]


def main() -> int:
    """Print a line for each handler, or for those that are named."""
    named = sys.argv[1:] or sorted(path.parent.name for path in ROOT.glob("functions/*/app.py"))
    for name in named:
        found = shares(name, TURNS)
        ratios = sorted(alone for alone, _ in found)
        most = MOST_OF_WEBHOOKS if name.startswith("receive_") else MOST
        used = median(used for _, used in found)
        told = (
            f"{median(ratios):.2f} ({ratios[0]:.2f}-{ratios[-1]:.2f}), {used:.2f} once it is used"
        )
        say(f"{name} / boto3 and pydantic", told, met=median(ratios) <= most)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
