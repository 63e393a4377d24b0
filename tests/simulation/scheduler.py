"""Workers that take one step at a time, in the order that a schedule says."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Semaphore, Thread
from typing import ClassVar


class KilledError(BaseException):
    """The worker's process is gone: nothing of it runs on, whatever it catches."""


@dataclass
class Clock:
    """The one clock of a simulation; only sleeping and waiting move it. Late events are its own."""

    now: float = 0.0
    late: list[tuple[float, Callable[[], None]]] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        """Pass the time; what is due by then happens in order."""
        until = self.now + seconds
        while self.late and min(due for due, _ in self.late) <= until:
            first = min(self.late, key=lambda one: one[0])
            self.late.remove(first)
            self.now = max(self.now, first[0])
            first[1]()
        self.now = until


class Worker:
    """One process of the connector. It stands still before each of its calls until it is let on.

    steps: the calls that it came to, by name, the last one not made yet unless it is done.
    living: all workers that were not let on to their end, for whoever clears up after a history.
    """

    living: ClassVar[set["Worker"]] = set()

    def __init__(self, work: Callable[["Worker"], object]) -> None:
        self.living.add(self)
        self.steps: list[str] = []
        self.done = False
        self.killed = False
        self.error: Exception | None = None
        self._until: int | None = None
        self._go, self._back = Semaphore(0), Semaphore(0)
        self._thread = Thread(target=self._life, args=(work,), daemon=True)
        self._thread.start()

    def _life(self, work: Callable[["Worker"], object]) -> None:
        self._go.acquire()
        try:
            if not self.killed:
                work(self)
        except KilledError:
            pass
        except Exception as error:
            self.error = error
        self.done = True
        self.living.discard(self)
        self._back.release()

    def pause(self, step: str) -> None:
        """Stand still before a call, unless it was let on beyond it."""
        if not self.killed:
            self.steps.append(step)
            if self._until is None or len(self.steps) <= self._until:
                return
            self._back.release()
            self._go.acquire()
        if self.killed:
            raise KilledError

    def go(self, steps: int | None = None) -> None:
        """Let it come to so many calls more, all but the last of which it makes; or to its end."""
        if self.done or steps == 0:
            return
        self._until = None if steps is None else len(self.steps) + steps - 1
        self._go.release()
        self._back.acquire()

    def kill(self) -> None:
        """End it where it stands."""
        self.killed = True
        self.go()
