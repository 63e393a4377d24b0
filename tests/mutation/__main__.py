"""Mutation testing by mutmut, room by room; fails where a mutant lives that nobody argued for."""

import os
import sys
from pathlib import Path
from time import monotonic

from mutmut.configuration import reset_config

from tests.mutation import verdict
from tests.mutation.rooms import ROOMS
from tests.mutation.workshop import ROOT, mutate, prepare


def main(names: list[str]) -> int:
    """Mutate rooms and print what became of it; return how many new survivors there are.

    A name stands for a room, or for all whose names begin with it and a dash; none for all.
    """
    new = 0
    for name in [one for asked in names for one in _rooms(asked)] if names else ROOMS:
        folder, since = ROOT / ".mutants" / name, monotonic()
        prepare(folder, ROOMS[name])
        mutate(folder, workers=1)
        new += _tell(name, folder, monotonic() - since)
    return new


def _rooms(asked: str) -> list[str]:
    found = [name for name in ROOMS if name == asked or name.startswith(f"{asked}-")]
    return found or sys.exit(f"There is no room {asked}, but {', '.join(ROOMS)}.")


def _tell(name: str, folder: Path, seconds: float) -> int:
    os.chdir(folder)
    reset_config()  # Else the files of the room before are looked through for its mutants.
    found = verdict.read(folder)
    os.chdir(ROOT)
    told = ", ".join(f"{status} {number}" for status, number in found.counts.most_common())
    sys.stdout.write(f"{name}: {found.counts.total()} mutants in {seconds:.0f} s: {told}\n")
    for one in found.new():
        sys.stdout.write(f"NEW {one.where}\n{one.change}\n")
    return len(found.new())


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1:]) else 0)
