"""Waiting for what must happen, on a machine however slow."""

import time
from collections.abc import Callable

SECONDS = 60.0
PAUSE_SECONDS = 0.02


def eventually[T](look: Callable[[], T], wanted: Callable[[T], object]) -> T:
    """Look until something is as wanted, or time is up; returns what was seen last."""
    deadline = time.monotonic() + SECONDS
    while not wanted(seen := look()) and time.monotonic() < deadline:
        time.sleep(PAUSE_SECONDS)
    return seen
