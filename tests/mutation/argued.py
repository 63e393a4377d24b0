"""What lives and is no fault, each with the argument why: by function and change, or by kind."""

import tomllib
from pathlib import Path

KEPT = Path(__file__).with_name("survivors.toml")


def kept(what: str) -> list[dict[str, str]]:
    """Return what was argued for: each survivor, or each kind of them."""
    found: list[dict[str, str]] = tomllib.loads(KEPT.read_text())[what]
    return found


def is_of_kind(change: str, before: str, after: str) -> bool:
    """Tell whether a change is nothing but putting one text in the place of another."""
    gone = [line[2:] for line in change.splitlines() if line.startswith("- ")]
    come = [line[2:] for line in change.splitlines() if line.startswith("+ ")]
    return bool(gone) and [line.replace(before, after) for line in gone if before in line] == come
