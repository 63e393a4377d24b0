"""What is wrong with one setting, whom it stops, and the names to choose from instead."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

SHOWN = 5


@dataclass(frozen=True)
class SettingProblem:
    """What is wrong with one setting.

    Attributes:
        setting: The name of the setting.
        sentence: What it says, what there is instead, and how to fix it.
        flows: The flows whose records it stops.
        only: Which of their records it stops, in words; None where it stops all of them.
    """

    setting: str
    sentence: str
    flows: tuple[str, ...]
    only: str | None = None


def nearest(wanted: str, names: Iterable[str]) -> str:
    """Return a question that offers the nearest names, or nothing."""
    near = get_close_matches(wanted, list(names), n=3)
    return f" Did you mean {' or '.join(near)}?" if near else ""


def choose(names: Iterable[str]) -> str:
    """Return a sentence that offers some names, or nothing where there is none."""
    shown = list(names)
    more = f" and {len(shown) - SHOWN} more" if len(shown) > SHOWN else ""
    return f" Choose one of: {', '.join(shown[:SHOWN])}{more}." if shown else ""
