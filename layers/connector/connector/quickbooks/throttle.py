"""Keeps all calls to one QuickBooks company under Intuit's limits, whoever makes them.

Intuit allows 500 requests a minute and 10 a second for a company (reference section 5.1). Callers
lease blocks of evenly spaced slots from the store, so a busy process writes once per eight calls.
"""

import random
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock
from typing import Protocol

from connector.errors import RateLimitedError

MINUTE = 60_000
BLOCK = 8
IN_FLIGHT = 8
OVERDUE = 1_000
JITTER = 5.0


class Permits(Protocol):
    """Where slots are leased from, shared by everything that calls the company."""

    def reserve(self, realm_id: str, *, slots: int, spacing: int, now: int) -> int:
        """Take slots and return the time of the first, in milliseconds."""

    def push_out(self, realm_id: str, *, until: int) -> None:
        """Let nobody reserve before that time."""


class Throttle:
    """Paces the calls of one process to one company; safe among threads."""

    def __init__(  # noqa: PLR0913 - all by keyword, most of them for tests
        self,
        *,
        realm_id: str,
        permits: Permits,
        requests_per_minute: int = 400,
        longest_wait: float = 20.0,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = lambda: random.uniform(0, JITTER),  # noqa: S311 - no secret
    ) -> None:
        self._realm_id = realm_id
        self._spacing = MINUTE // requests_per_minute
        self._longest_wait = longest_wait
        self._permits = permits
        self._clock = clock
        self._sleep = sleep
        self._jitter = jitter
        self._in_flight = BoundedSemaphore(IN_FLIGHT)
        self._lock = Lock()
        self._leased: deque[int] = deque()
        self._block = 1

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Wait for this call's turn and hold a place among the calls in flight.

        Raises:
            RateLimitedError: the turn is further away than a function should sleep.
        """
        with self._in_flight:
            seconds = (self._next_slot() - self._now()) / 1000
            if seconds > 0:
                self._sleep(seconds)
            yield

    def pause(self, seconds: float) -> None:
        """Let the whole company rest, for all processes: QuickBooks said it was too much."""
        until = self._now() + int((seconds + self._jitter()) * 1000)
        with self._lock:
            self._leased.clear()
            self._block = 1
            self._permits.push_out(self._realm_id, until=until)

    def _next_slot(self) -> int:
        with self._lock:
            self._drop_overdue()
            if not self._leased:
                self._lease()
            seconds = (self._leased[0] - self._now()) / 1000
            if seconds > self._longest_wait:
                raise RateLimitedError(
                    "QuickBooks asked for a pause; the call is made later.", retry_after=seconds
                )
            return self._leased.popleft()

    def _drop_overdue(self) -> None:
        """Forget slots that were not used in time: used late they would come as a burst."""
        while self._leased and self._leased[0] < self._now() - OVERDUE:
            self._leased.popleft()
            self._block = 1

    def _lease(self) -> None:
        first = self._permits.reserve(
            self._realm_id, slots=self._block, spacing=self._spacing, now=self._now()
        )
        self._leased.extend(first + n * self._spacing for n in range(self._block))
        self._block = min(self._block * 2, BLOCK)

    def _now(self) -> int:
        return int(self._clock() * 1000)
