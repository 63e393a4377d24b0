"""Lets calls to one QuickBooks company wait for their turn, and all of them rest after a 429.

The turns are shared by everything that calls the company (`pacing/shared.py`); a worker takes a
few at a time, with one read and one write of the store.
"""

import random
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Condition
from typing import Protocol

from connector.errors import RateLimitedError
from connector.quickbooks.pacing.desk import AGAIN, LATE, Desk
from connector.quickbooks.pacing.shared import Demand, Granted, Shared

PER_MINUTE = 490
JITTER = 5.0


class Permits(Protocol):
    """Where the permits of a company are kept."""

    def change(self, realm_id: str, step: Callable[[str], str]) -> None:
        """Put what `step` makes of the text that is kept in its place, and nobody's in between.

        `step` is asked anew whenever somebody else was faster; the first text is empty.
        """


class Turns(Protocol):
    """What a client asks before each call."""

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Wait for the turn of a call, and hold its place among the calls in flight."""

    def pause(self, seconds: float) -> None:
        """Let the company rest: QuickBooks said it was too much."""

    def leave(self) -> None:
        """Give back what is not in use: no call follows soon."""


class Throttle:
    """Paces the calls of one worker to one company; safe among threads."""

    def __init__(  # noqa: PLR0913 - all by keyword, most of them for tests
        self,
        *,
        realm_id: str,
        permits: Permits,
        requests_per_minute: int = PER_MINUTE,
        urgent: bool = False,
        longest_wait: float = 20.0,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = lambda: random.uniform(0, JITTER),  # noqa: S311 - no secret
    ) -> None:
        self._realm_id = realm_id
        self._permits = permits
        self._most = requests_per_minute
        self._longest_wait = longest_wait
        self._clock = clock
        self._sleep = sleep
        self._jitter = jitter
        self._changed = Condition()
        self._desk = Desk(self._ask, secrets.token_hex(4), requests_per_minute, urgent)

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Wait for this call's turn and hold a place among the calls in flight.

        Raises:
            RateLimitedError: the turn is further away than a function should sleep, or ten other
                workers have left this one no place for so long.
        """
        with self._changed:
            self._desk.waiting += 1
        try:
            began = self._await_turn()
        finally:
            with self._changed:
                self._desk.waiting -= 1
        try:
            yield
        finally:
            with self._changed:
                self._desk.end(began, self._now())
                self._changed.notify()

    def pause(self, seconds: float) -> None:
        """Let the whole company rest, for all workers, and go on at half the pace."""
        now = self._now()
        until = now + int((seconds + self._jitter()) * 1000)
        with self._changed:
            self._desk.drop_turns()
            self._permits.change(
                self._realm_id,
                lambda text: Shared.read(text).throttled(now, until=until, most=self._most).write(),
            )

    def leave(self) -> None:
        """Give back the turns and places that are not in use: no call follows soon."""
        with self._changed:
            self._desk.leave()

    def _await_turn(self) -> int:
        """Wait for the turn of this call and return when it came.

        A turn may be a little late, and more of it each time when this thread itself is slow.
        """
        patience, since = LATE, self._now()
        while True:
            with self._changed:
                now = self._now()
                at = self._desk.begin(now, patience)
                if at is None:
                    return self._desk.went_at
                self._may_wait((at - self._now()) / 1000)
                if not self._desk.places:  # ten others have one each, for as long as they want
                    self._may_wait((self._now() - since) / 1000)
                if self._desk.busy >= self._desk.places > 0:
                    self._changed.wait(AGAIN / 1000)
                    continue
            self._sleep(max(at - self._now(), 0) / 1000)
            if self._now() - at > patience:
                patience *= 2

    def _may_wait(self, seconds: float) -> None:
        if seconds > self._longest_wait:
            raise RateLimitedError(
                "QuickBooks allows no more calls just now; the call is made later.",
                retry_after=seconds,
            )

    def _ask(self, need: Demand) -> Granted:
        granted: list[Granted] = []

        def step(text: str) -> str:
            shared, found = Shared.read(text).granted(need, self._now())
            granted.append(found)
            return shared.write()

        self._permits.change(self._realm_id, step)
        return granted[-1]

    def _now(self) -> int:
        return int(self._clock() * 1000)


class Unthrottled:
    """Lets every call go ahead: for companies without limits, which only simulators have."""

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Go ahead."""
        yield

    def pause(self, seconds: float) -> None:
        """Leave the rest to whoever was refused."""

    def leave(self) -> None:
        """Hold nothing."""
