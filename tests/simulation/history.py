"""What a history that once broke the promise is made of."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.simulation.scheduler import Worker

type Without = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True)
class History:
    """What happened once, and what keeps it from happening again.

    play: says what is wrong at the end.
    without: takes the protective step out of the code.
    """

    play: Callable[[], list[str]]
    without: Without


def replaced(owner: object, name: str, by: object) -> Without:
    """Take a step out by putting something else in its place."""
    return lambda patch: patch.setattr(owner, name, by)


def until(worker: Worker, call: str) -> None:
    """Let a worker go on until it stands before a call."""
    while not worker.done and worker.steps[-1:] != [call]:
        worker.go(1)
