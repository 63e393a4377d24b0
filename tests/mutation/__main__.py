"""Mutation testing by mutmut, room by room; fails where a mutant lives that nobody argued for."""

import os
import sys
from pathlib import Path

from tests.mutation import verdict
from tests.mutation.rooms import ROOMS
from tests.mutation.workshop import ROOT, mutate, prepare


def main(names: list[str]) -> int:
    """Mutate rooms and print what became of it; return how many new survivors there are."""
    new = 0
    for name in names or list(ROOMS):
        folder = ROOT / ".mutants" / name
        prepare(folder, ROOMS[name])
        mutate(folder, workers=1)
        new += _tell(name, folder)
    return new


def _tell(name: str, folder: Path) -> int:
    os.chdir(folder)
    found = verdict.read(folder)
    os.chdir(ROOT)
    told = ", ".join(f"{status} {number}" for status, number in found.counts.most_common())
    sys.stdout.write(f"{name}: {found.counts.total()} mutants: {told}\n")
    for one in found.new():
        sys.stdout.write(f"NEW {one.where}\n{one.change}\n")
    return len(found.new())


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1:]) else 0)
